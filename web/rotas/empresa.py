"""The empresa of the token: ``/atendimento/empresa``."""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from actors.empresa.comandos import AtualizarEmpresa, VerEmpresa
from engine import permissoes
from engine.modelo import ContatosVisiveis
from engine.vistas import EmpresaVista, empresa_vista
from web.pedido.campos import Capacidade, Estados, Minutos, Nome, Pais
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados

rotas = Rotas("Empresa")

_MS_POR_MINUTO: Final = 60_000


class EmpresaMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "empresaId", "createdAt", "updatedAt"), "")

    nome: Nome | UnsetType = UNSET
    janela_reabertura_minutos: Minutos | UnsetType | None = UNSET
    capacidade_padrao: Capacidade | UnsetType = UNSET
    pais_padrao: Pais | UnsetType = UNSET
    estados: Estados | UnsetType = UNSET
    contatos_visiveis: ContatosVisiveis | UnsetType = UNSET


@rotas.get("/empresa", resumo="Ver a empresa do token e seus ajustes", ato=permissoes.VER)
async def ver(p: Pedido) -> EmpresaVista:
    return empresa_vista(await p.no.pedir(VerEmpresa(quem=p.quem)))


@rotas.patch("/empresa", resumo="Atualizar os ajustes da empresa", ato=permissoes.CONFIGURAR)
async def atualizar(p: Pedido, corpo: EmpresaMudanca) -> EmpresaVista:
    minutos = corpo.janela_reabertura_minutos
    row = await p.pedir(
        AtualizarEmpresa(
            quem=p.quem,
            nome=corpo.nome,
            janela_reabertura=minutos * _MS_POR_MINUTO if isinstance(minutos, int) else minutos,
            capacidade_padrao=corpo.capacidade_padrao,
            pais_padrao=corpo.pais_padrao,
            estados=corpo.estados,
            contatos_visiveis=corpo.contatos_visiveis,
        )
    )
    return empresa_vista(row)
