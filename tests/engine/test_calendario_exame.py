"""What is wrong with a calendar or a holiday is named with its field and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from engine.calendario.exame import problemas, problemas_do_feriado
from engine.calendario.modelo import Calendario, Excecao, Feriado

FILA = "0000000a-0000-0000-0000-000000000001"


@dataclass
class Caso:
    documento: Calendario | Feriado
    campo: str
    trecho: str


@pytest.mark.parametrize(
    "caso",
    [
        Caso(Calendario(fuso="America/Sao_Paolo"), "fuso", "você quis dizer America/Sao_Paulo?"),
        Caso(Calendario(fuso="../etc/passwd"), "fuso", "não é um fuso"),
        Caso(Calendario(dias={"seg": (("8:00", "12:00"),)}), "dias.seg[0]", "duas horas de 00:00 a 24:00"),
        Caso(Calendario(dias={"seg": (("08:00", "08:00"),)}), "dias.seg[0]", "00:00 a 24:00"),
        Caso(Calendario(dias={"seg": (("24:00", "06:00"),)}), "dias.seg[0]", "ponha-o no outro dia"),
        Caso(Calendario(dias={"sab": (("00:00", "00:01"),) * 25}), "dias.sab", "no máximo 24"),
        Caso(Calendario(sempre=True, dias={"seg": ()}), "dias", "contradiz sempre"),
        Caso(Calendario(pais="XX"), "pais", "como BR"),
        Caso(Calendario(estado="XX"), "estado", "use um destes: AC, AL, AM"),
        Caso(Calendario(pais="SM", estado="RJ"), "estado", "retire o campo"),
        Caso(Calendario(estado="São Paulo Capital"), "estado", "não é um estado de BR"),
        Caso(Calendario(feriados_oficiais=False, pontos_facultativos=True), "pontosFacultativos", "feriadosOficiais"),
        Caso(Calendario(pais="SM", pontos_facultativos=True), "pontosFacultativos", "escreva os dias em excecoes"),
        Caso(Calendario(excecoes=(Excecao(data="2026-02-29"),)), "excecoes[0].data", "data que existe"),
        Caso(Calendario(excecoes=(Excecao(data="1999-12-31"),)), "excecoes[0].data", "de 2000 a 2100"),
        Caso(Calendario(excecoes=(Excecao(data="12-25"),) * 2), "excecoes[1].data", "já está em excecoes[0]"),
        Caso(
            Calendario(excecoes=(Excecao(data="12-25", intervalos=(("x", "y"),)),)),
            "excecoes[0].intervalos[0]",
            "duas horas",
        ),
        Caso(Calendario(filas=(FILA, FILA.upper())), "filas[1]", "já está em filas[0]"),
        Caso(Calendario(equipes=(FILA, FILA)), "equipes[1]", "já está em equipes[0]"),
        Caso(Feriado(data="02-30"), "data", "06-13 para todo ano"),
        Caso(Feriado(data="2026-6-13"), "data", "data que existe"),
        Caso(Feriado(data="0६-13"), "data", "data que existe"),
        Caso(Feriado(data="06-13", estado="Paris"), "estado", "não é um estado de BR"),
        Caso(Feriado(data="06-13", pais="ZZ"), "pais", "ZZ"),
        Caso(Feriado(data="06-13", intervalos=(("08:00", "25:00"),)), "intervalos[0]", "duas horas"),
    ],
)
def test_each_problem_has_its_field_and_its_remedy(caso: Caso) -> None:
    um = caso.documento
    (achado,) = problemas(um) if isinstance(um, Calendario) else problemas_do_feriado(um)
    assert achado.campo == caso.campo
    assert caso.trecho in achado.problema


def test_everything_is_told_at_once() -> None:
    calendario = Calendario(fuso="Marte", dias={"seg": (("x", "y"),)}, estado="Marte", excecoes=(Excecao(data="hoje"),))
    assert [um.campo for um in problemas(calendario)] == ["fuso", "dias.seg[0]", "estado", "excecoes[0].data"]


def test_what_may_be_meant_is_none() -> None:
    noite = Calendario(dias={"seg": (("22:00", "06:00"), ("18:00", "23:00"))}, excecoes=(Excecao(data="02-29"),))
    for calendario in (Calendario(), noite, Calendario(sempre=True), Calendario(estado="são paulo")):
        assert not problemas(calendario)
    assert not problemas_do_feriado(Feriado(data="02-29", estado="RJ", cidade="Niterói"))


def test_a_document_comes_back_as_it_was_written() -> None:
    escrito = b"""{"dias":{"seg":[["08:00","12:00"]]},"estado":"SP","excecoes":[{"data":"12-24"}],"empresa":true}"""
    lido = msgspec.json.decode(escrito, type=Calendario)
    assert msgspec.json.encode(lido) == escrito
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"fuzo":"UTC"}', type=Calendario)
