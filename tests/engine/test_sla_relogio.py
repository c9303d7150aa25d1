"""The clock of an SLA, held against one that looks at every minute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import estados
from engine.calendario.agenda import SEMPRE, agenda_de
from engine.calendario.modelo import Calendario
from engine.modelo import TicketRow
from engine.sla import passagem, relogio
from engine.sla.regra import Regra
from engine.sla.relogio import Dito

MINUTO: Final = 60_000
INICIO: Final = 1_767_614_400_000
"""2026-01-05T12:00Z: a Monday, nine o'clock in São Paulo."""
COMERCIAL: Final = agenda_de(
    Calendario(dias=dict.fromkeys(("seg", "ter", "qua", "qui", "sex"), (("08:00", "12:00"), ("13:00", "18:00"))))
)
BASE: Final = TicketRow(
    "e", "t", 1, "ABERTO", "NORMAL", "Zé", "+5511999998888", None, None, "f", None, None, False, INICIO, INICIO, INICIO,
    None, None, None,
)  # fmt: skip

Passo = Literal["responde", "escreve", "PENDENTE", "EM_ANDAMENTO", "ABERTO", "RESOLVIDO", "reabre"]


def regra(*, pausa: bool = True, alertas: tuple[int, ...] = (50, 80), comercial: bool = True) -> Regra:
    tempo = COMERCIAL if comercial else SEMPRE
    return Regra("p", 1, tempo, 60 * MINUTO, 30 * MINUTO, 600 * MINUTO, alertas, pausa)


class Balcao:
    """A ticket, and what was told of it; time goes on from one minute to the next."""

    def __init__(self, regra: Regra) -> None:
        self.regra = regra
        self.now = INICIO
        self.row = replace(BASE, sla=passagem.ao_abrir(BASE, regra, INICIO))
        self.ditos: list[Dito] = []

    def avancar(self, minutos: int) -> None:
        """As the timers do: at the very instant in which something is due."""
        ate = self.now + minutos * MINUTO
        while self.row.sla is not None and self.row.sla.vence is not None and self.row.sla.vence <= ate:
            self.now = max(self.now, self.row.sla.vence)
            self._vencer()
        self.now = ate

    def _vencer(self) -> None:
        assert self.row.sla is not None
        sla, ditos = relogio.vencer(self.row.sla, self.regra, self.now)
        self.row = replace(self.row, sla=sla)
        self.ditos += ditos

    def fazer(self, passo: Passo) -> None:
        antes, now = self.row, self.now
        if passo == "responde":
            if antes.data_primeira_resposta is None:
                self.row = replace(antes, data_primeira_resposta=now)
            assert self.row.sla is not None
            self.row = replace(self.row, sla=passagem.respondida(self.row.sla, now))
        elif passo == "escreve":
            self.row = replace(antes, sla=passagem.escrita(antes, self.regra, now))
        else:
            self._passar(passo)

    def _passar(self, passo: Passo) -> None:
        antes, now = self.row, self.now
        depois = {
            "PENDENTE": lambda: estados.pendenciar(antes, now),
            "EM_ANDAMENTO": lambda: replace(antes, status="EM_ANDAMENTO"),
            "ABERTO": lambda: estados.esperar_na_fila(antes, "f", now),
            "RESOLVIDO": lambda: estados.encerrar(antes, "RESOLVIDO", now),
            "reabre": lambda: estados.esperar_na_fila(antes, "f", now),
        }[passo]()
        self.row = replace(depois, sla=passagem.ao_mudar(antes, depois, lambda _: self.regra, now))


class Conta:
    """The same, counted a minute at a time: at so many minutes as a target lasts it is missed."""

    def __init__(self, regra: Regra) -> None:
        self.regra = regra
        self.now = INICIO
        self.status = "ABERTO"
        self.respondido = False
        self.contado: dict[str, int] = {"primeiraResposta": 0, "resolucao": 0}
        """Of what counts, in minutes."""
        self.dito: dict[str, set[int | None]] = {"primeiraResposta": set(), "resolucao": set()}
        self.ditos: list[tuple[str, int | None, int]] = []
        self.resolucao = 0

    def avancar(self, minutos: int) -> None:
        for _ in range(minutos):
            conta = self.status in {"ABERTO", "EM_ANDAMENTO"} or (self.status == "PENDENTE" and not self.regra.pausa)
            if conta and self.regra.tempo.entre(self.now, self.now + MINUTO):
                self.contado = {alvo: quanto + 1 for alvo, quanto in self.contado.items()}
            self.now += MINUTO
            if conta:
                self._dizer()

    def _dizer(self) -> None:
        for alvo, quanto in self.contado.items():
            dura = {"primeiraResposta": 60, "proximaResposta": 30, "resolucao": 600}[alvo]
            for porcento in (*self.regra.alertas, None):
                if quanto >= dura * (porcento or 100) / 100 and porcento not in self.dito[alvo]:
                    self.dito[alvo].add(porcento)
                    self.ditos.append((alvo, porcento, self.now))

    def fazer(self, passo: Passo) -> None:
        if passo == "responde":
            self.respondido = True
            self.contado.pop("primeiraResposta", None)
            self.contado.pop("proximaResposta", None)
        elif passo == "escreve":
            if self.respondido and self.status != "RESOLVIDO" and "proximaResposta" not in self.contado:
                self.contado["proximaResposta"], self.dito["proximaResposta"] = 0, set()
        elif passo == "reabre":
            self.status = "ABERTO"
            self.contado["resolucao"] = self.resolucao
            if not self.respondido:
                self.contado["primeiraResposta"], self.dito["primeiraResposta"] = 0, set()
        else:
            if passo == "RESOLVIDO":
                self.resolucao = self.contado["resolucao"]
                self.contado = {}
            self.status = passo


def _passos_possiveis(status: str) -> Sequence[Passo]:
    if status == "RESOLVIDO":
        return ("escreve", "reabre")
    return ("responde", "escreve", "PENDENTE", "EM_ANDAMENTO", "ABERTO", "RESOLVIDO")


@given(
    st.data(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), (80,), (50, 80)]),
)
def test_each_target_is_told_of_when_it_has_counted_so_much_and_once(
    data: st.DataObject, pausa: bool, comercial: bool, alertas: tuple[int, ...]
) -> None:
    r = regra(pausa=pausa, alertas=alertas, comercial=comercial)
    balcao, conta = Balcao(r), Conta(r)
    for _ in range(data.draw(st.integers(0, 12))):
        minutos = data.draw(st.integers(0, 400))
        balcao.avancar(minutos)
        conta.avancar(minutos)
        passo = data.draw(st.sampled_from(_passos_possiveis(conta.status)))
        balcao.fazer(passo)
        conta.fazer(passo)
    balcao.avancar(3000)
    conta.avancar(3000)
    contados = sorted((em, alvo, 100 if porcento is None else porcento) for alvo, porcento, em in conta.ditos)
    ditos = sorted((dito.em, dito.alvo, 100 if dito.porcento is None else dito.porcento) for dito in balcao.ditos)
    assert ditos == contados


@pytest.mark.parametrize("porcento", [1, 50, 99])
def test_a_warning_comes_before_the_breach_however_short_the_target_is(porcento: int) -> None:
    curta = Regra("p", 1, SEMPRE, 1_000, None, None, (porcento,), True)
    sla = relogio.abrir(curta, 0, 0)
    sla, ditos = relogio.vencer(sla, curta, 10_000)
    assert [(dito.porcento, dito.em) for dito in ditos] == [(porcento, porcento * 10), (None, 1_000)]
    assert sla.vence is None


def test_a_clock_that_is_set_back_takes_nothing_from_what_was_counted() -> None:
    sla = relogio.abrir(regra(comercial=False), INICIO, INICIO)
    parado = relogio.pausar(sla, INICIO + 10 * MINUTO)
    segue = relogio.retomar(parado, regra(comercial=False), INICIO - 50 * MINUTO)
    assert segue.primeira == sla.primeira
