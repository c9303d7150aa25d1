"""What becomes of a survey: when it is asked, what of that a message of the contact is, and when it is over.

A ticket that is to be asked has ``perguntar_em`` in its row, and is RESOLVIDO; one that was asked has ``pesquisa``. The
first note counts: one that comes after it opens nothing again, and changes nothing.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from engine.modelo import TicketRow, TipoMensagem
from engine.pesquisa.estado import Perguntada
from engine.pesquisa.leitura import ler
from engine.pesquisa.modelo import Pesquisa

_SEGUNDO: Final = 1_000
_HORA: Final = 3_600_000
_DIA: Final = 24 * _HORA

Parte = Literal["nota", "comentario", "outra_nota"]
"""What a message is of a survey: its answer, what is said of it, or an answer after the answer."""


def ao_mudar(antes: TicketRow, depois: TicketRow, pesquisa: Pesquisa | None, now: int) -> TicketRow:
    """A ticket is to be as ``depois``: with when its contact is asked by ``pesquisa``, if it is by any. One that is not
    resolved any more is asked nothing, and answers nothing; what was answered stays.
    """
    if depois.status != "RESOLVIDO":
        return _sem_pergunta(depois)
    if antes.status == "RESOLVIDO" or pesquisa is None:
        return depois
    return replace(depois, perguntar_em=now + pesquisa.apos_segundos * _SEGUNDO)


def _sem_pergunta(row: TicketRow) -> TicketRow:
    respondida = None if row.pesquisa is None or row.pesquisa.nota is None else row.pesquisa
    if respondida is not None and respondida.pede_comentario:
        respondida = replace(respondida, pede_comentario=False)
    if row.perguntar_em is None and respondida is row.pesquisa:
        return row
    return replace(row, perguntar_em=None, pesquisa=respondida)


def pode_perguntar(intervalo_dias: int, ultima_em: int | None, now: int) -> bool:
    """Whether a contact may be asked now that was asked last at ``ultima_em``, by whatever survey."""
    return ultima_em is None or now - ultima_em >= intervalo_dias * _DIA


def perguntar(row: TicketRow, id_: str, pesquisa: Pesquisa, now: int) -> TicketRow:
    """It is asked now, by the survey of this id."""
    perguntada = Perguntada(id_, pesquisa.tipo, now, now + pesquisa.expira_horas * _HORA)
    return replace(row, perguntar_em=None, pesquisa=perguntada)


def calar(row: TicketRow) -> TicketRow:
    """It is not asked after all."""
    return replace(row, perguntar_em=None)


def parte(row: TicketRow, tipo: TipoMensagem, texto: str, now: int) -> Parte | None:
    """What a message of the contact is of the survey of its ticket; None: it is about something else."""
    perguntada = row.pesquisa
    if row.status != "RESOLVIDO" or perguntada is None or now >= perguntada.ate or tipo != "texto":
        return None
    lida = ler(texto, perguntada.tipo)
    if perguntada.nota is None:
        return None if lida is None else "nota"
    if lida is not None and not lida.comentada:
        return "outra_nota"
    return "comentario" if perguntada.pede_comentario else None


def respondida(perguntada: Perguntada, texto: str, mensagem_id: str, now: int, *, pede_comentario: bool) -> Perguntada:
    """With the note that the text is. ``pede_comentario``: the survey asks for a comment of those who make none."""
    lida = ler(texto, perguntada.tipo)
    assert lida is not None, "it is an answer"
    return replace(
        perguntada,
        nota=lida.nota,
        respondida_em=now,
        comentario=mensagem_id if lida.comentada else None,
        pede_comentario=pede_comentario and not lida.comentada,
    )


def comentada(perguntada: Perguntada, mensagem_id: str) -> Perguntada:
    """With what the contact said of its note."""
    return replace(perguntada, comentario=mensagem_id, pede_comentario=False)
