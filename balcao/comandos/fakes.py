"""``balcao fakes``: providers that are not real, to try channels with."""

from __future__ import annotations

import json
import signal
from contextlib import AsyncExitStack

import click
import trio

from balcao.ajustes.leitores import escolha
from balcao.comandos.tipos import Lido
from balcao.erros import ErroDeUso
from balcao.tela.ajuda import ComandoClick
from connectors.fakes.registro import FALSOS, Aberto, Falso


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
def comando(nomes: tuple[str, ...], host: str, portas_livres: bool) -> None:
    """Serve until a signal."""
    escolhidos = {nome: FALSOS[nome] for nome in nomes or FALSOS}
    try:
        trio.run(_servir, escolhidos, host, portas_livres)
    except* OSError as erros:
        raise ErroDeUso(
            f"Não foi possível escutar: {erros.exceptions[0]}", "use --portas-livres ou outro --host"
        ) from None


async def _servir(falsos: dict[str, Falso], host: str, portas_livres: bool) -> None:
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as sinais:
        async with AsyncExitStack() as pilha:
            for falso in falsos.values():
                aberto = await pilha.enter_async_context(falso.abrir(host, 0 if portas_livres else falso.porta))
                _mostrar(falso, aberto)
            click.echo("Prontos. Ctrl-C termina.")
            async for _ in sinais:
                return


def _mostrar(falso: Falso, aberto: Aberto) -> None:
    """What it is, where, and what to paste: ``$ADMIN`` is a token (``balcao token``), ``$BALCAO_URL`` the server."""
    click.secho(falso.titulo, bold=True)
    for nome, endereco in aberto.enderecos.items():
        click.echo(f"  {nome}: {endereco}")
    click.echo("  o canal:")
    click.echo('    curl $BALCAO_URL/atendimento/canais -H "Authorization: Bearer $ADMIN" \\')
    click.echo(f"      -H 'Content-Type: application/json' -d '{json.dumps(aberto.canal, ensure_ascii=False)}'")
    for linha in aberto.depois:
        click.echo(f"    {linha}")
    click.echo()
