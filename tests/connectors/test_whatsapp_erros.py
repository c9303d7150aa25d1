"""What the answers of the Graph API mean for a job: every code of the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.whatsapp.erros import (
    classe_do_codigo,
    erro_de_status,
    espera_pedida,
    falha_da_resposta,
    idempotente,
)
from connectors.whatsapp.graph import falha_do_transporte

AGORA = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)

TABELA: dict[str, list[int]] = {
    "numero": [130429],
    "contato": [131056],
    "tentar": [4, 80007, 1, 2, 131000, 131016, 131057],
    "canal": [0, 3, 10, 190, *range(200, 300), 131005, 368, 131031, 131042, 131045, 131048, 130497],
    "modelo": [131047],
    "amanha": [131049],
    "final": [
        *(100, 33, 130403, 130472, 131008, 131009, 131021, 131026, 131050, 131051, 131053, 131062),
        *range(132000, 132017),
    ],
}
CODIGOS = [(codigo, classe) for classe, codigos in TABELA.items() for codigo in codigos]


def falha(status: int, corpo: object, **cabecalhos: str) -> Any:
    return falha_da_resposta(status, corpo, {nome.replace("_", "-"): v for nome, v in cabecalhos.items()}, AGORA)


@pytest.mark.parametrize(("codigo", "classe"), CODIGOS)
def test_every_code_of_the_table_has_its_class_in_an_answer_and_in_a_status(codigo: int, classe: str) -> None:
    assert classe_do_codigo(codigo) == classe
    for status in (400, 401, 403, 429, 500, 503):
        dita = falha(status, {"error": {"code": codigo, "message": "m"}})
        assert (dita.desfecho, dita.classe, dita.codigo) == ("falhou", classe, str(codigo))
    assert erro_de_status([{"code": codigo, "title": "t"}])[:2] == (classe, str(codigo))


@pytest.mark.parametrize(
    ("status", "classe"), [(400, "final"), (404, "final"), (429, "tentar"), (500, "tentar"), (503, "tentar")]
)
def test_a_code_that_is_not_known_is_judged_by_the_status(status: int, classe: str) -> None:
    dita = falha(status, {"error": {"code": 999_999}})
    assert (dita.desfecho, dita.classe, dita.codigo) == ("falhou", classe, "999999")


@pytest.mark.parametrize(
    ("status", "desfecho", "classe"),
    [
        (500, "desconhecido", None),
        (502, "desconhecido", None),
        (504, "desconhecido", None),
        (429, "falhou", "tentar"),
        (400, "falhou", "final"),
        (404, "falhou", "final"),
        (401, "falhou", "canal"),
        (302, "falhou", "canal"),
    ],
)
@pytest.mark.parametrize("corpo", [None, {}, [], "x", {"error": "x"}, {"error": {}}, {"error": {"code": None}}])
def test_without_a_code_the_status_decides(status: int, desfecho: str, classe: str | None, corpo: object) -> None:
    dita = falha(status, corpo)
    assert (dita.desfecho, dita.classe, dita.codigo) == (desfecho, classe, None)


@pytest.mark.parametrize(
    ("escrito", "ms"),
    [
        ("30", 30_000),
        ("0", 0),
        (" 7 ", 7_000),
        ("Sat, 28 Nov 2026 12:01:00 GMT", 60_000),
        ("Sat, 28 Nov 2026 11:00:00 GMT", 0),
        ("99999999999999999999", 86_400_000),
        ("Sat, 28 Nov 2099 11:00:00 GMT", 86_400_000),
        ("-5", None),
        ("logo", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(escrito: str | None, ms: int | None) -> None:
    assert espera_pedida(escrito, AGORA) == ms


def test_retry_after_goes_with_the_failure() -> None:
    assert falha(429, {"error": {"code": 130429}}, retry_after="30").tentar_em_ms == 30_000
    assert falha(503, None, retry_after="2").tentar_em_ms == 2_000


@given(st.text(max_size=40))
def test_whatever_retry_after_says_it_is_bounded(escrito: str) -> None:
    ms = espera_pedida(escrito, AGORA)
    assert ms is None or 0 <= ms <= 86_400_000


@given(st.recursive(st.none() | st.integers() | st.text() | st.booleans(), lambda x: st.dictionaries(
    st.sampled_from(["error", "code", "message", "error_data", "details"]), x) | st.lists(x), max_leaves=8),
    st.integers(100, 599))  # fmt: skip
def test_whatever_an_answer_says_it_means_something(corpo: Any, status: int) -> None:
    dita = falha(status, corpo)
    assert dita.erro
    assert dita.desfecho == "desconhecido" or dita.classe is not None


@pytest.mark.parametrize(
    ("erro", "desfecho", "classe"),
    [
        (httpx2.ConnectError, "falhou", "tentar"),
        (httpx2.ConnectTimeout, "falhou", "tentar"),
        (httpx2.PoolTimeout, "falhou", "tentar"),
        (httpx2.ReadTimeout, "desconhecido", None),
        (httpx2.WriteTimeout, "desconhecido", None),
        (httpx2.ReadError, "desconhecido", None),
        (httpx2.WriteError, "desconhecido", None),
        (httpx2.RemoteProtocolError, "desconhecido", None),
        (httpx2.LocalProtocolError, "falhou", "canal"),
        (httpx2.UnsupportedProtocol, "falhou", "canal"),
        (httpx2.InvalidURL, "falhou", "canal"),
    ],
)
def test_without_an_answer_it_matters_whether_it_was_sent(
    erro: type[Exception], desfecho: str, classe: str | None
) -> None:
    dita = falha_do_transporte(erro("Illegal header value b'Bearer token-secreto'"))
    assert (dita.desfecho, dita.classe) == (desfecho, classe)
    assert "secreto" not in dita.erro


def test_what_may_be_done_twice_is_never_of_unknown_outcome() -> None:
    assert idempotente(falha(502, None)).classe == "tentar"
    assert idempotente(falha(400, {"error": {"code": 100}})).classe == "final"
