"""What a provider's status makes of a job. Statuses come in any order, more than once, late, or never.

A job that was tried again has been several messages to the provider. Of which one a status speaks is told by its
``id_externo``: what a job has that is not done is that of an earlier try, for the present one has none yet. News of an
earlier try is old, unless it is that the message has arrived. A status that names only the job cannot be told apart: it
is taken to speak of the last try.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.conector.entradas import StatusRecebido
from engine.conector.trabalhos import Resultado
from engine.envios.desfechos import Desfeito, julgar, morrer, sem_noticia
from engine.envios.estados import sobe
from engine.envios.politica import Politica
from engine.modelo import EnvioRow

IDAS_NO_MAXIMO: Final = 10
"""Handings out after which a message that its provider takes, and then fails, is a dead letter whatever the class."""
_NAO_ENTREGOU: Final = "O provedor não entregou a mensagem"


def cedo_demais(row: EnvioRow, status: StatusRecebido) -> bool:
    """Whether only the answer can tell of which try this speaks: it is to be kept until then."""
    outra = status.id_externo is not None and status.id_externo != row.id_externo
    return status.estado == "falhou" and row.estado == "enviando" and row.tentativas > 1 and outra


def com_status(
    row: EnvioRow, status: StatusRecebido, now: int, sorteio: float, politica: Politica
) -> Desfeito | None:  # fmt: skip
    """What follows from a status; None: nothing that is not known. ``sorteio``: drawn evenly from 0 to 1."""
    if status.estado == "falhou" and _falhou_agora(row, status):
        return _falhou(row, status, now, sorteio, politica)
    if status.estado != "falhou" and sobe(row.estado, status.estado) and not _passado(row, status):
        return Desfeito(_andou(row, status, now), saude="boa")
    if status.id_externo is not None and row.id_externo is None:
        return Desfeito(replace(row, id_externo=status.id_externo), saude="boa")
    return None


def _falhou_agora(row: EnvioRow, status: StatusRecebido) -> bool:
    """Whether it is the present try that failed. What has arrived does not fail any more."""
    match row.estado:
        case "enviado":
            return status.id_externo is None or row.id_externo in {None, status.id_externo}
        case "enviando" | "desconhecido":
            return status.id_externo is None or status.id_externo != row.id_externo
        case _:
            return False


def _passado(row: EnvioRow, status: StatusRecebido) -> bool:
    """Whether that it was sent speaks of a try that has failed since."""
    if status.estado != "enviado":
        return False
    de_antes = status.id_externo is not None and status.id_externo == row.id_externo
    return de_antes or (row.estado == "pendente" and not sem_noticia(row))


def _andou(row: EnvioRow, status: StatusRecebido, now: int) -> EnvioRow:
    conhecido = row.id_externo if row.estado in {"enviado", "entregue"} else None
    return replace(
        row,
        estado=status.estado,
        id_externo=conhecido or status.id_externo or row.id_externo,
        codigo=None,
        erro=None,
        prazo=None,
        proxima_em=None,
        atualizado_em=now,
    )


def _falhou(row: EnvioRow, status: StatusRecebido, now: int, sorteio: float, politica: Politica) -> Desfeito:
    """As an answer of that class would do. What was deleted meanwhile cannot be sent again."""
    resultado = Resultado(
        id=row.id,
        tentativa=row.tentativas,
        desfecho="falhou",
        classe=status.classe,
        codigo=status.codigo,
        erro=status.erro or _NAO_ENTREGOU,
    )
    feito = julgar(row, resultado, now, sorteio, politica)
    depois = feito.row
    if depois.estado == "pendente" and (not row.dados or row.tentativas >= IDAS_NO_MAXIMO):
        depois = morrer(depois, depois.codigo or "falhou", depois.erro, now)
    return replace(feito, row=replace(depois, id_externo=status.id_externo or row.id_externo))
