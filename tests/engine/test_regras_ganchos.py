"""Where webhooks may go, and what becomes of a delivery."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from engine import eventos
from engine.conector.ganchos import problema_da_url
from engine.conector.redes import RegrasDeRede, regras
from engine.conector.trabalhos import Resultado
from engine.conector.webhooks_de_saida import DESISTIR_MS
from engine.envios import entregas
from engine.modelo import EnvioRow, EventoRow

DE_FORA = RegrasDeRede()
EVENTO = EventoRow(
    "e", 7, "ticket_criado", 1_765_447_200_123, "t", None, None, None, None, None, "sistema", '{"a":1}', None
)


@pytest.mark.parametrize(
    "url",
    ["https://x.com", "http://x.com:8080/a?b=c", "https://8.8.8.8/", "https://[2606:4700::1111]/", "HTTPS://x.com/"],
)
def test_what_may_be_outside_may_be_kept(url: str) -> None:
    assert problema_da_url(url, DE_FORA) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/", "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://localhost./", "http://[fe80::1]/",
        "http://100.100.100.200/", "http://[64:ff9b::7f00:1]/", "https://x.com:6379/", "//x.com", "x.com", "http://[::1",
        "https://x.com/#a", "https://a@x.com/", "https://é.com/", "https://x.com\\@y.com/", "",
    ],
)  # fmt: skip
def test_what_can_never_be_called_may_not(url: str) -> None:
    assert problema_da_url(url, DE_FORA)


@pytest.mark.parametrize("url", ["https://8.8.8.8:9000/x", "https://erp.example.com:22/x", "http://erp.example.com:0/"])
@pytest.mark.parametrize("redes", [(), ("127.0.0.0/8", "::1/128")])
def test_an_odd_port_of_the_public_internet_is_refused_with_the_remedy(url: str, redes: tuple[str, ...]) -> None:
    problema = problema_da_url(url, regras(redes, redes_inteiras=True))
    assert problema is not None
    assert problema.startswith("a porta ")
    assert "80, 443, 8080, 8443" in problema
    assert "REDES_PERMITIDAS" in problema


def test_what_is_inside_is_refused_with_the_remedy() -> None:
    assert "REDES_PERMITIDAS" in (problema_da_url("http://10.0.0.1/x", DE_FORA) or "")


def test_a_network_of_its_own_may_be_called_at_any_port_and_a_name_may_stand_for_it() -> None:
    proprias = regras(["10.0.0.0/8", "8.8.8.8"], redes_inteiras=True)
    for url in ("http://10.1.2.3:9000/", "https://8.8.8.8:9000/x", "http://erp.interno:9000/"):
        assert problema_da_url(url, proprias) is None
    assert problema_da_url("https://8.8.4.4:9000/x", proprias)


def test_an_installation_allows_networks_of_its_own() -> None:
    proprias = regras(["10.0.0.0/8"], portas=None)
    assert problema_da_url("http://10.1.2.3:9000/", proprias) is None
    assert problema_da_url("http://127.0.0.1:9000/", proprias)


@given(st.text(max_size=200) | st.from_regex(r"https?://[0-9a-fx.:\[\]%@]{0,40}(/.{0,20})?", fullmatch=True))
def test_whatever_is_given_as_an_address_is_judged(url: str) -> None:
    problema_da_url(url, DE_FORA)


def entregando(**campos: object) -> EnvioRow:
    row = entregas.de_evento("x", "c", EVENTO)
    return replace(row, estado="enviando", tentativas=1, prazo=5, **campos)


def falhou(**campos: object) -> Resultado:
    padrao: dict[str, object] = {"id": "x", "tentativa": 1, "desfecho": "falhou", "classe": "tentar", "codigo": "500"}
    return Resultado(**(padrao | campos))  # type: ignore[arg-type]  # of this test's own


def test_what_is_sent_has_the_event_as_on_the_wire() -> None:
    assert json.loads(entregas.corpo_de(EVENTO)) == {
        "type": "ticket_criado",
        "timestamp": "2025-12-11T10:00:00.123Z",
        "data": {"a": 1},
        "empresaId": "e",
        "seq": 7,
    }


def test_what_is_internal_is_sent_to_nobody() -> None:
    for tipo, classe in eventos.POR_TIPO.items():
        campos = {campo.encode_name for campo in fields(classe)}
        assert classe.internos <= campos
        evento = replace(EVENTO, tipo=tipo, dados=json.dumps(dict.fromkeys(campos, "segredo")))
        assert json.loads(entregas.corpo_de(evento))["data"].keys() == campos - classe.internos
    assert eventos.TicketTransferido.internos == {"nota"}


def test_it_is_tried_for_three_days_from_its_first_failure_on_and_then_given_up() -> None:
    row, now, tentativas = entregando(), 1_000, 0
    while row.estado != "falhou":
        row, saude = entregas.julgar(replace(row, estado="enviando"), falhou(), now, 0.0)
        assert saude == "ma"
        tentativas += 1
        now = row.proxima_em or now
    assert tentativas == 12
    assert now - 1_000 <= DESISTIR_MS


@pytest.mark.parametrize("desfecho", ["desconhecido", "falhou"])
def test_an_answer_that_says_nothing_good_is_a_failure(desfecho: str) -> None:
    row, _ = entregas.julgar(entregando(), falhou(desfecho=desfecho), 1_000, 0.0)
    assert (row.estado, row.falhas, row.proxima_em) == ("pendente", 1, 6_000)


def test_what_was_not_begun_and_what_was_lost_costs_no_try() -> None:
    row, saude = entregas.julgar(entregando(), falhou(desfecho="devolvido"), 1_000, 0.0)
    assert (row.estado, row.falhas, row.proxima_em, saude) == ("pendente", 0, 2_000, "nada")
    assert entregas.perder(entregando(), 1_000).falhas == 0


def test_an_event_that_is_not_in_the_log_any_more_says_nothing_of_the_receiver() -> None:
    row, saude = entregas.julgar(entregando(), falhou(classe="final"), 1_000, 0.0)
    assert (row.estado, row.falhas, saude) == ("falhou", 0, "nada")


def test_of_a_long_answer_only_the_beginning_is_kept() -> None:
    row, _ = entregas.julgar(entregando(), falhou(resposta="x" * 5_000, erro="y" * 5_000), 1_000, 0.0)
    assert len(row.dados) < 1_000
    assert len(row.erro or "") == 500


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1.2.3", "0x7f.1", "2130706433", "localhost", "a.localhost", "[::1]"]
)
def test_our_own_server_is_never_a_receiver_whatever_is_allowed(host: str) -> None:
    proprias = regras(["127.0.0.0/8", "::1/128"], portas=None, da_casa=[3001])
    assert problema_da_url(f"http://{host}:3001/metrics", proprias) is not None
    assert problema_da_url(f"http://{host}:3002/", proprias) is None
    assert problema_da_url(f"http://{host}/", regras(["127.0.0.0/8", "::1/128"], da_casa=[80])) is not None
