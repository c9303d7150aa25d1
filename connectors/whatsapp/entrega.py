"""A webhook's body, read, with its files fetched, given to the engine.

A file that cannot be had right now holds up the messages of whoever sent it, and nobody else's: the job is answered
with ``tentar``, and what the engine has already it knows by its id. When the engine tries no more, the webhook is a
dead letter, with all that it takes to have the file later (Meta keeps it for 7 days). Of a file that will never be had
the message says so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import islice
from mimetypes import guess_extension
from typing import Final

import trio
from msgspec import Struct
from msgspec.structs import replace

from connectors.base import ArquivoRecusado, Motor
from connectors.whatsapp.erros import Falha
from connectors.whatsapp.leitura import Leitura, Numero, ler_webhook
from connectors.whatsapp.mensagens import Lida
from connectors.whatsapp.midia_recebida import Baixador, MidiaAdiada, MidiaPerdida
from connectors.whatsapp.numero_proprio import NumeroProprio
from connectors.whatsapp.tipos import Midia
from engine.conector.entradas import MensagemRecebida, NovidadeDoCanal, StatusRecebido
from engine.conector.json_tolerante import Ilegivel
from engine.conector.limpeza import TEXTO_MAXIMO
from engine.conector.protocolo import ItemAnotado
from engine.modelo import TipoMensagem

log = logging.getLogger(__name__)

POR_VEZ: Final = 1_000
"""Things that the engine takes at once."""
TENTATIVAS_DE_MIDIA: Final = 3
"""How often a file may be another than was said, before that is believed."""
_DITOS: Final = 5
"""Problems that are told in words."""
Coisa = MensagemRecebida | StatusRecebido | NovidadeDoCanal


class Entregue(Struct, frozen=True):
    """What became of a body. ``falha``: not all of it could be read, or taken, or fetched yet."""

    falha: Falha | None = None
    modelos_mudaram: bool = False


class Adiada(Struct, frozen=True):
    """A message that waits for its file."""

    mensagem: MensagemRecebida
    falha: Falha


class Entregador:
    """Takes what came in, for one number, to the engine."""

    def __init__(self, motor: Motor, baixador: Baixador, numero: Numero, proprio: NumeroProprio) -> None:
        self._motor = motor
        self._baixador = baixador
        self._numero = numero
        self._proprio = proprio

    async def processar(self, corpo: bytes, recebido_em: int, tentativa: int) -> Entregue:
        """``recebido_em`` in ms; ``tentativa`` counts from 1. What it returns is durable."""
        try:
            leitura = ler_webhook(corpo, self._numero, recebido_em)
        except Ilegivel as erro:
            return Entregue(Falha(erro=f"O webhook não pôde ser lido: {erro}", classe="final"))
        if leitura.ignoradas:
            log.info("left aside: fields %s", dict(leitura.ignoradas))
        prontas = await self._com_arquivos(leitura.mensagens, tentativa)
        mensagens, adiadas = separar(prontas)
        novidades = await self._proprio.daqui(leitura.novidades)
        anotados = await self._entregar([*mensagens, *leitura.status, *novidades])
        falha = _falha(leitura, adiadas, anotados)
        return Entregue(falha, any(novidade.tipo == "modelo" for novidade in leitura.novidades))

    async def _entregar(self, coisas: Sequence[Coisa]) -> list[ItemAnotado]:
        anotados: list[ItemAnotado] = []
        resto = iter(coisas)
        while vez := list(islice(resto, POR_VEZ)):
            anotados += await self._motor.entregar(
                [coisa for coisa in vez if isinstance(coisa, MensagemRecebida)],
                [coisa for coisa in vez if isinstance(coisa, StatusRecebido)],
                [coisa for coisa in vez if isinstance(coisa, NovidadeDoCanal)],
            )
        return anotados

    async def _com_arquivos(self, lidas: Sequence[Lida], tentativa: int) -> list[MensagemRecebida | Adiada]:
        """In the same order, each with its file, or without it and why, or put off."""
        prontas: list[MensagemRecebida | Adiada] = [lida.mensagem for lida in lidas]

        async def buscar(i: int, mensagem: MensagemRecebida, midia: Midia) -> None:
            async with self._baixador.vagas:
                prontas[i] = await self._com_arquivo(mensagem, midia, tentativa)

        async with trio.open_nursery() as grupo:
            for i, lida in enumerate(lidas):
                if lida.midia is not None:
                    grupo.start_soon(buscar, i, lida.mensagem, lida.midia)
        return prontas

    async def _com_arquivo(self, mensagem: MensagemRecebida, midia: Midia, tentativa: int) -> MensagemRecebida | Adiada:
        try:
            conteudo = await self._baixador.baixar(midia)
            ficha = await self._motor.guardar(nome_de(midia, mensagem.tipo), midia.mime, conteudo)
        except MidiaAdiada as adiada:
            return Adiada(mensagem, adiada.falha)
        except MidiaPerdida as perdida:
            if perdida.talvez and tentativa < TENTATIVAS_DE_MIDIA:
                return Adiada(mensagem, Falha(erro=str(perdida), classe="tentar"))
            return sem_arquivo(mensagem, str(perdida))
        except ArquivoRecusado as recusado:
            return sem_arquivo(mensagem, str(recusado))
        return replace(mensagem, arquivo=ficha)


def nome_de(midia: Midia, tipo: TipoMensagem) -> str:
    """A file's own name, or one after what it is."""
    mime = (midia.mime or "").partition(";")[0].strip().lower()
    return midia.nome or tipo + (guess_extension(mime) or "")


def sem_arquivo(mensagem: MensagemRecebida, motivo: str) -> MensagemRecebida:
    """The message without its file: a text that says so."""
    return replace(
        mensagem,
        tipo="texto",
        conteudo=f"{mensagem.conteudo}\n(O arquivo não pôde ser obtido: {motivo})"[:TEXTO_MAXIMO],
        metadados=mensagem.metadados | {"erroMidia": motivo},
    )


def separar(prontas: Sequence[MensagemRecebida | Adiada]) -> tuple[list[MensagemRecebida], list[Adiada]]:
    """Those that can go, and those that wait; whoever has one that waits has all that follow it wait, for the order."""
    mensagens: list[MensagemRecebida] = []
    adiadas: list[Adiada] = []
    de_quem = set()
    for pronta in prontas:
        if isinstance(pronta, Adiada):
            adiadas.append(pronta)
            de_quem.add(pronta.mensagem.de)
        elif pronta.de not in de_quem:
            mensagens.append(pronta)
    return mensagens, adiadas


def _falha(leitura: Leitura, adiadas: Sequence[Adiada], anotados: Sequence[ItemAnotado]) -> Falha | None:
    """What waits is tried again; what cannot be read is kept by the engine for a person to see."""
    if adiadas:
        falhas = [adiada.falha for adiada in adiadas]
        esperas = [falha.tentar_em_ms for falha in falhas if falha.tentar_em_ms is not None]
        return Falha(
            erro=f"{len(falhas)} arquivo(s) por buscar: {falhas[0].erro}",
            classe="tentar",
            codigo=falhas[0].codigo,
            tentar_em_ms=max(esperas, default=None),
        )
    recusadas = [item for item in anotados if item.situacao == "recusada"]
    ditos = [f"{problema.onde}: {problema.motivo}" for problema in leitura.problemas[:_DITOS]]
    ditos += [f"{item.id}: {item.message or 'recusada'}" for item in recusadas[:_DITOS]]
    if leitura.alheias:  # the canal was of another number, or account, when they came
        ditos.append(f"{leitura.alheias} de outro número ou conta que não os deste canal")
    quantos = leitura.com_problema + len(recusadas) + leitura.alheias
    return Falha(erro=f"{quantos} item(ns) ficaram de fora: {'; '.join(ditos)}", classe="final") if quantos else None
