"""The time of agents: while one is online it is counted in what estado it is, how many slots it has, and how many of
them are taken. Time is given to the hours that it passed in, however long nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.modelo import DISPONIVEL
from engine.relatorios.estado import AtendenteVivo
from engine.relatorios.medidas import NO_ESTADO, OCUPADAS, ONLINE, VAGAS
from engine.relatorios.somas import HORA_MS, Corte, Medidas, Somas, somar


def por_hora(de: int, ate: int) -> Iterator[tuple[int, int]]:
    """The hours between two instants (ms), and how much of each (ms)."""
    while de < ate:
        hora = de // HORA_MS
        fim = min(ate, (hora + 1) * HORA_MS)
        yield hora, fim - de
        de = fim


def correr(somas: Somas, atendente_id: str, vivo: AtendenteVivo, ate: int) -> None:
    """Count what it did until then. Where the clock went back, that time is counted already."""
    de = vivo.contado_ate
    if ate <= de:
        return
    vivo.contado_ate = ate
    if not vivo.online:
        return
    for hora, ms in por_hora(de, ate):
        medidas: Medidas = {ONLINE: ms}
        if vivo.estado == DISPONIVEL:
            medidas |= {VAGAS: ms * vivo.capacidade, OCUPADAS: ms * vivo.ocupadas}
        _somar(somas, atendente_id, vivo, hora, medidas, ms)


def _somar(somas: Somas, atendente_id: str, vivo: AtendenteVivo, hora: int, medidas: Medidas, ms: int) -> None:
    equipes, no_estado = vivo.equipes or ("",), {NO_ESTADO: ms}
    _em(somas, Corte.TOTAL, "", hora, medidas)
    _em(somas, Corte.ATENDENTE, atendente_id, hora, medidas)
    _em(somas, Corte.ESTADO, vivo.estado, hora, no_estado)
    _em(somas, Corte.ATENDENTE_E_ESTADO, f"{atendente_id}/{vivo.estado}", hora, no_estado)
    for equipe in equipes:
        _em(somas, Corte.EQUIPE, equipe, hora, medidas)
        _em(somas, Corte.EQUIPE_E_ESTADO, f"{equipe}/{vivo.estado}", hora, no_estado)


def _em(somas: Somas, corte: Corte, chave: str, hora: int, medidas: Medidas) -> None:
    somar(somas.setdefault((corte, chave, hora), {}), medidas)
