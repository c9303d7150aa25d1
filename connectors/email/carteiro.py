"""Hands a mail over to the engine: read, told what it is, its files stored, its messages delivered."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Final

import trio
from msgspec.structs import replace

from connectors.base import ArquivoRecusado, Motor
from connectors.email import carta as cartas
from connectors.email import entrada, imagens, limites
from connectors.email.carta import Carta
from connectors.email.entrada import Guardado, Omitido
from connectors.email.lembrados import Lembrados
from connectors.email.marcas import Marcas
from connectors.email.mime import Parte
from connectors.email.palavras import uma_linha
from connectors.email.ritmo import Ritmo
from connectors.email.triagem import Decisao, Escrita, Nada, Relatos, triar
from engine.conector.entradas import MensagemRecebida

log = logging.getLogger(__name__)

_leitores: Final = trio.CapacityLimiter(2)
"""Mails that are read at once by all canais of the process: it is work of the processor."""


class Carteiro:
    """The postman of one canal."""

    def __init__(self, canal_id: str, motor: Motor, marcas: Marcas, endereco: str, lembrados: Lembrados) -> None:
        self._canal_id = canal_id
        self._motor = motor
        self._marcas = marcas
        self._endereco = endereco
        self._lembrados = lembrados
        self._ritmo = Ritmo()

    async def entregar(self, bruto: bytes, em: int, *, so_o_comeco: bool = False) -> bool:
        """Hand over a mail that came at ``em`` (ms since the epoch); what it returns is after the engine's answer.
        False: the engine did not take all of it, and a person should look at the mail. ``so_o_comeco``: there is more
        of it, which is not read.
        """
        carta, decisao = await trio.to_thread.run_sync(self._entender, bruto, em, limiter=_leitores)
        match decisao:
            case Nada(motivo):
                log.info("canal %s: a mail is passed over: %s", self._canal_id, motivo)
                return True
            case Relatos(status):
                if status:
                    await self._motor.entregar(status=status)
                return True
            case Escrita():
                return await self._mensagens(carta, self._no_ritmo(decisao), bruto, em, so_o_comeco=so_o_comeco)

    async def avisar(self, id_: str, em: int, cabecalho: bytes) -> None:
        """Tell that a mail could not be read. ``cabecalho``: what is known of it, perhaps nothing."""
        carta = cartas.ler(cabecalho)
        await self._motor.entregar([entrada.ilegivel(id_, em, carta.de, carta.assunto)])

    def _entender(self, bruto: bytes, em: int) -> tuple[Carta, Decisao]:
        carta = cartas.ler(bruto)
        return carta, triar(carta, self._marcas, self._endereco, em)

    def _no_ritmo(self, escrita: Escrita) -> Escrita:
        quem = escrita.de.email if escrita.de else ""
        if not self._ritmo.demais(quem, time.monotonic_ns()):
            return escrita
        log.warning("canal %s: one correspondent writes too fast, and is taken for a machine", self._canal_id)
        return replace(escrita, automatica=escrita.automatica or "ritmo")

    async def _mensagens(self, carta: Carta, escrita: Escrita, bruto: bytes, em: int, *, so_o_comeco: bool) -> bool:
        anexos = () if so_o_comeco else carta.corpo.anexos
        excessos = carta.excessos | ({"bytes"} if so_o_comeco else set())
        if len(anexos) > limites.ARQUIVOS:
            excessos |= {"arquivos"}
        if entrada.texto_demais(carta):
            excessos |= {"texto"}
        guardados, omitidos = await self._guardar_todos(anexos[: limites.ARQUIVOS])
        if excessos and "bytes" not in excessos:
            guardados.append(await self._guardar(_nome_do_todo(carta), "message/rfc822", bruto, None))
        omitidos += [_omitido(parte) for parte in (*carta.corpo.omitidas, *(carta.corpo.anexos if so_o_comeco else ()))]
        mensagens = await trio.to_thread.run_sync(
            entrada.mensagens, carta, escrita, em, guardados, omitidos, excessos, limiter=_leitores
        )
        if escrita.automatica is None and escrita.de is not None:  # a machine's answer names no conversation
            self._lembrados.anotar(escrita.de.email, carta.id, carta.assunto)
        return await self._entregar(mensagens)

    async def _entregar(self, mensagens: Sequence[MensagemRecebida]) -> bool:
        respostas = await self._motor.entregar(mensagens)
        recusadas = [resposta for resposta in respostas if resposta.situacao == "recusada"]
        for recusada in recusadas:
            log.error("canal %s: the engine refuses a mail: %s", self._canal_id, recusada.message)
        if any(resposta.situacao == "ignorada" for resposta in respostas):
            motivo = mensagens[0].metadados.get("automatica")
            log.info(
                "canal %s: a mail that no person wrote is of no ticket, and passed over: %s", self._canal_id, motivo
            )
        return not recusadas

    async def _guardar_todos(self, partes: Sequence[Parte]) -> tuple[list[Guardado], list[Omitido]]:
        guardados: list[Guardado] = []
        omitidos: list[Omitido] = []
        for numero, parte in enumerate(partes, start=1):
            dados = await trio.to_thread.run_sync(parte.corpo, limiter=_leitores)
            if _dentro(parte) and imagens.enfeite(dados):
                omitidos.append(_omitido(parte))
                continue
            cid = (parte.cabecalhos.cru("content-id") or "").strip("<> ")[: limites.NOME] or None
            guardados.append(await self._guardar(_nome(parte, numero), parte.tipo, dados, cid))
        return guardados, omitidos

    async def _guardar(self, nome: str, tipo: str, dados: bytes, cid: str | None) -> Guardado:
        ficha, recusa = None, None
        try:
            ficha = await self._motor.guardar(nome, tipo, dados)
        except ArquivoRecusado as erro:
            recusa = uma_linha(str(erro), limites.ASSUNTO) or "o tipo ou o tamanho não é aceito"
        return Guardado(nome=nome, tipo=tipo, tamanho=len(dados), ficha=ficha, recusa=recusa, cid=cid)


def _dentro(parte: Parte) -> bool:
    """Whether a picture belongs to the page (:mod:`connectors.email.imagens`)."""
    inline = parte.cabecalhos.ha("content-id") or parte.disposicao == "inline"
    return parte.tipo.startswith("image/") and parte.disposicao != "attachment" and inline


def _nome(parte: Parte, numero: int) -> str:
    finais = {"message/rfc822": "eml", "text/calendar": "ics", "text/html": "html", "text/plain": "txt"}
    nome = uma_linha(parte.nome, limites.NOME_DE_ARQUIVO)
    return nome or f"anexo-{numero}.{finais.get(parte.tipo) or parte.tipo.rpartition('/')[2][:10]}"


def _nome_do_todo(carta: Carta) -> str:
    return f"{carta.assunto[:80] or 'e-mail'}.eml"


def _omitido(parte: Parte) -> Omitido:
    return Omitido(uma_linha(parte.nome, limites.NOME_DE_ARQUIVO), parte.tipo, parte.fim - parte.inicio)
