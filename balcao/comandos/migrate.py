"""``balcao migrate``: bring the database to this version's schema."""

from __future__ import annotations

import asyncio

import click

import storage
from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.comandos.tipos import opcao_dados, trocas
from balcao.servidor.banco import dsn_de
from balcao.tela import registro_log
from balcao.tela.ajuda import ComandoClick


@click.command(
    "migrate",
    cls=ComandoClick,
    short_help="Leva o banco ao esquema desta versão.",
    help="""Aplica as migrações que faltam e diz quais. Rodar de novo não muda nada.

    balcao run já faz isto ao iniciar; use este comando para migrar antes, por exemplo numa implantação.

    \b
    Exemplos:
      balcao migrate
      DATABASE_URL=postgresql://balcao:senha@db/balcao balcao migrate""",
)
@opcao_dados
def comando(dados: str | None) -> None:
    """One line per migration applied."""
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados))
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    aplicadas = asyncio.run(_migrar(ajustes))
    for nome in aplicadas:
        click.echo(f"aplicada: {nome}")
    if not aplicadas:
        click.echo("nada a fazer: o banco já está nesta versão")


async def _migrar(ajustes: Ajustes) -> list[str]:
    async with dsn_de(ajustes) as dsn:
        return await storage.migrar(dsn)
