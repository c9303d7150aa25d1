"""Charts as SVG, drawn here: lines, points with their intervals, and bars, on panels that stand side by side.

The same figures give the same bytes, so a chart can be kept in a repository.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Final
from xml.sax.saxutils import escape

from msgspec import Struct

CORES: Final = ("#0f766e", "#c2410c", "#4338ca", "#a16207", "#be185d", "#15803d", "#475569")
"""Of the series of a panel, one after the other."""
_LARGURA, _ALTURA = 460, 300
_ESQUERDA, _DIREITA, _CIMA, _BAIXO = 62, 14, 34, 44
_LEGENDA: Final = 16
_MARCAS: Final = 5

Ponto = tuple[float, float]


class Linha(Struct, frozen=True):
    """A series that is joined from point to point."""

    nome: str
    pontos: Sequence[Ponto]


class Medidos(Struct, frozen=True):
    """What was measured: ``x``, ``y``, and from where to where ``y`` may lie. ``cor``: as the line of that place."""

    pontos: Sequence[tuple[float, float, float, float]]
    cor: int


class Painel(Struct, frozen=True):
    """One chart. ``log``: the vertical axis is logarithmic, and shows nothing that is not above zero."""

    titulo: str
    horizontal: str
    vertical: str
    linhas: Sequence[Linha]
    medidos: Sequence[Medidos] = ()
    log: bool = False


class Barras(Struct, frozen=True):
    """One chart: for each of ``grupos`` a bar of every series, by its name, in the order of the groups."""

    titulo: str
    grupos: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]


def desenhar(titulo: str, paineis: Sequence[Painel | Barras], colunas: int = 2) -> str:
    """An SVG document. ``titulo`` is also what is read aloud."""
    linhas = ceil(len(paineis) / colunas)
    legendas = max(len(_nomes(um)) for um in paineis) * _LEGENDA
    alto = _ALTURA + legendas
    largura, altura = colunas * _LARGURA, 40 + linhas * alto
    partes = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largura} {altura}" font-family="system-ui, sans-serif"',
        f'role="img" aria-label="{_texto(titulo)}">',
        f'<rect width="{largura}" height="{altura}" fill="#f8fafc"/>',
        _escrito(largura / 2, 26, titulo, "middle", 15, "#0f172a", "600"),
    ]
    for lugar, um in enumerate(paineis):
        partes.append(f'<g transform="translate({lugar % colunas * _LARGURA} {40 + lugar // colunas * alto})">')
        partes += _do_painel(um) if isinstance(um, Painel) else _das_barras(um)
        partes += _legenda(_nomes(um))
        partes.append("</g>")
    return "\n".join([*partes, "</svg>"]) + "\n"


class _Eixo:
    """From figures to the drawing, along one side."""

    def __init__(self, valores: Sequence[float], de: float, ate: float, *, log: bool, do_zero: bool) -> None:
        self._de, self._ate, self._log = de, ate, log
        usados = [self._medida(valor) for valor in valores if valor > 0 or not log] or [0.0]
        self._baixo, self._alto = min(usados), max(usados)
        if do_zero and not log:
            self._baixo = min(0.0, self._baixo)
        if log:
            self._baixo, self._alto = floor(self._baixo), ceil(self._alto)
        if self._alto <= self._baixo:
            self._alto = self._baixo + 1

    def _medida(self, valor: float) -> float:
        return log10(valor) if self._log else valor

    def mostra(self, valor: float) -> bool:
        return valor > 0 or not self._log

    def lugar(self, valor: float) -> float:
        medida = max(self._medida(valor), self._baixo) if self.mostra(valor) else self._baixo
        return self._de + (medida - self._baixo) / (self._alto - self._baixo) * (self._ate - self._de)

    def marcas(self) -> list[float]:
        if self._log:
            passo = max(1, round((self._alto - self._baixo) / _MARCAS))
            return [10.0**expoente for expoente in range(round(self._baixo), round(self._alto) + 1, passo)]
        passo_ = _redondo((self._alto - self._baixo) / _MARCAS)
        primeira, ultima = ceil(self._baixo / passo_), floor(self._alto / passo_ + 1e-9)
        return [numero * passo_ for numero in range(primeira, ultima + 1)]


def _redondo(passo: float) -> float:
    base = 10.0 ** floor(log10(passo))
    return base * next(um for um in (1, 2, 5, 10) if um * base >= passo)


def _do_painel(painel: Painel) -> list[str]:
    xs = [x for linha in painel.linhas for x, _ in linha.pontos] + [p[0] for um in painel.medidos for p in um.pontos]
    ys = [y for linha in painel.linhas for _, y in linha.pontos]
    ys += [valor for um in painel.medidos for ponto in um.pontos for valor in ponto[1:]]
    x = _Eixo(xs, _ESQUERDA, _LARGURA - _DIREITA, log=False, do_zero=False)
    y = _Eixo(ys, _ALTURA - _BAIXO, _CIMA, log=painel.log, do_zero=True)
    partes = [_escrito(_ESQUERDA, 18, painel.titulo, "start", 13, "#0f172a", "600"), *_moldura(x, y)]
    partes.append(_escrito((_ESQUERDA + _LARGURA) / 2, _ALTURA - 8, painel.horizontal, "middle", 11, "#475569"))
    partes.append(
        f'<g transform="translate(13 {(_CIMA + _ALTURA - _BAIXO) / 2}) rotate(-90)">'
        + _escrito(0, 0, painel.vertical, "middle", 11, "#475569")
        + "</g>"
    )
    for lugar, linha in enumerate(painel.linhas):
        pontos = " ".join(f"{x.lugar(a):.1f},{y.lugar(b):.1f}" for a, b in linha.pontos if y.mostra(b))
        partes.append(f'<polyline points="{pontos}" fill="none" stroke="{_cor(lugar)}" stroke-width="1.5"/>')
    for um in painel.medidos:
        partes += [_medido(x, y, ponto, _cor(um.cor)) for ponto in um.pontos if y.mostra(ponto[1])]
    return partes


def _medido(x: _Eixo, y: _Eixo, ponto: tuple[float, float, float, float], cor: str) -> str:
    em, valor, de, ate = x.lugar(ponto[0]), *(y.lugar(parte) for parte in ponto[1:])
    return (
        f'<path d="M{em:.1f} {de:.1f}V{ate:.1f}M{em - 3:.1f} {de:.1f}h6M{em - 3:.1f} {ate:.1f}h6" stroke="{cor}"/>'
        f'<circle cx="{em:.1f}" cy="{valor:.1f}" r="2.5" fill="{cor}"/>'
    )


def _moldura(x: _Eixo | None, y: _Eixo) -> list[str]:
    base = _ALTURA - _BAIXO
    partes = []
    for marca in y.marcas():
        em = y.lugar(marca)
        partes.append(f'<path d="M{_ESQUERDA} {em:.1f}H{_LARGURA - _DIREITA}" stroke="#e2e8f0"/>')
        partes.append(_escrito(_ESQUERDA - 6, em + 4, _numero(marca), "end", 10, "#475569"))
    if x is not None:
        partes += [_escrito(x.lugar(um), base + 16, _numero(um), "middle", 10, "#475569") for um in x.marcas()]
    partes.append(f'<path d="M{_ESQUERDA} {_CIMA}V{base}H{_LARGURA - _DIREITA}" fill="none" stroke="#334155"/>')
    return partes


def _das_barras(barras: Barras) -> list[str]:
    valores = [valor for _, serie in barras.series for valor in serie]
    y = _Eixo(valores, _ALTURA - _BAIXO, _CIMA, log=False, do_zero=True)
    partes = [_escrito(_ESQUERDA, 18, barras.titulo, "start", 13, "#0f172a", "600"), *_moldura(None, y)]
    grupo = (_LARGURA - _DIREITA - _ESQUERDA) / max(len(barras.grupos), 1)
    uma = grupo * 0.8 / max(len(barras.series), 1)
    for lugar, nome in enumerate(barras.grupos):
        comeco = _ESQUERDA + lugar * grupo
        partes.append(_escrito(comeco + grupo / 2, _ALTURA - _BAIXO + 16, nome, "middle", 10, "#475569"))
        for qual, (_, serie) in enumerate(barras.series):
            cima, chao = y.lugar(serie[lugar]), y.lugar(0)
            partes.append(
                f'<rect x="{comeco + grupo * 0.1 + qual * uma:.1f}" y="{cima:.1f}" width="{uma * 0.92:.1f}" '
                f'height="{max(chao - cima, 0):.1f}" fill="{_cor(qual)}"/>'
            )
    return partes


def _legenda(nomes: Sequence[str]) -> list[str]:
    partes = []
    for lugar, nome in enumerate(nomes):
        em = _ALTURA + lugar * _LEGENDA + 4
        partes.append(f'<path d="M{_ESQUERDA} {em - 4}h18" stroke="{_cor(lugar)}" stroke-width="3"/>')
        partes.append(_escrito(_ESQUERDA + 24, em, nome, "start", 11, "#334155"))
    return partes


def _nomes(painel: Painel | Barras) -> list[str]:
    if isinstance(painel, Painel):
        return [linha.nome for linha in painel.linhas]
    return [nome for nome, _ in painel.series]


def _cor(lugar: int) -> str:
    return CORES[lugar % len(CORES)]


def _numero(valor: float) -> str:
    return f"{valor:.6g}".replace("e-0", "e-").replace("e+0", "e")


def _escrito(x: float, y: float, texto: str, lado: str, tamanho: int, cor: str, peso: str = "400") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{lado}" font-size="{tamanho}" font-weight="{peso}" '
        f'fill="{cor}">{_texto(texto)}</text>'
    )


def _texto(texto: str) -> str:
    return escape(texto, {'"': "&quot;"})
