"""A report as a table for the terminal: of each its main numbers; all of them are in CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from balcao.tela.comparacao import decimal, duracao, inteiro, parcela
from engine.relatorios.folha import achatado
from engine.relatorios.leitura import Relatorio
from engine.relatorios.quadro import Valores
from engine.tempo import ms_de

_ROTULO: Final = 30
Coluna = tuple[str, str, Callable[[Any], str]]
"""What stands above it, the number by its name, and how that is written."""


def _tempo(titulo: str, campo: str) -> Coluna:
    return titulo, campo, duracao


COLUNAS: Final[Mapping[str, Sequence[Coluna]]] = {
    "volume": (
        ("criados", "criados", inteiro), ("resolvidos", "resolvidos", inteiro), ("abandono", "taxaDeAbandono", parcela),
        ("reabertos", "reabertos", inteiro), ("transf.", "transferidosPara", inteiro),
        ("recebidas", "mensagensRecebidas", inteiro), ("enviadas", "mensagensEnviadas", inteiro),
    ),
    "tempos": (
        _tempo("espera p50", "espera_p50Segundos"), _tempo("p90", "espera_p90Segundos"),
        _tempo("1ª resp. p50", "primeiraResposta_p50Segundos"), _tempo("p90", "primeiraResposta_p90Segundos"),
        _tempo("resolução p50", "resolucao_p50Segundos"), _tempo("p90", "resolucao_p90Segundos"),
    ),
    "status": (
        _tempo("ABERTO", "aberto_mediaSegundos"), _tempo("EM_ANDAMENTO", "emAndamento_mediaSegundos"),
        _tempo("PENDENTE", "pendente_mediaSegundos"), _tempo("RESOLVIDO", "resolvido_mediaSegundos"),
    ),
    "sla": (
        ("1ª resposta", "primeiraResposta_cumprimento", parcela), ("violadas", "primeiraResposta_violados", inteiro),
        ("próximas", "proximaResposta_cumprimento", parcela), ("violadas", "proximaResposta_violados", inteiro),
        ("resolução", "resolucao_cumprimento", parcela), ("violadas", "resolucao_violados", inteiro),
    ),
    "agentes": (
        _tempo("online", "onlineSegundos"), ("ocupação", "ocupacao", parcela), ("assumidos", "assumidos", inteiro),
        ("encerrados", "encerrados", inteiro), ("enviadas", "mensagensEnviadas", inteiro),
    ),
    "csat": (
        ("respostas", "respostas", inteiro), ("média", "media", decimal), ("4 e 5", "satisfacao", parcela),
        ("NPS: resp.", "npsRespostas", inteiro), ("NPS", "nps", decimal),
    ),
}  # fmt: skip


def tabela(relatorio: Relatorio[Valores]) -> Iterator[str]:
    """Its lines, a heading first, and all together last."""
    colunas = COLUNAS[relatorio.relatorio]
    rotulos = [" ".join(parte for parte in (uma.periodo, uma.nome or uma.id) if parte) for uma in relatorio.linhas]
    linhas = [
        (rotulo or "(sem)", _celulas(colunas, uma.valores))
        for rotulo, uma in zip(rotulos, relatorio.linhas, strict=True)
    ]
    if len(linhas) != 1 or relatorio.linhas[0].nome is not None or relatorio.linhas[0].periodo is not None:
        linhas.append(("geral", _celulas(colunas, relatorio.geral)))
    else:
        linhas = [("geral", linhas[0][1])]
    larguras = [
        max(len(titulo), *(len(celulas[lugar]) for _, celulas in linhas))
        for lugar, (titulo, _, _) in enumerate(colunas)
    ]
    yield _linha("", [titulo for titulo, _, _ in colunas], larguras)
    for rotulo, celulas in linhas:
        yield _linha(rotulo, celulas, larguras)


def frescor(relatorio: Relatorio[Valores], now: int) -> str:
    """Up to when it is counted."""
    if relatorio.atualizado_em is None:
        return "nada foi contado ainda: o servidor conta o registro de eventos enquanto roda"
    ha = duracao(max(now - ms_de(relatorio.atualizado_em), 0) / 1000)
    return f"contado até o evento {inteiro(relatorio.ate_seq)}, de há {ha}"


def _celulas(colunas: Sequence[Coluna], valores: Valores) -> list[str]:
    numeros = achatado(msgspec.to_builtins(valores))
    return ["–" if numeros[campo] is None else escrever(numeros[campo]) for _, campo, escrever in colunas]


def _linha(rotulo: str, celulas: Sequence[str], larguras: Sequence[int]) -> str:
    curto = rotulo if len(rotulo) <= _ROTULO else f"{rotulo[: _ROTULO - 1]}…"
    partes = [f"{celula:>{largura}}" for celula, largura in zip(celulas, larguras, strict=True)]
    return f"{curto:<{_ROTULO}}  " + "  ".join(partes)
