"""``balcao fakes``: providers that are not real, to try channels with."""

from __future__ import annotations

import errno
import json
import shlex
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import click
import trio

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.ajustes.leitores import escolha, url
from balcao.comandos.tipos import Lido, opcao_dados, trocas
from balcao.erros import ErroDeUso
from balcao.tela.ajuda import ComandoClick
from connectors.fakes.registro import FALSOS, Aberto, Falso
from engine.ids import UuidV7
from engine.tempo import SystemClock


@click.command(
    "fakes",
    cls=ComandoClick,
    short_help="Serviços de fora de mentira, para experimentar os canais.",
    help="""Imita os serviços com que os canais falam (a Graph API do WhatsApp, servidores de e-mail, a Twilio), no que
    têm de bom e de ruim, e mostra o que colar para criar um canal que os use. Ctrl-C termina; nada fica guardado.

    Sem nomes, todos. Só servem para experimentar: qualquer um que chegue ao endereço pode usá-los.

    \b
    Exemplos:
      balcao fakes
      balcao fakes whatsapp
      balcao fakes email sms --host 0.0.0.0""",
)
@click.argument("nomes", nargs=-1, metavar="[NOME…]", type=Lido("NOME", escolha({nome: nome for nome in FALSOS})))
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ENDEREÇO", help="Onde escutam.")
@click.option("--portas-livres", is_flag=True, help="Em quaisquer portas, em vez das de sempre.")
@click.option(
    "--url", "endereco", metavar="URL", type=Lido("URL", url("http")), help="O servidor (HOST e PORT dos ajustes)."
)
@opcao_dados
def comando(nomes: tuple[str, ...], host: str, portas_livres: bool, endereco: str | None, dados: str | None) -> None:
    """Serve until a signal."""
    escolhidos = {nome: FALSOS[nome] for nome in nomes or FALSOS}
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados), criar=False)
    if not portas_livres:
        _exigir_livres(escolhidos, host)
    try:
        trio.run(_servir, escolhidos, host, portas_livres, (endereco or ajustes.url).rstrip("/"), ajustes)
    except* OSError as erros:
        raise ErroDeUso(
            f"não foi possível escutar em {host}: {_primeiro(erros)}", "use --portas-livres ou outro --host"
        ) from None


def _exigir_livres(falsos: Mapping[str, Falso], host: str) -> None:
    """Raises ErroDeUso, which names each port that somebody else has."""
    ocupadas = [
        f"{porta} ({falso.titulo})"
        for falso in falsos.values()
        for porta in range(falso.porta, falso.porta + falso.portas)
        if not _livre(host, porta)
    ]
    if ocupadas:
        quais = f"a porta {ocupadas[0]}" if len(ocupadas) == 1 else f"as portas {', '.join(ocupadas)}"
        raise ErroDeUso(
            f"{quais} de {host}: já em uso", "pare quem a usa (outro balcao fakes?), ou use --portas-livres"
        )


def _livre(host: str, porta: int) -> bool:
    """Whatever else keeps us from listening there is told when we do."""
    try:
        familia = socket.getaddrinfo(host, porta, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, porta), family=familia):
            return True
    except OSError as erro:
        return erro.errno != errno.EADDRINUSE


def _primeiro(grupo: BaseException) -> BaseException:
    while isinstance(grupo, BaseExceptionGroup):
        grupo = grupo.exceptions[0]
    return grupo


async def _servir(
    falsos: dict[str, Falso], host: str, portas_livres: bool, servidor: str, ajustes: Ajustes
) -> None:  # fmt: skip
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as sinais:
        async with AsyncExitStack() as pilha:
            abertos = {
                nome: await pilha.enter_async_context(falso.abrir(host, 0 if portas_livres else falso.porta, servidor))
                for nome, falso in falsos.items()
            }
            click.echo("Para colar noutro terminal, em bash ou zsh, com o servidor no ar. Primeiro os tokens:\n")
            for linha in _tokens(ajustes):
                click.echo(f"  {linha}")
            for nome, aberto in abertos.items():
                _mostrar(falsos[nome], aberto, servidor)
            click.echo("\nProntos. Ctrl-C termina.")
            async for _ in sinais:
                return


def _tokens(ajustes: Ajustes) -> Iterator[str]:
    """Those that the terminal has already stay; otherwise those of the demonstration's empresa, or of a new one."""
    empresa = UuidV7(SystemClock()).novo()
    balcao = sys.argv[0] if Path(sys.argv[0]).name == "balcao" else f"{sys.executable} -m balcao"
    for nome, papel in (("ADMIN", "admin"), ("AGENT", "atendente")):
        arquivo = (ajustes.dados / f"token-{papel}").absolute()
        obter = f"cat {shlex.quote(str(arquivo))}"
        if not arquivo.exists():
            obter = f"{balcao} token --empresa {empresa} --papel {papel}"
        yield f': "${{{nome}:=$({obter})}}"'


def _mostrar(falso: Falso, aberto: Aberto, servidor: str) -> None:
    """What it is, where, and what to paste. What the server answers is shown, also where it is a refusal."""
    click.echo()
    click.secho(falso.titulo, bold=True)
    for nome, endereco in aberto.enderecos.items():
        click.echo(f"  {nome}: {endereco}")
    click.echo("\n  o canal:")
    click.echo(f'  CANAL=$(curl -sS {servidor}/atendimento/canais -H "Authorization: Bearer $ADMIN" \\')
    click.echo(
        f"    -H 'Content-Type: application/json' -d {_entre_aspas(json.dumps(aberto.canal, ensure_ascii=False))} |"
    )
    click.echo(r"""    tee /dev/stderr | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')""")
    for titulo, linhas in aberto.depois.items():
        click.echo(f"\n  {titulo}:")
        for linha in linhas:
            click.echo(f"  {linha}")


def _entre_aspas(texto: str) -> str:
    """As one word of the shell, always between apostrophes."""
    return "'" + texto.replace("'", "'\\''") + "'"
