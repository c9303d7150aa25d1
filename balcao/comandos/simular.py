"""``balcao simular``: policies tried on traffic, in virtual time."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import click
import msgspec
from msgspec.structs import replace

from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import inteiro
from balcao.comandos.tipos import Lido, identificador, instante, opcao_dados, trocas
from balcao.erros import ErroDeUso
from balcao.simulador.do_banco import passado_da_empresa
from balcao.tela.ajuda import ComandoClick
from balcao.tela.comparacao import POLITICAS_NO_MAXIMO, graficos, tabela
from balcao.tela.comparacao import inteiro as por_extenso
from engine.errors import Detalhe, Invalid
from engine.simulacao import Cenario, exemplo, ler_cenario, ler_politica
from engine.simulacao.ensaio import EM_VIGOR, Alternativa, Comparado, Ensaio, comparar
from engine.simulacao.leitura import problemas
from engine.tempo import SystemClock

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

    CENÁRIO é um arquivo JSON; --exemplo escreve um para começar. No lugar dele, --empresa simula de novo o que essa
    empresa recebeu de --de a --ate, pelo seu registro de eventos, com as filas, as equipes e os atendentes de agora.
    Uma política é o documento de uma fila. O mesmo cenário com a mesma semente dá sempre o mesmo resultado. O formato
    está em docs/simular.md.

    \b
    Exemplos:
      balcao simular --exemplo > cenario.json
      balcao simular cenario.json
      balcao simular cenario.json --politica nova.json --fila Suporte --svg comparacao.svg
      balcao simular --empresa $EMPRESA --de 2026-11-01 --ate 2026-11-30 --politica nova.json --fila Suporte""",
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
@click.option("--empresa", metavar="UUID", type=Lido("UUID", identificador), help="Simula o que ela recebeu.")
@click.option("--de", metavar="DATA", type=Lido("DATA", instante), help="Desde quando; 2026-11-01, ou com a hora.")
@click.option("--ate", metavar="DATA", type=Lido("DATA", instante), help="Até quando; sem ela, até agora.")
@click.option("--svg", metavar="ARQUIVO", help="Desenha a comparação.")
@click.option("--json", "em_json", is_flag=True, help="Escreve os resultados em JSON, em vez da tabela.")
@opcao_dados
def comando(
    cenario: str | None,
    so_exemplo: bool,
    politicas: tuple[str, ...],
    fila: str | None,
    semente: int | None,
    empresa: str | None,
    de: int | None,
    ate: int | None,
    svg: str | None,
    em_json: bool,
    dados: str | None,
) -> None:
    """The table goes to standard output, how far it is to the other."""
    if so_exemplo:
        click.echo(_exemplo())
        return
    base, onde = _base(cenario, empresa, de, ate, dados)
    if semente is not None:
        base = replace(base, cenario=replace(base.cenario, semente=semente))
    ensaio = _com_politicas(base, onde, politicas, fila)
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


def _base(
    cenario: str | None, empresa: str | None, de: int | None, ate: int | None, dados: str | None
) -> tuple[Ensaio, str]:
    """What is simulated, and what it is called. Raises ErroDeUso."""
    if empresa is None:
        if de is not None or ate is not None:
            raise ErroDeUso("--de e --ate são de uma empresa", "use --empresa, ou tire-os")
        if cenario is None:
            raise ErroDeUso("falta o cenário", "dê o arquivo: balcao simular cenario.json, ou comece por um --exemplo")
        return Ensaio(_cenario(cenario)), cenario
    if cenario is not None:
        raise ErroDeUso("um cenário e --empresa não vão juntos", "dê um dos dois")
    ate = SystemClock().now() if ate is None else ate
    if de is None or de >= ate:
        raise ErroDeUso("--de: falta, ou não é antes de --ate", "dê desde quando, como --de 2026-11-01")
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados), criar=False)
    return asyncio.run(passado_da_empresa(ajustes, empresa, de, ate)), f"empresa {empresa}"


def _cenario(arquivo: str) -> Cenario:
    try:
        return ler_cenario(_ler(arquivo))
    except Invalid as erro:
        raise _mal_escrito(arquivo, erro.detalhes, erro.message) from None


def _com_politicas(base: Ensaio, onde: str, arquivos: Sequence[str], fila: str | None) -> Ensaio:
    """The same, with these to compare. Raises ErroDeUso, which names the file, the field and the remedy."""
    if len(arquivos) >= POLITICAS_NO_MAXIMO:
        raise ErroDeUso(f"--politica: são {len(arquivos)}", f"compare até {POLITICAS_NO_MAXIMO - 1} de cada vez")
    nomes = [uma.nome for uma in base.cenario.filas]
    if fila is not None and fila not in nomes:
        raise ErroDeUso(f"--fila: não há uma fila {fila!r} em {onde}", f"use {' ou '.join(map(repr, nomes[:5]))}")
    ensaio = replace(base, alternativas=tuple(_alternativa(arquivo, fila) for arquivo in arquivos))
    lugares = [lugar for lugar, nome in enumerate(nomes) if fila in {None, nome}]
    for arquivo, (_, um) in zip(arquivos, ensaio.cenarios()[1:], strict=True):
        achados = _da_politica(problemas(um), [f"filas[{lugar}].politica." for lugar in lugares])
        if achados:
            raise _mal_escrito(arquivo, achados, "")
    return ensaio


def _da_politica(todos: Iterable[Detalhe], comecos: Sequence[str]) -> list[Detalhe]:
    """What is wrong with the policy that was put in the place of some: by its own fields, and once."""
    achados = [
        Detalhe(um.campo.removeprefix(comeco), um.problema)
        for um in todos
        for comeco in comecos
        if um.campo.startswith(comeco)
    ]
    return list(dict.fromkeys(achados))


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
