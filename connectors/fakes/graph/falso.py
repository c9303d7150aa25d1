"""The fake Graph API: one server, its numbers, and their webhooks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import count, islice
from random import Random
from time import time
from typing import Any, Final

import httpx2
import trio

from connectors.fakes.graph.controle import Controle
from connectors.fakes.graph.correio import Carta, Correio
from connectors.fakes.graph.entradas import COM_ARQUIVO, POR_WEBHOOK, Escrita, conversas, em_bytes, mensagem
from connectors.fakes.graph.limites import Limites
from connectors.fakes.graph.livro import Livro
from connectors.fakes.graph.midias import Midias
from connectors.fakes.graph.modelo import Comportamento, Conta, Contato, NumeroFalso
from connectors.fakes.graph.rotas import Rotas
from connectors.fakes.graph.roteiro import Roteiro
from connectors.fakes.servidor_http import Cair, Pedido, Resposta, ServidorHttp
from connectors.transporte import Transporte
from engine.telefones import linha

_ASSINATURA_ERRADA: Final = "sha256=" + "0" * 64
_PRAZO_S: Final = 30.0
_LIGACOES: Final = 200


class GraphFalso:
    """Serves the Graph API, keeps the book, and sends what contacts write and what becomes of what it accepted."""

    def __init__(
        self,
        numeros: Iterable[NumeroFalso] = (),
        comportamento: Comportamento | None = None,
        *,
        host: str = "127.0.0.1",
        porta: int = 0,
    ) -> None:
        """Without ``numeros`` it has the one of :class:`NumeroFalso`'s defaults."""
        self.comportamento = comportamento or Comportamento()
        self.roteiro = Roteiro()
        self.livro = Livro()
        self.midias = Midias()
        self.limites = Limites(self.comportamento)
        self.acaso = Random(self.comportamento.semente)  # noqa: S311
        self.numeros: dict[str, NumeroFalso] = {}
        self.ultimas: dict[tuple[str, str], float] = {}
        """When each contact last wrote to each number (seconds of the epoch)."""
        self._contas: dict[str, Conta] = {}
        self._correios: dict[str, Correio] = {}
        self._ids = count(1)
        self._http = httpx2.AsyncClient(transport=Transporte(ligacoes=_LIGACOES), timeout=_PRAZO_S, trust_env=False)
        self._rotas = Rotas(self)
        self._controle = Controle(self)
        self._servidor = ServidorHttp(self._atender, host=host, porta=porta)
        self._grupo: trio.Nursery | None = None
        for numero in list(numeros) or [NumeroFalso()]:
            self.novo_numero(numero)

    @property
    def base(self) -> str:
        """The ``urlBase`` for canais that use it; once it serves."""
        return self._servidor.base

    async def servir(self, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled. ``nursery.start`` gives the port."""
        async with self._http, trio.open_nursery() as grupo:
            self._grupo = grupo
            for correio in self._correios.values():
                grupo.start_soon(correio.servir)
            task_status.started(await grupo.start(self._servidor.servir))

    async def _atender(self, pedido: Pedido) -> Resposta | Cair:
        if pedido.caminho.startswith("/_falso/"):
            return self._controle.atender(pedido)
        return await self._rotas.atender(pedido)

    # -- numbers -------------------------------------------------------------------------------------------------------

    def novo_numero(self, numero: NumeroFalso) -> None:
        """Have a number; one that is there already is changed."""
        conhecido = self._correios.get(numero.phone_number_id)
        self.numeros[numero.phone_number_id] = numero
        if conhecido is not None:
            conhecido.numero = numero
            return
        correio = Correio(numero, self.comportamento, self._http, self.acaso)
        self._correios[numero.phone_number_id] = correio
        if self._grupo is not None:
            self._grupo.start_soon(correio.servir)

    def correio(self, phone_number_id: str | None = None) -> Correio:
        """The webhooks of a number; of the first one, if none is named. Raises KeyError."""
        return self._correios[phone_number_id or next(iter(self.numeros))]

    def conta(self, waba_id: str) -> Conta:
        """An account, with its templates."""
        return self._contas.setdefault(waba_id, Conta(waba_id))

    def novo_id(self) -> str:
        """Of a message."""
        return "wamid." + b64encode(f"FALSO{next(self._ids):012d}".encode()).decode()

    @property
    def pendentes(self) -> int:
        """Webhooks that were not taken yet."""
        return sum(correio.pendentes for correio in self._correios.values())

    async def esvaziado(self) -> None:
        """Wait until all webhooks were taken (or given up)."""
        for correio in list(self._correios.values()):
            await correio.esvaziado()

    # -- what contacts write -------------------------------------------------------------------------------------------

    def receber(
        self,
        escritas: Sequence[Escrita],
        phone_number_id: str | None = None,
        *,
        por_webhook: int = POR_WEBHOOK,
        vezes: int = 1,
        embaralhar: bool = False,
        assinatura_errada: bool = False,
    ) -> list[str]:
        """Contacts write to a number, and its webhooks are on their way. Answers the ids, in the order of ``escritas``.

        ``por_webhook``: messages in one, at most 1,000; ``vezes``: each webhook is sent so often; ``embaralhar``: the
        messages go in any order. A wrong signature is sent once only.
        """
        correio = self.correio(phone_number_id)
        prontas = [(escrita, self._mensagem(escrita, correio.numero)) for escrita in escritas]
        ids = [str(dita["id"]) for _, dita in prontas]
        if embaralhar:
            self.acaso.shuffle(prontas)
        resto = iter(prontas)
        while parte := list(islice(resto, min(por_webhook, POR_WEBHOOK))):
            corpo = em_bytes(conversas(correio.numero, [dita for _, dita in parte], [e.de for e, _ in parte]))
            for _ in range(vezes):
                errada = assinatura_errada
                correio.por(Carta(corpo, None, _ASSINATURA_ERRADA if errada else None, 1 if errada else None))
        return ids

    def dizer(self, webhook: dict[str, Any], phone_number_id: str | None = None) -> None:
        """Send any webhook (:func:`~connectors.fakes.graph.entradas.envelope`)."""
        self.correio(phone_number_id).por(Carta(em_bytes(webhook)))

    def _mensagem(self, escrita: Escrita, numero: NumeroFalso) -> dict[str, Any]:
        if escrita.de.telefone or escrita.de.usuario:
            self.ultimas[numero.phone_number_id, _chave(escrita.de)] = time()
        em = int(time()) if escrita.em is None else escrita.em
        return mensagem(escrita, escrita.id or self.novo_id(), em, self._midia(escrita))

    def _midia(self, escrita: Escrita) -> dict[str, Any]:
        """What there is to say of a file that the fake makes up, if the message needs one and names none."""
        carga = escrita.carga
        if escrita.tipo not in COM_ARQUIVO or (isinstance(carga, dict) and "id" in carga):
            return {}
        conteudo, mime = AMOSTRAS[escrita.tipo]
        midia = self.midias.nova(conteudo, mime)
        return {"id": midia.id, "sha256": b64encode(bytes.fromhex(midia.sha256)).decode()}


def _chave(de: Contato) -> str:
    return linha(de.telefone) if de.telefone else de.usuario or ""


_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
_WEBP: Final = b"RIFF\x24\x00\x00\x00WEBPVP8L\x17\x00\x00\x00\x2f\x00\x00\x00\x00" + bytes(20)
AMOSTRAS: Final[dict[str, tuple[bytes, str]]] = {
    "image": (_PNG, "image/png"),
    "video": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64), "video/mp4"),
    "audio": (b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(32), "audio/ogg"),
    "document": (b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf"),
    "sticker": (_WEBP, "image/webp"),
}
"""A small file of each type."""


@asynccontextmanager
async def graph_no_ar(*numeros: NumeroFalso, comportamento: Comportamento | None = None) -> AsyncIterator[GraphFalso]:
    """A fake for as long as the block runs."""
    graph = GraphFalso(numeros, comportamento)
    async with trio.open_nursery() as grupo:
        await grupo.start(graph.servir)
        try:
            yield graph
        finally:
            grupo.cancel_scope.cancel()
