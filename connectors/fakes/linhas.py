"""Lines over a stream of trio, as SMTP and IMAP speak in."""

from __future__ import annotations

import ssl
from typing import Final

import trio

_MAXIMO: Final = 64 * 1024 * 1024
_BLOCO: Final = 65_536


class FimDaConexao(Exception):
    """The other side has closed, or we have: to be left quietly."""


class Linhas:
    """One connection. Lines come and go without their CRLF."""

    def __init__(self, fluxo: trio.abc.Stream) -> None:
        self._fluxo = fluxo
        self._lido = bytearray()

    async def linha(self) -> str:
        """The next line. Raises FimDaConexao."""
        while (fim := self._lido.find(b"\r\n")) == -1:
            await self._mais()
        return self._tirar(fim + 2)[:-2].decode("utf-8", "replace")

    async def bytes_ate(self, marca: bytes) -> bytes:
        """All up to ``marca``, without it. Raises FimDaConexao."""
        desde = 0
        while (fim := self._lido.find(marca, desde)) == -1:
            desde = max(0, len(self._lido) - len(marca))
            await self._mais()
        return self._tirar(fim + len(marca))[: -len(marca)]

    async def bytes_(self, quantos: int) -> bytes:
        """Exactly so many. Raises FimDaConexao."""
        while len(self._lido) < quantos:
            await self._mais()
        return self._tirar(quantos)

    async def dizer(self, texto: str | bytes) -> None:
        """Send a line. Raises FimDaConexao."""
        try:
            await self._fluxo.send_all((texto.encode() if isinstance(texto, str) else texto) + b"\r\n")
        except (trio.BrokenResourceError, trio.ClosedResourceError) as erro:
            raise FimDaConexao from erro

    async def proteger(self, contexto: ssl.SSLContext) -> None:
        """Go on in TLS, as its server. Raises FimDaConexao."""
        self._lido.clear()
        protegido = trio.SSLStream(self._fluxo, contexto, server_side=True, https_compatible=True)
        try:
            await protegido.do_handshake()
        except trio.BrokenResourceError as erro:
            raise FimDaConexao from erro
        self._fluxo = protegido

    async def cair(self) -> None:
        """Close without a word."""
        await trio.aclose_forcefully(self._fluxo)

    def _tirar(self, quantos: int) -> bytes:
        tirado = bytes(self._lido[:quantos])
        del self._lido[:quantos]
        return tirado

    async def _mais(self) -> None:
        try:
            mais = await self._fluxo.receive_some(_BLOCO)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as erro:
            raise FimDaConexao from erro
        if not mais or len(self._lido) > _MAXIMO:
            raise FimDaConexao
        self._lido += mais
