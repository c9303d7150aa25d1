"""What a provider's answer means: one table for Twilio, one for a provider that was described."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.esperas import ESPERA_MAXIMA_MS, tentar_em_ms
from connectors.fakes.sms import config_do_generico
from connectors.rede import Lida
from connectors.sms._leitura import ler
from connectors.sms._respostas import veredito_de
from connectors.tcp import EnderecoRecusado
from connectors.vereditos import Veredito, da_rede

TWILIO: dict[str, Any] = {"provedor": "twilio", "usuario": "AC1", "senha": "s", "de": "+15005550006"}
HTTP: dict[str, Any] = config_do_generico("https://gw.example") | {"senha": "s3nha"}


def veredito(valores: dict[str, Any], status: int, corpo: object = b"", retry_after: str | None = None) -> Veredito:
    descricao = ler(valores).descricao
    assert descricao is not None
    bruto = corpo if isinstance(corpo, bytes) else msgspec.json.encode(corpo)
    cabecalhos = {} if retry_after is None else {"retry-after": retry_after}
    return veredito_de(descricao, Lida(status, cabecalhos, bruto), 0)


@pytest.mark.parametrize(
    ("codigo", "status", "classe"),
    [
        (20003, 401, "canal"),
        (20404, 404, "canal"),
        (20429, 429, "numero"),
        (20503, 503, "tentar"),
        (14107, 429, "contato"),
        (21211, 400, "final"),
        (21212, 400, "canal"),
        (21408, 400, "final"),
        (21606, 400, "canal"),
        (21608, 400, "final"),
        (21610, 400, "final"),
        (21611, 429, "numero"),
        (21612, 400, "final"),
        (21614, 400, "final"),
        (21617, 400, "final"),
        (21659, 400, "canal"),
        (21703, 400, "canal"),
        (30001, 400, "numero"),
        (30002, 400, "canal"),
        (30003, 400, "final"),
        (30007, 400, "final"),
        (30008, 400, "tentar"),
        (30022, 400, "numero"),
        (30023, 400, "amanha"),
        (30034, 400, "canal"),
        (63038, 429, "amanha"),
        (99999, 400, "final"),
        (99999, 403, "canal"),
        (99999, 429, "numero"),
        (99999, 500, "tentar"),
    ],
)
def test_every_code_of_twilio_has_its_class(codigo: int, status: int, classe: str) -> None:
    dito = veredito(TWILIO, status, {"code": codigo, "message": "because", "status": status})
    assert (dito.desfecho, dito.classe, dito.codigo) == ("falhou", classe, str(codigo))
    assert "because" in (dito.erro or "")


def test_what_twilio_takes_has_its_id() -> None:
    assert veredito(TWILIO, 201, {"sid": "SM1", "status": "queued", "error_code": None}).id_externo == "SM1"


@pytest.mark.parametrize(
    ("status", "corpo", "desfecho", "classe", "codigo"),
    [
        (200, {"messages": [{"id": "g-1", "status": "0"}]}, "aceito", None, None),
        (202, {"messages": [{"id": 17, "status": 0}]}, "aceito", None, None),
        (200, {}, "aceito", None, None),
        (200, {"messages": [{"status": "4", "error": "bad"}]}, "falhou", "final", "4"),
        (200, {"messages": [{"status": "9"}]}, "falhou", "numero", "9"),
        (200, {"messages": [{"status": "77"}]}, "falhou", "final", "77"),
        (200, b"<html>", "desconhecido", None, "resposta_ilegivel"),
        (200, b"[" * 100_000, "desconhecido", None, "resposta_ilegivel"),
        (200, b"\xff", "desconhecido", None, "resposta_ilegivel"),
        (302, b"", "falhou", "canal", "redirecionado"),
        (400, b"", "falhou", "final", "400"),
        (401, b"", "falhou", "canal", "401"),
        (402, b"", "falhou", "canal", "402"),
        (403, b"", "falhou", "canal", "403"),
        (404, b"", "falhou", "canal", "404"),
        (408, b"", "falhou", "tentar", "408"),
        (413, b"", "falhou", "final", "413"),
        (422, b"", "falhou", "final", "422"),
        (429, b"", "falhou", "numero", "429"),
        (429, {"messages": [{"status": "4"}]}, "falhou", "final", "4"),
        (500, b"", "desconhecido", None, "500"),
        (502, b"<html>", "desconhecido", None, "502"),
        (503, b"", "desconhecido", None, "503"),
        (500, {"messages": [{"status": "77"}]}, "falhou", "tentar", "77"),
    ],
)
def test_every_answer_of_another_provider_has_its_class(
    status: int, corpo: object, desfecho: str, classe: str | None, codigo: str | None
) -> None:
    dito = veredito(HTTP, status, corpo)
    assert (dito.desfecho, dito.classe, dito.codigo) == (desfecho, classe, codigo)


def test_an_id_may_be_a_number() -> None:
    assert veredito(HTTP, 200, {"messages": [{"id": 17, "status": 0}]}).id_externo == "17"


def test_how_long_to_wait_is_handed_on() -> None:
    assert veredito(TWILIO, 429, {"code": 20429}, "7").tentar_em_ms == 7_000
    assert veredito(HTTP, 503, b"", "7") == Veredito(
        desfecho="falhou", classe="tentar", codigo="503", erro="O provedor recusou (503)", tentar_em_ms=7_000
    )


@pytest.mark.parametrize(
    ("erro", "desfecho", "classe"),
    [
        (httpx2.ConnectError(""), "falhou", "tentar"),
        (httpx2.ConnectTimeout(""), "falhou", "tentar"),
        (httpx2.PoolTimeout(""), "falhou", "tentar"),
        (EnderecoRecusado("x"), "falhou", "canal"),
        (httpx2.InvalidURL(""), "falhou", "canal"),
        (httpx2.UnsupportedProtocol(""), "falhou", "canal"),
        (httpx2.LocalProtocolError(""), "falhou", "canal"),
        (httpx2.ReadTimeout(""), "desconhecido", None),
        (httpx2.WriteTimeout(""), "desconhecido", None),
        (httpx2.ReadError(""), "desconhecido", None),
        (httpx2.WriteError(""), "desconhecido", None),
        (httpx2.RemoteProtocolError(""), "desconhecido", None),
    ],
)
def test_what_was_surely_not_sent_may_be_tried_again(
    erro: httpx2.HTTPError | httpx2.InvalidURL, desfecho: str, classe: str | None
) -> None:
    dito = da_rede(erro)
    assert (dito.desfecho, dito.classe) == (desfecho, classe)


@given(st.integers(100, 599), st.binary(max_size=200), st.text(max_size=40))
def test_whatever_comes_back_it_means_something(status: int, corpo: bytes, retry_after: str) -> None:
    for valores in (TWILIO, HTTP):
        dito = veredito(valores, status, corpo, retry_after)
        assert (dito.classe is not None) == (dito.desfecho == "falhou")


@pytest.mark.parametrize(
    ("dito", "ms"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        ("2", 2_000),
        (" 2 ", 2_000),
        ("2.5", None),
        ("-1", None),
        ("999999999", ESPERA_MAXIMA_MS),
        ("9" * 400, None),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 9_000),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", ESPERA_MAXIMA_MS),
        ("logo", None),
    ],
)
def test_a_wait_is_in_seconds_or_until_a_date_and_at_most_a_day(dito: str | None, ms: int | None) -> None:
    assert tentar_em_ms(dito, 1_000) == ms


@given(st.text(max_size=80))
def test_whatever_a_wait_says_it_is_bounded(dito: str) -> None:
    assert 0 <= (tentar_em_ms(dito, 1_700_000_000_000) or 0) <= ESPERA_MAXIMA_MS
