"""What a kind of channel has to bring, and what it is given by the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import httpx2

from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import CanalDoConector, ItemAnotado
from engine.conector.trabalhos import Resultado, Trabalho


class ArquivoRecusado(Exception):
    """The engine does not keep this file (too large, or dangerous); the message says why, for people."""


class EntregaRecusada(Exception):
    """The engine will never take this; the message says why."""


class DeFora(Exception):
    """What the other side does, or does not do, ends what a connector runs: no fault of ours. It was told already, in
    words (:mod:`connectors.saude`).
    """


class Motor(Protocol):
    """The engine, as the connector of one canal sees it.

    Both methods wait out a lost connection and try again until it is done: what they return is durable. They raise
    EntregaRecusada where it never will be.
    """

    async def entregar(
        self,
        mensagens: Sequence[MensagemRecebida] = (),
        status: Sequence[StatusRecebido] = (),
        novidades: Sequence[NovidadeDoCanal] = (),
        modelos: Sequence[Modelo] | None = None,
    ) -> Sequence[ItemAnotado]:
        """Hand over what came in. At most 1,000 things. Answers what became of each message."""
        ...

    async def guardar(self, nome: str, tipo: str | None, conteudo: bytes) -> str:
        """Store a file that came in; answers its ``ficha``, good for an hour (:class:`MensagemRecebida`). ``tipo`` is
        what the provider says it is (MIME). Raises ArquivoRecusado.
        """
        ...


class Conector(Protocol):
    """One canal of one kind. It is made anew when the canal's ``config`` changes.

    A class that implements it is made with ``(canal, motor, http)``: ``http`` is a client that all canais share,
    without cookies, that follows no redirects and has timeouts.
    """

    async def servir(self) -> None:
        """Whatever runs for as long as the canal does (reading a mailbox). It may never return; if it raises, the canal
        is started again after a while: by DeFora, or an httpx2.TransportError, without a word; by anything else, which
        is a bug, with a traceback. One that has nothing to do returns at once.
        """
        ...

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        """Do one job. Jobs of several contacts run at once. What it raises counts as ``desconhecido`` for what sends,
        and as ``tentar`` for the rest. Cancelled: it was not answered, and the engine finds out what became of it.
        """
        ...

    async def testar(self) -> list[str]:
        """What is wrong with the canal, each as a sentence in Portuguese that says what to do; nothing if it works.
        Nothing is sent to anybody.
        """
        ...


class FabricaDeConector(Protocol):
    """The class of a kind of channel."""

    def __call__(self, canal: CanalDoConector, motor: Motor, http: httpx2.AsyncClient, /) -> Conector: ...
