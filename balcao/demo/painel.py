"""The live view of a run: one screen for a terminal, a line now and then for anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import trio
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from balcao.demo.estatistica import duracao, percentis
from balcao.demo.execucao import Vista
from balcao.demo.modelo import CAPACIDADE, FILAS, Atendente, Diario, Opcoes

_DEGRAUS: Final = "▁▂▃▄▅▆▇█"
_LARGA: Final = 112
"""Columns from which everything fits side by side."""
_MEDIA_S: Final = 5
"""What the rates are the mean of."""
_LINHA_A_CADA_S: Final = 5


@contextmanager
def aberto(console: Console, opcoes: Opcoes) -> Iterator[Vista]:
    """A view for the length of a run."""
    if not console.is_terminal:
        yield Linhas(console).mostrar
        return
    with Live(console=console, auto_refresh=False, transient=True) as ao_vivo:
        yield lambda diario, fase: ao_vivo.update(tela(diario, fase, opcoes, console.width), refresh=True)


class Linhas:
    """Progress for a file or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._proxima = 0
        self._fase = ""

    def mostrar(self, diario: Diario, fase: str) -> None:
        if fase == self._fase and (not diario.comecou or diario.segundo < self._proxima):
            return
        self._fase = fase
        self._proxima = diario.segundo + _LINHA_A_CADA_S
        situacao = Situacao(diario)
        self._console.print(
            f"{_relogio(diario.segundo)} {fase:<10} chegaram {situacao.chegaram}  na fila {situacao.na_fila}  "
            f"em conversa {situacao.em_conversa}  resolvidos {situacao.resolvidos}  "
            f"espera p95 {duracao(*percentis(diario.esperas, 95))}",
            highlight=False,
            soft_wrap=True,
        )


class Situacao:
    """Where the contacts are now."""

    def __init__(self, diario: Diario) -> None:
        conversas = diario.conversas
        self.total = len(conversas)
        self.chegaram = sum(c.escreveu_em is not None for c in conversas)
        self.resolvidos = sum(c.resolvida_em is not None for c in conversas)
        atribuidos = sum(c.atribuida_em is not None for c in conversas)
        self.em_conversa = atribuidos - self.resolvidos
        self.na_fila = self.chegaram - atribuidos


def tela(diario: Diario, fase: str, opcoes: Opcoes, largura: int) -> RenderableType:
    """The whole screen, for a terminal of that many columns."""
    situacao = Situacao(diario)
    if fase == "atendendo" and situacao.chegaram == situacao.total:
        fase = "as últimas conversas"
    blocos = Table.grid(padding=(0, 4, 0, 0))
    if largura >= _LARGA:
        blocos.add_row(_filas(diario), _tempos(diario), _ritmos(diario, min(largura - 104, 60)))
        medidas: RenderableType = blocos
    else:
        blocos.add_row(_filas(diario), _tempos(diario))
        medidas = Group(blocos, Text(), _ritmos(diario, max(largura - 40, 10)))
    corpo = Group(_barra(situacao), _legenda(situacao), Text(), medidas, Text(), _atendentes(diario.atendentes))
    tempo = f"{_relogio(diario.segundo if diario.comecou else 0)} de {_relogio(int(opcoes.duracao_s))}"
    return Panel(
        corpo,
        title=f"[bold]Balcão[/] · demonstração · {fase}",
        title_align="left",
        subtitle=f"{opcoes.url} · {tempo}",
        subtitle_align="right",
        padding=(0, 1),
    )


def _barra(situacao: Situacao) -> RenderableType:
    """All the contacts as one bar: resolved, talking, waiting, still to come."""
    partes = (
        (situacao.resolvidos, "green"),
        (situacao.em_conversa, "cyan"),
        (situacao.na_fila, "yellow"),
        (situacao.total - situacao.chegaram, "bright_black"),
    )
    tabela = Table.grid(expand=True)
    celulas = []
    for quantos, cor in partes:
        if quantos:
            tabela.add_column(ratio=quantos, no_wrap=True, overflow="crop")
            celulas.append(Text("━" * 300, style=cor))
    tabela.add_row(*celulas)
    return tabela


def _legenda(situacao: Situacao) -> Text:
    return Text.from_markup(
        f"[green]resolvidos {situacao.resolvidos}[/]   [cyan]em conversa {situacao.em_conversa}[/]   "
        f"[yellow]na fila {situacao.na_fila}[/]   [bright_black]por chegar {situacao.total - situacao.chegaram}[/]"
    )


def _filas(diario: Diario) -> Table:
    tabela = _bloco("fila", "aguardam", "há mais tempo")
    agora = trio.current_time()
    for nome, _ in FILAS:
        esperam = [
            agora - c.escreveu_em
            for c in diario.conversas
            if c.fila == nome and c.escreveu_em is not None and c.atribuida_em is None
        ]
        cor = "yellow" if esperam else "default"
        tabela.add_row(nome, f"[{cor}]{len(esperam)}[/]", duracao(max(esperam)) if esperam else "–")
    return tabela


def _tempos(diario: Diario) -> Table:
    tabela = _bloco("tempo", "p50", "p95", "p99")
    medidas = diario.medidas
    linhas: tuple[tuple[str, Sequence[float]], ...] = (
        ("espera", diario.esperas),
        ("criar ticket", medidas.criar),
        ("confirmar", medidas.confirmar),
        ("entregar", medidas.entregar),
    )
    for nome, valores in linhas:
        tabela.add_row(nome, *map(duracao, percentis(valores, 50, 95, 99)))
    return tabela


def _ritmos(diario: Diario, segundos: int) -> Table:
    """What happens per second, and how it went for the last ``segundos``."""
    tabela = _bloco("por segundo", "agora", "")
    for nome in ("tickets", "mensagens", "resolvidos"):
        passado = [segundo[nome] for segundo in list(diario.por_segundo)[-segundos - 1 : -1]]
        recente = passado[-_MEDIA_S:]
        media = f"{sum(recente) / len(recente):.1f}".replace(".", ",") if recente else "–"
        tabela.add_row(nome, media, Text(_tracado(passado).ljust(segundos), style="cyan"))
    return tabela


def _tracado(valores: Sequence[int]) -> str:
    maior = max(valores, default=0)
    return "".join(_DEGRAUS[round(valor / maior * (len(_DEGRAUS) - 1))] if maior else _DEGRAUS[0] for valor in valores)


def _atendentes(atendentes: Sequence[Atendente]) -> RenderableType:
    """Each agent with its slots and how many it has attended."""
    celulas = []
    for atendente in atendentes:
        cheias = min(atendente.em_maos, CAPACIDADE)
        lugares = f"[cyan]{'●' * cheias}[/][bright_black]{'○' * (CAPACIDADE - cheias)}[/]"
        nome = f"{atendente.nome:<9.9}" if atendente.online else f"[bright_black]{atendente.nome:<9.9}[/]"
        celulas.append(Text.from_markup(f"{nome} {lugares} {atendente.atendidos:>3}"))
    return Columns(celulas, padding=(0, 3), equal=True)


def _bloco(titulo: str, *colunas: str) -> Table:
    tabela = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    tabela.add_column(titulo, no_wrap=True)
    for coluna in colunas:
        tabela.add_column(coluna, justify="right", no_wrap=True)
    return tabela


def _relogio(segundos: int) -> str:
    return f"{segundos // 60:02}:{segundos % 60:02}"
