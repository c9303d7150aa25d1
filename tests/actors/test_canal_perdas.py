"""A connector that is lost, or back, and a provider that is away: what that costs, and what it must not."""

from __future__ import annotations

from engine.conector.enderecos import Endereco
from engine.conector.protocolo import EmMaos
from engine.envios.desfechos import PERDAS_NO_MAXIMO, entregar_a, vencer
from engine.envios.disjuntor import ABERTO_MS, FALHAS
from engine.envios.politica import Politica
from engine.modelo import EnvioRow
from tests.actors.cena_canal import CenaDeCanal

MUITOS = 4 * FALHAS


def com_muitos() -> tuple[CenaDeCanal, list[str]]:
    """As many contacts as open the circuit several times over, each with a message to be sent at once."""
    cena = CenaDeCanal("api")
    contatos = [Endereco("telefone", f"+55119999900{n:02}") for n in range(MUITOS)]
    return cena, [cena.responde(cena.escreve(contato).ticket_id).id for contato in contatos]


def test_after_a_restart_a_connector_that_is_back_with_nothing_has_lost_its_jobs_at_once() -> None:
    cena, ids = com_muitos()
    trabalhos = cena.toma(MUITOS)
    assert {trabalho.id for trabalho in trabalhos} == {*ids}
    cena.reiniciar()
    cena.larga(tem=(EmMaos(trabalhos[0].id, 1), EmMaos(trabalhos[1].id, 1, cena.canal_id)))
    assert [cena.envio(trabalho.id).estado for trabalho in trabalhos] == ["enviando"] * 2 + ["desconhecido"] * (
        MUITOS - 2
    )


def test_after_a_restart_an_answer_that_comes_before_anything_was_read_counts() -> None:
    cena, _ = com_muitos()
    trabalhos = cena.toma(MUITOS)
    cena.reiniciar()
    for trabalho in trabalhos:
        cena.resultado(trabalho, id_externo="wamid.9")
    assert {cena.envio(trabalho.id).estado for trabalho in trabalhos} == {"enviado"}


def test_a_lost_connector_says_nothing_of_the_provider() -> None:
    cena, _ = com_muitos()
    cena.toma(MUITOS)
    cena.larga(tem=())
    outra = cena.responde(cena.escreve(Endereco("telefone", "+5511888880000")).ticket_id)
    assert [trabalho.id for trabalho in cena.toma()] == [outra.id]


def test_what_was_under_way_when_the_circuit_opened_does_not_keep_it_open_for_longer() -> None:
    cena, _ = com_muitos()
    for trabalho in cena.toma(MUITOS):
        cena.resultado(trabalho, "falhou", classe="tentar")
    assert cena.toma() == []
    cena.mundo.avancar(ABERTO_MS)
    assert len(cena.toma()) == 1, "one is tried"


def test_a_webhook_whose_connectors_are_lost_is_read_by_another_until_it_must_be_its_own_fault() -> None:
    row = EnvioRow("e", "w", "c", "entrada", "processar_webhook", "pendente", "webhook", 1, "{}", 0, 0)
    politica = Politica()
    vezes = 0
    while row.estado == "pendente":
        row = vencer(entregar_a(row, "c1", 0, politica), 60_000, 0.5, politica).row
        vezes += 1
    assert (row.estado, row.codigo, vezes) == ("falhou", "conector_perdido", PERDAS_NO_MAXIMO + politica.tentativas - 1)
