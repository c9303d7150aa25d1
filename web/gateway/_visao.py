"""Whom an event reaches, by the rules of :mod:`engine.permissoes`. The live path finds the same readers through its
indexes (:mod:`_plateia`).
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from engine import permissoes
from engine.eventos import (
    DE_NOTAS,
    DE_UMA_PESSOA,
    ContatoAtualizado,
    ContatoCriado,
    ContatoExcluido,
    ContatoUnido,
    Mencao,
    MensagemExcluida,
    MensagemStatus,
    MensagensLidas,
    NovaMensagem,
    tipos,
)
from engine.ids import NINGUEM
from engine.modelo import EventoRow, Quem
from engine.ports import Diretorio, Lugar

DE_CONVERSA: Final = tipos(NovaMensagem, MensagemStatus, MensagensLidas, MensagemExcluida)
"""What is said in a ticket: for its room, its owner, and while it has none for the agents of its fila."""
DE_CONTATO: Final = tipos(ContatoCriado, ContatoAtualizado, ContatoUnido, ContatoExcluido)
"""Who the empresa's contacts are: for those who see a ticket of theirs."""


class _DoContato(Struct, rename="camel"):
    """What an event about a contact says of whom it is about."""

    id: str | None = None
    contato: _DoContato | None = None


_ler_contato: Final = Decoder(_DoContato).decode


def contato_de(evento: EventoRow) -> str | None:
    """The contact that an event shows, if it shows one."""
    if evento.tipo not in DE_CONTATO:
        return None
    contato = _ler_contato(evento.dados).contato
    return None if contato is None else contato.id


def lugares_de(evento: EventoRow) -> list[str]:
    """The filas and atendentes that the tickets of an event's contact are of; none in what an older version wrote. Of a
    mention: who is named.
    """
    return (evento.lugares or "").split()


def pode_ver_agora(diretorio: Diretorio, quem: Quem, fila_id: str | None, atendente_id: str | None) -> bool:
    return diretorio.pode_ver(quem, fila_id or "", atendente_id)


def alcanca(diretorio: Diretorio, quem: Quem, salas: set[str], evento: EventoRow) -> bool:
    """Whether ``quem``, in those rooms, gets this event, by the memberships of now."""
    if evento.tipo in DE_UMA_PESSOA:
        return evento.atendente_id == quem.id and permissoes.pode(quem, permissoes.TER_PRESENCA)
    if evento.ticket_id is None:
        return _alcanca_cadastro(diretorio, quem, evento)
    if evento.tipo in DE_NOTAS:
        return _alcanca_nota(diretorio, quem, evento)
    if evento.tipo in DE_CONVERSA:
        return _alcanca_conversa(diretorio, quem, salas, evento)
    return pode_ver_agora(diretorio, quem, evento.fila_id, evento.atendente_id) or _acaba_de_perder(
        diretorio, quem, evento
    )


def _alcanca_nota(diretorio: Diretorio, quem: Quem, evento: EventoRow) -> bool:
    """What is noted is for people who see the ticket; that one is named, for that one alone."""
    if evento.tipo == Mencao.tipo and quem.id not in lugares_de(evento):
        return False
    return le_notas(quem) and pode_ver_agora(diretorio, quem, evento.fila_id, evento.atendente_id)


def le_notas(quem: Quem) -> bool:
    return permissoes.pode(quem, permissoes.VER_NOTAS)


def _alcanca_cadastro(diretorio: Diretorio, quem: Quem, evento: EventoRow) -> bool:
    if evento.tipo not in DE_CONTATO:
        return permissoes.pode(quem, permissoes.ato_do_evento(evento.tipo))
    if diretorio.ve_todos_os_contatos(quem):
        return True
    return permissoes.ve_contato_de(quem, lugares_de(evento), diretorio.filas_que_serve(quem.id or NINGUEM))


def alcanca_depois(diretorio: Diretorio, quem: Quem, salas: set[str], evento: EventoRow, lugar: Lugar | None) -> bool:
    """:func:`alcanca`, long after the event: the memberships are of now, so where the ticket is now counts too.

    Who came to its fila when it had left is not told of it. ``lugar`` is None if it is nowhere any more.
    """
    if not alcanca(diretorio, quem, salas, evento):
        return False
    if permissoes.pode(quem, permissoes.VER_TUDO) or evento.ticket_id is None:
        return True
    if lugar is not None and pode_ver_agora(diretorio, quem, *lugar):
        return True
    return evento.tipo not in DE_CONVERSA and _acaba_de_perder(diretorio, quem, evento)


def _alcanca_conversa(diretorio: Diretorio, quem: Quem, salas: set[str], evento: EventoRow) -> bool:
    if evento.ticket_id in salas and pode_ver_agora(diretorio, quem, evento.fila_id, evento.atendente_id):
        return True
    if evento.atendente_id is not None:
        return evento.atendente_id == quem.id
    return quem.id in diretorio.quem_serve(evento.fila_id or "")


def _acaba_de_perder(diretorio: Diretorio, quem: Quem, evento: EventoRow) -> bool:
    """The event takes the ticket away from its fila or from it: it must learn of that."""
    if evento.atendente_anterior_id is not None and evento.atendente_anterior_id == quem.id:
        return True
    return evento.fila_anterior_id is not None and quem.id in diretorio.quem_serve(evento.fila_anterior_id)
