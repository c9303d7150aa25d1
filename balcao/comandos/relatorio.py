"""``balcao relatorio``: what was counted, as a table, CSV, JSON or a picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

import click
import msgspec

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import ValorInvalido
from balcao.comandos.tipos import Lido, identificador, opcao_dados, trocas
from balcao.erros import ErroDeUso
from balcao.exames.banco import dsn_no_ar
from balcao.tela.ajuda import ComandoClick
from balcao.tela.relatorio import frescor, tabela
from engine.errors import Invalid
from engine.relatorios import periodo
from engine.relatorios.consulta import Consulta, Nome, Por
from engine.relatorios.folha import folha
from engine.relatorios.leitura import Relatorio, relatorio
from engine.relatorios.periodo import Intervalo
from engine.relatorios.quadro import Valores
from engine.tempo import SystemClock
from storage.relatorios import RelatoriosDaEmpresa

_DIMENSOES: Final = ("fila", "equipe", "atendente", "canal", "etiqueta")


def _quando(valor: str) -> str:
    try:
        periodo.hora_de_inicio(valor, ZoneInfo("UTC"))
    except ValueError:
        raise ValorInvalido(f"{valor!r} não é uma data", "escreva como 2026-11-01, ou 2026-11-01T12:00:00Z") from None
    return valor


def _fuso(valor: str) -> ZoneInfo:
    try:
        return periodo.fuso_de(valor)
    except ValueError:
        raise ValorInvalido(f"{valor!r} não é um fuso", "escreva um da IANA, como America/Sao_Paulo") from None


def _so(dimensao: str) -> Callable[[Any], Any]:
    """The option that restricts a report to one of these."""
    como = "NOME" if dimensao == "etiqueta" else "UUID"
    tipo = str if dimensao == "etiqueta" else Lido("UUID", identificador)
    return click.option(f"--{dimensao}", metavar=como, type=tipo, help=f"Só desta {dimensao}." if dimensao in {
        "fila", "equipe", "etiqueta"} else f"Só deste {dimensao}.")  # fmt: skip


@click.command(
    "relatorio",
    cls=ComandoClick,
    short_help="Mostra os relatórios de uma empresa.",
    help="""Mostra um relatório de uma empresa: o que houve, somado por hora do registro de eventos. O servidor o conta
    enquanto roda; a última linha diz até onde.

    RELATÓRIO é volume, tempos, status, sla, agentes ou csat; o que cada número significa está em docs/relatorios.md.

    \b
    Exemplos:
      balcao relatorio volume --empresa $EMPRESA
      balcao relatorio tempos --empresa $EMPRESA --de 2026-11-01 --ate 2026-11-30 --por fila
      balcao relatorio csat --empresa $EMPRESA --por atendente --csv csat.csv
      balcao relatorio volume --empresa $EMPRESA --intervalo dia --png volume.png""",
)
@click.argument("nome", metavar="RELATÓRIO", type=click.Choice(get_args(Nome)))
@click.option("--empresa", metavar="UUID", type=Lido("UUID", identificador), required=True, help="De qual empresa.")
@click.option("--de", metavar="DATA", type=Lido("DATA", _quando), help="Desde quando; sem ela, os últimos 30 dias.")
@click.option("--ate", metavar="DATA", type=Lido("DATA", _quando), help="Até quando, inclusive; sem ela, até agora.")
@click.option(
    "--fuso", metavar="FUSO", type=Lido("FUSO", _fuso), default=ZoneInfo(periodo.FUSO_PADRAO),
    help=f"De que fuso são as horas e os dias ({periodo.FUSO_PADRAO}).",
)  # fmt: skip
@click.option("--por", type=click.Choice(get_args(Por)), default="total", help="Uma linha para cada um.")
@click.option("--intervalo", type=click.Choice(get_args(Intervalo)), default="total", help="Como dividir o tempo.")
@_so("fila")
@_so("equipe")
@_so("atendente")
@_so("canal")
@_so("etiqueta")
@click.option("--csv", metavar="ARQUIVO", help="Escreve tudo em CSV, para planilhas.")
@click.option("--svg", metavar="ARQUIVO", help="Desenha em SVG.")
@click.option("--png", metavar="ARQUIVO", help="Desenha em PNG.")
@click.option("--json", "em_json", is_flag=True, help="Escreve o relatório em JSON, em vez da tabela.")
@opcao_dados
def comando(
    nome: Nome,
    empresa: str,
    de: str | None,
    ate: str | None,
    fuso: ZoneInfo,
    por: Por,
    intervalo: Intervalo,
    csv: str | None,
    svg: str | None,
    png: str | None,
    em_json: bool,
    dados: str | None,
    **so_de: str | None,
) -> None:
    """The table goes to standard output; files are written beside it."""
    agora = SystemClock().now()
    de_quem = {dimensao: valor for dimensao in _DIMENSOES if (valor := so_de[dimensao]) is not None}
    consulta = Consulta(nome, periodo.horas(de, ate, fuso, agora), fuso, por, intervalo, de_quem)
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados), criar=False)
    feito = asyncio.run(_ler(ajustes, empresa, consulta, agora))
    for arquivo, conteudo in _arquivos(feito, {"csv": csv, "svg": svg, "png": png}):
        _escrever(arquivo, conteudo)
    if em_json:
        click.echo(msgspec.json.encode(feito))
    else:
        _mostrar(feito, agora)


async def _ler(ajustes: Ajustes, empresa_id: str, consulta: Consulta, agora: int) -> Relatorio[Valores]:
    """Raises ErroDeUso."""
    async with dsn_no_ar(ajustes, iniciar=False) as dsn, RelatoriosDaEmpresa(dsn, empresa_id) as leitor:
        if leitor is None:
            raise ErroDeUso(f"--empresa: não há a empresa {empresa_id} neste banco", "confira o id, ou aponte --dados")
        try:
            return await relatorio(leitor, empresa_id, consulta, agora)
        except Invalid as erro:
            um = erro.detalhes[0]
            raise ErroDeUso(f"--{um.campo}: {um.problema}", "veja balcao relatorio --help") from None


def _arquivos(feito: Relatorio[Valores], pedidos: Mapping[str, str | None]) -> list[tuple[str, bytes]]:
    """What is to be written, and where."""
    partes: list[tuple[str, bytes]] = []
    for formato, arquivo in pedidos.items():
        if arquivo is None:
            continue
        if formato == "csv":
            partes.append((arquivo, folha(feito)))
        else:
            from balcao.desenho.figura import desenhar  # noqa: PLC0415  # nobody else needs matplotlib
            from balcao.desenho.paineis import ler  # noqa: PLC0415

            partes.append((arquivo, desenhar(ler(feito), "png" if formato == "png" else "svg")))
    return partes


def _mostrar(feito: Relatorio[Valores], agora: int) -> None:
    click.echo(f"{feito.relatorio}, de {feito.de} a {feito.ate} ({feito.fuso})\n")
    for lugar, linha in enumerate(tabela(feito)):
        click.echo(click.style(linha, bold=True) if lugar == 0 else linha)
    click.echo(f"\n{frescor(feito, agora)}", err=True)


def _escrever(arquivo: str, conteudo: bytes) -> None:
    try:
        Path(arquivo).write_bytes(conteudo)
    except OSError as erro:
        raise ErroDeUso(f"não foi possível escrever {arquivo}: {erro.strerror}", "escolha outro lugar") from None
