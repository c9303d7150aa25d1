"""What a connector answers counts once: from whom the job was given to, whenever it comes and however often."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from actors.canal.comandos import DescartarMortos, ReceberStatus, ResponderTrabalho
from engine.conector.entradas import StatusRecebido
from engine.conector.trabalhos import Resultado, Trabalho
from engine.envios.antecipados import GUARDADOS_MS
from engine.errors import Conflict
from engine.modelo import EnvioRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, MARIA, CenaDeCanal


def em_maos(conector: str = "c1") -> tuple[CenaDeCanal, Trabalho]:
    """A message that a connector has."""
    cena = CenaDeCanal()
    cena.responde(cena.escreve().ticket_id)
    (trabalho,) = cena.toma(conector=conector)
    return cena, trabalho


def porque(cena: CenaDeCanal, trabalho: Trabalho, **campos: Any) -> str:
    with pytest.raises(Conflict) as recusa:
        cena.resultado(trabalho, **campos)
    assert recusa.value.codigo == "trabalho_perdido"
    return recusa.value.message


# -- whose it is -------------------------------------------------------------------------------------------------------


def test_only_the_connector_that_has_a_job_may_answer_it() -> None:
    cena, trabalho = em_maos()
    assert "outro conector" in porque(cena, trabalho, conector="c2")
    assert cena.envio(trabalho.id).estado == "enviando"
    cena.resultado(trabalho)
    assert "outro conector" in porque(cena, trabalho, conector="c2"), "nor later"


def test_only_the_connector_that_had_a_job_may_settle_a_doubt_about_it() -> None:
    cena, trabalho = em_maos()
    cena.mundo.avancar(60_001)
    assert cena.envio(trabalho.id).estado == "desconhecido"
    assert "outro conector" in porque(cena, trabalho, conector="c2")
    cena.resultado(trabalho, id_externo="w.1")
    assert cena.envio(trabalho.id).estado == "enviado"


def test_whose_a_job_is_is_known_after_a_restart() -> None:
    cena, trabalho = em_maos()
    cena.reiniciar()
    assert "outro conector" in porque(cena, trabalho, conector="c2")
    cena.resultado(trabalho)
    assert cena.envio(trabalho.id).estado == "enviado"


def test_why_an_answer_does_not_count_is_said() -> None:
    cena, trabalho = em_maos()
    cena.resultado(trabalho, "falhou", classe="tentar")
    cena.mundo.avancar(2_000)
    (outra,) = cena.toma()
    assert "entregue de novo" in porque(cena, trabalho)
    futura = Trabalho(id=outra.id, tentativa=7, canal_id="", trabalho="enviar_mensagem", prazo=0)
    assert "não existe" in porque(cena, futura)
    ninguem = Trabalho(
        id="00000000-0000-7000-8000-00000000ffff", tentativa=1, canal_id="", trabalho="sinalizar", prazo=0
    )
    assert "não tem um trabalho" in porque(cena, ninguem)
    assert "não tem um trabalho" in porque(cena, replace(ninguem, id="nenhum"))


# -- said again, and late ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reiniciado", [False, True])
@pytest.mark.parametrize("desfecho", ["aceito", "entregue", "lido", "falhou", "desconhecido", "devolvido"])
def test_an_answer_that_is_said_again_changes_nothing(desfecho: str, reiniciado: bool) -> None:
    cena, trabalho = em_maos()
    cena.resultado(trabalho, desfecho, id_externo="w.1")
    feito = cena.envio(trabalho.id)
    if reiniciado:
        cena.reiniciar()
    cena.mundo.avancar(10)
    cena.resultado(trabalho, desfecho, id_externo="w.1")
    assert cena.envio(trabalho.id) == feito
    assert len(cena.eventos("mensagem_status")) == (desfecho != "devolvido")


def test_of_a_job_that_a_status_has_settled_the_answer_tells_what_its_provider_calls_it() -> None:
    cena, trabalho = em_maos()
    cena.status(StatusRecebido(estado="entregue", em=1, trabalho_id=trabalho.id))
    cena.resultado(trabalho, id_externo="w.1")
    assert (cena.envio(trabalho.id).estado, cena.envio(trabalho.id).id_externo) == ("entregue", "w.1")
    assert (cena.guardada(trabalho.id).status_entrega, cena.guardada(trabalho.id).id_externo) == ("entregue", "w.1")
    cena.status(StatusRecebido(estado="lido", em=1, id_externo="w.1"))
    assert cena.guardada(trabalho.id).status_entrega == "lido"


def test_an_answer_that_goes_further_than_the_status_before_it_counts() -> None:
    cena, trabalho = em_maos()
    cena.status(StatusRecebido(estado="enviado", em=1, trabalho_id=trabalho.id))
    cena.resultado(trabalho, "lido", id_externo="w.1")
    assert cena.guardada(trabalho.id).status_entrega == "lido"


def test_what_was_lost_and_turns_out_to_have_been_sent_is_not_sent_again() -> None:
    cena, trabalho = em_maos()
    cena.mundo.avancar(60_001)
    cena.mundo.avancar(60_001)
    assert cena.envio(trabalho.id).estado == "pendente"
    cena.resultado(trabalho, id_externo="w.1")
    assert cena.envio(trabalho.id).estado == "enviado"
    cena.mundo.avancar(60_000)
    assert cena.toma() == []


def test_of_a_job_that_was_thrown_away_nobody_answers() -> None:
    cena, trabalho = em_maos()
    cena.resultado(trabalho, "falhou", classe="final")
    cena.pedir(DescartarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=(trabalho.id,)))
    del cena.loja.tabelas[EnvioRow][EMPRESA, trabalho.id]
    assert "não tem um trabalho" in porque(cena, trabalho)


# -- statuses that come first ------------------------------------------------------------------------------------------


def dito(estado: Any, id_externo: str = "w.1", **campos: Any) -> StatusRecebido:
    return StatusRecebido(estado=estado, em=1, id_externo=id_externo, **campos)


@pytest.mark.parametrize("ditos", [("entregue",), ("enviado", "entregue"), ("entregue", "enviado", "falhou")])
def test_a_status_that_comes_before_the_answer_that_names_its_message_counts(ditos: tuple[Any, ...]) -> None:
    cena, trabalho = em_maos()
    for estado in ditos:
        cena.status(dito(estado))
    assert cena.guardada(trabalho.id).status_entrega == "pendente"
    cena.resultado(trabalho, id_externo="w.1")
    assert cena.guardada(trabalho.id).status_entrega == "entregue"


def test_a_failure_that_comes_before_the_answer_fails_what_the_answer_names() -> None:
    cena, trabalho = em_maos()
    cena.status(dito("falhou", classe="final", codigo="131026"))
    cena.resultado(trabalho, id_externo="w.1")
    assert (cena.envio(trabalho.id).estado, cena.envio(trabalho.id).codigo) == ("falhou", "131026")


def test_a_status_is_not_lost_to_an_answer_that_comes_while_it_is_looked_up() -> None:
    cena, trabalho = em_maos()
    resultado = Resultado(id=trabalho.id, tentativa=1, desfecho="aceito", id_externo="w.1")
    a = cena.enviar(ReceberStatus(quem=CONECTOR, canal_id=cena.canal_id, status=(dito("entregue"),)))
    b = cena.enviar(ResponderTrabalho(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", resultado=resultado))
    cena.mundo.assentar()
    assert a.get() is b.get() is None
    assert cena.guardada(trabalho.id).status_entrega == "entregue"


def test_what_was_said_too_long_ago_is_forgotten() -> None:
    cena, trabalho = em_maos()
    cena.status(dito("entregue"))
    for _ in range(GUARDADOS_MS // 30_000 + 1):
        cena.bate()
        cena.mundo.avancar(30_000)
    cena.resultado(trabalho, id_externo="w.1")
    assert cena.guardada(trabalho.id).status_entrega == "enviado"


def test_while_nobody_has_a_job_nothing_is_kept() -> None:
    cena, trabalho = em_maos()
    cena.resultado(trabalho, id_externo="w.0")
    cena.status(dito("entregue"))
    cena.responde(cena.escreve(MARIA).ticket_id)
    (outro,) = cena.toma()
    cena.resultado(outro, id_externo="w.1")
    assert cena.guardada(outro.id).status_entrega == "enviado"
