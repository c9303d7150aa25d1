"""The machine's clock is set by an hour: what counts comes once, not before its instant, and none is forgotten.

(What is promised by policies of SLA and what is said to silent contacts are tried so with their own tests.)
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.atendente.comandos import Desconectou, VerArremates
from actors.empresa.comandos import AtualizarEmpresa
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AdiarTicket
from engine.modelo import AtendenteRow, DecisaoRow
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Oferta, Politica
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores

MINUTO = 60_000
HORA = 60 * MINUTO

Contar = Callable[[], int]
"""How often it has come."""


def _com_politica(cena: Cena, politica: Politica) -> str:
    fila = cena.fila("fila")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))
    return fila


def _decisoes(cena: Cena, tipo: str) -> Contar:
    return lambda: sum(1 for row in cena.loja.de(DecisaoRow, EMPRESA) if row.tipo == tipo)


def oferta(cena: Cena) -> Contar:
    fila = _com_politica(cena, Politica(modo="oferta", oferta=Oferta(segundos=600)))
    cena.atendente("ana", fila)
    cena.ticket(fila)
    return _decisoes(cena, "sem_resposta")


def dono_calado(cena: Cena) -> Contar:
    fila = _com_politica(cena, Politica(silencio_segundos=600))
    cena.atendente("ana", fila)
    cena.ticket(fila)
    return _decisoes(cena, "devolucao")


def arremate(cena: Cena) -> Contar:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(Capacidade(arremate_segundos=600))))
    ana = cena.atendente("ana")
    cena.mudar(cena.ticket(), "RESOLVIDO")
    return lambda: int(not cena.pedir(VerArremates(quem=ADMIN, atendente_id=ana)))


def adiado(cena: Cena) -> Contar:
    cena.atendente("ana")
    cena.pedir(AdiarTicket(quem=ADMIN, ticket_id=cena.ticket(), ate=cena.clock.now() + 10 * MINUTO, motivo=None))
    return lambda: len(cena.eventos("ticket_lembrete"))


def graca(cena: Cena) -> Contar:
    """Ten minutes are more than it is: it is tried near its end."""
    ana = cena.atendente("ana")
    cena.pedir(Desconectou(quem=ADMIN, atendente_id=ana))
    cena.clock.advance_to(cena.clock.now() + 20_000)

    def fora() -> int:
        row = cena.loja.um(AtendenteRow, EMPRESA, ana)
        return 0 if row is None or row.online else 1

    return fora


CONTAM = [oferta, dono_calado, arremate, adiado, graca]


@pytest.mark.parametrize("comeca", CONTAM)
def test_set_an_hour_ahead_what_was_to_come_comes_at_once_and_once(comeca: Callable[[Cena], Contar]) -> None:
    cena = Cena()
    veio = comeca(cena)
    assert veio() == 0
    cena.clock.advance_to(cena.clock.now() + HORA)
    cena.mundo.avancar(1)
    assert veio() == 1
    _voltar(cena)  # and put right again
    cena.mundo.avancar(9 * MINUTO)
    assert veio() <= 1
    conferir_atores(cena.mundo.vivas[EMPRESA])


@pytest.mark.parametrize("comeca", CONTAM)
def test_set_an_hour_back_it_comes_when_its_instant_is_there_and_not_before(comeca: Callable[[Cena], Contar]) -> None:
    cena = Cena()
    veio = comeca(cena)
    cena.mundo.avancar(5_000)
    assert veio() == 0
    _voltar(cena)
    cena.mundo.avancar(HORA - 5_000)
    assert veio() == 0
    cena.mundo.avancar(10 * MINUTO)
    assert veio() == 1
    conferir_atores(cena.mundo.vivas[EMPRESA])


def _voltar(cena: Cena) -> None:
    cena.clock._now -= HORA
