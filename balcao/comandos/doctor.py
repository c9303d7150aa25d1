"""``balcao doctor``: look at everything, say what is right and what to do about the rest."""

from __future__ import annotations

import asyncio
import shutil
import sys
import textwrap
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Final

import click

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.comandos.tipos import opcao_dados, trocas
from balcao.erros import AjustesInvalidos
from balcao.exames import Exame, ao_vivo, banco, maquina, servidor
from balcao.tela import registro_log
from balcao.tela.ajuda import ComandoClick

_RECUO: Final = 15
"""Where what is said of an examination begins."""
_ESTREITO: Final = 40


@click.command(
    "doctor",
    cls=ComandoClick,
    short_help="Examina a instalação e diz o que fazer.",
    help="""Examina os ajustes, a pasta dos dados, o disco, os anexos, o servidor, o banco, o esquema, quem atende cada
    empresa e, no próprio banco, as regras que nunca podem ser quebradas: números e eventos sem buraco, um dono por
    ticket, ninguém acima da capacidade. Com o servidor no ar, pede-lhe que confira as treze regras nas empresas
    ativas, sem parar nada (GET /atendimento/ops/invariantes).

    Só lê: nada cria, nada inicia (a não ser com --iniciar), e pode rodar com o servidor no ar. Termina com 1 se algo
    está errado.

    \b
    Exemplos:
      balcao doctor
      balcao doctor --dados /srv/balcao
      balcao doctor --sem-servidor --iniciar""",
)
@click.option("--sem-servidor", is_flag=True, help="Não pergunta ao servidor se está pronto.")
@click.option("--iniciar", is_flag=True, help="Liga o PostgreSQL embutido, se está parado, enquanto o examina.")
@opcao_dados
def comando(sem_servidor: bool, iniciar: bool, dados: str | None) -> int:
    """Print one line for each examination; exit 1 if one failed."""
    try:
        ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados), criar=False)
    except AjustesInvalidos as erro:
        for problema in erro.problemas:
            _mostrar(Exame("ajustes", problema.problema, problema.remedio))
        return 1
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    return asyncio.run(_relatar(ajustes, sem_servidor=sem_servidor, iniciar=iniciar))


async def _relatar(ajustes: Ajustes, *, sem_servidor: bool, iniciar: bool) -> int:
    erradas = 0
    # Closed at once where nobody reads on (| head): what was started for it is stopped.
    async with aclosing(_examinar(ajustes, sem_servidor=sem_servidor, iniciar=iniciar)) as exames:
        async for exame in exames:
            _mostrar(exame)
            erradas += exame.remedio is not None
    click.echo()
    click.echo("tudo certo" if not erradas else f"{erradas} {'problema' if erradas == 1 else 'problemas'}")
    return 1 if erradas else 0


async def _examinar(ajustes: Ajustes, *, sem_servidor: bool, iniciar: bool) -> AsyncGenerator[Exame]:
    yield Exame("ajustes", f"{ajustes.ambiente}, {ajustes.url}")
    for aviso in ajustes.avisos:
        yield Exame("ajustes", f"aviso: {aviso}", aviso=True)
    yield Exame("chave", f"dos tokens: {ajustes.jwt_secret_de}")
    yield maquina.pasta(ajustes)
    for exame in maquina.discos(ajustes):
        yield exame
    yield maquina.descritores()
    yield maquina.python()
    yield await maquina.arquivos(ajustes)
    de_quem = ""
    perguntar: banco.AoVivo | None = None
    if not sem_servidor:
        achado = await servidor.perguntar(ajustes)
        de_quem = achado.marca
        yield achado.exame
        pasta = servidor.mesma_pasta(ajustes, de_quem)
        if pasta is not None:
            yield pasta
        if achado.exame.remedio is None and pasta is not None and pasta.remedio is None:
            perguntar = partial(ao_vivo.examinar, ajustes)
    do_banco = banco.examinar(
        ajustes,
        iniciar=iniciar,
        comparar=lambda qual: servidor.mesmo_banco(ajustes, de_quem, qual),
        ao_vivo=perguntar,
    )
    async with aclosing(do_banco):
        async for exame in do_banco:
            yield exame


def _mostrar(exame: Exame) -> None:
    """One line, to be searched; on a screen, folded to its width, with the remedy below."""
    certo = exame.remedio is None
    cabeca = f"{_marca(exame)} {exame.nome:<{_RECUO - 4}}  "
    if not sys.stdout.isatty():
        click.echo(cabeca + exame.texto + ("" if certo else f" — {exame.remedio}"))
        return
    linhas = _dobrado(exame.texto)
    if exame.remedio is not None:
        linhas += _dobrado(f"→ {exame.remedio}")
    click.echo(cabeca + f"\n{' ' * _RECUO}".join(linhas))


def _marca(exame: Exame) -> str:
    if exame.remedio is not None:
        return click.style("✗", fg="red", bold=True)
    return click.style("!", fg="yellow", bold=True) if exame.aviso else click.style("✓", fg="green")


def _dobrado(texto: str) -> list[str]:
    colunas = max(shutil.get_terminal_size().columns - _RECUO, _ESTREITO)
    return textwrap.wrap(texto, colunas, break_long_words=False, break_on_hyphens=False)
