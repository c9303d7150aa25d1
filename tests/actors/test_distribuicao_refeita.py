"""The Distribuidor fails, which would be a fault of ours: the turn stands, and it is made anew from what is saved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from actors.atendente.comandos import (
    AtualizarAtendente,
    Conectou,
    Desconectou,
    ListarAtendentes,
    MudarPresenca,
    VerAtendente,
)
from actors.diretorio.distribuicao import DESCANSO, Distribuicao
from actors.diretorio.distribuicao import POR_FATIA as TICKETS_POR_FATIA
from actors.diretorio.mensagens import AvancarDistribuicao
from actors.empresa.comandos import AtualizarEmpresa
from actors.empresa.empresa import Empresa
from actors.fila.comandos import AtualizarFila, VerFila
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, VerTicket
from actors.ticket.ticket import Ticket
from engine.distribuicao import Distribuidor, Linha, Pareador, Regras
from engine.distribuicao.pareador import POR_FATIA as TICKETS_POR_VEZ
from engine.modelo import TicketRow
from engine.politica.modelo import Anel, HabilidadeExigida, Politica, RegraDeHabilidades
from engine.runtime import Dispatcher
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores, conferir_participacao
from tests.simulacao.mundo import uma_mensagem_por_vez


@pytest.fixture
def cena() -> Cena:
    return Cena()


class Falha:
    """Whoever looks for somebody for a ticket of this fila, or for its rank, fails: as often as is ``ainda`` said."""

    def __init__(self, frasco: pytest.MonkeyPatch, fila_id: str, ainda: int = 1_000_000) -> None:
        self.ainda, self.vezes, self._fila_id = ainda, 0, fila_id
        escolher, posto = Linha.escolher, Regras.posto
        frasco.setattr(Linha, "escolher", lambda linha, *args: self._ou(linha.fila.id, partial(escolher, linha, *args)))
        frasco.setattr(
            Regras, "posto", lambda regras, row, *args: self._ou(row.fila_id, partial(posto, regras, row, *args))
        )

    def _ou(self, fila_id: str, fazer: Callable[[], Any]) -> Any:
        if self.ainda and fila_id == self._fila_id:
            self.ainda -= 1
            self.vezes += 1
            raise RuntimeError("a fault of ours")
        return fazer()


def refeitas(cena: Cena) -> int:
    return cena.mundo.supervisor.restarts["Distribuidor"]


def conferir(cena: Cena) -> None:
    viva = cena.mundo.vivas[EMPRESA]
    conferir_atores(viva)
    conferir_participacao(viva, cena.loja)


def quebrar(ator: object, mensagem: object) -> None:
    raise RuntimeError("crash")


def quebrou(cena: Cena) -> None:
    """It fails, whatever it was doing."""
    cena.mundo.vivas[EMPRESA].distribuicao._quebrou(RuntimeError("a fault of ours"))


def quebrar_a_empresa(cena: Cena, frasco: pytest.MonkeyPatch, vezes: int) -> None:
    """Six times, and it is quarantined."""
    with frasco.context() as veneno:
        veneno.setitem(Empresa.handlers, ListarAtendentes, quebrar)
        for _ in range(vezes):
            cena.recusa(ListarAtendentes(quem=ADMIN))


def por_em_quarentena(cena: Cena, frasco: pytest.MonkeyPatch, ticket: str) -> None:
    with frasco.context() as veneno:
        veneno.setitem(Ticket.handlers, VerTicket, quebrar)
        for _ in range(6):
            cena.recusa(VerTicket(quem=ADMIN, ticket_id=ticket))


# -- once --------------------------------------------------------------------------------------------------------------


def test_a_failure_undoes_no_turn_and_all_is_given_out_as_soon_as_it_is_made_anew(
    cena: Cena, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fila, outra = cena.fila("fila"), cena.fila("outra")
    ana = cena.atendente("ana", fila, outra, capacidade=3)
    tem = cena.ticket(outra)
    with caplog.at_level(logging.WARNING, "actors"):
        falha = Falha(monkeypatch, fila, 1)
        ticket = cena.ticket(fila)
    assert cena.loja.um(TicketRow, EMPRESA, ticket) is not None, "the turn stands"
    assert [cena.dono(id_) for id_ in (tem, ticket)] == [ana, ana]
    assert (falha.vezes, refeitas(cena)) == (1, 1)
    ditos = [r.levelname for r in caplog.records if "the distribution of" in r.message]
    assert ditos == ["CRITICAL", "WARNING"], "that it failed, and that it goes on"
    conferir(cena)


@pytest.mark.parametrize("momento", range(10))
def test_whatever_happens_while_it_is_made_anew_is_told_as_always(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        outra = cena.fila("outra")
        ana, bia = cena.atendente("ana", capacidade=2), cena.atendente("bia", outra, capacidade=2)
        fecha, volta = cena.ticket(), cena.ticket()
        quebrou(cena)
        cena.mundo.andar(momento)
        cena.enviar(AtualizarTicket(quem=ADMIN, ticket_id=fecha, status="FECHADO"))
        cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=False))
        cena.mundo.andar(momento)
        cena.enviar(AtualizarFila(quem=ADMIN, fila_id=outra, prioridade=9))
        cena.mundo.assentar()
        cena.presenca(ana, online=False)  # it may have been refused, while nobody knew what she had
        novo = cena.ticket(outra)
    assert [cena.dono(ticket) for ticket in (fecha, volta, novo)] == [None, None, bia]
    conferir(cena)


def test_nobody_is_answered_by_what_is_not_known_yet(cena: Cena, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, to be asked again, and that is no crash. (Here the Empresa is out of order at the same time.)"""
    ana, bia = cena.atendente("ana", capacidade=2), cena.atendente("bia", online=False)
    ticket = cena.ticket()
    quebrar_a_empresa(cena, monkeypatch, 6)
    quebrou(cena)
    for comando in (
        MudarPresenca(quem=ADMIN, atendente_id=ana, online=True, estado="pausa"),
        AtualizarAtendente(quem=ADMIN, atendente_id=ana, capacidade=2),
        VerAtendente(quem=ADMIN, atendente_id=ana),
        AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=bia, forcar=True),
    ):
        assert cena.erro(comando).status == 503
    assert cena.mundo.supervisor.restarts["Atendente"] == 0
    cena.mundo.avancar(61_000)
    cena.presenca(ana, online=True, estado="pausa")
    assert cena.ativos(ana) == 1
    conferir(cena)


def test_who_left_before_it_was_known_what_it_had_loses_it_all_the_same(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    cena.pedir(Conectou(quem=ADMIN, atendente_id=ana))
    cena.pedir(Desconectou(quem=ADMIN, atendente_id=ana))
    quebrar_a_empresa(cena, monkeypatch, 6)
    quebrou(cena)
    cena.mundo.avancar(31_000)
    assert cena.dono(ticket) == ana, "nobody could tell it"
    cena.mundo.avancar(31_000)
    assert cena.dono(ticket) is None
    conferir(cena)


# -- again and again ---------------------------------------------------------------------------------------------------


class Doente(Cena):
    """A fila for whose tickets nobody can be chosen; ana serves it and another."""

    def __init__(self, frasco: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.doente, self.sadia = self.fila("doente"), self.fila("sadia")
        self.ana = self.atendente("ana", self.doente, self.sadia, capacidade=5)
        self.antes = self.ticket(self.sadia)
        self.falha = Falha(frasco, self.doente)
        self.ticket_doente = self.ticket(self.doente)


@pytest.fixture
def doente(monkeypatch: pytest.MonkeyPatch) -> Doente:
    return Doente(monkeypatch)


def test_after_the_second_failure_within_a_minute_it_rests_and_tries_once_a_minute(
    doente: Doente, caplog: pytest.LogCaptureFixture
) -> None:
    assert refeitas(doente) == 2
    with caplog.at_level(logging.CRITICAL, "actors"):
        doente.mundo.avancar(DESCANSO - 10)
        assert refeitas(doente) == 2
        doente.mundo.avancar(3 * DESCANSO)
    assert refeitas(doente) == 5
    assert doente.falha.vezes == 5
    assert len(caplog.records) == 3, "each attempt says once that it failed"
    assert doente.mundo.loop.dispatcher.idle(), "nothing goes round meanwhile"


def test_while_it_rests_people_give_by_hand_and_everybody_is_seen(doente: Doente) -> None:
    novo = doente.ticket(doente.sadia)
    assert doente.dono(novo) is None, "nothing is given out"
    doente.atribuir(novo, doente.ana)
    assert doente.dono(novo) == doente.ana
    assert doente.ativos(doente.ana) == 2
    assert [um.ativos for um in doente.pedir(ListarAtendentes(quem=ADMIN))] == [2]
    assert doente.pedir(VerFila(quem=ADMIN, fila_id=doente.doente)).aguardando == 1
    doente.presenca(doente.ana, online=True, estado="pausa")
    assert (
        doente.recusa(MudarPresenca(quem=ADMIN, atendente_id=doente.ana, online=True, estado="?")) == "estado_invalido"
    )


def test_when_the_fault_is_gone_all_that_waits_is_given_out_after_the_rest(doente: Doente) -> None:
    novo = doente.ticket(doente.sadia)
    doente.falha.ainda = 0
    doente.mundo.avancar(DESCANSO)
    assert [doente.dono(ticket) for ticket in (doente.antes, doente.ticket_doente, novo)] == [doente.ana] * 3
    conferir(doente)
    doente.mundo.avancar(2 * DESCANSO)
    doente.falha.ainda = 1
    ticket = doente.ticket(doente.doente)
    assert (doente.falha.ainda, doente.dono(ticket)) == (0, doente.ana), "a failure long after is the first again"


@pytest.mark.parametrize("quebras", [1, 6])
def test_a_crash_of_the_empresa_neither_ends_nor_cuts_the_rest(
    doente: Doente, monkeypatch: pytest.MonkeyPatch, quebras: int
) -> None:
    quebrar_a_empresa(doente, monkeypatch, quebras)
    assert doente.falha.vezes == refeitas(doente) == 2
    doente.falha.ainda = 0
    doente.mundo.avancar(DESCANSO - 10)
    assert doente.dono(doente.ticket_doente) is None
    doente.mundo.avancar(DESCANSO)
    assert doente.dono(doente.ticket_doente) == doente.ana
    conferir(doente)


def test_slots_that_are_counted_otherwise_meanwhile_are_so_at_once_and_the_rest_goes_on(doente: Doente) -> None:
    doente.mundo.avancar(1_000)
    doente.pedir(AtualizarEmpresa(quem=ADMIN, capacidade='{"custoPendente": 0.5}'))
    assert doente.ativos(doente.ana) == 1, "it is known what everybody has"
    doente.falha.ainda = 0
    doente.mundo.avancar(DESCANSO - 1_010)
    assert doente.dono(doente.ticket_doente) is None
    doente.mundo.avancar(DESCANSO)
    assert doente.dono(doente.ticket_doente) == doente.ana
    conferir(doente)


def test_what_is_due_while_it_rests_is_looked_at_after_the_rest_and_nothing_goes_round_meanwhile(
    doente: Doente,
) -> None:
    exige = (RegraDeHabilidades(exige=(HabilidadeExigida(nome="x"),)),)
    politica = Politica(habilidades=exige, aneis=(Anel(apos_segundos=10, dispensa=("x",)),))
    doente.pedir(GravarPolitica(quem=ADMIN, fila_id=doente.sadia, documento=politica))
    novo = doente.ticket(doente.sadia)
    distribuicao = doente.mundo.vivas[EMPRESA].distribuicao
    assert distribuicao._distribuidor.proximo_prazo() is None, "it looks at nothing, so nobody is to be told"
    doente.falha.ainda = 0
    doente.mundo.avancar(20_000)
    assert doente.dono(novo) is None
    doente.mundo.avancar(DESCANSO)
    assert doente.dono(novo) == doente.ana


@pytest.mark.parametrize("quando", ["before", "after"])
def test_what_was_due_when_the_empresa_crashed_at_it_is_done_all_the_same(
    cena: Cena, monkeypatch: pytest.MonkeyPatch, quando: str
) -> None:
    """A ring begins, and the Empresa is told."""
    fila, aneis = cena.fila("fila"), (Anel(apos_segundos=30, dispensa=("x",)), Anel(apos_segundos=60, reduz_nivel=1))
    exige = (RegraDeHabilidades(exige=(HabilidadeExigida(nome="x"),)),)
    politica = Politica(habilidades=exige, aneis=aneis)
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    avancar = Empresa.handlers[AvancarDistribuicao]

    def quebrar_nela(empresa: Empresa, m: object) -> None:
        if quando == "after":
            avancar(empresa, m)
        raise RuntimeError("crash")

    with monkeypatch.context() as veneno:
        veneno.setitem(Empresa.handlers, AvancarDistribuicao, quebrar_nela)
        cena.mundo.avancar(30_000)
    assert cena.dono(ticket) == ana
    conferir(cena)


def test_an_empresa_comes_up_though_nobody_can_be_chosen_for_one_of_its_filas(doente: Doente) -> None:
    doente.reiniciar()
    assert refeitas(doente) == 2
    novo = doente.ticket(doente.sadia)
    doente.falha.ainda = 0
    doente.mundo.avancar(DESCANSO)
    assert [doente.dono(ticket) for ticket in (doente.ticket_doente, novo)] == [doente.ana] * 2
    conferir(doente)


# -- what it is told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tem_dono", [True, False])
def test_a_ticket_that_is_out_of_order_keeps_its_slot_and_is_given_to_nobody(
    cena: Cena, monkeypatch: pytest.MonkeyPatch, tem_dono: bool
) -> None:
    ana = cena.atendente("ana", online=tem_dono)
    ticket = cena.ticket()
    por_em_quarentena(cena, monkeypatch, ticket)
    quebrou(cena)
    cena.mundo.assentar()
    if not tem_dono:
        cena.presenca(ana, online=True)
        assert cena.pedir(VerFila(quem=ADMIN, fila_id=cena.geral)).aguardando == 1
    outro = cena.ticket()
    assert cena.dono(outro) == (None if tem_dono else ana)
    assert cena.ativos(ana) == 1
    cena.mundo.avancar(61_000)
    assert cena.dono(ticket) == (ana if tem_dono else None)
    conferir(cena)


def test_it_is_told_in_slices_however_much_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no slice holds the loop for long."""
    cena = Cena()
    filas = [cena.fila(f"fila {n}") for n in range(3)]
    cheia = cena.atendente("cheia", *filas, capacidade=1)
    for n in range(2 * TICKETS_POR_FATIA + 10):
        cena.ticket(filas[n % 3])
    feito: list[dict[str, int]] = []
    contar(monkeypatch, feito)
    quebrou(cena)
    cena.mundo.assentar()
    assert sum(fatia.get("ticket_mudou", 0) for fatia in feito) == 2 * TICKETS_POR_FATIA + 10
    assert max(fatia.get("ticket_mudou", 0) for fatia in feito) == TICKETS_POR_FATIA
    assert len({fatia["passe"] for fatia in feito}) == len(feito) > 4, "others go on between two of them"
    assert max(fatia.get("serve", 0) for fatia in feito) == len(cena.membros(cena.geral) | {cheia})
    conferir(cena)


def test_it_gives_out_in_slices_too(monkeypatch: pytest.MonkeyPatch) -> None:
    cena = Cena()
    quantos = TICKETS_POR_VEZ + 5
    fila = cena.fila("fila")
    for n in range(quantos):
        cena.atendente(str(n), fila)
    quebrou(cena)
    quebrou(cena)  # the second time it rests: whatever comes meanwhile waits
    for _ in range(quantos):
        cena.ticket(fila)
    feito: list[dict[str, int]] = []
    contar(monkeypatch, feito)
    cena.mundo.avancar(DESCANSO + 1_000)
    assert sum(fatia.get("_prometer", 0) for fatia in feito) == quantos
    assert max(fatia.get("_prometer", 0) for fatia in feito) == TICKETS_POR_VEZ
    conferir(cena)


def contar(frasco: pytest.MonkeyPatch, feito: list[dict[str, int]]) -> None:
    """Each slice of making it anew, with how often it called what."""
    continuar, passar = Distribuicao.continuar, Dispatcher.run_pass
    passes = [0]

    def passe(dispatcher: Dispatcher) -> None:
        passes[0] += 1
        passar(dispatcher)

    def fatia(distribuicao: Distribuicao) -> None:
        feito.append({"passe": passes[0]})
        continuar(distribuicao)

    frasco.setattr(Dispatcher, "run_pass", passe)
    frasco.setattr(Distribuicao, "continuar", fatia)
    for classe, nome in ((Distribuidor, "ticket_mudou"), (Distribuidor, "serve"), (Pareador, "_prometer")):
        metodo = getattr(classe, nome)

        def contado(*de_que: Any, _nome: str = nome, _metodo: Callable[..., Any] = metodo, **mais: Any) -> Any:
            if feito:
                feito[-1][_nome] = feito[-1].get(_nome, 0) + 1
            return _metodo(*de_que, **mais)

        frasco.setattr(classe, nome, contado)
