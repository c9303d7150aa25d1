"""Listeners by the thousand: the plain WebSocket edge straight on trio's sockets, keeping of events only their numbers.

They are pointed at our own server, so they take what it sends for granted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import trio
from msgspec import Struct

from tests.servidor import Servidor, Usuario

_APERTO: Final = (
    b"GET /atendimento/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
"""The request that opens a WebSocket (RFC 6455 §4.1)."""
_TEXTO: Final = 0x81
_FIM: Final = 0x88
_PING: Final = 0x89
_PONG: Final = 0x8A
"""First bytes of whole frames."""


class Caiu(Exception):
    """The connection is gone, or could not be made."""


class _Evento(Struct):
    """What is read of a frame."""

    event: str = ""
    seq: int = 0


_ler = msgspec.json.Decoder(_Evento).decode
_codificar = msgspec.json.Encoder().encode


class Receptor:
    """One client's stream of events over all its connections. ``seqs`` are the numbers of what it got, in order.

    ``desde``: where it resumes the first time; None: it begins live.
    """

    def __init__(
        self, servidor: Servidor, quem: Usuario, desde: int | None = None, salas: Collection[str] = ()
    ) -> None:
        self._servidor = servidor
        self.quem = quem
        self._salas = salas
        self.inicio = desde
        self.seqs: list[int] = []
        self.entradas = 0
        """How many times it was let in."""
        self.retomados = 0
        self.avisos: list[str] = []
        """Names of the other events it got."""

    async def seguir_ate(self, marca: bytes, ao_entrar: trio.CapacityLimiter) -> None:
        """Connect and listen until an event that says ``marca``. ``ao_entrar`` bounds how many do so at once.

        Raises:
            Caiu: the connection broke.
        """
        with trio.socket.socket() as soquete:
            try:
                async with ao_entrar:
                    resto = await self.entrar(soquete)
                await self._ouvir(soquete, resto, marca)
            except OSError as erro:
                raise Caiu from erro

    async def seguir_sempre_ate(self, marca: bytes, ao_entrar: trio.CapacityLimiter) -> None:
        """The same, coming back and resuming whenever the connection breaks."""
        while True:
            try:
                await self.seguir_ate(marca, ao_entrar)
            except Caiu:
                await trio.sleep(0.1)
            else:
                return

    async def entrar(self, soquete: trio.socket.SocketType) -> bytes:
        """Open the WebSocket and be let in. Answers what came after that already."""
        await soquete.connect(("127.0.0.1", self._servidor.porta))
        await soquete.send(_APERTO)
        recebido = b""
        while b"\r\n\r\n" not in recebido:
            recebido += await _mais(soquete)
        assert recebido.startswith(b"HTTP/1.1 101"), recebido
        desde = self.seqs[-1] if self.seqs else self.inicio
        pedido = {"token": self.quem.token, "salas": [*self._salas]} | ({} if desde is None else {"desde": desde})
        await soquete.send(quadro(_codificar({"event": "autenticar", "data": pedido})))
        resto = recebido.partition(b"\r\n\r\n")[2]
        while b'"event":"connect"' not in resto:
            resto += await _mais(soquete)
        self.entradas += 1
        return resto

    async def _ouvir(self, soquete: trio.socket.SocketType, resto: bytes, marca: bytes) -> None:
        while True:
            quadros, resto = separar(resto)
            for inicio, corpo in quadros:
                if inicio == _PING:
                    await soquete.send(quadro(corpo, _PONG))
                elif inicio == _FIM:
                    raise Caiu(corpo[2:].decode())
                else:
                    self._anotar(_ler(corpo), corpo)
                    if marca in corpo:
                        return
            resto += await _mais(soquete)

    def _anotar(self, evento: _Evento, corpo: bytes) -> None:
        if evento.seq:
            self.seqs.append(evento.seq)
        elif evento.event == "connect":
            if self.inicio is None:
                self.inicio = msgspec.json.decode(corpo)["data"]["seq"]
        elif evento.event == "retomado":
            self.retomados += 1
        elif evento.event:
            self.avisos.append(evento.event)


@asynccontextmanager
async def parado(servidor: Servidor, quem: Usuario, sala: str) -> AsyncIterator[trio.socket.SocketType]:
    """A client in a room that was let in and reads no more; its end takes little at a time."""
    with trio.socket.socket() as soquete:
        soquete.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_RCVBUF, 4096)
        await Receptor(servidor, quem, salas=(sala,)).entrar(soquete)
        yield soquete


def quadro(corpo: bytes, inicio: int = _TEXTO) -> bytes:
    """A frame of a client; the mask is zeros, which change nothing (RFC 6455 §5.2)."""
    if len(corpo) < 126:
        return bytes((inicio, 0x80 | len(corpo), 0, 0, 0, 0)) + corpo
    return bytes((inicio, 0xFE)) + len(corpo).to_bytes(2) + bytes(4) + corpo


def separar(dados: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The first bytes and bodies of the whole frames in ``dados``, and what follows them."""
    quadros: list[tuple[int, bytes]] = []
    em, fim = 0, len(dados)
    while em + 2 <= fim:
        inicio, tamanho = em + 2, dados[em + 1]
        if tamanho >= 126:
            inicio += 2 if tamanho == 126 else 8
            tamanho = int.from_bytes(dados[em + 2 : inicio])
        if inicio > fim or inicio + tamanho > fim:
            break
        quadros.append((dados[em], dados[inicio : inicio + tamanho]))
        em = inicio + tamanho
    return quadros, dados[em:]


async def _mais(soquete: trio.socket.SocketType) -> bytes:
    parte = await soquete.recv(65_536)
    if not parte:
        raise Caiu
    return parte
