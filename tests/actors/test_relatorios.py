"""The sums of reports: the same as the whole log counted over again, however it was cut into pieces."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.modelo import EventoRow
from engine.relatorios import medidas as m
from engine.relatorios.contagem import Contagem
from engine.relatorios.estado import guardado, ler_atendente, ler_ticket
from engine.relatorios.fatos import interessa
from engine.relatorios.jornada import correr
from engine.relatorios.somas import Somas, empacotar, juntar, somar_pacote
from tests.actors.mes import Mes
from tests.actors.recontagem import Contas, Recontagem


@lru_cache(maxsize=4)
def um_mes(semente: int) -> list[EventoRow]:
    return Mes(semente).eventos


def contado(eventos: list[EventoRow]) -> Contas:
    contagem = Contagem({}, {})
    for evento in eventos:
        contagem.contar(evento)
    for id_, vivo in contagem.atendentes.items():
        correr(contagem.somas, id_, vivo, eventos[-1].em)
    return limpo(contagem.somas)


def limpo(somas: Somas) -> Contas:
    """Without what is nothing."""
    return {lugar: sem_zeros for lugar, de in somas.items() if (sem_zeros := {qual: n for qual, n in de.items() if n})}


@pytest.mark.parametrize("semente", [1, 2, 3])
def test_a_simulated_month_counts_as_the_whole_log_does_over_again(semente: int) -> None:
    eventos = um_mes(semente)
    recontado = Recontagem(eventos).resultado()
    assert contado(eventos) == recontado
    vistos = {qual for de in recontado.values() for qual in de}
    assert vistos >= {m.REABERTOS, m.TRANSFERIDOS_DE, m.DEVOLVIDOS, m.ABANDONO.base, m.PROXIMA_RESPOSTA.base, m.VAGAS}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.booleans())
def test_sums_are_the_same_however_the_log_is_cut_and_whatever_is_written_down_in_between(
    cortes: list[int], so_o_que_interessa: bool
) -> None:
    eventos = um_mes(1)
    somas: Somas = {}
    tickets: dict[str, bytes] = {}
    atendentes: dict[str, bytes] = {}
    de = vez = 0
    while de < len(eventos):
        ate = de + cortes[vez % len(cortes)]
        leva = [evento for evento in eventos[de:ate] if interessa(evento) or not so_o_que_interessa]
        contagem = Contagem(
            {evento.ticket_id: ler_ticket(tickets[evento.ticket_id]) for evento in leva if evento.ticket_id in tickets},
            {id_: ler_atendente(dados) for id_, dados in atendentes.items()},
        )
        for evento in leva:
            contagem.contar(evento)
        juntar(somas, contagem.somas.items())
        tickets |= {id_: guardado(um) for id_, um in contagem.tickets.items()}
        for id_ in contagem.esquecidos:
            tickets.pop(id_, None)
        atendentes |= {id_: guardado(um) for id_, um in contagem.atendentes.items()}
        de, vez = ate, vez + 1
    for id_, dados in atendentes.items():
        correr(somas, id_, ler_atendente(dados), eventos[-1].em)
    assert limpo(somas) == contado(eventos)


def test_what_is_packed_is_what_was_there() -> None:
    for de in contado(um_mes(2)).values():
        lido: dict[int, int] = {}
        somar_pacote(lido, empacotar(de))
        assert lido == de
    assert msgspec.msgpack.decode(empacotar({})) == []
