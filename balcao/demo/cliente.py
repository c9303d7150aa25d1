"""The HTTP side: one client per run, a token per caller, and patience with a server that is away for a moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx2
import trio

from balcao.erros import ErroDeUso

PACIENCIA_S: Final = 60.0
"""How long a server that does not answer is waited for."""
_SEM_EFEITO: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""The request did not get as far as being sent."""


class Recusado(Exception):
    """An answer other than success."""

    def __init__(self, metodo: str, caminho: str, resposta: httpx2.Response) -> None:
        self.status = resposta.status_code
        super().__init__(f"{metodo} {caminho}: {resposta.status_code} {resposta.text[:300]}")


class RespostaPerdida(Exception):
    """The connection was lost after sending: whether it was done is not known."""


class Cliente:
    """The API as one user sees it."""

    def __init__(self, http: httpx2.AsyncClient, token: str) -> None:
        self._http = http
        self.token = token

    @property
    def base(self) -> str:
        """The server's address, without a final slash."""
        return str(self._http.base_url).rstrip("/")

    def como(self, token: str) -> Cliente:
        """The same connections, another user."""
        return Cliente(self._http, token)

    async def get(self, caminho: str, **params: str | int) -> Any:
        """Safe to repeat: it is, until the server answers or patience ends."""
        while True:
            try:
                return await self._pedir("GET", caminho, None, params)
            except RespostaPerdida:
                await trio.sleep(0.2)

    async def post(self, caminho: str, corpo: Mapping[str, object] | None = None) -> Any:
        """Raises RespostaPerdida when it may or may not have been done."""
        return await self._pedir("POST", caminho, corpo, {})

    async def patch(self, caminho: str, corpo: Mapping[str, object]) -> Any:
        """Setting a value twice sets it once: it is repeated, as a GET is."""
        while True:
            try:
                return await self._pedir("PATCH", caminho, corpo, {})
            except RespostaPerdida:
                await trio.sleep(0.2)

    async def _pedir(
        self, metodo: str, caminho: str, corpo: Mapping[str, object] | None, params: Mapping[str, str | int]
    ) -> Any:
        limite = trio.current_time() + PACIENCIA_S
        while True:
            try:
                resposta = await self._http.request(
                    metodo, caminho, json=corpo, params=params, headers={"Authorization": f"Bearer {self.token}"}
                )
            except _SEM_EFEITO as erro:
                await self._esperar(limite, 0.25, erro)
                continue
            except httpx2.TransportError as erro:
                if trio.current_time() > limite:
                    raise self._fora() from erro
                raise RespostaPerdida(f"{metodo} {caminho}") from erro
            if resposta.status_code in {429, 503}:
                await self._esperar(limite, float(resposta.headers.get("Retry-After", 1)), None)
                continue
            if resposta.is_error:
                raise Recusado(metodo, caminho, resposta)
            return resposta.json() if resposta.content else None

    async def _esperar(self, limite: float, segundos: float, causa: Exception | None) -> None:
        if trio.current_time() + segundos > limite:
            raise self._fora() from causa
        await trio.sleep(segundos)

    def _fora(self) -> ErroDeUso:
        return ErroDeUso(
            f"o servidor em {self._http.base_url} não atende há {PACIENCIA_S:.0f} s", "veja o terminal do servidor"
        )
