"""What a connection hands to the application, and the tasks that serve it.

Hypercorn's queue for the application counts messages, whatever their size, and a connection waits for ever to put one
into it when the application has answered without reading. Here it is bounded by bytes, and ends with the application.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework, ASGIReceiveEvent, ASGISendEvent, Scope

from web.gateway import Sinal

_BYTES: Final = 65_536
"""Of a body or of frames, that wait to be taken; the connection is not read meanwhile."""
_MENSAGENS: Final = 64


class ClienteSaiu(ConnectionError):
    """The application goes on answering a client that is gone."""


class Recebimento:
    """The messages to one call of the application, in order."""

    __slots__ = ("_bytes", "_chegou", "_fechado", "_mensagens", "_vaga")

    def __init__(self) -> None:
        self._mensagens: list[Any] = []
        self._bytes = 0
        self._chegou = Sinal(dado=False)
        self._vaga = Sinal(dado=False)
        self._fechado = False

    async def por(self, mensagem: Any) -> None:
        """Add a message; returns when there is room for the next one, or when nobody will read it any more."""
        if self._fechado:
            return
        self._mensagens.append(mensagem)
        self._bytes += _tamanho(mensagem)
        self._chegou.set()
        if mensagem["type"].endswith("disconnect"):  # the last one: whoever brings it waits for nobody
            return
        while not self._fechado and (self._bytes > _BYTES or len(self._mensagens) > _MENSAGENS):
            self._vaga.clear()
            await self._vaga.wait()

    async def tirar(self) -> Any:
        """The next message, once there is one."""
        while not self._mensagens:
            self._chegou.clear()
            await self._chegou.wait()
        mensagem = self._mensagens.pop(0)  # they are few
        self._bytes -= _tamanho(mensagem)
        self._vaga.set()
        return mensagem

    def fechar(self) -> None:
        """Nobody reads any more."""
        self._fechado = True
        self._mensagens.clear()
        self._vaga.set()


class GrupoDeTarefas(TaskGroup):
    """Hypercorn's, whose applications get their messages by a :class:`Recebimento`. They are called as they are: what
    Hypercorn wraps one in is for WSGI, and one frame more for as long as a client stays.
    """

    def spawn(self, func: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        """Hypercorn gives no name to what it starts. Its owner is the connection, which waits for it."""
        self._task_group.create_task(func(*args), name=f"door: {func.__name__}")

    async def spawn_app(
        self,
        app: Any,
        config: Config,
        scope: Scope,
        send: Callable[[ASGISendEvent | None], Awaitable[None]],
    ) -> Callable[[ASGIReceiveEvent], Awaitable[None]]:
        recebimento = Recebimento()
        self.spawn(_servir, app, config, scope, recebimento, send)
        return recebimento.por


async def _servir(
    app: ASGIFramework,
    config: Config,
    scope: Scope,
    recebimento: Recebimento,
    send: Callable[[ASGISendEvent | None], Awaitable[None]],
) -> None:
    try:
        with suppress(ClienteSaiu):
            await app(scope, recebimento.tirar, send)
    except Exception:  # noqa: BLE001  # whatever it is, it is the end of this one request
        await config.log.exception("Error in ASGI Framework")
    finally:
        recebimento.fechar()
        await send(None)


def _tamanho(mensagem: Any) -> int:
    return len(mensagem.get("body") or mensagem.get("text") or mensagem.get("bytes") or b"")
