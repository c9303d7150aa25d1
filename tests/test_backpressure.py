"""The page about backpressure says what is so: every file, setting, code and metric that it names is in the code, and
no gate is missing.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from balcao.ajustes.campos import VARIAVEIS
from engine.errors import Overloaded, Unavailable
from tests.test_arquitetura import PODE_IMPORTAR, RAIZ, arquivos
from web.resposta.erros import TooManyRequests

PAGINA = "docs/decisions/0010-backpressure.md"
RECUSAS = {um.__name__: um for um in (Unavailable, Overloaded, TooManyRequests)}
"""What says "not now". The first is said for many reasons: of these the page names those that a gate gives."""


def tabela(primeira: str) -> list[list[str]]:
    """The cells of the rows of the page's table whose first column is called that."""
    linhas = (RAIZ / PAGINA).read_text(encoding="utf-8").splitlines()
    inicio = next(n for n, linha in enumerate(linhas) if linha.startswith(f"| {primeira} |"))
    corpo = linhas[inicio + 2 :]
    fim = next((n for n, linha in enumerate(corpo) if not linha.startswith("|")), len(corpo))
    return [[celula.strip() for celula in linha.strip("|").split("|")] for linha in corpo[:fim]]


def citados(celula: str) -> list[str]:
    return re.findall(r"`([^`]+)`", celula)


@cache
def arvores() -> dict[Path, ast.Module]:
    todos = (arquivo for pacote in PODE_IMPORTAR for arquivo in arquivos(pacote))
    return {arquivo: ast.parse(arquivo.read_text(encoding="utf-8")) for arquivo in todos}


@cache
def nomes() -> set[str]:
    """``Class.field``, ``module.CONSTANT`` and ``module.Class.field`` of the whole tree."""
    achados: set[str] = set()
    for arquivo, arvore in arvores().items():
        achados.update(f"{arquivo.stem}.{nome}" for nome in _declarados(arvore))
        for classe in (no for no in arvore.body if isinstance(no, ast.ClassDef)):
            campos = {f"{classe.name}.{campo}" for campo in _declarados(classe)}
            achados |= campos | {f"{arquivo.stem}.{campo}" for campo in campos}
    return achados


def _declarados(onde: ast.Module | ast.ClassDef) -> Iterator[str]:
    for no in onde.body:
        alvos = no.targets if isinstance(no, ast.Assign) else [no.target] if isinstance(no, ast.AnnAssign) else []
        yield from (alvo.id for alvo in alvos if isinstance(alvo, ast.Name))


@cache
def textos() -> set[str]:
    """Every string of the tree."""
    constantes = (no for arvore in arvores().values() for no in ast.walk(arvore) if isinstance(no, ast.Constant))
    return {no.value for no in constantes if isinstance(no.value, str)}


@cache
def recusas() -> dict[str, set[tuple[type[Unavailable], int | None]]]:
    """By ``codigo``, every refusal that is written in the tree: its class, and its seconds where they are a number."""
    achadas: dict[str, set[tuple[type[Unavailable], int | None]]] = defaultdict(set)
    for arvore in arvores().values():
        constantes: dict[str, object] = {
            no.target.id: no.value.value
            for no in arvore.body
            if isinstance(no, ast.AnnAssign) and isinstance(no.target, ast.Name) and isinstance(no.value, ast.Constant)
        }
        for no in ast.walk(arvore):
            if isinstance(no, ast.Call) and isinstance(no.func, ast.Name) and no.func.id in RECUSAS and no.args:
                codigo = no.args[0]
                if isinstance(codigo, ast.Constant):
                    achadas[str(codigo.value)].add((RECUSAS[no.func.id], _segundos(no, constantes)))
    return achadas


def _segundos(chamada: ast.Call, constantes: dict[str, object]) -> int | None:
    if len(chamada.args) < 3:
        return 1
    valor = chamada.args[2]
    numero = constantes.get(valor.id) if isinstance(valor, ast.Name) else getattr(valor, "value", None)
    return numero if isinstance(numero, int) else None


PORTAS = tabela("gate")


@pytest.mark.parametrize("linha", PORTAS, ids=[linha[0] for linha in PORTAS])
def test_a_gate_is_where_the_page_says_and_every_setting_of_it_exists(linha: list[str]) -> None:
    _, arquivo, _, limites, *_ = linha
    assert [um for um in citados(arquivo) if (RAIZ / um).is_file()] == citados(arquivo) != []
    variaveis = {variavel.nome for variavel in VARIAVEIS.values()}
    assert citados(limites)
    assert not [um for um in citados(limites) if um not in variaveis | nomes()]


@pytest.mark.parametrize("linha", PORTAS, ids=[linha[0] for linha in PORTAS])
def test_what_a_gate_says_is_in_the_table_of_what_clients_hear_or_in_that_of_closing_codes(linha: list[str]) -> None:
    ouvidos = {citados(uma[0])[0] for uma in tabela("`codigo`")}
    assert set(citados(linha[5])) <= ouvidos
    realtime = (RAIZ / "docs/realtime.md").read_text(encoding="utf-8")
    assert not [um for um in re.findall(r"\b\d{4}\b", linha[5]) if f"\n| {um} |" not in realtime]


def test_what_clients_hear_has_the_status_and_the_seconds_of_the_code() -> None:
    for codigo, status, segundos, *_ in tabela("`codigo`"):
        (nome,) = citados(codigo)
        escritas = recusas()[nome]
        assert {int(um) for um in re.findall(r"\d+", status)} == {classe.status for classe, _ in escritas}, nome
        ditos = {int(um) for um in re.findall(r"\d+", segundos)}
        assert ditos == {quantos for _, quantos in escritas if quantos is not None}, nome


def test_no_gate_is_missing() -> None:
    """Whoever refuses for a bound is on the page."""
    de_um_limite = {
        codigo for codigo, escritas in recusas().items() if {classe for classe, _ in escritas} - {Unavailable}
    }
    assert de_um_limite - {"empresa_em_outro_no"} <= {citados(linha[0])[0] for linha in tabela("`codigo`")}


def test_the_metrics_that_are_named_exist() -> None:
    pagina = (RAIZ / PAGINA).read_text(encoding="utf-8")
    metricas = set(re.findall(r"`(balcao_[a-z_]+)(?:\{[^`]*)?`", pagina))
    assert len(metricas) >= 4
    assert not [uma for uma in metricas if not {uma, uma.removesuffix("_total")} & textos()]
