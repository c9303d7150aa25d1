"""Templates: a value can never become more than a value."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sms import _modelos as modelos
from connectors.sms._modelos import ModeloInvalido

JSON = '{"a": {"to": ["{para}"], "text": "» {texto} «"}, "file": "{arquivo}", "n": 1, "b": true, "x": null}'
FORM = "to={para}&text=%C2%BB+{texto}&file={arquivo}&vazio="
TEXTO = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(TEXTO, TEXTO)
def test_a_body_in_json_has_the_values_and_nothing_else(para: str, texto: str) -> None:
    feito = modelos.ler_corpo("application/json", JSON).preencher({"para": para, "texto": texto})
    esperado = {"a": {"to": [para], "text": f"» {texto} «"}, "n": 1, "b": True, "x": None}
    assert msgspec.json.decode(feito) == esperado


@given(TEXTO, TEXTO)
def test_so_does_a_form(para: str, texto: str) -> None:
    modelo = modelos.ler_corpo("application/x-www-form-urlencoded", FORM)
    feito = modelo.preencher({"para": para, "texto": texto}).decode()
    assert parse_qsl(feito, keep_blank_values=True) == [("to", para), ("text", f"» {texto}"), ("vazio", "")]


@given(TEXTO)
def test_in_an_address_a_value_stays_in_its_place(texto: str) -> None:
    feita = modelos.preencher(
        "https://a.example/s/{para}/fim?t={texto}&u=1", {"para": texto, "texto": texto}, modelos.na_url
    )
    partes = urlsplit(feita)
    assert (partes.netloc, partes.fragment) == ("a.example", "")
    assert [unquote(parte) for parte in partes.path.split("/")] == ["", "s", texto, "fim"]
    assert parse_qsl(partes.query, keep_blank_values=True) == [("t", texto), ("u", "1")]


def test_braces_in_a_value_mean_nothing() -> None:
    modelo = modelos.ler_corpo("application/json", '{"t": "{texto}{senha}"}')
    assert modelo.preencher({"texto": "{senha}", "senha": "s"}) == b'{"t":"{senha}s"}'


def test_what_a_file_would_say_goes_where_there_is_none() -> None:
    modelo = modelos.ler_corpo("application/json", '{"m": ["{arquivo}"], "t": "{texto}", "c": "{webhook}"}')
    assert modelo.preencher({"texto": "", "arquivo": "", "webhook": ""}) == b'{"m":[],"t":""}'
    assert modelo.preencher({"texto": "", "arquivo": "u", "webhook": "w"}) == b'{"m":["u"],"t":"","c":"w"}'


@pytest.mark.parametrize(
    ("escrito", "motivo"),
    [
        ("", "vazio"),
        ('{"to": {para}}', "entre aspas"),
        ('"{texto}"', "um objeto"),
        ('{"to": "{pra}"}', "seria {para}"),
        ("[" * 5_000 + "]" * 5_000, "JSON"),
        ("[" * 20 + "]" * 20, "níveis"),
    ],
)
def test_what_is_no_template_is_refused_with_the_reason(escrito: str, motivo: str) -> None:
    with pytest.raises(ModeloInvalido, match=motivo):
        modelos.ler_corpo("application/json", escrito)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/",
        "https://",
        "https://{para}.example/",
        "https://u:s@a.example/",
        "http://[::1",
        "a.example",
    ],
)
def test_an_address_whose_machine_varies_is_refused(url: str) -> None:
    with pytest.raises(ModeloInvalido):
        modelos.ler_url(url)


@pytest.mark.parametrize("valor", ["a\r\nx: y", "é", "{texto}", "{para}", "\0"])
def test_a_header_takes_no_lines_and_nothing_of_a_contact(valor: str) -> None:
    with pytest.raises(ModeloInvalido):
        modelos.ler_cabecalho(valor)


@given(st.text(max_size=200))
def test_whatever_is_written_as_a_template_nothing_breaks(escrito: str) -> None:
    for ler in (
        lambda: modelos.ler_corpo("application/json", escrito),
        lambda: modelos.ler_corpo("application/x-www-form-urlencoded", escrito),
        lambda: modelos.ler_url(escrito),
        lambda: modelos.ler_cabecalho(escrito),
    ):
        try:
            ler()
        except ModeloInvalido:
            continue
