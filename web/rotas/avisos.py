"""What somebody is told, and how it wants to be: ``/atendimento/notificacoes`` and ``/atendimento/avisos``.

Rules and templates of notices are documents (:mod:`web.rotas.documentos`).
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import fields

from actors.empresa.comandos_de_avisos import (
    LerNotificacoes,
    MudarPreferencias,
    PreferenciasDeAlguem,
    PreverAviso,
    VerPreferencias,
)
from engine import permissoes
from engine.avisos.modelo import Assunto, ModeloDeAviso, Preferencias, Texto, TipoDeAviso
from engine.avisos.palavras import VARIAVEIS
from engine.avisos.previa import Previa
from engine.errors import NotFound
from engine.ids import NINGUEM
from engine.modelo import NotificacaoRow
from engine.politica.documento import completo
from engine.tempo import iso, iso_or_none
from web.pedido.campos import Telefone, Uuid
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import DaEmpresa, DeFora, Paginacao
from web.rotas.visiveis import ticket_visivel

rotas = Rotas("Avisos")

_CAMPOS: Final = fields(Preferencias)
LIDAS_DE_CADA_VEZ: Final = 500
"""Notices that one request marks as read."""
DA_PREVIA: Final[Documento] = {
    "description": (
        "Como fica um modelo, com os dados de um ticket (`ticketId`) ou com os de um exemplo. As variáveis são "
        + ", ".join(f"`{{{{{nome}}}}}`" for nome in VARIAVEIS)
        + "; uma que não existe é 400."
    )
}
DAS_PREFERENCIAS: Final[Documento] = {
    "description": (
        "O documento inteiro: o que fica de fora volta ao padrão. `silencio` segura push, e-mail e SMS até acabar; "
        "`resumo` os junta num só, a cada hora ou uma vez por dia; o que é urgente não espera. `desligados` diz, por "
        "evento, por que meios não avisar. O que já esperava é refeito por estas preferências."
    )
}


class NotificacaoVista(Struct, frozen=True, gc=False, rename="camel"):
    """A notice, as whom it is for finds it. ``aviso`` is the kind of what happened, or ``resumo``."""

    id: str
    aviso: str
    ticket_id: str | None
    titulo: str
    texto: str
    urgente: bool
    lida: bool
    lida_em: str | None
    created_at: str


class Notificacoes(Struct, frozen=True, rename="camel"):
    """A page of the list. ``naoLidas``: how many of all were not read yet."""

    data: list[NotificacaoVista]
    total: int
    page: int
    total_pages: int
    nao_lidas: int


class Lidas(Struct, frozen=True):
    """How many were marked as read, and how many there still are that were not."""

    lidas: int
    restam: int


class QuaisNotificacoes(Paginacao, frozen=True, kw_only=True):
    nao_lidas: bool = False


class PreferenciasNovas(DeFora, Preferencias, frozen=True, kw_only=True):
    """The whole document."""

    do_servidor: ClassVar = dict.fromkeys(("email", "updatedAt"), "")

    telefone: Telefone | None = None
    empresa_id: Uuid | UnsetType = UNSET


class PreferenciasVista(Preferencias, frozen=True, kw_only=True, omit_defaults=False):
    """The document with every field in it. ``email`` is where a mail goes: that of the atendente, or of the token that
    was shown last. ``updatedAt`` is null if nothing was ever set.
    """

    email: str | None
    updated_at: str | None


class ModeloAVer(DaEmpresa, frozen=True, kw_only=True):
    assunto: Assunto
    texto: Texto
    evento: TipoDeAviso = "nova_mensagem"
    ticket_id: Uuid | None = None


@rotas.get("/notificacoes", resumo="Listar os próprios avisos", ato=permissoes.TER_PRESENCA)
async def listar(p: Pedido, consulta: QuaisNotificacoes) -> Notificacoes:
    page, limit = consulta.page, consulta.limit
    rows, total = await p.leitor.notificacoes(*_de(p), page, limit, nao_lidas=consulta.nao_lidas)
    novas = total if consulta.nao_lidas else await _nao_lidas(p)
    return Notificacoes([_vista(row) for row in rows], total, page, -(-total // limit), novas)


@rotas.post("/notificacoes/lidas", resumo="Marcar os próprios avisos como lidos", ato=permissoes.TER_PRESENCA)
async def ler_todas(p: Pedido) -> Lidas:
    rows, _ = await p.leitor.notificacoes(*_de(p), 1, LIDAS_DE_CADA_VEZ, nao_lidas=True)
    lidas = await p.pedir(LerNotificacoes(quem=p.quem, rows=tuple(rows)))
    return Lidas(lidas, await _nao_lidas(p))


@rotas.patch(
    "/notificacoes/<notificacao_id>/lida", resumo="Marcar um aviso próprio como lido", ato=permissoes.TER_PRESENCA
)
async def ler(p: Pedido, notificacao_id: str) -> NotificacaoVista:
    await p.pedir(LerNotificacoes(quem=p.quem, rows=(await _achar(p, notificacao_id),)))
    return _vista(await _achar(p, notificacao_id))


@rotas.get("/avisos/preferencias", resumo="Ver as próprias preferências de aviso", ato=permissoes.TER_PRESENCA)
async def ver_preferencias(p: Pedido) -> PreferenciasVista:
    return _preferencias(await p.no.pedir(VerPreferencias(quem=p.quem)))


@rotas.put(
    "/avisos/preferencias",
    resumo="Substituir as próprias preferências de aviso",
    ato=permissoes.TER_PRESENCA,
    documento=DAS_PREFERENCIAS,
)
async def mudar_preferencias(p: Pedido, corpo: PreferenciasNovas) -> PreferenciasVista:
    preferencias = Preferencias(**{campo.name: getattr(corpo, campo.name) for campo in _CAMPOS})
    return _preferencias(await p.pedir(MudarPreferencias(quem=p.quem, preferencias=preferencias)))


@rotas.post(
    "/avisos/previa",
    resumo="Ver como fica um modelo de aviso",
    ato=permissoes.CONFIGURAR,
    erros=(404,),
    documento=DA_PREVIA,
)
async def prever(p: Pedido, corpo: ModeloAVer) -> Previa:
    modelo = ModeloDeAviso(assunto=corpo.assunto, texto=corpo.texto)
    ticket = None if corpo.ticket_id is None else (await ticket_visivel(p, corpo.ticket_id)).ticket
    return await p.pedir(PreverAviso(quem=p.quem, modelo=modelo, evento=corpo.evento, ticket=ticket))


def _de(p: Pedido) -> tuple[str, str]:
    """Whose list it is."""
    return p.quem.empresa_id, p.quem.id or NINGUEM


async def _nao_lidas(p: Pedido) -> int:
    _, total = await p.leitor.notificacoes(*_de(p), 1, 1, nao_lidas=True)
    return total


async def _achar(p: Pedido, notificacao_id: str) -> NotificacaoRow:
    row = await p.leitor.notificacao(*_de(p), notificacao_id)
    if row is None:
        raise NotFound("notificacao_nao_encontrada", "Aviso não encontrado")
    return row


def _vista(row: NotificacaoRow) -> NotificacaoVista:
    return NotificacaoVista(
        row.id, row.tipo, row.ticket_id, row.titulo, row.texto, row.urgente, row.lida_em is not None,
        iso_or_none(row.lida_em), iso(row.criada_em),
    )  # fmt: skip


def _preferencias(achadas: PreferenciasDeAlguem) -> PreferenciasVista:
    """With everything that is in it: a part of a document leaves its defaults out."""
    inteiro = completo(achadas.preferencias)
    valores: dict[str, Any] = {campo.name: inteiro[campo.encode_name] for campo in _CAMPOS}
    return PreferenciasVista(**valores, email=achadas.email, updated_at=iso_or_none(achadas.atualizada_em))
