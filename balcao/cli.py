"""The ``balcao`` command: finds the subcommand, runs it, and turns what goes wrong into one line for a person."""

from __future__ import annotations

import logging
import sys

import click

from balcao import __version__
from balcao.erros import AjustesInvalidos, ErroDeUso
from balcao.tela.ajuda import GrupoClick, em_portugues
from engine.errors import BalcaoError

_ERRO_DE_ESCRITA = 2
"""The exit code of a command line that makes no sense, as shells use it."""


@click.group(
    cls=GrupoClick,
    pacote="balcao.comandos",
    modulos=("run", "connectors", "token", "demo", "simular", "relatorio", "fakes", "doctor", "apartados", "migrate"),
    help="""Balcão: recebe os contatos, distribui os tickets entre os atendentes e guarda a conversa.

    \b
    Para começar:
      balcao run       inicia o servidor; mostra o endereço e tokens de demonstração
      balcao demo      noutro terminal: 20 atendentes e 500 contatos de mentira

    Os ajustes vêm de variáveis de ambiente e do arquivo .env da pasta atual.""",
    epilog="Cada comando explica os seus: balcao run --help",
)
@click.version_option(__version__, message="%(prog)s %(version)s", help="Mostra a versão.")
def raiz() -> None:
    """The root; its help is above."""


def main(argumentos: list[str] | None = None) -> None:
    """The console script: exits 0, 1 when something asked for could not be done, 2 for a wrong command line."""
    sys.exit(executar(argumentos))


def executar(argumentos: list[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    try:
        codigo = raiz.main(args=argumentos, prog_name="balcao", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as pedido:
        click.echo(pedido.ctx.get_help())
        return 0
    except click.ClickException as erro:
        return _mal_escrito(erro)
    except click.Abort:
        return 130
    except AjustesInvalidos as erro:
        return _falhar(*(str(problema) for problema in erro.problemas))
    except (ErroDeUso, BalcaoError) as erro:
        logging.getLogger(__name__).debug("the command failed", exc_info=True)
        return _falhar(str(erro))
    return codigo if isinstance(codigo, int) else 0


def _mal_escrito(erro: click.ClickException) -> int:
    ctx = getattr(erro, "ctx", None)
    onde = ctx.command_path if isinstance(ctx, click.Context) else "balcao"
    _falhar(f"{em_portugues(erro)} — veja {onde} --help")
    return _ERRO_DE_ESCRITA


def _falhar(*linhas: str) -> int:
    for linha in linhas:
        click.echo(f"{click.style('balcao:', fg='red', bold=True)} {linha}", err=True)
    return 1
