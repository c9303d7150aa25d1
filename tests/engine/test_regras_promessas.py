"""What may come between a promise and its taking: small scenes, in every order; and what falls at once, best first."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from itertools import combinations
from typing import Literal

import pytest
from msgspec.structs import replace

from engine.distribuicao import Promessa
from engine.estados import assumir, devolver, dono, encerrar, espera, esperar_na_fila
from engine.modelo import Prioridade
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Politica
from tests.engine import linhas
from tests.engine.bancada import Bancada
from tests.engine.oraculo import Oraculo

# -- every order -------------------------------------------------------------------------------------------------------


def cena() -> Oraculo:
    """Ana serves both filas and bia one of them; each has room for one, and each has been promised one."""
    o = Oraculo()
    o.mudar_fila(linhas.fila("um", prioridade=5))
    o.mudar_fila(linhas.fila("dois", prioridade=6, estrategia="MAIOR_TEMPO_OCIOSO"))
    for pessoa, filas in (("ana", ("um", "dois")), ("bia", ("dois",))):
        o.mudar_pessoa(linhas.atendente(pessoa))
        for fila in filas:
            o.servir(fila, pessoa)
    for numero, (id_, fila) in enumerate((("A", "um"), ("B", "dois")), 1):
        o.passar(o.now + 1)
        o.mudar_ticket(linhas.ticket(id_, fila_id=fila, numero=numero, aguardando_desde=o.now))
    assert {id_: promessa.perfil.id for id_, promessa in o.distribuidor.promessas.items()} == {"A": "ana", "B": "bia"}
    return o


def fechar(o: Oraculo, ticket: str) -> None:
    o.mudar_ticket(encerrar(o.mundo.tickets[ticket], "FECHADO", o.now))


def mover(o: Oraculo, ticket: str, fila: str) -> None:
    if o.mundo.tickets[ticket].status != "FECHADO":
        o.mudar_ticket(esperar_na_fila(o.mundo.tickets[ticket], fila, o.now))


def dar(o: Oraculo, ticket: str, pessoa: str, *, forcar: bool = False) -> None:
    """By hand."""
    row, perfil = o.mundo.tickets[ticket], o.distribuidor.perfis.get(pessoa)
    impede = "gone" if perfil is None else o.distribuidor.impedimento(row, perfil)
    if row.status != "FECHADO" and (impede is None or (forcar and impede == "lotado")):
        o.mudar_ticket(assumir(row, pessoa, forcado=impede is not None, now=o.now))


def devolver_se_tem(o: Oraculo, ticket: str) -> None:
    if dono(o.mundo.tickets[ticket]) is not None:
        o.mudar_ticket(devolver(o.mundo.tickets[ticket], o.now))


def pausar(o: Oraculo, pessoa: str) -> None:
    o.mudar_pessoa(replace(o.mundo.pessoas[pessoa], estado="pausa"))


ACASOS: dict[str, Callable[[Oraculo], None]] = {
    "A closes": lambda o: fechar(o, "A"),
    "A moves": lambda o: mover(o, "A", "dois"),
    "A becomes urgent": lambda o: o.mudar_ticket(replace(o.mundo.tickets["A"], prioridade="URGENTE")),
    "A is given to bia by force": lambda o: dar(o, "A", "bia", forcar=True),
    "B is given to ana by hand": lambda o: dar(o, "B", "ana"),
    "B comes back": lambda o: devolver_se_tem(o, "B"),
    "ana pauses": lambda o: pausar(o, "ana"),
    "ana leaves": lambda o: o.servir("um", "ana", ()),
    "ana has room for two": lambda o: o.mudar_pessoa(replace(o.mundo.pessoas["ana"], capacidade=2)),
    "ana is out of order": lambda o: o.deixar_de_dar("ana", parado=True),
    "bia is being deleted": lambda o: o.deixar_de_dar("bia", saindo=True),
    "a fila is given by hand": lambda o: o.mudar_fila(replace(o.mundo.filas["dois"], distribuicao_automatica=False)),
    "a fila ranks higher": lambda o: o.mudar_fila(replace(o.mundo.filas["um"], prioridade=10)),
    "it is made anew": lambda o: o.refazer(lembrar="tudo"),
}  # fmt: skip


def tomar(o: Oraculo, promessa: Promessa) -> None:
    """What a ticket does that is told of a promise."""
    if o.distribuidor.vale(promessa):
        o.mudar_ticket(assumir(o.mundo.tickets[promessa.row.id], promessa.perfil.id, forcado=False, now=o.now))


def a_promessa(o: Oraculo, qual: int) -> Promessa:
    """One of all that was told; in these scenes that is promises."""
    promessa = o.correio[qual]
    assert isinstance(promessa, Promessa)
    return promessa


def em_toda_ordem(o: Oraculo, acasos: tuple[str, ...], lidas: frozenset[int] = frozenset()) -> None:
    """Every order of these and of the mail, in which what one ticket is told comes in order."""
    por_vir: dict[str, int] = {}
    for numero, promessa in enumerate(o.correio):
        if numero not in lidas:
            por_vir.setdefault(promessa.ticket_id, numero)
    for acaso in acasos:
        outro = deepcopy(o)
        ACASOS[acaso](outro)
        em_toda_ordem(outro, tuple(um for um in acasos if um != acaso), lidas)
    for numero in por_vir.values():
        outro = deepcopy(o)
        tomar(outro, a_promessa(outro, numero))
        em_toda_ordem(outro, acasos, lidas | {numero})
    if not acasos and not por_vir:
        assert not o.distribuidor.promessas, "all has been told, and taken"


@pytest.mark.parametrize("acasos", list(combinations(ACASOS, 2)), ids=" and ".join)
def test_two_things_in_every_order_with_the_taking_of_two_promises(acasos: tuple[str, ...]) -> None:
    em_toda_ordem(cena(), acasos)


@pytest.mark.parametrize(
    "acasos",
    [
        ("A closes", "ana pauses", "ana leaves"),
        ("A is given to bia by force", "B comes back", "ana has room for two"),
        ("A moves", "bia is being deleted", "it is made anew"),
        ("A becomes urgent", "a fila ranks higher", "a fila is given by hand"),
        ("B is given to ana by hand", "ana is out of order", "A moves"),
    ],
    ids=", ".join,
)
def test_three_things_in_every_order_with_the_taking_of_two_promises(acasos: tuple[str, ...]) -> None:
    em_toda_ordem(cena(), acasos)


# -- what falls at once ------------------------------------------------------------------------------------------------


def duas_filas(*pessoas: str, capacidade: int = 1) -> Oraculo:
    """Everybody serves both."""
    o = Oraculo()
    o.mudar_fila(linhas.fila("baixa", prioridade=1))
    o.mudar_fila(linhas.fila("alta", prioridade=9))
    for pessoa in pessoas:
        chegar(o, pessoa, capacidade)
    return o


def chegar(o: Oraculo, pessoa: str, capacidade: int = 1) -> None:
    o.mudar_pessoa(linhas.atendente(pessoa, capacidade=capacidade, ocioso_desde=o.now))
    for fila in ("baixa", "alta"):
        o.servir(fila, pessoa)


def entrar(
    o: Oraculo, id_: str, fila: str, prioridade: Prioridade = "NORMAL", devolvido_por: str | None = None
) -> None:
    numero = len(o.mundo.tickets) + 1
    o.mudar_ticket(
        linhas.ticket(id_, fila_id=fila, numero=numero, prioridade=prioridade, devolvido_por=devolvido_por)
    )  # fmt: skip


def promessas(o: Oraculo) -> dict[str, str]:
    return {id_: promessa.perfil.id for id_, promessa in o.distribuidor.promessas.items()}


@pytest.mark.parametrize("ordem", [("importante", "outro"), ("outro", "importante")])
def test_of_two_promises_that_fall_at_once_the_better_one_goes_to_who_has_room(ordem: tuple[str, str]) -> None:
    o = duas_filas("ana", capacidade=2)
    for id_ in ordem:
        entrar(o, id_, "alta" if id_ == "importante" else "baixa")
    chegar(o, "bia")
    o.mudar_pessoa(replace(o.mundo.pessoas["ana"], online=False))
    assert promessas(o) == {"importante": "bia"}


def test_what_an_agent_returns_goes_to_another_though_it_is_the_one_that_was_freed() -> None:
    o = duas_filas("ana")
    entrar(o, "ticket", "alta")
    tomar(o, a_promessa(o, 0))
    chegar(o, "bia")
    o.mudar_ticket(devolver(o.mundo.tickets["ticket"], o.now))
    assert promessas(o) == {"ticket": "bia"}


def test_of_two_who_are_freed_at_once_neither_gets_back_what_it_returned() -> None:
    o = duas_filas("ana", "bia")
    for id_ in ("um", "dois"):
        entrar(o, id_, "baixa")
    for pessoa in ("ana", "bia"):
        entrar(o, f"de {pessoa}", "alta", devolvido_por=pessoa)
    o.mudar_fila(replace(o.mundo.filas["baixa"], distribuicao_automatica=False))
    assert promessas(o) == {"de ana": "bia", "de bia": "ana"}


def test_what_nobody_else_has_room_for_in_the_end_goes_to_who_returned_it() -> None:
    """When two are freed at once, or all is opened."""
    o = duas_filas("ana", "bia")
    for id_ in ("um", "dois"):
        entrar(o, id_, "baixa")
    entrar(o, "de ana", "alta", devolvido_por="ana")
    entrar(o, "urgente", "alta", "URGENTE")
    o.mudar_fila(replace(o.mundo.filas["baixa"], distribuicao_automatica=False))
    assert set(promessas(o)) == {"de ana", "urgente"}
    o.refazer(lembrar="tudo")
    assert set(promessas(o)) == {"de ana", "urgente"}


def test_what_an_agent_ceases_to_serve_is_promised_to_others_and_what_it_has_it_keeps() -> None:
    o = duas_filas("ana", capacidade=2)
    entrar(o, "tem", "baixa")
    tomar(o, a_promessa(o, 0))
    entrar(o, "prometido", "baixa")
    chegar(o, "bia")
    o.servir("baixa", "ana", ())
    assert promessas(o) == {"prometido": "bia"}
    assert o.mundo.ocupados("ana") == {"tem"}


def test_a_promise_that_was_undone_is_made_again_and_the_old_one_is_worth_nothing() -> None:
    o = duas_filas("ana")
    entrar(o, "ticket", "baixa")
    velha = a_promessa(o, 0)
    o.passar(o.now + 1)
    o.desfazer(velha)
    assert promessas(o) == {"ticket": "ana"}
    assert not o.distribuidor.vale(velha)
    o.desfazer(velha)
    assert len(o.correio) == 2, "undone once"
    tomar(o, velha)
    assert espera(o.mundo.tickets["ticket"])


def test_promises_that_a_forced_ticket_leaves_no_room_for_fall_the_last_one_first() -> None:
    o = duas_filas("ana", capacidade=2)
    for id_ in ("primeiro", "segundo", "forçado"):
        entrar(o, id_, "baixa")
    dar(o, "forçado", "ana", forcar=True)
    assert promessas(o) == {"primeiro": "ana"}


def test_a_change_of_a_filas_priority_ranks_what_waits_anew_and_leaves_what_is_promised() -> None:
    o = duas_filas("ana")
    entrar(o, "prometido", "baixa")
    for id_, fila in (("da baixa", "baixa"), ("da alta", "alta")):
        entrar(o, id_, fila)
    o.mudar_fila(replace(o.mundo.filas["baixa"], prioridade=10))
    assert promessas(o) == {"prometido": "ana"}
    tomar(o, a_promessa(o, 0))
    fechar(o, "prometido")
    assert promessas(o) == {"da baixa": "ana"}


def test_an_agent_that_is_out_of_order_or_being_deleted_is_promised_nothing() -> None:
    for que in ("saindo", "parado"):
        o = duas_filas("ana")
        o.deixar_de_dar("ana", **{que: True})
        entrar(o, "ticket", "alta")
        assert promessas(o) == {}
        o.deixar_de_dar("ana", **{que: False})
        assert promessas(o) == {"ticket": "ana"}


def test_a_ticket_that_is_out_of_order_is_given_to_nobody_and_counted_as_waiting() -> None:
    o = duas_filas("ana")
    entrar(o, "ticket", "alta")
    o.suspender("ticket")
    assert promessas(o) == {}
    assert (o.distribuidor.linhas["alta"].aguardando(), o.distribuidor.linhas["alta"].parados) == (1, {"ticket"})
    o.voltar("ticket")
    assert promessas(o) == {"ticket": "ana"}


def test_who_had_a_ticket_before_is_the_first_to_have_it_again() -> None:
    o = duas_filas("ana", "bia", capacidade=2)
    o.mudar_fila(replace(o.mundo.filas["alta"], estrategia="ROUND_ROBIN"))
    for pessoa in ("ana", "bia"):
        entrar(o, f"de {pessoa}", "alta")
        tomar(o, a_promessa(o, -1))
        fechado = encerrar(o.mundo.tickets[f"de {pessoa}"], "RESOLVIDO", o.now)
        o.mudar_ticket(fechado)
    for pessoa in ("bia", "ana"):
        o.mudar_ticket(esperar_na_fila(o.mundo.tickets[f"de {pessoa}"], "alta", o.now), pessoa)
    assert promessas(o) == {"de bia": "bia", "de ana": "ana"}


# -- what a promise takes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("modo", ["direto", "oferta"])
def test_what_somebody_has_or_is_offered_takes_what_its_canal_takes_now(modo: Literal["direto", "oferta"]) -> None:
    b = Bancada(Capacidade(custos={"webchat": 0, "sms": 1}))
    b.fila(politica=Politica(modo=modo))
    b.canal("livre", "webchat")
    b.canal("caro", "sms")
    b.pessoa("ana", capacidade=1)
    b.chega("t", canal_id="livre")
    assert b.d.perfis["ana"].usado == 0
    b.diz(replace(b.tickets["t"], canal_id="caro"))
    assert b.d.perfis["ana"].usado == 100
    b.chega("outro", canal_id="caro")
    ana = b.d.perfis["ana"]
    assert {*ana.prometidas, *ana.ocupadas} == {"t"}
    assert bool(b.ofertado_a("t")) == (modo == "oferta")
