"""Connections to one SMTP server: at most a few at once, and kept for a while after they were used."""

from __future__ import annotations

import ssl
from collections import deque
from typing import Final

import trio

from connectors.email.configuracao import Servidor
from connectors.email.montar import Pronta
from connectors.email.respostas import Resposta
from connectors.email.smtp import Recusada, Smtp

_AO_MESMO_TEMPO: Final = 4
_OCIOSA_S: Final = 60.0
_DESPEDIDA: Final = 421
"""The server closes the connection (RFC 5321, section 3.8)."""


class Conexoes:
    """Sends mails by connections that it keeps, for as long as somebody sweeps them up."""

    def __init__(self, servidor: Servidor, contexto: ssl.SSLContext, eu: str) -> None:
        self._servidor = servidor
        self._contexto = contexto
        self._eu = eu
        self._vagas = trio.CapacityLimiter(_AO_MESMO_TEMPO)
        self._ociosas: deque[tuple[float, Smtp]] = deque()
        self._varrida = False

    async def enviar(self, pronta: Pronta) -> Resposta:
        """Send a mail. Raises what :class:`Smtp` does."""
        async with self._vagas:
            smtp = await self._tomar()
            try:
                resposta = await smtp.enviar(pronta)
            except Recusada as recusa:
                await self._devolver(smtp, boa=recusa.resposta.codigo != _DESPEDIDA)
                raise
            except BaseException:  # cancelled in the middle, too: what the server thinks of it is not known
                await smtp.largar()
                raise
            await self._devolver(smtp, boa=True)
            return resposta

    async def _tomar(self) -> Smtp:
        while self._ociosas:
            _, smtp = self._ociosas.pop()
            try:
                if await smtp.viva():
                    return smtp
            except BaseException:
                await smtp.largar()
                raise
            await smtp.largar()
        nova = Smtp(self._servidor, self._contexto, self._eu)
        await nova.ligar()
        return nova

    async def _devolver(self, smtp: Smtp, *, boa: bool) -> None:
        if boa and self._varrida:
            self._ociosas.append((trio.current_time(), smtp))
        else:
            await smtp.largar()

    async def varrer(self) -> None:
        """Close what was not used for a while; for ever, and all of it at the end."""
        self._varrida = True
        try:
            while True:
                await trio.sleep(_OCIOSA_S / 2)
                while self._ociosas and self._ociosas[0][0] < trio.current_time() - _OCIOSA_S:
                    await self._ociosas.popleft()[1].sair()
        finally:
            self._varrida = False
            with trio.CancelScope(shield=True):  # it takes no time
                while self._ociosas:
                    await self._ociosas.pop()[1].largar()
