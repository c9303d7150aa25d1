"""Results of simulations side by side: as a table of 80 columns, and as charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from balcao.tela.grafico import Barras, Linha, Painel, desenhar
from engine.simulacao.ensaio import Comparado
from engine.simulacao.resultado import Medidas, Resultado

POLITICAS_NO_MAXIMO: Final = 4
"""That a table has room for, the one in force among them."""
ATENDENTES_MOSTRADOS: Final = 20
_ROTULO: Final = 26
_COLUNA: Final = 13
_DIA: Final = 86_400

_MEDIDAS: Final[tuple[tuple[str, Callable[[Medidas], str]], ...]] = (
    ("tickets", lambda uma: inteiro(uma.chegadas)),
    ("atendidos", lambda uma: inteiro(uma.atendidos)),
    ("desistência", lambda uma: parcela(uma.desistencia)),
    ("espera média", lambda uma: duracao(uma.espera.media)),
    ("espera p50", lambda uma: duracao(uma.espera.p50)),
    ("espera p95", lambda uma: duracao(uma.espera.p95)),
    ("espera p99", lambda uma: duracao(uma.espera.p99)),
    ("esperam", lambda uma: parcela(uma.probabilidade_de_espera)),
    ("na fila, em média", lambda uma: decimal(uma.na_fila)),
    ("na fila, no máximo", lambda uma: inteiro(uma.na_fila_maximo)),
    ("desigualdade (Gini)", lambda uma: decimal(uma.gini)),
)
_SE_HOUVER: Final[tuple[tuple[str, Callable[[Medidas], int]], ...]] = (
    ("encerrados", lambda uma: uma.encerrados),
    ("transbordaram", lambda uma: uma.transbordaram),
    ("ainda esperavam", lambda uma: uma.esperando),
)


def inteiro(valor: int) -> str:
    return f"{valor:,}".replace(",", ".")


def decimal(valor: float) -> str:
    return f"{valor:.2f}".replace(".", ",")


def parcela(valor: float | None) -> str:
    return "–" if valor is None else f"{100 * valor:.1f} %".replace(".", ",")


def duracao(segundos: float) -> str:
    if segundos < 60:
        return f"{segundos:.1f} s".replace(".", ",")
    inteiros = round(segundos)
    if inteiros < 3600:
        return f"{inteiros // 60} min {inteiros % 60:02} s"
    horas = inteiros // 3600
    if horas < 48:
        return f"{horas} h {inteiros // 60 % 60:02} min"
    return f"{inteiros / _DIA:.1f} dias".replace(".", ",")


# -- the table -----------------------------------------------------------------------------------------------------


def tabela(comparados: Sequence[Comparado]) -> Iterator[str]:
    """Its lines, none of more than 80 columns for :data:`POLITICAS_NO_MAXIMO` policies."""
    resultados = [um.resultado for um in comparados]
    yield _linha("", [um.nome for um in comparados])
    yield from _da_fila([um.total for um in resultados], resultados[0].nivel_segundos, resultados)
    if len(resultados[0].filas) > 1:
        for das_filas in zip(*(um.filas for um in resultados), strict=True):
            yield ""
            yield from _da_fila(das_filas, resultados[0].nivel_segundos)
    yield ""
    yield from _dos_atendentes(resultados)


def _da_fila(medidas: Sequence[Medidas], nivel: float, de_todos: Sequence[Resultado] = ()) -> Iterator[str]:
    yield medidas[0].nome
    for nome, mostrar in _MEDIDAS:
        yield _linha(f"  {nome}", [mostrar(uma) for uma in medidas])
        if nome == "espera p99":
            em_tempo = [parcela(uma.nivel_de_servico) for uma in medidas]
            yield _linha(f"  em até {_redonda(nivel)}", em_tempo)
    for nome, contar in _SE_HOUVER:
        if any(contar(uma) for uma in medidas):
            yield _linha(f"  {nome}", [inteiro(contar(uma)) for uma in medidas])
    if de_todos:
        yield _linha("  ocupação", [parcela(um.ocupacao) for um in de_todos])


def _redonda(segundos: float) -> str:
    """As people say it, where it is round."""
    if segundos and segundos % 60 == 0:
        return f"{segundos / 60:g} min"
    return f"{segundos:g} s".replace(".", ",")


def _dos_atendentes(resultados: Sequence[Resultado]) -> Iterator[str]:
    yield "parcela dos tickets (ocupação)"
    de_cada = list(zip(*(um.atendentes for um in resultados), strict=True))
    for partes in de_cada[:ATENDENTES_MOSTRADOS]:
        mostradas = [f"{_curta(uma.parcela)} ({_curta(uma.ocupacao)})" for uma in partes]
        yield _linha(f"  {partes[0].nome}", mostradas)
    if len(de_cada) > ATENDENTES_MOSTRADOS:
        yield f"  e mais {len(de_cada) - ATENDENTES_MOSTRADOS}"


def _curta(valor: float | None) -> str:
    return "–" if valor is None else f"{100 * valor:.0f} %"


def _linha(rotulo: str, colunas: Sequence[str]) -> str:
    return f"{_cabe(rotulo, _ROTULO):<{_ROTULO}}" + "".join(
        f" {_cabe(um, _COLUNA - 1):>{_COLUNA - 1}}" for um in colunas
    )


def _cabe(texto: str, colunas: int) -> str:
    return texto if len(texto) <= colunas else texto[: colunas - 1] + "…"


# -- the charts ----------------------------------------------------------------------------------------------------


def graficos(comparados: Sequence[Comparado]) -> str:
    """An SVG document."""
    resultados = [(um.nome, um.resultado) for um in comparados]
    esperas = [(nome, (um.total.espera.p50, um.total.espera.p95, um.total.espera.p99)) for nome, um in resultados]
    parcelas = [
        (nome, [100 * (valor or 0) for valor in (um.total.nivel_de_servico, um.total.desistencia, um.ocupacao)])
        for nome, um in resultados
    ]
    filas = [(nome, [uma.espera.p95 for uma in (um.total, *um.filas)][:8]) for nome, um in resultados]
    nomes = [_cabe(uma.nome, 12) for uma in (resultados[0][1].total, *resultados[0][1].filas)][:8]
    dos_atendentes = [(nome, [100 * (parte.parcela or 0) for parte in um.atendentes[:20]]) for nome, um in resultados]
    quem = [_cabe(parte.nome, 60 // min(len(resultados[0][1].atendentes), 20)) for parte in resultados[0][1].atendentes]
    return desenhar(
        "Políticas simuladas",
        [
            Barras("Espera (segundos)", ("p50", "p95", "p99"), esperas),
            Barras("Atendidos em tempo, desistência, ocupação (%)", ("em tempo", "desistência", "ocupação"), parcelas),
            Barras("Espera p95 por fila (segundos)", nomes, filas),
            Barras("Parcela de cada atendente (%)", quem[:20], dos_atendentes),
            Painel("Tickets na fila", "dias", "tickets", [_serie(*um) for um in resultados]),
        ],
    )


def _serie(nome: str, resultado: Resultado) -> Linha:
    passo = resultado.no_tempo.passo_segundos / _DIA
    return Linha(nome, [(lugar * passo, valor) for lugar, valor in enumerate(resultado.no_tempo.media)] or [(0.0, 0.0)])
