"""A report as SVG or PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from balcao.desenho.paineis import BARRAS_NO_MAXIMO, PAINEIS, SERIES_NO_MAXIMO, Lida, Lido, Medida, Painel, na_unidade

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CORES: Final = ("#0f766e", "#c2410c", "#4338ca", "#a16207", "#be185d", "#15803d", "#475569", "#0369a1")
_ESTILO: Final[dict[Any, Any]] = {  # its keys are three hundred literals
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#94a3b8",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e2e8f0",
    "svg.hashsalt": "balcao",
    "text.parse_math": False,  # names are of people: a dollar is one
    "figure.facecolor": "white",
}
_LARGURA, _ALTURA_DO_PAINEL = 11.0, 3.1
_MARCAS: Final = 12
_NOME_MAXIMO: Final = 24
_CABEM: Final = 150
"""Characters beside each other."""


def desenhar(lido: Lido, imagem: Literal["svg", "png"]) -> bytes:
    """The same report gives the same picture."""
    from matplotlib import rc_context  # noqa: PLC0415  # it takes most of a second, and nobody else needs it
    from matplotlib.figure import Figure  # noqa: PLC0415

    paineis = PAINEIS[lido.nome]
    with rc_context(_ESTILO):
        figura = Figure(figsize=(_LARGURA, 0.9 + _ALTURA_DO_PAINEL * len(paineis)), layout="constrained", dpi=110)
        figura.suptitle(f"{lido.titulo}\n{lido.legenda}", fontsize=12, fontweight="bold", color="#0f172a")
        for lugar, painel in enumerate(paineis):
            eixos = figura.add_subplot(len(paineis), 1, lugar + 1)
            _desenhar_painel(eixos, na_unidade(painel, lido.linhas), lido)
        eixos.set_xlabel(lido.horizontal, color="#475569")
        saida = io.BytesIO()
        figura.savefig(saida, format=imagem, metadata={"Date": None} if imagem == "svg" else {"Software": None})
    return saida.getvalue()


def _desenhar_painel(eixos: Axes, painel: Painel, lido: Lido) -> None:
    eixos.set_title(painel.titulo, color="#0f172a")
    eixos.set_ylabel(painel.eixo, color="#475569")
    if not lido.linhas:
        eixos.text(0.5, 0.5, "nada neste período", ha="center", va="center", transform=eixos.transAxes, color="#475569")
        eixos.set_xticks([])
        eixos.set_yticks([])
        return
    if lido.periodos:
        _no_tempo(eixos, painel, lido)
    else:
        _em_barras(eixos, painel, lido.linhas)
    baixo, alto = eixos.get_ylim()
    eixos.set_ylim(min(baixo, 0), alto if alto > 0 else 1)
    if eixos.get_legend_handles_labels()[0]:
        eixos.legend(loc="upper left", bbox_to_anchor=(1.005, 1), frameon=False, fontsize=8)


def _no_tempo(eixos: Axes, painel: Painel, lido: Lido) -> None:
    """Lines over time: of each measure, or, where there are several of whom, of the first measure for each of them."""
    nomes = list(dict.fromkeys(linha.nome for linha in lido.linhas))
    if len(nomes) == 1:
        for lugar, medida in enumerate(painel.medidas):
            _linha(eixos, lido, medida, lido.linhas, medida.nome, lugar)
    else:
        medida = painel.medidas[0]
        if len(painel.medidas) > 1:
            eixos.set_title(f"{painel.titulo}: {medida.nome}")
        for lugar, nome in enumerate(_maiores(lido.linhas, medida, nomes)):
            _linha(eixos, lido, medida, [uma for uma in lido.linhas if uma.nome == nome], _curto(nome), lugar)
    passo = -(-len(lido.periodos) // _MARCAS)
    quais = range(0, len(lido.periodos), passo)
    eixos.set_xticks(list(quais), [_periodo(lido.periodos[n]) for n in quais])
    eixos.set_xlim(-0.5, len(lido.periodos) - 0.5)


def _linha(eixos: Axes, lido: Lido, medida: Medida, linhas: Sequence[Lida], nome: str, lugar: int) -> None:
    valores = {uma.periodo: uma.numeros.get(medida.campo) for uma in linhas}
    pontos = [(n, valor) for n, um in enumerate(lido.periodos) if (valor := valores.get(um)) is not None]
    marca = "o" if len(pontos) <= 2 * _MARCAS else None
    eixos.plot(
        [n for n, _ in pontos], [valor * medida.vezes for _, valor in pontos], label=nome, marker=marca, markersize=3,
        linewidth=1.6, color=CORES[lugar % len(CORES)],
    )  # fmt: skip


def _maiores(linhas: Sequence[Lida], medida: Medida, nomes: Sequence[str]) -> list[str]:
    """Those of the most, where there are more than can be told apart."""
    somas = {nome: sum(uma.numeros.get(medida.campo, 0) for uma in linhas if uma.nome == nome) for nome in nomes}
    ficam = sorted(somas, key=lambda nome: (-somas[nome], nome))[:SERIES_NO_MAXIMO]
    return [nome for nome in nomes if nome in ficam]


def _em_barras(eixos: Axes, painel: Painel, linhas: Sequence[Lida]) -> None:
    """A group of bars for each line: all of them, or those of the most."""
    primeira = painel.medidas[0].campo
    if len(linhas) > BARRAS_NO_MAXIMO:
        ficam = sorted(linhas, key=lambda uma: -uma.numeros.get(primeira, 0))[:BARRAS_NO_MAXIMO]
        linhas = [uma for uma in linhas if uma in ficam]
        eixos.set_title(f"{painel.titulo} (os {BARRAS_NO_MAXIMO} maiores)")
    largura = 0.8 / len(painel.medidas)
    for lugar, medida in enumerate(painel.medidas):
        onde = [n - 0.4 + largura * (lugar + 0.5) for n in range(len(linhas))]
        valores = [uma.numeros.get(medida.campo, 0) * medida.vezes for uma in linhas]
        eixos.bar(onde, valores, largura * 0.92, label=medida.nome, color=CORES[lugar % len(CORES)])
    inclinado = sum(len(_curto(uma.nome)) + 2 for uma in linhas) > _CABEM
    eixos.set_xticks(
        range(len(linhas)), [_curto(uma.nome) for uma in linhas], rotation=35 if inclinado else 0,
        ha="right" if inclinado else "center",
    )  # fmt: skip
    eixos.set_xlim(-0.6, max(len(linhas), 2) - 0.4)


def _curto(nome: str) -> str:
    """As it fits; what begins with an underscore, matplotlib hides."""
    curto = nome if len(nome) <= _NOME_MAXIMO else f"{nome[: _NOME_MAXIMO - 1]}…"
    return f" {curto}" if curto.startswith("_") else curto


def _periodo(rotulo: str) -> str:
    """``2026-11-29T14:00-03:00`` → ``29/11 14:00``; ``2026-11-29`` → ``29/11``; ``2026-11`` → ``11/2026``."""
    dia, _, hora = rotulo.partition("T")
    partes = dia.split("-")
    if len(partes) == 2:
        return f"{partes[1]}/{partes[0]}"
    return f"{partes[2]}/{partes[1]}{' ' + hora[:5] if hora else ''}"
