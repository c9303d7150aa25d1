"""A headless Chromium, driven by its DevTools protocol; tests that need one are skipped where there is none."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, open_websocket_url

_PROGRAMAS = ("chromium", "chromium-browser", "google-chrome")
_ESPERA_S = 30
# What the browser answers where a page has gone, or is going, while something was asked of it.
_TROCADA = (
    "Inspected target navigated or closed",
    "Execution context was destroyed.",
    "Cannot find context with specified id",
)


class PaginaTrocada(Exception):
    """Another page stands where something was asked."""


class Aba:
    """A page. ``problemas`` are what the browser complains of: scripts that failed, what a policy has stopped."""

    def __init__(self, ws: WebSocketConnection) -> None:
        self._ws = ws
        self._sessao: str | None = None
        self._proximo = 0
        self._respostas: dict[int, dict[str, Any]] = {}
        self._mudou = trio.Event()
        self.problemas: list[str] = []

    async def ouvir(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                self._receber(json.loads(await self._ws.get_message()))

    def _receber(self, mensagem: dict[str, Any]) -> None:
        if "id" in mensagem:
            self._respostas[mensagem["id"]] = mensagem
            self._mudou.set()
            self._mudou = trio.Event()
        elif mensagem["method"] == "Log.entryAdded" and mensagem["params"]["entry"]["level"] == "error":
            self.problemas.append(mensagem["params"]["entry"]["text"])
        elif mensagem["method"] == "Runtime.exceptionThrown":
            self.problemas.append(json.dumps(mensagem["params"]["exceptionDetails"]))

    async def mandar(self, metodo: str, **params: Any) -> dict[str, Any]:
        self._proximo += 1
        id_ = self._proximo
        pedido: dict[str, Any] = {"id": id_, "method": metodo, "params": params}
        if self._sessao is not None:
            pedido["sessionId"] = self._sessao
        await self._ws.send_message(json.dumps(pedido))
        with trio.fail_after(_ESPERA_S):
            while id_ not in self._respostas:
                await self._mudou.wait()
        resposta = self._respostas.pop(id_)
        if resposta.get("error", {}).get("message") in _TROCADA:
            raise PaginaTrocada(resposta)
        assert "error" not in resposta, resposta
        return dict(resposta["result"])

    async def comecar(self) -> None:
        alvo = await self.mandar("Target.createTarget", url="about:blank", newWindow=True)  # so that all are seen
        ligada = await self.mandar("Target.attachToTarget", targetId=alvo["targetId"], flatten=True)
        self._sessao = ligada["sessionId"]
        for dominio in ("Page", "Runtime", "Log"):
            await self.mandar(f"{dominio}.enable")

    async def tamanho(self, largura: int, altura: int, *, escuro: bool = False) -> None:
        await self.mandar(
            "Emulation.setDeviceMetricsOverride", width=largura, height=altura, deviceScaleFactor=1, mobile=False
        )
        esquema = {"name": "prefers-color-scheme", "value": "dark" if escuro else "light"}
        await self.mandar("Emulation.setEmulatedMedia", features=[esquema])

    async def rede(self, *, ligada: bool) -> None:
        await self.mandar("Network.enable")
        await self.mandar(
            "Network.emulateNetworkConditions",
            offline=not ligada,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    async def antes_de_tudo(self, programa: str) -> None:
        """Run this before whatever a page runs."""
        await self.mandar("Page.addScriptToEvaluateOnNewDocument", source=programa)

    async def ir(self, url: str) -> None:
        await self.mandar("Page.navigate", url=url)
        await self.ate(f"document.readyState === 'complete' && location.href === {json.dumps(url)}")

    async def recarregar(self) -> None:
        await self.valor("window.deAntes = true")
        await self.mandar("Page.reload")
        await self.ate("document.readyState === 'complete' && !window.deAntes")

    async def valor(self, expressao: str) -> Any:
        resultado = await self.mandar("Runtime.evaluate", expression=expressao, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in resultado, resultado
        return resultado["result"].get("value")

    async def ate(self, condicao: str) -> None:
        """Wait until a page says that something is so. A page that goes while it is asked is asked again."""
        with trio.fail_after(_ESPERA_S):
            while not await self._vale(condicao):  # noqa: ASYNC110  # what it asks is in another process
                await trio.sleep(0.05)

    async def _vale(self, condicao: str) -> bool:
        try:
            return bool(await self.valor(condicao))
        except PaginaTrocada:
            return False

    async def digitar(self, texto: str) -> None:
        await self.mandar("Input.insertText", text=texto)

    async def tecla(self, nome: str, codigo: int = 0, texto: str = "") -> None:
        for tipo in ("keyDown", "keyUp"):
            await self.mandar(
                "Input.dispatchKeyEvent", type=tipo, key=nome, code=nome, windowsVirtualKeyCode=codigo, text=texto
            )

    async def retrato(self, arquivo: Path) -> None:
        dados = await self.mandar("Page.captureScreenshot", format="png")
        await trio.Path(arquivo).write_bytes(base64.b64decode(dados["data"]))


@asynccontextmanager
async def aba(*opcoes: str) -> AsyncIterator[Aba]:
    """A page in a browser of its own. ``opcoes`` are of its command line."""
    async with abas(1, *opcoes) as (uma,):
        yield uma


@asynccontextmanager
async def abas(quantas: int, *opcoes: str) -> AsyncIterator[list[Aba]]:
    """Pages in one browser."""
    programa = next((achado for nome in _PROGRAMAS if (achado := shutil.which(nome))), None)
    if programa is None:
        pytest.skip("no Chromium is installed: the page was not tried in a browser")
    with TemporaryDirectory(prefix="balcao-navegador-", ignore_cleanup_errors=True) as pasta:
        comando = [
            programa, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
            "--remote-allow-origins=*", f"--user-data-dir={pasta}", *opcoes, "about:blank",
        ]  # fmt: skip
        processo = await trio.lowlevel.open_process(comando, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            url = await _endereco(Path(pasta))
            async with AsyncExitStack() as pilha:
                bercario = await pilha.enter_async_context(trio.open_nursery())
                feitas = []
                for _ in range(quantas):
                    ws = await pilha.enter_async_context(open_websocket_url(url, max_message_size=50_000_000))
                    feitas.append(Aba(ws))
                    bercario.start_soon(feitas[-1].ouvir)
                    await feitas[-1].comecar()
                yield feitas
                bercario.cancel_scope.cancel()
        finally:
            processo.kill()
            with trio.CancelScope(shield=True):
                await processo.wait()


async def _endereco(pasta: Path) -> str:
    """Where the browser listens: it writes that down when it does."""
    arquivo = pasta / "DevToolsActivePort"
    with trio.fail_after(_ESPERA_S):
        while True:
            linhas = arquivo.read_text().split("\n") if arquivo.exists() else []
            if len(linhas) >= 2:
                return f"ws://127.0.0.1:{linhas[0]}{linhas[1]}"
            await trio.sleep(0.05)
