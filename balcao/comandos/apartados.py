"""``balcao apartados``: the webhooks that are of no canal, shown, and offered again."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

import click
import httpx2

from balcao.ajustes.campos import Ajustes
from balcao.ajustes.carga import carregar
from balcao.comandos.tipos import opcao_dados, trocas
from balcao.erros import ErroDeUso
from balcao.exames import servidor
from balcao.exames.banco import dsn_no_ar
from balcao.tela import registro_log
from balcao.tela.ajuda import ComandoClick
from engine.conector.assinaturas import ASSINATURA_DO_WHATSAPP
from engine.tempo import iso
from storage.apartados import APARTADOS, Quarentena, Resumo

_ENVIAR_S: Final = 30.0
_ID_MAXIMO: Final = 2**63 - 1


@click.command(
    "apartados",
    cls=ComandoClick,
    short_help="Mostra os webhooks que não são de nenhum canal.",
    help="""Mostra os webhooks do WhatsApp que chegaram e não são de nenhum canal: de quem dizem ser, quando vieram e
    por que estão à parte. Não são, por isso, de nenhuma empresa, e só quem cuida da instalação os vê.

    Criar um canal com o número que falta, ou corrigir o appSecret de um, já os entrega, se a assinatura confere. Com
    --reenviar, oferecem-se de novo ao servidor, que confere a assinatura outra vez, aqueles cujo número ou conta um
    canal tem agora. Ficam os últimos mil, por 30 dias.

    \b
    Exemplos:
      balcao apartados
      balcao apartados --ver 42
      balcao apartados --reenviar""",
)
@click.option("--reenviar", is_flag=True, help="Oferece-os de novo ao servidor, que tem de estar no ar.")
@click.option("--ver", metavar="N", type=click.IntRange(1, _ID_MAXIMO), help="Escreve o corpo de um, como veio.")
@opcao_dados
def comando(reenviar: bool, ver: int | None, dados: str | None) -> int:
    """One line for each; exit 1 if one that was offered again was not taken."""
    if reenviar and ver is not None:
        raise ErroDeUso("--ver e --reenviar não vão juntos", "use um de cada vez")
    ajustes = carregar(trocas=trocas(BALCAO_DADOS=dados), criar=False)
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    if reenviar:
        return asyncio.run(_reenviar(ajustes))
    return asyncio.run(_listar(ajustes) if ver is None else _ver(ajustes, ver))


async def _listar(ajustes: Ajustes) -> int:
    async with dsn_no_ar(ajustes, iniciar=False) as dsn, Quarentena(dsn) as quarentena:
        todos = await quarentena.listar()
    for um in todos:
        click.echo(_linha(um))
    click.echo(_quantos(len(todos)) if todos else "nenhum webhook está à parte")
    return 0


def _linha(um: Resumo) -> str:
    assinado = "" if um.assinado else "; sem assinatura: não pode ser reenviado"
    return f"{um.id}  {iso(um.recebido_em)}  {um.tamanho} bytes  {um.motivo}{assinado}"


def _quantos(quantos: int) -> str:
    mais = "; os mais antigos já se foram" if quantos >= APARTADOS else ""
    return f"{quantos} {'webhook' if quantos == 1 else 'webhooks'} à parte{mais}"


async def _ver(ajustes: Ajustes, id_: int) -> int:
    async with dsn_no_ar(ajustes, iniciar=False) as dsn, Quarentena(dsn) as quarentena:
        apartado = await quarentena.ler(id_)
    if apartado is None:
        raise ErroDeUso(f"Não há webhook à parte com o número {id_}", "veja quais há: balcao apartados")
    sys.stdout.buffer.write(apartado.corpo + b"\n")
    return 0


async def _reenviar(ajustes: Ajustes) -> int:
    """What the server takes, or keeps apart anew for what is still nobody's, goes; what it refuses stays."""
    exame = (await servidor.perguntar(ajustes)).exame
    if exame.remedio is not None:
        raise ErroDeUso(exame.texto, exame.remedio)
    recusados = 0
    async with (
        dsn_no_ar(ajustes, iniciar=False) as dsn,
        Quarentena(dsn) as quarentena,
        httpx2.AsyncClient(base_url=ajustes.url, timeout=_ENVIAR_S) as cliente,
    ):
        ids = await quarentena.reenviaveis()
        for id_ in ids:
            recusados += not await _um(quarentena, cliente, id_)
    click.echo(f"reenviados: {len(ids) - recusados}; recusados: {recusados}")
    return 1 if recusados else 0


async def _um(quarentena: Quarentena, cliente: httpx2.AsyncClient, id_: int) -> bool:
    apartado = await quarentena.ler(id_)
    if apartado is None:  # it was taken meanwhile
        return True
    cabecalhos = {ASSINATURA_DO_WHATSAPP: apartado.assinatura or "", "content-type": "application/json"}
    try:
        resposta = await cliente.post("/webhooks/whatsapp", content=apartado.corpo, headers=cabecalhos)
    except httpx2.TransportError as erro:
        raise ErroDeUso(f"O servidor não respondeu: {type(erro).__name__}", "tente de novo") from erro
    if resposta.status_code == httpx2.codes.OK:
        await quarentena.apagar(id_)
        return True
    click.echo(f"{id_}: {_motivo(resposta)}", err=True)
    return False


def _motivo(resposta: httpx2.Response) -> str:
    if resposta.status_code == httpx2.codes.FORBIDDEN:
        return "o appSecret do canal que tem este número não confirma a assinatura"
    return f"o servidor respondeu {resposta.status_code}"
