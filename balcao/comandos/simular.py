"""``balcao simular``: policies tried on traffic, in virtual time."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import msgspec
from msgspec.structs import replace

from balcao.ajustes.leitores import inteiro
from balcao.comandos.tipos import Lido
from balcao.erros import ErroDeUso
from balcao.tela.ajuda import ComandoClick
from balcao.tela.comparacao import POLITICAS_NO_MAXIMO, graficos, tabela
from balcao.tela.comparacao import inteiro as por_extenso
from engine.errors import Detalhe, Invalid
from engine.simulacao import exemplo, ler_cenario, ler_politica
from engine.simulacao.ensaio import EM_VIGOR, Alternativa, Comparado, Ensaio, comparar
from engine.simulacao.leitura import problemas

_PASSOS: Final = 1000
_NUMEROS: Final = re.compile(r"\[\s*([\d.]+(?:,\s*[\d.]+)+)\s*\]")
_POR_LINHA: Final = 24
_HORAS: Final = re.compile(r"\[\s*(\"[\d:]+\"),\s*(\"[\d:]+\")\s*\]")


@click.command(
    "simular",
    cls=ComandoClick,
    short_help="Experimenta políticas de distribuição em tráfego simulado.",
    help="""Simula um cenário (quem chega, quanto demora, quem atende) com as políticas que ele tem e com as de cada
    --politica, sobre os mesmos tickets, e compara: esperas, nível de serviço, desistência, ocupação, quanto coube a
    cada atendente. Quem distribui é o próprio motor, num relógio virtual: um mês passa em segundos.

    CENÁRIO é um arquivo JSON; --exemplo escreve um para começar. Uma política é o documento de uma fila. O mesmo
    cenário com a mesma semente dá sempre o mesmo resultado. O formato está em docs/simular.md.

    \b
    Exemplos:
      balcao simular --exemplo > cenario.json
      balcao simular cenario.json
      balcao simular cenario.json --politica nova.json --fila Suporte --svg comparacao.svg""",
)
@click.argument("cenario", required=False, metavar="[CENÁRIO]")
@click.option("--exemplo", "so_exemplo", is_flag=True, help="Escreve um cenário de exemplo, e só.")
@click.option(
    "--politica", "politicas", multiple=True, metavar="ARQUIVO",
    help=f"Uma política para comparar; até {POLITICAS_NO_MAXIMO - 1}.",
)  # fmt: skip
@click.option("--fila", metavar="NOME", help="A fila que tem cada --politica; sem ela, todas.")
@click.option(
    "--semente", metavar="N", type=Lido("N", inteiro(0, 2**53)), help="Do acaso; no lugar da que está no cenário."
)
@click.option("--svg", metavar="ARQUIVO", help="Desenha a comparação.")
@click.option("--json", "em_json", is_flag=True, help="Escreve os resultados em JSON, em vez da tabela.")
def comando(
    cenario: str | None,
    so_exemplo: bool,
    politicas: tuple[str, ...],
    fila: str | None,
    semente: int | None,
    svg: str | None,
    em_json: bool,
) -> None:
    """The table goes to standard output, how far it is to the other."""
    if so_exemplo:
        click.echo(_exemplo())
        return
    if cenario is None:
        raise ErroDeUso("falta o cenário", "dê o arquivo: balcao simular cenario.json, ou comece por um --exemplo")
    ensaio = _ensaio(cenario, politicas, fila, semente)
    comparados = _simular(ensaio)
    if em_json:
        click.echo(msgspec.json.encode(comparados))
    else:
        _mostrar(ensaio, comparados)
    if svg is not None:
        _escrever(svg, graficos(comparados))


def _exemplo() -> str:
    """Rows of numbers stand a day on a line, and from when to when on one."""
    bonito = msgspec.json.format(msgspec.json.encode(exemplo()), indent=2).decode()
    return _HORAS.sub(r"[\1, \2]", _NUMEROS.sub(_em_linhas, bonito))


def _em_linhas(achado: re.Match[str]) -> str:
    numeros = [um.strip().removesuffix(".0") for um in achado[1].split(",")]
    linhas = [", ".join(numeros[de : de + _POR_LINHA]) for de in range(0, len(numeros), _POR_LINHA)]
    return "[\n        " + ",\n        ".join(linhas) + "\n      ]"


def _ensaio(cenario: str, politicas: Sequence[str], fila: str | None, semente: int | None) -> Ensaio:
    """Raises ErroDeUso, which names the file, the field and the remedy."""
    if len(politicas) >= POLITICAS_NO_MAXIMO:
        raise ErroDeUso(f"--politica: são {len(politicas)}", f"compare até {POLITICAS_NO_MAXIMO - 1} de cada vez")
    try:
        lido = ler_cenario(_ler(cenario))
    except Invalid as erro:
        raise _mal_escrito(cenario, erro.detalhes, erro.message) from None
    if semente is not None:
        lido = replace(lido, semente=semente)
    nomes = [uma.nome for uma in lido.filas]
    if fila is not None and fila not in nomes:
        raise ErroDeUso(f"--fila: não há uma fila {fila!r} em {cenario}", f"use {' ou '.join(map(repr, nomes[:5]))}")
    ensaio = Ensaio(lido, tuple(_alternativa(arquivo, fila) for arquivo in politicas))
    for arquivo, (_, um) in zip(politicas, ensaio.cenarios()[1:], strict=True):
        achados = [Detalhe(d.campo.partition(".politica.")[2] or d.campo, d.problema) for d in problemas(um)]
        if achados:
            raise _mal_escrito(arquivo, achados, "")
    return ensaio


def _alternativa(arquivo: str, fila: str | None) -> Alternativa:
    try:
        return Alternativa(Path(arquivo).name, ler_politica(_ler(arquivo)), fila)
    except Invalid as erro:
        raise _mal_escrito(arquivo, erro.detalhes, erro.message) from None


def _ler(arquivo: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if arquivo == "-" else Path(arquivo).read_bytes()
    except OSError as erro:
        raise ErroDeUso(f"não foi possível ler {arquivo}: {erro.strerror}", "confira o nome do arquivo") from None


def _mal_escrito(arquivo: str, detalhes: Sequence[Detalhe], frase: str) -> ErroDeUso:
    """All problems, a line each."""
    if not detalhes:
        return ErroDeUso(arquivo, frase)
    resto = "".join(f"\n  {um.campo}: {um.problema}" for um in detalhes[1:])
    return ErroDeUso(f"{arquivo}: {detalhes[0].campo}", detalhes[0].problema + resto)


def _simular(ensaio: Ensaio) -> tuple[Comparado, ...]:
    execucao, feito = comparar(ensaio), 0
    with click.progressbar(length=_PASSOS, label="simulando", file=sys.stderr, show_pos=False) as barra:
        while True:
            try:
                passo = int(next(execucao) * _PASSOS)
            except StopIteration as fim:
                barra.update(_PASSOS - feito)
                comparados: tuple[Comparado, ...] = fim.value
                return comparados
            barra.update(passo - feito)
            feito = passo


def _mostrar(ensaio: Ensaio, comparados: Sequence[Comparado]) -> None:
    cenario, total = ensaio.cenario, comparados[0].resultado
    atendentes = len(total.atendentes)
    tickets = por_extenso(total.total.chegadas)
    click.echo(
        f"{len(total.filas)} {'fila' if len(total.filas) == 1 else 'filas'}, "
        f"{atendentes} {'atendente' if atendentes == 1 else 'atendentes'}, {tickets} tickets, semente {cenario.semente}"
    )
    if len(comparados) > 1:
        onde = ensaio.alternativas[0].fila
        click.echo(f"{EM_VIGOR}: a política do cenário; as outras {'em todas' if onde is None else f'na fila {onde}'}")
    click.echo()
    for linha in tabela(comparados):
        click.echo(click.style(linha, bold=True) if linha[:2].strip() else linha)


def _escrever(arquivo: str, texto: str) -> None:
    try:
        Path(arquivo).write_text(texto, encoding="utf-8")
    except OSError as erro:
        raise ErroDeUso(f"--svg: não foi possível escrever {arquivo}: {erro.strerror}", "escolha outro lugar") from None
