"""The documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from balcao.ajustes.campos import VARIAVEIS
from bench import registry
from bench.report import shown

RAIZ = Path(__file__).parent.parent
LEIA_ME = ("README.md", "README.pt-BR.md")


class Figura(Struct):
    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None


def texto(nome: str) -> str:
    return (RAIZ / nome).read_text(encoding="utf-8")


@pytest.mark.parametrize("nome", LEIA_ME)
def test_every_setting_is_in_the_settings_table(nome: str) -> None:
    tabela = "\n".join(linha for linha in texto(nome).splitlines() if linha.startswith("| `"))
    ausentes = [variavel.nome for variavel in VARIAVEIS.values() if f"`{variavel.nome}`" not in tabela]
    assert not ausentes


@pytest.mark.parametrize("nome", LEIA_ME)
def test_the_figures_quoted_are_those_of_the_last_benchmark(nome: str) -> None:
    conteudo = texto(nome)
    figuras = msgspec.json.decode(texto("bench/results/latest.json"), type=list[Figura])
    citadas = dict(re.findall(r"^\| `([a-z_]+\.[a-z_0-9]+)` \| \*\*([\d,.]+)", conteudo, re.MULTILINE))
    assert len(citadas) >= 10
    medidas = {figura.name: figura.value for figura in figuras}
    for figura, valor in citadas.items():
        citado = float(valor.replace(",", ""))
        assert citado == pytest.approx(medidas[figura], rel=0.01), figura


@pytest.mark.parametrize("nome", LEIA_ME)
def test_a_figure_that_misses_its_target_says_so(nome: str) -> None:
    registry.discover()
    alvos = {figura.name: figura for figura in registry.figures() if figura.target is not None}
    medidas = {f.name: f.value for f in msgspec.json.decode(texto("bench/results/latest.json"), type=list[Figura])}
    linhas = re.findall(r"^\| `([a-z_]+\.[a-z_0-9]+)` \|.*$", texto(nome), re.MULTILINE)
    for figura in linhas:
        (linha,) = [uma for uma in texto(nome).splitlines() if uma.startswith(f"| `{figura}` |")]
        perdeu = figura in alvos and not alvos[figura].met_by(medidas[figura])
        assert ("✗" in linha) == perdeu, linha
        if perdeu:
            assert shown(alvos[figura].target or 0) in linha, linha


@pytest.mark.parametrize("nome", ["docs/architecture.md", "README.md", "README.pt-BR.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(nome: str) -> None:
    pasta = (RAIZ / nome).parent
    conteudo = texto(nome)
    ligados = [alvo for alvo in re.findall(r"\]\(([^)#]+)\)", conteudo) if "://" not in alvo]
    assert not [alvo for alvo in ligados if not (pasta / alvo).exists()]
    if pasta.name == "docs":
        citados = re.findall(r"`((?:engine|actors|web|storage|balcao|bench|tests|docs)/[\w./]*)`", conteudo)
        assert citados
        assert not [citado for citado in citados if not (RAIZ / citado).exists()]
