"""One client, as the gateway knows it; and what an edge must offer."""

from __future__ import annotations

from asyncio import Future, TimerHandle, get_running_loop
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from engine.modelo import Quem
from web.gateway._quadro import Quadro

if TYPE_CHECKING:
    from web.gateway._plateia import Plateia


class Fechamento(Struct, frozen=True):
    """Why a connection is closed: a WebSocket close code (RFC 6455 §7.4) and a reason for people."""

    codigo: int
    motivo: str


SEM_TOKEN: Final = Fechamento(4401, "nenhum token chegou a tempo")
EXPIRADO: Final = Fechamento(4401, "o token expirou; conecte com outro e retome com desde")
LENTO: Final = Fechamento(4408, "cliente lento demais; conecte de novo e retome com desde")
EXCLUIDO: Final = Fechamento(4403, "o atendente foi excluído")
REVOGADO: Final = Fechamento(4403, "os tokens deste usuário foram revogados; conecte com um novo")
REINICIO: Final = Fechamento(1012, "servidor reiniciando; conecte de novo e retome com desde")
EMPRESA_SAIU: Final = Fechamento(1012, "a empresa mudou de servidor; conecte de novo e retome com desde")
INSISTENTE: Final = Fechamento(
    1013, "quadros demais, recusados e sem pausa; espere, conecte de novo e retome com desde"
)
TENTE_DE_NOVO: Final = Fechamento(1013, "indisponível agora; conecte de novo e retome com desde")


class Formato(Protocol):
    """How an edge spells what it sends. One object serves all its connections: an event is encoded once per edge."""

    def evento(self, nome: str, dados: str, seq: int | None) -> Quadro:
        """``dados`` is JSON text."""
        ...

    def resposta(self, ack: int | str, dados: str) -> Quadro:
        """The answer to what a client sent with the id ``ack``."""
        ...


class Saida(Protocol):
    """The way out to one client. Its bound is its own: past it, it closes itself with 4408."""

    def enviar(self, quadro: Quadro) -> None:
        """Never blocks. After :meth:`fechar`, does nothing."""
        ...

    def fechar(self, fechamento: Fechamento) -> None:
        """Close soon. What the edge does then ends with :meth:`Recepcao.saiu`, later and never from inside this."""
        ...

    def folgada(self) -> bool:
        """Whether much may be sent at once."""
        ...

    async def escoar(self) -> bool:
        """Wait until :meth:`folgada`; False if it closed instead."""
        ...


class Conexao:
    """One client. ``plateia`` is None until it has shown a token.

    It gets live events while ``ao_vivo``, those after ``visto``.
    """

    __slots__ = (
        "_quem",
        "ao_vivo",
        "formato",
        "insistencia",
        "janela",
        "plateia",
        "prazo",
        "saida",
        "salas",
        "visto",
    )

    def __init__(self, formato: Formato, saida: Saida, em_voo: int) -> None:
        self.formato = formato
        self.saida = saida
        self.janela = Janela(em_voo)
        self.plateia: Plateia | None = None
        self.salas: set[str] = set()
        self.ao_vivo = False
        self.visto = 0
        self.insistencia = 0
        """When the bucket of its refusals is full again: see :class:`web.gateway._ritmo.Ritmo`."""
        self.prazo: TimerHandle | None = None
        self._quem: Quem | None = None

    @property
    def quem(self) -> Quem:
        assert self._quem is not None, "who it is is known once it has shown a token"
        return self._quem

    @quem.setter
    def quem(self, quem: Quem) -> None:
        self._quem = quem

    def enviar_evento(self, nome: str, dados: str, seq: int | None = None) -> None:
        self.saida.enviar(self.formato.evento(nome, dados, seq))

    def marcar_prazo(self, prazo: TimerHandle | None) -> None:
        """Replace the deadline after which it is closed."""
        if self.prazo is not None:
            self.prazo.cancel()
        self.prazo = prazo


class Janela:
    """How many commands of one connection are under way: bounded, and waited for where order demands it.

    Used by one reader, so at most one waits.
    """

    __slots__ = ("_chamada", "_limite", "_teto", "em_voo")

    def __init__(self, limite: int) -> None:
        self._limite = limite
        self.em_voo = 0
        self._teto = 0
        self._chamada: Future[None] | None = None

    async def entrar(self) -> None:
        """Wait for room, and take it."""
        await self._ate(self._limite - 1)
        self.em_voo += 1

    def sair(self) -> None:
        """One is done."""
        self.em_voo -= 1
        if self._chamada is not None and self.em_voo <= self._teto and not self._chamada.done():
            self._chamada.set_result(None)

    async def esvaziar(self) -> None:
        """Wait until none is under way."""
        await self._ate(0)

    async def _ate(self, teto: int) -> None:
        while self.em_voo > teto:
            self._teto = teto
            self._chamada = get_running_loop().create_future()
            await self._chamada
        self._chamada = None
