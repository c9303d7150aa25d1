"""What a provider took, and says later that it failed: what its class asks for is done, and the message shows it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.canal.comandos import PausarCanal, RetomarCanal, VerDespacho
from actors.ticket.comandos import ExcluirMensagem
from engine.conector.entradas import StatusRecebido
from engine.conector.trabalhos import Trabalho
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import MARIA, CenaDeCanal

DIA = 24 * 3_600_000


def enviada(texto: str = "olá") -> tuple[CenaDeCanal, str, Trabalho]:
    """A message that its provider has, as w.1."""
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.responde(ticket_id, texto)
    return cena, ticket_id, envia(cena, "w.1")


def envia(cena: CenaDeCanal, id_externo: str) -> Trabalho:
    (trabalho,) = cena.toma()
    cena.resultado(trabalho, id_externo=id_externo)
    return trabalho


def falhou(id_externo: str = "w.1", **campos: Any) -> StatusRecebido:
    return StatusRecebido(estado="falhou", em=1, id_externo=id_externo, **campos)


def mostrados(cena: CenaDeCanal) -> list[str]:
    return [msgspec.json.decode(evento.dados)["statusEntrega"] for evento in cena.eventos("mensagem_status")]


@pytest.mark.parametrize("reiniciado", [False, True])
def test_what_may_not_go_today_goes_tomorrow(reiniciado: bool) -> None:
    cena, ticket_id, trabalho = enviada()
    if reiniciado:
        cena.reiniciar()
    cena.status(falhou(classe="amanha", codigo="131049"))
    assert cena.guardada(trabalho.id).status_entrega == "pendente"
    resposta = cena.responde(ticket_id, "resposta")
    assert envia(cena, "w.2").id == resposta.id, "it is not held up"
    cena.mundo.avancar(DIA - 1_000)
    assert cena.toma() == []
    cena.mundo.avancar(1_000)
    outra = envia(cena, "w.3")
    assert (outra.id, outra.tentativa) == (trabalho.id, 2)
    assert outra.envio is not None
    assert outra.envio.conteudo == "olá"
    assert mostrados(cena) == ["enviado", "pendente", "enviado", "enviado"]


def test_what_stops_the_canal_stops_it_and_what_failed_goes_out_again_in_its_place() -> None:
    cena, ticket_id, primeira = enviada("1")
    cena.responde(ticket_id, "2")
    segunda = envia(cena, "w.2")
    terceira = cena.responde(ticket_id, "3").id
    cena.status(falhou("w.2", classe="canal", codigo="131042"), falhou("w.1", classe="canal", codigo="131042"))
    canal = cena.mundo.vivas[EMPRESA].diretorio.canal_row(cena.canal_id)
    assert canal is not None
    assert canal.pausado_em is not None
    assert cena.toma() == []
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    assert [envia(cena, f"w.{n}").id for n in (4, 5, 6)] == [primeira.id, segunda.id, terceira]


def test_a_number_that_went_too_fast_rests_and_a_contact_that_got_too_much_too() -> None:
    cena, ticket_id, _ = enviada()
    cena.status(falhou(classe="contato", codigo="131056"))
    de_maria = cena.escreve(MARIA).ticket_id
    cena.responde(ticket_id, "depois")
    outra = cena.responde(de_maria).id
    assert envia(cena, "w.2").id == outra
    assert cena.toma() == [], "of the contact nothing goes"
    cena.status(falhou("w.2", classe="numero", codigo="130429"))
    assert cena.pedir(VerDespacho(quem=ADMIN, canal_id=cena.canal_id)).descansa_ate is not None


def test_it_is_tried_again_as_often_as_any_other_failure_and_not_more() -> None:
    cena, _, trabalho = enviada()
    for vez in (1, 2, 3):
        cena.status(falhou(f"w.{vez}", classe="tentar", codigo="131000"))
        cena.mundo.avancar(10_000)
        assert (cena.envio(trabalho.id).estado == "falhou") == (vez == 3)
        if vez < 3:
            envia(cena, f"w.{vez + 1}")
    assert cena.guardada(trabalho.id).status_entrega == "falhou"
    assert cena.toma() == []


def test_the_same_failure_said_again_does_not_fail_what_was_sent_since() -> None:
    cena, _, trabalho = enviada()
    for _ in range(2):
        cena.status(falhou(classe="tentar", trabalho_id=trabalho.id))
    assert cena.envio(trabalho.id).falhas == 1
    cena.mundo.avancar(2_000)
    (outra,) = cena.toma()
    cena.status(falhou(classe="final", trabalho_id=trabalho.id))
    assert cena.envio(trabalho.id).estado == "enviando"
    cena.resultado(outra, id_externo="w.2")
    cena.status(falhou(classe="final", trabalho_id=trabalho.id))
    assert cena.guardada(trabalho.id).status_entrega == "enviado"
    cena.status(falhou("w.2", classe="final", codigo="131026"))
    assert cena.guardada(trabalho.id).status_entrega == "falhou"


def test_a_repeated_answer_to_what_has_failed_since_does_not_make_it_sent() -> None:
    cena, _, trabalho = enviada()
    cena.status(falhou(classe="tentar"), StatusRecebido(estado="enviado", em=1, id_externo="w.1"))
    cena.resultado(trabalho, id_externo="w.1")
    assert cena.envio(trabalho.id).estado == "pendente"
    cena.mundo.avancar(2_000)
    assert envia(cena, "w.2").tentativa == 2


def test_what_has_arrived_does_not_fail_any_more() -> None:
    cena, _, trabalho = enviada()
    cena.status(StatusRecebido(estado="entregue", em=1, id_externo="w.1"))
    cena.status(falhou(classe="tentar"))
    assert cena.guardada(trabalho.id).status_entrega == "entregue"


def test_what_was_deleted_since_is_not_sent_again() -> None:
    cena, ticket_id, trabalho = enviada()
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    cena.status(falhou(classe="tentar"))
    apagar = ExcluirMensagem(quem=ADMIN, ticket_id=ticket_id, mensagem_id=trabalho.id, remetente_id=None)
    cena.pedir(apagar)
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    cena.mundo.avancar(10_000)
    assert cena.toma() == []
    assert cena.envio(trabalho.id).estado == "cancelado"
