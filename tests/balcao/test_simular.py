"""``balcao simular``, as a person types it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from balcao.cli import executar
from balcao.tela.comparacao import duracao, parcela
from balcao.tela.grafico import Barras, Linha, Medidos, Painel, desenhar
from engine.simulacao.cenario import AtendenteDoCenario, Cenario, Exigidas, FilaDoCenario, Tempo

Rodar = Callable[..., tuple[int, str, str]]
EMPRESA = "00000000-0000-7000-8000-000000000001"


@pytest.fixture
def rodar(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rodar:
    """In a folder of its own; exit code, output, and complaints."""
    monkeypatch.chdir(tmp_path)

    def rodado(*argumentos: str) -> tuple[int, str, str]:
        codigo = executar(["simular", *argumentos])
        saida = capsys.readouterr()
        return codigo, saida.out, saida.err

    return rodado


@pytest.fixture
def cenario(tmp_path: Path) -> dict[str, Any]:
    """A small one, which is in ``c.json`` too; and a policy, in ``p.json``."""
    pequeno = {
        "dias": 1,
        "filas": [
            {"nome": "Suporte", "chegadasPorHora": 20, "pacienciaSegundos": 600},
            {"nome": "Vendas", "chegadasPorHora": 5},
        ],
        "atendentes": [{"nome": "Ana", "capacidade": 2}, {"nome": "Bia", "filas": ["Vendas"]}],
    }
    (tmp_path / "c.json").write_text(json.dumps(pequeno), encoding="utf-8")
    (tmp_path / "p.json").write_text('{"estrategia": "ROUND_ROBIN", "prioridade": 9}', encoding="utf-8")
    return pequeno


def test_the_example_can_be_simulated_as_it_is_written(rodar: Rodar, tmp_path: Path) -> None:
    codigo, exemplo, _ = rodar("--exemplo")
    assert codigo == 0
    assert max(map(len, exemplo.splitlines())) < 120
    (tmp_path / "exemplo.json").write_text(exemplo, encoding="utf-8")
    codigo, tabela, _ = rodar("exemplo.json")
    assert codigo == 0
    assert "em vigor" in tabela
    assert "Suporte" in tabela


def test_policies_stand_side_by_side_in_eighty_columns(rodar: Rodar, cenario: dict[str, Any]) -> None:
    codigo, tabela, _ = rodar("c.json", *["--politica", "p.json"] * 3)
    assert codigo == 0, tabela
    assert max(map(len, tabela.splitlines())) <= 80
    for medida in ("espera p50", "espera p95", "espera p99", "em até 1 min", "ocupação", "desigualdade (Gini)", "Ana"):
        assert medida in tabela
    assert "p.json" in tabela


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(rodar: Rodar, cenario: dict[str, Any]) -> None:
    um, outro, com_outra = (rodar("c.json", "--json", *mais)[1] for mais in ([], [], ["--semente", "9"]))
    assert um == outro
    assert um != com_outra


def test_json_has_what_the_table_shows(rodar: Rodar, cenario: dict[str, Any]) -> None:
    _, saida, _ = rodar("c.json", "--politica", "p.json", "--fila", "Vendas", "--json")
    em_vigor, outra = json.loads(saida)
    assert [em_vigor["nome"], outra["nome"]] == ["em vigor", "p.json"]
    assert em_vigor["resultado"]["total"]["chegadas"] == outra["resultado"]["total"]["chegadas"] > 100
    assert em_vigor["resultado"]["total"]["espera"] != outra["resultado"]["total"]["espera"]


def test_the_svg_is_well_formed_and_the_same_each_time(rodar: Rodar, cenario: dict[str, Any], tmp_path: Path) -> None:
    for nome in ("a.svg", "b.svg"):
        assert rodar("c.json", "--politica", "p.json", "--svg", nome)[0] == 0
    desenho = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert desenho == (tmp_path / "b.svg").read_text(encoding="utf-8")
    ET.fromstring(desenho)
    assert "p.json" in desenho


@pytest.mark.parametrize(
    ("argumentos", "dito"),
    [
        ([], "falta o cenário — dê o arquivo: balcao simular cenario.json, ou comece por um --exemplo"),
        (["nao.json"], "não foi possível ler nao.json"),
        (["c.json", "--fila", "Suporta"], "--fila: não há uma fila 'Suporta' em c.json — use 'Suporte' ou 'Vendas'"),
        (["c.json", "--politica", "ruim.json"], "ruim.json: estrategia — não pode ser SORTE; use "),
        (["c.json", "--politica", "anel.json"], "anel.json: aneis[1].aposSegundos — deve ser maior que 60"),
        (["c.json", "--politica", "manual.json"], "manual.json: estrategia — nada distribui por si"),
        (["ruim.json"], "ruim.json: o documento — não existe o campo estrategia"),
        (["c.json", *["--politica", "p.json"] * 4], "--politica: são 4 — compare até 3 de cada vez"),
        (["c.json", "--semente", "x"], "--semente: 'x' não é um número inteiro"),
        (["c.json", "--svg", "nao/ha.svg"], "--svg: não foi possível escrever nao/ha.svg"),
        (["--de", "2026-11-01"], "--de e --ate são de uma empresa — use --empresa, ou tire-os"),
        (["--empresa", EMPRESA], "--de: falta, ou não é antes de --ate — dê desde quando"),
        (["--empresa", EMPRESA, "--de", "2026-11-02", "--ate", "2026-11-01"], "--de: falta, ou não é antes de --ate"),
        (["--empresa", EMPRESA, "--de", "ontem"], "--de: 'ontem' não é uma data — escreva como 2026-11-01"),
        (["c.json", "--empresa", EMPRESA], "um cenário e --empresa não vão juntos"),
        (["c.json", "outro.json"], "só recebe opções, e não 'outro.json'"),
    ],
)
def test_what_is_wrong_names_the_field_and_the_remedy(
    argumentos: list[str], dito: str, rodar: Rodar, cenario: dict[str, Any], tmp_path: Path
) -> None:
    for nome, documento in {
        "ruim.json": {"estrategia": "SORTE"},
        "anel.json": {"aneis": [{"aposSegundos": 60}, {"aposSegundos": 60}]},
        "manual.json": {"estrategia": "MANUAL"},
    }.items():
        (tmp_path / nome).write_text(json.dumps(documento), encoding="utf-8")
    codigo, _, erros = rodar(*argumentos)
    assert codigo != 0
    assert dito in erros


def test_all_problems_of_a_scenario_are_told_at_once(rodar: Rodar, cenario: dict[str, Any], tmp_path: Path) -> None:
    cenario["fuso"] = "Lua"
    cenario["atendentes"][1]["filas"] = ["Venda"]
    (tmp_path / "c.json").write_text(json.dumps(cenario), encoding="utf-8")
    codigo, _, erros = rodar("c.json")
    assert codigo == 1
    assert "c.json: fuso — não é um fuso da base IANA" in erros
    assert "\n  atendentes[1].filas[0]: não existe a fila Venda; use Vendas" in erros


@pytest.mark.parametrize(
    ("segundos", "dito"),
    [(0, "0,0 s"), (59.94, "59,9 s"), (61, "1 min 01 s"), (7_260, "2 h 01 min"), (259_200, "3,0 dias")],
)
def test_durations_are_as_people_say_them(segundos: float, dito: str) -> None:
    assert (duracao(segundos), parcela(None), parcela(0.123)) == (dito, "–", "12,3 %")


def test_a_chart_of_nothing_and_of_hostile_names_is_well_formed() -> None:
    nome = '<script>"&'
    desenho = desenhar(
        nome,
        [
            Painel(nome, nome, nome, [Linha(nome, [])], [Medidos([(1, 0, 0, 0)], 0)], log=True),
            Barras(nome, [nome], [(nome, [0])]),
        ],
    )
    assert nome not in desenho
    ET.fromstring(desenho)


def test_every_field_of_a_scenario_is_in_the_page() -> None:
    pagina = (Path(__file__).parents[2] / "docs" / "simular.md").read_text(encoding="utf-8")
    for tipo in (Cenario, FilaDoCenario, AtendenteDoCenario, Tempo, Exigidas):
        for campo in msgspec.structs.fields(tipo):
            assert f"`{campo.encode_name}`" in pagina, f"{tipo.__name__}.{campo.encode_name}"
