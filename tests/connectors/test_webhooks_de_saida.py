"""Webhooks to other systems: the rules."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.webhooks_de_saida import (
    DESISTIR_MS,
    TOLERANCIA_S,
    cabecalhos,
    confere,
    espera_ms,
    filtro_valido,
    interessa,
    novo_segredo,
    problema_do_filtro,
    situacao_de,
)
from engine.eventos import POR_TIPO

# The example of the specification's reference libraries.
SEGREDO = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SEGUNDO = 1614265330
CORPO = b'{"test": 2432232314}'
ASSINATURA = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_specifications_example_is_signed_as_it_says() -> None:
    assert cabecalhos([SEGREDO], ID, SEGUNDO, CORPO) == {
        "webhook-id": ID,
        "webhook-timestamp": str(SEGUNDO),
        "webhook-signature": ASSINATURA,
    }
    assert confere([SEGREDO], cabecalhos([SEGREDO], ID, SEGUNDO, CORPO), CORPO, SEGUNDO)


def test_while_a_secret_is_replaced_both_receivers_believe_it() -> None:
    velho, novo = novo_segredo(os.urandom), novo_segredo(os.urandom)
    feitos = cabecalhos([novo, velho], ID, SEGUNDO, CORPO)
    assert feitos["webhook-signature"].count("v1,") == 2
    assert confere([velho], feitos, CORPO, SEGUNDO)
    assert confere([novo], feitos, CORPO, SEGUNDO)
    assert not confere([SEGREDO], feitos, CORPO, SEGUNDO)


@pytest.mark.parametrize(
    "mudado",
    [
        {"webhook-id": "msg_outro"},
        {"webhook-id": ""},
        {"webhook-id": "msg.1"},
        {"webhook-timestamp": str(SEGUNDO + 1)},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "١٢٣"},
        {"webhook-signature": ""},
        {"webhook-signature": ASSINATURA.replace("v1,", "v1a,")},
        {"webhook-signature": ASSINATURA[:-3] + "="},
        {"webhook-signature": "v1,\ud800"},
    ],
)
def test_what_was_changed_is_not_believed(mudado: dict[str, str]) -> None:
    feitos = cabecalhos([SEGREDO], ID, SEGUNDO, CORPO)
    assert not confere([SEGREDO], feitos | mudado, CORPO, SEGUNDO)


def test_nor_another_body_or_one_of_another_time() -> None:
    feitos = cabecalhos([SEGREDO], ID, SEGUNDO, CORPO)
    assert not confere([SEGREDO], feitos, CORPO + b" ", SEGUNDO)
    assert confere([SEGREDO], feitos, CORPO, SEGUNDO + TOLERANCIA_S)
    assert not confere([SEGREDO], feitos, CORPO, SEGUNDO + TOLERANCIA_S + 1)
    assert not confere([SEGREDO], feitos, CORPO, SEGUNDO - TOLERANCIA_S - 1)


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=60), st.binary(max_size=40))
def test_whatever_a_receiver_is_sent_nothing_breaks(id_: str, segundo: str, assinatura: str, corpo: bytes) -> None:
    recebidos = {"webhook-id": id_, "webhook-timestamp": segundo, "webhook-signature": assinatura}
    assert not confere([SEGREDO], recebidos, corpo, SEGUNDO)
    assert not confere([SEGREDO], recebidos | {"webhook-timestamp": str(SEGUNDO)}, corpo, SEGUNDO)


@pytest.mark.parametrize("segredo", ["", "whsec_", "whsec_AAAA", "whsec_é", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_what_is_no_secret_signs_nothing_and_is_not_repeated(segredo: str) -> None:
    with pytest.raises(ValueError, match="a secret is") as recusa:
        cabecalhos([segredo], ID, SEGUNDO, CORPO)
    assert "MfKQ" not in str(recusa.value)
    with pytest.raises(ValueError, match="between 1 and"):
        cabecalhos([], ID, SEGUNDO, CORPO)


def test_an_id_with_a_full_stop_could_be_read_in_two_ways() -> None:
    with pytest.raises(ValueError, match="full stop"):
        cabecalhos([SEGREDO], "a.1", SEGUNDO, CORPO)


@pytest.mark.parametrize(
    ("evento", "filtros", "passa"),
    [
        ("ticket_criado", ["ticket_criado"], True),
        ("ticket_criado", ["ticket_*"], True),
        ("ticket_criado", ["*"], True),
        ("ticket_criado", ["ticket"], False),
        ("ticket_criado", ["ticket_criado_"], False),
        ("ticket_criado", ["nova_mensagem", "ticket_criado"], True),
        ("ticket_criado", [], False),
        ("nota_interna", ["*", "nota_*", "nota*", "n*"], False),
        ("nota_interna", ["*", "nota_interna"], True),
        ("mencao", ["*", "mencao*"], False),
        ("mencao", ["mencao"], True),
    ],
)
def test_an_event_passes_by_its_name_or_its_beginning(evento: str, filtros: list[str], passa: bool) -> None:
    assert interessa(evento, filtros) == passa


@pytest.mark.parametrize("filtro", ["*", "ticket_*", "nova_mensagem", "a"])
def test_a_filter_is_a_name_or_a_beginning(filtro: str) -> None:
    assert filtro_valido(filtro)


@pytest.mark.parametrize("filtro", ["*", "ticket_*", "t*", "nova_mensagem", "nova_mensagem*", "webhook_desativado"])
def test_a_filter_that_lets_an_event_through_has_no_problem(filtro: str) -> None:
    assert problema_do_filtro(filtro, POR_TIPO) is None


@pytest.mark.parametrize(
    ("filtro", "perto"),
    [
        ("ticket_criad", "você quis dizer ticket_criado?"),
        ("novamensagem", "você quis dizer nova_mensagem?"),
        ("tiket_*", "você quis dizer ticket_*?"),
        ("nota_*", "nota_interna e nota_atualizada e nota_excluida são da equipe"),
        ("zzz", "docs/realtime.md"),
        ("zzz*", "docs/realtime.md"),
    ],
)
def test_a_filter_that_lets_none_through_is_refused_with_the_nearest_name(filtro: str, perto: str) -> None:
    assert perto in (problema_do_filtro(filtro, POR_TIPO) or "")


@pytest.mark.parametrize("filtro", ["", "**", "*_criado", "ticket_*_x", "Ticket", "a b", "a" * 70, "a\n"])
def test_what_is_neither_is_no_filter(filtro: str) -> None:
    assert not filtro_valido(filtro)


@pytest.mark.parametrize(
    ("status", "situacao"),
    [
        (200, "entregue"),
        (204, "entregue"),
        (299, "entregue"),
        (301, "tentar"),
        (304, "tentar"),
        (400, "tentar"),
        (401, "tentar"),
        (404, "tentar"),
        (410, "desativar"),
        (429, "tentar"),
        (500, "tentar"),
        (503, "tentar"),
    ],
)
def test_every_answer_has_its_meaning(status: int, situacao: str) -> None:
    assert situacao_de(status) == situacao


@given(st.floats(0, 1, exclude_max=True))
def test_it_is_tried_for_three_days_ever_more_slowly(acaso: float) -> None:
    esperas: list[int] = []
    while (espera := espera_ms(len(esperas) + 1, sum(esperas), acaso)) is not None:
        esperas.append(espera)
    assert esperas == sorted(esperas)
    assert DESISTIR_MS - 48_000_000 < sum(esperas) <= DESISTIR_MS
    assert 10 <= len(esperas) <= 14
    assert 5_000 <= esperas[0] <= 5_500


def test_a_receiver_that_asks_for_longer_is_not_pressed_and_cannot_ask_for_ever() -> None:
    assert espera_ms(1, 0, 0.0, 90_000) == 90_000
    assert espera_ms(1, 0, 0.0, 1_000) == 5_000
    assert espera_ms(1, DESISTIR_MS - 1, 0.0) is None
    assert espera_ms(1, 0, 0.0, DESISTIR_MS + 1) is None
