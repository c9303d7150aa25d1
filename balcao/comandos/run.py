"""``balcao run``: start the server."""

from __future__ import annotations

import logging
from contextlib import suppress

import click

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.comandos.tipos import opcao_dados, trocas
from balcao.porta import descritores
from balcao.servidor import servico
from balcao.tela import apresentacao, registro_log
from balcao.tela.ajuda import ComandoClickComAjustes

log = logging.getLogger(__name__)


@click.command(
    "run",
    cls=ComandoClickComAjustes,
    short_help="Inicia o servidor.",
    help="""Inicia o servidor e fica até Ctrl-C (ou SIGTERM), que termina os pedidos em curso e para tudo.

    Sem DATABASE_URL nem DATABASE_HOST, usa um PostgreSQL próprio, guardado em BALCAO_DADOS (.balcao). Em
    development faz uma empresa de demonstração, com tokens em arquivos e um roteiro para experimentar.

    \b
    Exemplos:
      balcao run
      balcao run --porta 8080
      DATABASE_URL=postgresql://balcao:senha@db/balcao balcao run

    \b
    Em produção, com chaves feitas uma vez só (outro JWT_SECRET derruba todos
    os tokens; sem a CHAVE_DOS_SEGREDOS de antes, perdem-se os dos canais):
      umask 077; export BALCAO_ENV=production DATABASE_URL=…
      openssl rand -base64 48 > jwt_secret
      openssl rand -base64 32 > chave_dos_segredos
      export JWT_SECRET="$(cat jwt_secret)"
      export CHAVE_DOS_SEGREDOS="$(cat chave_dos_segredos)"
      balcao run --host 0.0.0.0""",
)
@click.option("--host", metavar="ENDEREÇO", help="Onde escuta (HOST; 127.0.0.1).")
@click.option("--porta", metavar="N", help="A porta (PORT; 3001).")
@click.option("--sem-conectores", is_flag=True, help="Não inicia o processo dos conectores (CONECTORES=false).")
@opcao_dados
def comando(host: str | None, porta: str | None, sem_conectores: bool, dados: str | None) -> None:
    """Read the settings, start, and say that it is ready."""
    conectores = "false" if sem_conectores else None
    ajustes = carregar(trocas=trocas(HOST=host, PORT=porta, CONECTORES=conectores, BALCAO_DADOS=dados))
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    for aviso in ajustes.avisos:
        log.warning("%s", aviso)
    descritores.abrir_ate_o_limite()
    servico.executar(ajustes, lambda: _pronto(ajustes), _parando)


def _pronto(ajustes: Ajustes) -> None:
    *passeio, pronto = apresentacao.linhas(ajustes)
    with suppress(BrokenPipeError):  # nobody reads what we say: we serve all the same
        for linha in passeio:
            click.echo(linha)
        click.secho(pronto, bold=True)


def _parando() -> None:
    with suppress(BrokenPipeError):
        click.echo("\nParando… (Ctrl-C de novo encerra na hora)")
