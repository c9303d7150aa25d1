"""A scenario that a person wrote: what is wrong is told by the path of the field, with the remedy."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from engine.errors import Invalid
from engine.simulacao import exemplo, ler_cenario, ler_politica

UUID = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"


def lido(**trocas: Any) -> tuple[str, ...]:
    """What is complained of, as ``field: problem``, when the example has other values at these paths."""
    documento = msgspec.json.decode(msgspec.json.encode(exemplo()))
    for caminho, valor in trocas.items():
        lugar: Any = documento
        *ate, ultimo = [int(parte) if parte.isdigit() else parte for parte in caminho.split("__")]
        for parte in ate:
            lugar = lugar[parte]
        lugar[ultimo] = valor
    with pytest.raises(Invalid) as recusa:
        ler_cenario(msgspec.json.encode(documento))
    return tuple(f"{um.campo}: {um.problema}" for um in recusa.value.detalhes)


def test_the_example_is_read_as_it_is_written() -> None:
    assert ler_cenario(msgspec.json.encode(exemplo())) == exemplo()


@pytest.mark.parametrize(
    ("trocas", "problema"),
    [
        ({"filas__0__chegadasPorHora": "muitas"}, "filas[0].chegadasPorHora: deve ser um número, e não um texto"),
        ({"filas__0__atendimento__mediaSegundos": 0}, "filas[0].atendimento.mediaSegundos: deve ser maior que 0.0"),
        ({"filas__1__paciencia": 3}, "filas[1]: não existe o campo paciencia; retire-o, ou veja: balcao simular"),
        ({"filas": []}, "filas: deve ter no mínimo 1"),
        ({"dias": 400}, "dias: deve ser no máximo 366.0"),
        ({"atendentes__0": {}}, "atendentes[0]: falta nome; inclua-o"),
        (
            {"filas__0__politica": {"estrategia": "SORTE"}},
            "filas[0].politica.estrategia: não pode ser SORTE; use HABILIDADES ou ",
        ),
        ({"filas__0__prioridades": {"X": 1}}, "filas[0].prioridades: não pode ser X; use ALTA ou BAIXA ou NORMAL ou"),
        (
            {"filas__0__politica": {"habilidades": [{"exige": [{"nome": "x"}], "canal": "fax"}]}},
            "filas[0].politica.habilidades[0].canal: não pode ser fax; use api ou",
        ),
        ({"filas__0__chegadasDaSemana": [1, 2]}, "filas[0].chegadasDaSemana: tem 2 taxas; dê 168"),
        ({"filas__0__chegadasPorHora": 3}, "filas[0].chegadasPorHora: contradiz chegadasDaSemana; dê uma das duas"),
        ({"filas__0__prioridades": {"ALTA": 0}}, "filas[0].prioridades: só tem pesos 0"),
        ({"filas__1__nome": "Suporte"}, "filas[1].nome: Suporte já está na lista; use outro"),
        ({"filas__0__politica": {"estrategia": "MANUAL"}}, "filas[0].politica.estrategia: nada distribui por si"),
        ({"filas__0__politica": {"maximo": {"acao": "encerrar"}}}, "filas[0].politica.maximo: não diz de quanto"),
        ({"atendentes__0__filas": ["Suporta"]}, "atendentes[0].filas[0]: não existe a fila Suporta; use Suporte"),
        ({"atendentes__0__turno": {"fuso": "Brasil"}}, "atendentes[0].turno.fuso: não é um fuso da base IANA"),
        ({"atendentes__0__id": UUID}, "atendentes[0].id: é de um só; retire-o, ou ponha quantos: 1"),
        ({"atendentes__0__id": "ana"}, "atendentes[0].id: deve ser um UUID, como 0190d3a8-"),
        ({"inicio": "ontem"}, "inicio: deve ser uma data e hora em UTC, como 2026-01-05T03:00:00Z"),
        ({"inicio": "2026-01-05T03:00:00"}, "inicio: deve ser uma data e hora em UTC"),
        ({"fuso": "Lua"}, "fuso: não é um fuso da base IANA"),
        ({"descarteSegundos": 28 * 86_400}, "descarteSegundos: não deixa nada para contar"),
        ({"atendentes": [{"nome": "x", "quantos": 9_000}] * 3}, "atendentes: são 27000 ao todo; use no máximo 20000"),
    ],
    ids=lambda valor: valor if isinstance(valor, str) else "",
)
def test_what_is_wrong_is_told_by_the_field_and_with_the_remedy(trocas: dict[str, Any], problema: str) -> None:
    assert any(um.startswith(problema) for um in lido(**trocas)), lido(**trocas)


def test_all_that_is_wrong_beyond_types_is_told_at_once() -> None:
    assert len(lido(fuso="Lua", inicio="ontem", filas__1__nome="Suporte")) >= 3


@pytest.mark.parametrize("texto", [b"", b"{", b"[]", b'{"\xff": 1}', b"[" * 5000], ids=repr)
def test_what_is_no_json_object_is_refused_in_words(texto: bytes) -> None:
    for ler in (ler_cenario, ler_politica):
        with pytest.raises(Invalid):
            ler(texto)
