"""The table of the pains says what is so: every test that it names is there, and cites the threads of its row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests import cenarios

TESTES = Path(__file__).parents[1]
DORES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 17, 19, 20}
"""Those that concern routing, time and reports, and are ended by what there is today."""
_LINHA = re.compile(r"^(\d+|\S.*?) {2,}(?:(\S.*?) {2,})?(\w+/test_\w+\.py) (\w+)$", re.MULTILINE)
LINHAS = [(dor, threads, arquivo, nome) for dor, threads, arquivo, nome in _LINHA.findall(cenarios.__doc__ or "")]


def documento(arquivo: str, nome: str) -> str:
    """The docstring of a test; fails if there is no such test."""
    arvore = ast.parse((TESTES / arquivo).read_text(encoding="utf-8"))
    funcoes = (no for no in arvore.body if isinstance(no, ast.FunctionDef | ast.AsyncFunctionDef))
    return next(ast.get_docstring(funcao) or "" for funcao in funcoes if funcao.name == f"test_{nome}")


@pytest.mark.parametrize(("dor", "threads", "arquivo", "nome"), LINHAS, ids=[nome for *_, nome in LINHAS])
def test_a_test_of_the_table_is_there_and_cites_its_threads(dor: str, threads: str, arquivo: str, nome: str) -> None:
    dito = documento(arquivo, nome)
    assert not threads or dor.isdigit()
    for projeto, numeros in re.findall(r"([\w./-]+) ([\d, ]+)", threads):
        assert projeto in dito
        assert all(numero in dito for numero in re.findall(r"\d+", numeros)), dito


def test_every_pain_of_routing_and_every_failure_that_was_seen_is_in_the_table() -> None:
    assert {int(dor) for dor, *_ in LINHAS if dor.isdigit()} == DORES
    assert len([dor for dor, *_ in LINHAS if not dor.isdigit()]) == 6
