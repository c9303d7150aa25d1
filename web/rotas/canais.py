"""Canais: ``/atendimento/canais``."""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType, field

from actors.canal.comandos import (
    AtualizarCanal,
    CanalEstado,
    CriarCanal,
    ExcluirCanal,
    ListarCanais,
    PausarCanal,
    RetomarCanal,
    VerCanal,
    VerDespacho,
)
from actors.fila.comandos import VerFila
from engine import permissoes
from engine.conector.entradas import Modelo
from engine.conector.exame import juntos, precisa_de_conector, problemas_do_canal, problemas_do_webhook
from engine.conector.modelos import APROVADO
from engine.errors import NotFound
from engine.modelo import CanalRow, TipoComContatos
from engine.vistas import CanalVista, canal_vista, json_text
from web.pedido.campos import Motivo, Nome, Uuid
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, Realocacao
from web.resposta.vistas import Lista, TesteDeCanal, pagina
from web.rotas.config_de_canal import Config

rotas = Rotas("Canais")

_ler_modelos: Final = msgspec.json.Decoder(list[Modelo]).decode

DO_TESTE: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. Pergunta ao conector do canal o que há de errado, sem enviar nada a ninguém; "
        "pode levar 30 segundos. Cada problema diz o que fazer. `enderecoDoWebhook` é o que se configura no provedor."
    )
}


class CanalNovo(DaEmpresa, frozen=True, kw_only=True):
    nome: Nome
    tipo: TipoComContatos
    fila_id: Uuid | None = None
    ativo: bool = True
    config: Config = field(default_factory=dict)

    def __repr__(self) -> str:
        """Without ``config``, where secrets are."""
        return f"CanalNovo(nome={self.nome!r}, tipo={self.tipo!r}, …)"


class CanalMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "empresaId", "createdAt", "updatedAt"), "") | {
        "tipo": "crie outro canal",
        "segredos": "mande o segredo em config",
    }

    nome: Nome | UnsetType = UNSET
    fila_id: Uuid | UnsetType | None = UNSET
    ativo: bool | UnsetType = UNSET
    config: Config | UnsetType = UNSET

    def __repr__(self) -> str:
        """Without ``config``, where secrets are."""
        return "CanalMudanca(…)"


class ConsultaModelos(Paginacao, frozen=True, kw_only=True):
    aprovados: bool = False


class Pausa(DaEmpresa, frozen=True, kw_only=True):
    motivo: Motivo | None = None


@rotas.get("/canais", resumo="Listar os canais", ato=permissoes.VER_CANAIS)
async def listar(p: Pedido, consulta: Paginacao) -> Lista[CanalVista]:
    canais = await p.no.pedir(ListarCanais(quem=p.quem))
    return pagina(canais, consulta.page, consulta.limit, _vista)


@rotas.post("/canais", resumo="Criar um canal", ato=permissoes.CONFIGURAR, status=201, erros=(404,))
async def criar(p: Pedido, corpo: CanalNovo) -> CanalVista:
    canal = await p.pedir(
        CriarCanal(
            quem=p.quem,
            nome=corpo.nome,
            tipo=corpo.tipo,
            fila_id=corpo.fila_id,
            ativo=corpo.ativo,
            config=json_text(corpo.config),
        )
    )
    return _vista(canal)


@rotas.get("/canais/<canal_id>", resumo="Ver um canal", ato=permissoes.VER_CANAIS)
async def ver(p: Pedido, canal_id: str) -> CanalVista:
    return _vista(await p.no.pedir(VerCanal(quem=p.quem, canal_id=canal_id)))


@rotas.patch("/canais/<canal_id>", resumo="Atualizar um canal", ato=permissoes.CONFIGURAR, erros=(409,))
async def atualizar(p: Pedido, canal_id: str, corpo: CanalMudanca) -> CanalVista:
    canal = await p.pedir(
        AtualizarCanal(
            quem=p.quem,
            canal_id=canal_id,
            nome=corpo.nome,
            fila_id=corpo.fila_id,
            ativo=corpo.ativo,
            config=UNSET if isinstance(corpo.config, UnsetType) else json_text(corpo.config),
        )
    )
    return _vista(canal)


@rotas.delete("/canais/<canal_id>", resumo="Excluir um canal", ato=permissoes.CONFIGURAR, erros=(409,))
async def excluir(p: Pedido, canal_id: str, consulta: Realocacao) -> None:
    await p.pedir(ExcluirCanal(quem=p.quem, canal_id=canal_id, realocar=consulta.realocar))


# -- how it works ------------------------------------------------------------------------------------------------------


@rotas.post("/canais/<canal_id>/pausar", resumo="Parar de enviar por um canal", ato=permissoes.CONFIGURAR)
async def pausar(p: Pedido, canal_id: str, corpo: Pausa) -> CanalVista:
    return _vista(await p.pedir(PausarCanal(quem=p.quem, canal_id=canal_id, motivo=corpo.motivo)))


@rotas.post("/canais/<canal_id>/retomar", resumo="Voltar a enviar por um canal", ato=permissoes.CONFIGURAR)
async def retomar(p: Pedido, canal_id: str) -> CanalVista:
    return _vista(await p.pedir(RetomarCanal(quem=p.quem, canal_id=canal_id)))


@rotas.get("/canais/<canal_id>/modelos", resumo="Listar os modelos de mensagem de um canal", ato=permissoes.VER)
async def modelos(p: Pedido, canal_id: str, consulta: ConsultaModelos) -> Lista[Modelo]:
    if (await p.no.ativar(p.quem.empresa_id)).tipo_do_canal(canal_id) is None:
        raise NotFound("canal_nao_encontrado", "Canal não encontrado")
    row = await p.leitor.modelos(p.quem.empresa_id, canal_id)
    todos = [] if row is None else _ler_modelos(row.modelos)
    achados = [um for um in todos if not consulta.aprovados or um.estado == APROVADO]
    return pagina(achados, consulta.page, consulta.limit, lambda um: um)


@rotas.post(
    "/canais/<canal_id>/testar",
    resumo="Testar um canal",
    ato=permissoes.CONFIGURAR,
    documento=DO_TESTE,
    demora=True,
)
async def testar(p: Pedido, canal_id: str) -> TesteDeCanal:
    canal = await p.pedir(VerCanal(quem=p.quem, canal_id=canal_id))  # whose key it is: a test may be asked for again
    despacho = await p.no.pedir(VerDespacho(quem=p.quem, canal_id=canal_id))
    row = canal.row
    do_conector = await p.conectores.testar(row.empresa_id, canal_id) if precisa_de_conector(row) else ()
    nossos = problemas_do_canal(row, canal.segredos, await _tem_a_fila(p, row), despacho.aberto_ate, despacho.agora)
    endereco = p.conectores.endereco_do_webhook(row.tipo, canal_id)
    problemas = juntos([*nossos, *problemas_do_webhook(row, endereco)], do_conector)
    return TesteDeCanal(ok=not problemas, problemas=problemas, endereco_do_webhook=endereco)


async def _tem_a_fila(p: Pedido, row: CanalRow) -> bool:
    """Whether where its tickets wait is there still."""
    if row.fila_id is None:
        return True
    try:
        await p.no.pedir(VerFila(quem=p.quem, fila_id=row.fila_id))
    except NotFound:
        return False
    return True


def _vista(canal: CanalEstado) -> CanalVista:
    return canal_vista(canal.row, canal.segredos)
