"""The empresa of the token: ``/atendimento/empresa``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from actors.empresa.comandos import AtualizarEmpresa, VerEmpresa
from engine import permissoes
from engine.errors import Detalhe
from engine.modelo import ContatosVisiveis
from engine.politica import exame_de_capacidade
from engine.politica.aviso import Aviso
from engine.politica.capacidade import Capacidade
from engine.vistas import EmpresaVista, empresa_vista, json_text
from web.pedido.campos import Capacidade as Vagas
from web.pedido.campos import Estados, Minutos, Nome, Pais
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados

rotas = Rotas("Empresa")

_MS_POR_MINUTO: Final = 60_000


class EmpresaMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "empresaId", "createdAt", "updatedAt"), "")

    nome: Nome | UnsetType = UNSET
    janela_reabertura_minutos: Minutos | UnsetType | None = UNSET
    capacidade_padrao: Vagas | UnsetType = UNSET
    pais_padrao: Pais | UnsetType = UNSET
    estados: Estados | UnsetType = UNSET
    contatos_visiveis: ContatosVisiveis | UnsetType = UNSET
    capacidade: Capacidade | UnsetType = UNSET

    def problemas(self) -> Iterable[Detalhe]:
        if self.capacidade is not UNSET:
            for um in exame_de_capacidade.problemas(self.capacidade):
                yield Detalhe(f"capacidade.{um.campo}", um.problema)


class EmpresaMudada(EmpresaVista, frozen=True, gc=False, rename="camel"):
    """The empresa as it is now; if ``capacidade`` was set, with what of it can be, but is hardly meant."""

    avisos: tuple[Aviso, ...] | UnsetType = UNSET


@rotas.get("/empresa", resumo="Ver a empresa do token e seus ajustes", ato=permissoes.VER)
async def ver(p: Pedido) -> EmpresaVista:
    return empresa_vista(await p.no.pedir(VerEmpresa(quem=p.quem)))


@rotas.patch(
    "/empresa",
    resumo="Atualizar os ajustes da empresa",
    ato=permissoes.CONFIGURAR,
    documento={
        "description": (
            "`capacidade` é um documento inteiro, que toma o lugar do anterior: o que não vem nele volta ao padrão. "
            "`avisos`, que só vem com ela, diz o que nela pode ser mas dificilmente é o que se quer."
        )
    },
)
async def atualizar(p: Pedido, corpo: EmpresaMudanca) -> EmpresaMudada:
    minutos, capacidade = corpo.janela_reabertura_minutos, corpo.capacidade
    row = await p.pedir(
        AtualizarEmpresa(
            quem=p.quem,
            nome=corpo.nome,
            janela_reabertura=minutos * _MS_POR_MINUTO if isinstance(minutos, int) else minutos,
            capacidade_padrao=corpo.capacidade_padrao,
            pais_padrao=corpo.pais_padrao,
            estados=corpo.estados,
            contatos_visiveis=corpo.contatos_visiveis,
            capacidade=UNSET if capacidade is UNSET else json_text(capacidade),
        )
    )
    avisos = UNSET if capacidade is UNSET else await _avisos(p, capacidade)
    return EmpresaMudada(**asdict(empresa_vista(row)), avisos=avisos)


async def _avisos(p: Pedido, capacidade: Capacidade) -> tuple[Aviso, ...]:
    diretorio = await p.no.ativar(p.quem.empresa_id)
    return tuple(exame_de_capacidade.avisos(capacidade, diretorio.vagas()))
