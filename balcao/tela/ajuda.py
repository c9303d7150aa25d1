"""Click's own words in Portuguese: help pages, and complaints about how a command was written."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import click
from click.exceptions import NoSuchCommand

from balcao.ajustes.campos import VARIAVEIS


class Sobra(click.UsageError):
    """Something was written after a command that is no option, and its commands take no arguments."""


class ComandoClick(click.Command):
    """A command whose help page is in Portuguese, and that takes options only."""

    def __init__(self, *args: Any, **opcoes: Any) -> None:
        opcoes |= {"options_metavar": "[OPÇÕES]", "add_help_option": False}
        super().__init__(*args, **opcoes)
        self.params.append(_opcao_ajuda())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True  # to complain of them in our own words
        try:
            sobras = super().parse_args(ctx, args)
        except click.UsageError as erro:
            erro.ctx = erro.ctx or ctx  # the parser does not say whose option it was
            raise
        if sobras:
            raise Sobra(f"{ctx.command_path} só recebe opções, e não {' '.join(sobras)!r}", ctx)
        return sobras

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Uso: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _secao(formatter, "Opções", [linha for p in self.get_params(ctx) if (linha := p.get_help_record(ctx))])


class ComandoClickComAjustes(ComandoClick):
    """A command whose help page also lists the settings."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _secao(formatter, "Ajustes (ambiente ou .env)", [(v.nome, v.sobre) for v in VARIAVEIS.values()])


class GrupoClick(click.Group):
    """The root command, in Portuguese. Its subcommands are the ``comando`` of the modules of a package, which are
    imported when needed: one command does not wait for the libraries of another.
    """

    def __init__(self, *args: Any, pacote: str, modulos: Sequence[str], **opcoes: Any) -> None:
        opcoes |= {"options_metavar": "", "subcommand_metavar": "COMANDO [OPÇÕES]", "add_help_option": False}
        super().__init__(*args, **opcoes)
        self.params.append(_opcao_ajuda())
        self._pacote = pacote
        self._modulos = modulos

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of their use."""
        return list(self._modulos)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in self._modulos:
            raise NoSuchCommand(cmd_name, possibilities=self._modulos, ctx=ctx)
        comando: click.Command = import_module(f"{self._pacote}.{cmd_name}").comando
        return comando

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pedacos = [pedaco for pedaco in self.collect_usage_pieces(ctx) if pedaco]
        formatter.write_usage(ctx.command_path, " ".join(pedacos), prefix="Uso: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        comandos = [(nome, self.get_command(ctx, nome).get_short_help_str(limit=90)) for nome in self._modulos]
        _secao(formatter, "Comandos", comandos)
        _secao(formatter, "Opções", [linha for p in self.get_params(ctx) if (linha := p.get_help_record(ctx))])


def _secao(formatter: click.HelpFormatter, titulo: str, linhas: Sequence[tuple[str, str]]) -> None:
    with formatter.section(titulo):
        formatter.write_dl([(nome, _traduzida(texto)) for nome, texto in linhas])


def _traduzida(texto: str) -> str:
    """What click adds to an option's help."""
    return texto.replace("[required]", "[obrigatória]").replace("[default: ", "[padrão: ")


def _opcao_ajuda() -> click.Option:
    def mostrar(ctx: click.Context, _: click.Parameter, pedida: bool) -> None:
        if pedida and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()

    return click.Option(
        ["-h", "--help"], is_flag=True, expose_value=False, is_eager=True, callback=mostrar, help="Mostra esta ajuda."
    )


_TIPOS: Final = {"argument": "o argumento", "option": "a opção"}


def em_portugues(erro: click.ClickException) -> str:
    """What was wrong in how the command was written, and the nearest right thing."""
    if isinstance(erro, NoSuchCommand):
        return f"não existe o comando {erro.command_name!r}{_quis_dizer(erro.possibilities)}"
    if isinstance(erro, click.NoSuchOption):
        return f"não existe a opção {erro.option_name}{_quis_dizer(erro.possibilities)}"
    if isinstance(erro, click.MissingParameter) and erro.param is not None:
        tipo = _TIPOS.get(erro.param.param_type_name, "o parâmetro")
        return f"falta {tipo} {erro.param.opts[-1]}"
    if isinstance(erro, click.BadOptionUsage):
        return _sem_valor(erro)
    if isinstance(erro, Sobra):
        return erro.message
    if isinstance(erro, click.BadParameter):
        nome = erro.param.opts[-1] if erro.param is not None else "um valor"
        return f"{nome}: {erro.message}"
    return f"a linha de comando não foi entendida ({erro.format_message()})"


def _sem_valor(erro: click.BadOptionUsage) -> str:
    opcoes = [] if erro.ctx is None else erro.ctx.command.get_params(erro.ctx)
    opcao = next((uma for uma in opcoes if erro.option_name in uma.opts), None)
    if isinstance(opcao, click.Option) and opcao.is_flag:
        return f"a opção {erro.option_name} não recebe valor"
    como = "" if opcao is None or opcao.metavar is None else f": {erro.option_name} {opcao.metavar}"
    return f"falta o valor da opção {erro.option_name}{como}"


def _quis_dizer(opcoes: list[str] | None) -> str:
    return f"; você quis dizer {opcoes[0]}?" if opcoes else ""
