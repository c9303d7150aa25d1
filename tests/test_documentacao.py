"""The documents say what is so."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

import web.websocket
from balcao.ajustes.campos import VARIAVEIS
from bench import registry
from bench.report import shown
from engine import errors
from engine.errors import BalcaoError, InternalFailure, Refusal, Unavailable
from tests.test_arquitetura import PODE_IMPORTAR

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
        citado = float(em_ingles(nome, valor).replace(",", ""))
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
            assert shown(alvos[figura].target or 0) in em_ingles(nome, linha), linha


def em_ingles(nome: str, numeros: str) -> str:
    """Numbers of a page as English writes them: 12,661 and 0.65 are 12.661 and 0,65 in Portuguese."""
    return numeros.translate(str.maketrans(",.", ".,")) if "pt-BR" in nome else numeros


PAGINAS = [*LEIA_ME, "CONTRIBUTING.md", *sorted(str(um.relative_to(RAIZ)) for um in (RAIZ / "docs").rglob("*.md"))]
DE_NOSSO = r"(?:engine|actors|web|storage|balcao|bench|tests|docs)"


@pytest.mark.parametrize("nome", PAGINAS)
def test_every_file_that_is_named_exists(nome: str) -> None:
    pasta = (RAIZ / nome).parent
    conteudo = texto(nome)
    ligados = [alvo for alvo in re.findall(r"\]\(([^)#]+)\)", conteudo) if "://" not in alvo]
    assert not [alvo for alvo in ligados if not (pasta / alvo).exists()]
    citados = re.findall(rf"`({DE_NOSSO}/[\w./]*)`", conteudo)
    assert citados or nome != "docs/architecture.md"
    assert not [citado for citado in citados if not (RAIZ / citado).exists()]


def fontes() -> Iterator[tuple[Path, str]]:
    for pacote in (*PODE_IMPORTAR, "bench", "tests"):
        for arquivo in sorted((RAIZ / pacote).rglob("*")):
            if arquivo.suffix in {".py", ".sql"}:
                yield arquivo.relative_to(RAIZ), arquivo.read_text(encoding="utf-8")


def test_every_file_that_the_code_names_exists() -> None:
    citados = [
        (arquivo, citado)
        for arquivo, conteudo in fontes()
        for citado in re.findall(rf"``({DE_NOSSO}/[\w./]+)``", conteudo)
    ]
    assert len(citados) >= 10
    assert not [f"{arquivo}: {citado}" for arquivo, citado in citados if not (RAIZ / citado).exists()]


def test_every_reference_of_a_docstring_leads_somewhere() -> None:
    """Those that say their package: ``:func:`engine.estados.muda_de_lugar```."""
    referencias = [
        (arquivo, alvo)
        for arquivo, conteudo in fontes()
        for alvo in re.findall(rf":\w+:`~?({DE_NOSSO}\.[\w.]+)`", conteudo)
    ]
    assert len(referencias) >= 50
    assert not [f"{arquivo}: {alvo}" for arquivo, alvo in referencias if not _existe(alvo)]


def _existe(alvo: str) -> bool:
    partes = alvo.split(".")
    ate = max(n for n in range(1, len(partes) + 1) if _e_modulo(RAIZ.joinpath(*partes[:n])))
    achado: object = importlib.import_module(".".join(partes[:ate]))
    for nome in partes[ate:]:
        if nome in getattr(achado, "__annotations__", {}):
            return True
        if not hasattr(achado, nome):
            return False
        achado = getattr(achado, nome)
    return True


def _e_modulo(caminho: Path) -> bool:
    return caminho.with_suffix(".py").is_file() or (caminho / "__init__.py").is_file()


ONDE_MORAM = texto("docs/architecture.md").partition("## Where things live")[2].partition("\n## ")[0]
COMPORTAMENTOS = [
    tuple(celula.strip() for celula in linha.strip("|").split("|"))
    for linha in ONDE_MORAM.splitlines()
    if "`" in linha and linha.startswith("| ")
]


def definidos(arquivo: Path) -> set[str]:
    """``name`` and ``Class.member`` of what a module defines; the names of the parts of an SQL file."""
    conteudo = arquivo.read_text(encoding="utf-8")
    if arquivo.suffix == ".sql":
        return set(re.findall(r"^-- name: (\w+)", conteudo, re.MULTILINE) + re.findall(r"(\w+) AS \(", conteudo))
    arvore = ast.parse(conteudo)
    classes = [no for no in arvore.body if isinstance(no, ast.ClassDef)]
    return {*_nomes(arvore)} | {f"{classe.name}.{nome}" for classe in classes for nome in _nomes(classe)}


def _nomes(onde: ast.Module | ast.ClassDef) -> Iterator[str]:
    for no in onde.body:
        if isinstance(no, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield no.name
        alvos = no.targets if isinstance(no, ast.Assign) else [no.target] if isinstance(no, ast.AnnAssign) else []
        yield from (alvo.id for alvo in alvos if isinstance(alvo, ast.Name))


def test_forty_nine_behaviours_have_a_place() -> None:
    assert len(COMPORTAMENTOS) == len({comportamento for comportamento, _ in COMPORTAMENTOS}) == 49


@pytest.mark.parametrize(("comportamento", "onde"), COMPORTAMENTOS)
def test_a_behaviour_is_defined_where_the_page_says(comportamento: str, onde: str) -> None:
    lugares = re.findall(r"`([\w./]+/[\w.]+)` \(([^)]+)\)", onde)
    assert [caminho for caminho, _ in lugares] == re.findall(r"`([^`]+/[^`]+)`", onde) != [], comportamento
    for caminho, nomes in lugares:
        citados = re.findall(r"`([\w.]+)`", nomes)
        assert citados
        assert {*citados} <= definidos(RAIZ / caminho), comportamento


def abaixo_de(classe: type[BalcaoError]) -> Iterator[tuple[str, str, str]]:
    """Of every error below this one: its name, that of its base, and the status that it is drawn with."""
    nossas = (uma for uma in classe.__subclasses__() if uma.__module__.partition(".")[0] in PODE_IMPORTAR)
    for filha in nossas:
        status = str(filha.status) if issubclass(filha, Refusal | Unavailable | InternalFailure) else ""
        yield filha.__name__, classe.__name__, "" if filha is Refusal else status
        yield from abaixo_de(filha)


def desenhados(desenho: str) -> Iterator[tuple[str, str, str]]:
    """The same, as a drawing says."""
    acima = ["BalcaoError"]
    for recuo, nome, status in re.findall(r"^    ([│ ]*)[├└]── (\w+) *(\d{3})?", desenho, re.MULTILINE):
        nivel = len(recuo) // 4 + 1
        yield nome, acima[nivel - 1], status
        acima[nivel:] = [nome]


def test_the_one_error_tree_is_as_it_is_drawn() -> None:
    for pacote in PODE_IMPORTAR:
        for modulo in pkgutil.walk_packages(importlib.import_module(pacote).__path__, f"{pacote}."):
            if not modulo.name.endswith("__main__"):
                importlib.import_module(modulo.name)
    assert sorted(desenhados(errors.__doc__ or "")) == sorted(abaixo_de(BalcaoError))


CODIGO = re.compile(r"^(\d{4}) ", re.MULTILINE)


def test_every_closing_code_of_the_plain_websocket_is_where_clients_read_of_it() -> None:
    """Those of the page that only Socket.IO has, and the client's own, are not in the docstring of this edge."""
    ditos = CODIGO.findall(web.websocket.__doc__ or "")
    na_pagina = re.findall(r"^\| (\d{4}) \|", texto("docs/realtime.md"), re.MULTILINE)
    assert sorted([*ditos, "1000", "1001"]) == sorted(na_pagina)


def test_every_code_that_the_server_closes_with_is_on_a_page() -> None:
    paginas = "".join(texto(f"docs/{nome}.md") for nome in ("realtime", "connectors", "webchat"))
    na_pagina = {*re.findall(r"^\| (\d{4}) \|", paginas, re.MULTILINE)}
    fechados = {
        codigo
        for arquivo in (RAIZ / "web").rglob("*.py")
        for codigo in re.findall(r"Fechamento\(\s*(\d{4})", arquivo.read_text(encoding="utf-8"))
    }
    assert len(fechados) >= 8
    assert fechados <= na_pagina
