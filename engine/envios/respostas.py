"""What a connector's answer makes of a job: once, by whom it was given to, and however late.

An answer is said again until it is noted, and may come after the job was settled by a status, or was taken for lost.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.conector.trabalhos import Desfecho, Resultado
from engine.envios.desfechos import Desfeito, concluir, julgar, sem_noticia
from engine.envios.estados import DA_RESPOSTA, sobe
from engine.envios.politica import Politica
from engine.errors import Conflict
from engine.modelo import EnvioRow

CHEGOU: Final = frozenset[Desfecho](DA_RESPOSTA)
"""Answers by which the provider has it."""


def exigir(row: EnvioRow | None, conector: str, resultado: Resultado) -> EnvioRow:
    """Raises Conflict unless this connector was given the job, and nobody was since."""
    if row is None or not row.tentativas:
        raise _perdido("Este canal não tem um trabalho com este id que tenha sido entregue a alguém")
    if resultado.tentativa < row.tentativas:
        raise _perdido(
            f"A tentativa {resultado.tentativa} já não conta: o trabalho foi entregue de novo, na {row.tentativas}"
        )
    if resultado.tentativa > row.tentativas:
        raise _perdido(f"A tentativa {resultado.tentativa} não existe: a última deste trabalho é a {row.tentativas}")
    if row.conector != conector:
        raise _perdido("Este trabalho foi entregue a outro conector: só aquele responde por ele")
    return row


def _perdido(porque: str) -> Conflict:
    return Conflict("trabalho_perdido", porque)


def com_resposta(row: EnvioRow, resultado: Resultado, now: int, sorteio: float, politica: Politica) -> Desfeito | None:
    """What follows from an answer to this handing out; None: nothing that is not known. ``sorteio``: drawn evenly from
    0 to 1.

    A job that was lost and waits to be sent again is done if it turns out that it was sent.
    """
    chegou = resultado.desfecho in CHEGOU
    match row.estado:
        case "enviando":
            return julgar(row, resultado, now, sorteio, politica)
        case "desconhecido" if resultado.desfecho != "desconhecido":
            return julgar(row, resultado, now, sorteio, politica)
        case "pendente" if chegou and sem_noticia(row):
            return julgar(row, resultado, now, sorteio, politica)
        case "desconhecido":
            return None
        case _:
            return _completar(row, resultado, now) if chegou and row.mensagem_id is not None else None


def _completar(row: EnvioRow, resultado: Resultado, now: int) -> Desfeito | None:
    """It was settled, perhaps by a status, which may not have said what the provider calls it."""
    if row.estado != "pendente" and sobe(row.estado, DA_RESPOSTA[resultado.desfecho]):
        return Desfeito(concluir(row, resultado, now), saude="boa")
    if resultado.id_externo is None or resultado.id_externo == row.id_externo:
        return None
    return Desfeito(replace(row, id_externo=resultado.id_externo), saude="boa")
