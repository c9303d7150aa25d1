"""``balcao run`` as a process of its own, with its own data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import trio

from engine.modelo import Quem
from tests.servidor import porta_livre
from tests.web.ws_apoio import SEGREDO, token

RAIZ = Path(__file__).parents[2]


class Processo:
    """The server. It can be killed and started again on the same data."""

    def __init__(self, pasta: Path) -> None:
        self._pasta = pasta
        self.porta = porta_livre()
        self._processo: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.porta}"

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.porta}/atendimento/ws"

    def ligar(self) -> None:
        """Start it, unless it runs."""
        if self._processo is not None and self._processo.poll() is None:
            return
        ambiente = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(RAIZ),
            "PORT": str(self.porta),
            "JWT_SECRET": SEGREDO,
            "BALCAO_DADOS": str(self._pasta / "dados"),
            "LOG_LEVEL": "warn",
        }
        with (self._pasta / "servidor.log").open("ab") as log:
            self._processo = subprocess.Popen(
                [sys.executable, "-m", "balcao", "run"], cwd=self._pasta, env=ambiente, stdout=log, stderr=log
            )

    async def ate_pronto(self) -> None:
        with trio.fail_after(60):
            async with httpx2.AsyncClient(timeout=30) as http:
                while True:
                    assert self._processo is not None
                    assert self._processo.poll() is None, (self._pasta / "servidor.log").read_text()
                    try:
                        if (await http.get(f"{self.base}/saude/pronto")).status_code == 200:
                            return
                    except httpx2.TransportError:
                        await trio.sleep(0.05)

    def matar(self) -> None:
        self._sinal(signal.SIGKILL)

    def parar(self) -> None:
        self._sinal(signal.SIGTERM)

    def _sinal(self, sinal: signal.Signals) -> None:
        if self._processo is not None and self._processo.poll() is None:
            self._processo.send_signal(sinal)
            self._processo.wait(15)

    async def rest(self, quem: Quem, metodo: str, caminho: str, corpo: Any = None) -> Any:
        """A request that must succeed: its JSON."""
        async with httpx2.AsyncClient(timeout=30) as http:
            resposta = await http.request(
                metodo,
                f"{self.base}/atendimento{caminho}",
                json=corpo,
                headers={"authorization": f"Bearer {token(quem)}"},
            )
        assert resposta.is_success, resposta.text
        return resposta.json() if resposta.content else None

    async def ticket(self, quem: Quem, **campos: Any) -> str:
        corpo = {"contato_nome": "João Silva", "contato_telefone": "5511999998888", **campos}
        ticket_id: str = (await self.rest(quem, "POST", "/tickets", corpo))["id"]
        return ticket_id
