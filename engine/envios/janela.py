"""The window in which a contact can be written to freely: WhatsApp's 24 hours, from each message that it writes.

Source: Meta, "Messaging: customer service windows". Outside it only templates pass (code 131047).
"""

from __future__ import annotations

from typing import Final

from engine.canais import valor_publico
from engine.envios.politica import DIA_MS
from engine.modelo import CanalRow, TipoCanal

DURACAO_MS: Final = DIA_MS
FECHADA: Final = "janela_fechada"
"""The code of the refusal."""
_COM_JANELA: Final = frozenset[TipoCanal]({"whatsapp"})


def aberta_ate(tipo: TipoCanal, em: int) -> int | None:
    """Until when (ms) the window is open that a message of ``em`` (ms) opens; None where there are no windows."""
    return em + DURACAO_MS if tipo in _COM_JANELA else None


def limitada(ate: int | None, now: int) -> int | None:
    """Of a window that a message opened which is here ``now`` (ms): one that bears a time to come opens it no longer
    than had it been written now.
    """
    return None if ate is None else min(ate, now + DURACAO_MS)


def fechada(canal: CanalRow, ate: int | None, now: int) -> bool:
    """Whether nothing but a template can be sent now. ``ate``: until when the contact's window was open (ms), None if
    it never wrote by this canal. Of a canal that has no number yet nothing is known before somebody writes by it.
    """
    if canal.tipo not in _COM_JANELA:
        return False
    if ate is None:
        return valor_publico(canal.config, "phoneNumberId") is not None
    return now >= ate
