"""Between the promise of a ticket and its taking: what else happens there, and what crashes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actors.atendente.comandos import AtualizarAtendente, ExcluirAtendente, MudarPresenca
from actors.fila.comandos import AtualizarFila, RemoverMembro
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import CriarTicket, VerTicket
from actors.ticket.mensagens import DonoOffline
from actors.ticket.ticket import Ticket
from engine.distribuicao import Promessa
from engine.politica.modelo import HabilidadeExigida, Politica, RegraDeHabilidades
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.flagrantes import Flagrantes
from tests.simulacao.invariantes import conferir_atores
from tests.simulacao.mundo import uma_mensagem_por_vez

MOMENTOS = range(8)


@pytest.fixture
def cena() -> Cena:
    return Cena()


def conferir(cena: Cena) -> None:
    cena.mundo.assentar()
    conferir_atores(cena.mundo.vivas[EMPRESA])


class Prometido(Cena):
    """Ana, who serves two filas, comes online while a ticket waits in each of them; bia has room in one."""

    def __init__(self) -> None:
        super().__init__()
        self.uma, self.outra = self.fila("uma", prioridade=5), self.fila("outra", prioridade=4)
        self.ana = self.atendente("ana", self.uma, self.outra, online=False)
        self.da_outra, self.da_uma = self.ticket(self.outra), self.ticket(self.uma)

    def prometer(self) -> None:
        self.enviar(MudarPresenca(quem=ADMIN, atendente_id=self.ana, online=True))


SABE_X = RegraDeHabilidades(exige=(HabilidadeExigida(nome="x"),))
MUDANCAS: dict[str, Callable[[Prometido], Any]] = {
    "priority": lambda c: AtualizarFila(quem=ADMIN, fila_id=c.outra, prioridade=10),
    "strategy": lambda c: AtualizarFila(quem=ADMIN, fila_id=c.uma, estrategia="ROUND_ROBIN"),
    "by hand": lambda c: AtualizarFila(quem=ADMIN, fila_id=c.uma, distribuicao_automatica=False),
    "leaving": lambda c: RemoverMembro(quem=ADMIN, fila_id=c.uma, atendente_id=c.ana),
    "pause": lambda c: MudarPresenca(quem=ADMIN, atendente_id=c.ana, online=True, estado="pausa"),
    "skills asked": lambda c: GravarPolitica(quem=ADMIN, fila_id=c.uma, documento=Politica(habilidades=(SABE_X,))),
    "no room": lambda c: AtualizarAtendente(quem=ADMIN, atendente_id=c.ana, capacidade=0),
    "deletion": lambda c: ExcluirAtendente(quem=ADMIN, atendente_id=c.ana),
}


@pytest.mark.parametrize("mudanca", MUDANCAS)
@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_change_at_any_moment_of_a_promise_gives_nothing_to_who_may_not_have_it(mudanca: str, momento: int) -> None:
    flagrantes = Flagrantes()
    with uma_mensagem_por_vez(), flagrantes.armados():
        cena = Prometido()
        cena.prometer()
        cena.mundo.andar(momento)
        cena.enviar(MUDANCAS[mudanca](cena))
        conferir(cena)
        assert flagrantes.vistos == []
    feita = [evento for evento in cena.eventos() if evento.tipo != "ticket_atribuido"][-1]
    dados = {evento.ticket_id: evento.seq < feita.seq for evento in cena.eventos("ticket_atribuido")}
    if mudanca in {"by hand", "leaving", "skills asked"}:
        assert dados == ({cena.da_uma: True} if cena.da_uma in dados else {cena.da_outra: False})
    elif mudanca == "strategy":
        assert cena.dono(cena.da_uma) == cena.ana


def test_a_filas_new_priority_ranks_what_waits_while_another_is_promised() -> None:
    """Ana is promised the one that ranked first; the next one that she takes is what ranks first then."""
    with uma_mensagem_por_vez():
        cena = Prometido()
        urgente = cena.ticket(cena.uma, "URGENTE")
        cena.prometer()
        cena.mundo.andar(1)
        assert cena.mundo.vivas[EMPRESA].distribuicao._distribuidor.promessas.keys() == {urgente}
        cena.enviar(AtualizarFila(quem=ADMIN, fila_id=cena.outra, prioridade=9))
        cena.mundo.assentar()
    assert cena.dono(urgente) == cena.ana
    cena.mudar(urgente, "FECHADO")
    assert [cena.dono(ticket) for ticket in (cena.da_uma, cena.da_outra)] == [None, cena.ana]


@pytest.mark.parametrize("quando", ["before", "after"])
@pytest.mark.parametrize("vezes", [1, 3, 6])
def test_a_ticket_that_crashes_as_it_is_given_has_its_owner_in_the_end(
    cena: Cena, monkeypatch: pytest.MonkeyPatch, quando: str, vezes: int
) -> None:
    """Also if it had to be quarantined; meanwhile another ticket takes the slot."""
    receber, faltam = Ticket.handlers[Promessa], [None] * vezes

    def fragil(ticket: Any, m: Any) -> None:
        if quando == "after":
            receber(ticket, m)
        if faltam:
            faltam.pop()
            raise RuntimeError("crash")
        if quando == "before":
            receber(ticket, m)

    ana = cena.atendente("ana", capacidade=2)
    monkeypatch.setitem(Ticket.handlers, Promessa, fragil)
    ticket = cena.ticket()
    outro = cena.ticket()
    assert cena.dono(outro) == ana
    cena.mundo.avancar(61_000)
    assert (cena.dono(ticket), cena.ativos(ana)) == (ana, 2)
    conferir(cena)


@pytest.mark.parametrize("vezes", [1, 6])
def test_a_ticket_that_crashes_as_its_owner_leaves_goes_back_to_the_line_all_the_same(
    cena: Cena, monkeypatch: pytest.MonkeyPatch, vezes: int
) -> None:
    tratar, faltam = Ticket.handlers[DonoOffline], [None] * vezes

    def fragil(ticket: Any, m: Any) -> None:
        if faltam:
            faltam.pop()
            raise RuntimeError("crash")
        tratar(ticket, m)

    ana, bia = cena.atendente("ana"), cena.atendente("bia", online=False)
    ticket = cena.ticket()
    monkeypatch.setitem(Ticket.handlers, DonoOffline, fragil)
    cena.presenca(ana, online=False)
    cena.mundo.avancar(61_000)
    assert cena.dono(ticket) is None
    cena.presenca(bia, online=True)
    assert cena.dono(ticket) == bia
    conferir(cena)


def test_a_ticket_that_is_out_of_order_is_given_to_nobody(cena: Cena, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = cena.atendente("ana", online=False)
    ticket, outro = cena.ticket(prioridade="URGENTE"), cena.ticket()

    def quebrar(ator: object, comando: object) -> None:
        raise RuntimeError("crash")

    with monkeypatch.context() as veneno:
        veneno.setitem(Ticket.handlers, VerTicket, quebrar)
        for _ in range(6):
            cena.recusa(VerTicket(quem=ADMIN, ticket_id=ticket))
    cena.presenca(ana, online=True)
    assert cena.dono(outro) == ana
    cena.mudar(outro, "FECHADO")
    assert cena.ativos(ana) == 0
    cena.mundo.avancar(61_000)
    assert cena.dono(ticket) == ana


@pytest.mark.parametrize("momento", MOMENTOS)
def test_an_agent_that_is_being_deleted_is_given_nothing(momento: int) -> None:
    """While its tickets move to another, one more comes."""
    flagrantes = Flagrantes()
    with uma_mensagem_por_vez(), flagrantes.armados():
        cena = Cena()
        ana = cena.atendente("ana", capacidade=5)
        tickets = [cena.ticket() for _ in range(3)]
        bia = cena.atendente("bia", capacidade=9)
        cena.enviar(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
        cena.mundo.andar(momento)
        novo = cena.enviar(CriarTicket(quem=ADMIN, contato_nome="C", contato_telefone="5511999998888"))
        conferir(cena)
        assert flagrantes.vistos == []
    assert [cena.dono(ticket) for ticket in (*tickets, novo.get().id)] == [bia] * 4
