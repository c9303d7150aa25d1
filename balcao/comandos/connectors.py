"""``balcao connectors``: run the host of connectors."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

import click
import trio

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.comandos.tipos import opcao_dados, trocas
from balcao.erros import ErroDeUso
from balcao.tela import registro_log
from balcao.tela.ajuda import ComandoClickComAjustes
from connectors.cliente import ClienteDoHospedeiro
from connectors.hospedeiro import Hospedeiro
from connectors.ligacao import Recusada
from connectors.registro import FABRICAS
from web.conectores import chave_da_instalacao

log = logging.getLogger(__name__)

_CHAVE_MAXIMA: Final = 1_024


@click.command(
    "connectors",
    cls=ComandoClickComAjustes,
    short_help="Liga os canais aos serviços de fora.",
    help="""Fala com os serviços de fora (WhatsApp, e-mail, SMS, push) em nome dos canais de todas as empresas: leva o
    que há para enviar e traz o que chega. O balcao run já inicia um, a menos que se use --sem-conectores.

    Reconhece-se pela mesma JWT_SECRET do servidor (ou pela chave guardada em BALCAO_DADOS). Com Ctrl-C devolve o que
    ainda não começou e termina o que está em curso.

    \b
    Exemplos:
      balcao connectors
      balcao connectors --url https://atende.example""",
)
@click.option("--url", metavar="URL", help="Onde está o servidor; sem ela, HOST e PORT.")
@click.option("--nome", default="balcao", show_default=True, metavar="NOME", help="Um nome para cada processo destes.")
@click.option("--filho", is_flag=True, hidden=True, help="Lê a chave da entrada padrão, e para quando ela acabar.")
@click.option("--porta-da-casa", type=int, multiple=True, hidden=True, help="Nunca é chamada nesta máquina.")
@opcao_dados
def comando(url: str | None, nome: str, filho: bool, porta_da_casa: tuple[int, ...], dados: str | None) -> None:
    """Read the settings, and serve until a signal."""
    chave = _chave_da_entrada() if filho else None
    ajustes = _ajustes_do_filho(chave) if chave is not None else carregar(trocas=trocas(BALCAO_DADOS=dados))
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    token = chave or chave_da_instalacao(ajustes.jwt_secret)
    try:
        casa = url or ajustes.url
        casas = [casa, *([ajustes.backend_url] if ajustes.backend_url else [])]
        da_casa = porta_da_casa or ajustes.portas_da_casa
        trio.run(_servir, casa, token, nome, casas, ajustes.redes_dos_conectores, da_casa, filho)
    except* Recusada as recusas:
        recusa = _primeira(recusas)
        raise ErroDeUso(str(recusa), recusa.remedio) from None


def _chave_da_entrada() -> str:
    """The first line of standard input, and nothing more of it: its end says that whoever started us is gone. Empty if
    it is gone already.
    """
    lido = bytearray()
    while len(lido) < _CHAVE_MAXIMA and (um := os.read(sys.stdin.fileno(), 1)) not in {b"", b"\n"}:
        lido += um
    return lido.decode("ascii")


def _ajustes_do_filho(chave: str) -> Ajustes:
    """All of them are in the environment that we were given: ``.env`` is what that was made of. Of the secret of the
    installation there is only what was derived from it.
    """
    if not chave:
        raise SystemExit(0)
    return carregar(arquivo=Path(os.devnull), trocas={"JWT_SECRET": chave})


async def _servir(
    url: str, token: str, nome: str, casas: list[str], redes: tuple[str, ...], da_casa: tuple[int, ...], filho: bool
) -> None:
    async with ClienteDoHospedeiro(casas, redes, da_casa) as http, trio.open_nursery() as bercario:
        hospedeiro = Hospedeiro(url, token, nome, FABRICAS, http)
        registro_log.ocultar(hospedeiro.sem_segredos)
        bercario.start_soon(_ate_um_sinal, hospedeiro)
        if filho:
            bercario.start_soon(_ate_o_fim_da_entrada, hospedeiro)
        await hospedeiro.correr()
        log.info("connectors stopped")
        bercario.cancel_scope.cancel()


async def _ate_um_sinal(hospedeiro: Hospedeiro) -> None:
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as sinais:
        async for _ in sinais:
            hospedeiro.parar()


async def _ate_o_fim_da_entrada(hospedeiro: Hospedeiro) -> None:
    """Whoever started us is gone when our standard input ends."""
    async with trio.lowlevel.FdStream(sys.stdin.fileno()) as entrada:
        async for _ in entrada:
            pass
    hospedeiro.parar()


def _primeira(grupo: BaseExceptionGroup[Recusada]) -> Recusada:
    um: BaseException = grupo
    while isinstance(um, BaseExceptionGroup):
        um = um.exceptions[0]
    assert isinstance(um, Recusada), "only these are in it"
    return um
