"""What holds a canal up for a while: it is seen, it is lifted, and who gives all back does not spin."""

from __future__ import annotations

from typing import Any

import pytest

from actors.canal.comandos import RetomarCanal, VerDespacho
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Trabalho
from tests.actors.cena import ADMIN
from tests.actors.cena_canal import MARIA, CenaDeCanal


def em_maos(**campos: Any) -> tuple[CenaDeCanal, Trabalho]:
    cena = CenaDeCanal(**campos)
    cena.responde(cena.escreve().ticket_id)
    (trabalho,) = cena.toma()
    return cena, trabalho


def retomar(cena: CenaDeCanal) -> None:
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))


def test_whoever_gives_back_all_that_it_gets_gets_it_once_a_second() -> None:
    cena, trabalho = em_maos()
    vezes = 0
    for _ in range(30):
        cena.resultado(trabalho, "devolvido")
        for _ in range(10):
            for outro in cena.toma():
                vezes, trabalho = vezes + 1, outro
                cena.resultado(outro, "devolvido")
            cena.mundo.avancar(10)
    assert vezes == 2, "in three seconds"


def test_what_follows_in_its_lane_waits_with_what_was_given_back_and_others_do_not() -> None:
    cena, trabalho = em_maos()
    cena.responde(cena.tickets()[0].id, "depois")
    outra = cena.responde(cena.escreve(MARIA).ticket_id).id
    cena.resultado(trabalho, "devolvido")
    assert [um.id for um in cena.toma()] == [outra]
    cena.mundo.avancar(1_000)
    assert [um.id for um in cena.toma()] == [trabalho.id]


def test_that_a_number_rests_is_seen_until_it_is_over() -> None:
    cena, trabalho = em_maos()
    ver = VerDespacho(quem=ADMIN, canal_id=cena.canal_id)
    assert (cena.pedir(ver).descansa_ate, cena.pedir(ver).descanso_motivo) == (None, None)
    cena.resultado(
        trabalho, "falhou", classe="numero", codigo="130429", erro="Muitas mensagens", tentar_em_ms=3_600_000
    )
    visto = cena.pedir(ver)
    assert (visto.descansa_ate, visto.descanso_motivo) == (cena.clock.now() + 3_600_000, "Muitas mensagens")
    cena.mundo.avancar(3_600_000)
    assert cena.pedir(ver).descansa_ate is None


@pytest.mark.parametrize("pediram", [1, 2])
def test_whoever_resumes_a_number_that_rests_ends_the_rest(pediram: int) -> None:
    cena, trabalho = em_maos()
    cena.responde(cena.escreve(MARIA).ticket_id)
    trabalhos = [trabalho, *cena.toma()][:pediram]
    for um in trabalhos:
        cena.resultado(um, "falhou", classe="numero", codigo="130429", tentar_em_ms=3_600_000)
    assert cena.toma() == []
    retomar(cena)
    assert cena.pedir(VerDespacho(quem=ADMIN, canal_id=cena.canal_id)).descansa_ate is None
    assert {um.id for um in cena.toma()} == {um.id for um in trabalhos}, "also what asked for it"


def test_whoever_resumes_a_canal_closes_its_circuit_breaker() -> None:
    cena = CenaDeCanal()
    for n in range(5):
        cena.responde(cena.escreve(Endereco("telefone", f"+551188888{n:04}")).ticket_id)
    for trabalho in cena.toma():
        cena.resultado(trabalho, "falhou", classe="tentar", codigo="131000")
    outra = cena.responde(cena.escreve(MARIA).ticket_id).id
    assert cena.toma() == []
    retomar(cena)
    assert [um.id for um in cena.toma()] == [outra]
