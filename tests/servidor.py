"""A real server for tests: ``balcao run`` in a process of its own, that can be killed, stopped and started again.

In a test (sync, or trio with the blocking calls in a thread)::

    def test_something(servidor: Servidor) -> None:            # shared by the session: make an empresa of your own
        empresa = servidor.nova_empresa()
        httpx2.get(f"{servidor.url}/atendimento/tickets", headers=empresa.cabecalhos)

    def test_something_violent(novo_servidor: NovoServidor) -> None:      # its own, on a database of its own
        servidor = novo_servidor()
        servidor.matar()
        servidor.iniciar()

    async def test_under_load(novo_servidor: NovoServidor) -> None:
        servidor = await trio.to_thread.run_sync(novo_servidor)
        await trio.to_thread.run_sync(servidor.matar)

Readiness is the server's own line on standard output, so nothing is polled.
"""

from __future__ import annotations

import base64
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from engine.ids import UuidV7
from engine.modelo import Papel
from engine.tempo import SystemClock
from storage import PostgresEmbutido
from tests.postgres import apagar_banco
from web.portaria.autenticacao import emitir

RAIZ: Final = Path(__file__).parents[1]
SEGREDO: Final = "um segredo de teste, comprido o bastante"
CHAVE_DOS_SEGREDOS: Final = b"uma chave de 32 bytes, de teste!"
"""Of the secrets of canais: servers with folders of their own share databases."""
ESPERA_S: Final = 60.0
"""Until it is given up. ``balcao run`` promises to stop within ten seconds, and its exit code says whether it did."""
SEM_APERTO: Final = dict.fromkeys(("LIMITE_USUARIO", "LIMITE_EMPRESA", "LIMITE_ENDERECO"), "1000000")
"""Rate limits that hold, and that no test or benchmark reaches unless it sets its own."""
_VALIDADE_MS: Final = 3_600_000

_TRABALHADOR: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTAS: Final = random.sample(range(20_000 + _TRABALHADOR % 4, 32_000, 4), 3_000)
"""Below those that the kernel gives to who names none (``ip_local_port_range``): nobody is given one of these between
its choice and its use, nor while its server is down. The workers of pytest share none.
"""

_ids = UuidV7(SystemClock())


def novo_id() -> str:
    """A fresh UUIDv7."""
    return _ids.novo()


def porta_livre() -> int:
    """A port that nothing listens on, another each time."""
    while True:
        porta = _PORTAS.pop()
        with suppress(OSError), socket.create_server(("127.0.0.1", porta)):
            return porta


class Usuario(Struct, frozen=True):
    """Somebody with a token."""

    empresa_id: str
    id: str
    papel: Papel
    token: str

    @property
    def cabecalhos(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class NovoServidor(Protocol):
    """Makes and starts a server; ``ambiente`` are settings of its own. All are closed at the end of the test."""

    def __call__(self, ambiente: Mapping[str, str] | None = None) -> Servidor: ...


class NaoIniciou(Exception):
    """The server ended instead of becoming ready. ``codigo`` is its exit code, ``texto`` what it said."""

    def __init__(self, codigo: int, texto: str) -> None:
        super().__init__(f"exit {codigo}: {texto}")
        self.codigo = codigo
        self.texto = texto


class Servidor:
    """A server process on a port that stays the same. ``dsn`` None: the embedded PostgreSQL, in its data folder."""

    def __init__(self, pasta: Path, dsn: str | None = None, ambiente: Mapping[str, str] | None = None) -> None:
        self.pasta = pasta
        self.dados = pasta / "dados"
        self.dsn = dsn
        self.porta = porta_livre()
        self.ambiente = dict(ambiente or {})
        self.mostrado = ""
        """What the last start printed."""
        self._registro = pasta / "servidor.log"
        self._processo: subprocess.Popen[str] | None = None
        pasta.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.porta}"

    @property
    def url_ws(self) -> str:
        """The plain WebSocket edge."""
        return f"ws://127.0.0.1:{self.porta}/atendimento/ws"

    @property
    def pid(self) -> int:
        assert self._processo is not None, "not running"
        return self._processo.pid

    @property
    def registro(self) -> str:
        """What the server has logged so far, over all its starts."""
        return self._registro.read_text(encoding="utf-8") if self._registro.exists() else ""

    # -- the process -------------------------------------------------------------------------------------------------

    def iniciar(self) -> Servidor:
        """Start it and return when it is ready.

        Raises:
            NaoIniciou: it ended instead.
        """
        assert self._processo is None, "already running"
        with self._registro.open("a", encoding="utf-8") as registro:
            processo = subprocess.Popen(
                [sys.executable, "-m", "balcao", "run"],
                cwd=self.pasta,
                env=self.variaveis(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=registro,
                text=True,
            )
        assert processo.stdout is not None
        self.mostrado = ""
        for linha in processo.stdout:
            self.mostrado += linha
            if linha.startswith("Balcão pronto"):
                self._processo = processo
                return self
        processo.stdout.close()
        raise NaoIniciou(processo.wait(), self.registro)

    def matar(self) -> None:
        """kill -9. An embedded PostgreSQL goes on without it, as after any crash."""
        self._enviar(signal.SIGKILL)
        self._esperar()

    def parar(self, sinal: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code."""
        self._enviar(sinal)
        return self._esperar()

    def comecar_a_parar(self) -> None:
        """Ask it to stop and return when it has begun to."""
        assert self._processo is not None
        assert self._processo.stdout is not None
        self._enviar(signal.SIGTERM)
        for linha in self._processo.stdout:
            if linha.startswith("Parando"):
                return
        raise AssertionError("it ended without a word")

    def reiniciar(self) -> Servidor:
        """kill -9, and start again on the same data."""
        self.matar()
        return self.iniciar()

    def fechar(self) -> None:
        """Leave nothing running, whatever state the test left it in."""
        if self._processo is not None:
            self.matar()
        if self.dsn is None:
            PostgresEmbutido(self.dados).parar()
            apagar_banco(self.dados)

    def __enter__(self) -> Servidor:
        return self.iniciar()

    def __exit__(self, *_: object) -> None:
        self.fechar()

    def variaveis(self) -> dict[str, str]:
        """The environment it runs in: nothing of the developer's own settings."""
        banco = {} if self.dsn is None else {"DATABASE_URL": self.dsn}
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(RAIZ),
            "BALCAO_ENV": "test",
            "BALCAO_DADOS": str(self.dados),
            "JWT_SECRET": SEGREDO,
            "CHAVE_DOS_SEGREDOS": base64.b64encode(CHAVE_DOS_SEGREDOS).decode(),
            "PORT": str(self.porta),
            "CONECTORES": "false",
            **SEM_APERTO,
            **banco,
            **self.ambiente,
        }

    def _enviar(self, sinal: signal.Signals) -> None:
        assert self._processo is not None, "not running"
        self._processo.send_signal(sinal)

    def _esperar(self) -> int:
        assert self._processo is not None
        codigo = self._processo.wait(ESPERA_S)
        assert self._processo.stdout is not None
        self._processo.stdout.close()
        self._processo = None
        return codigo

    # -- who may use it ----------------------------------------------------------------------------------------------

    def token(self, empresa_id: str, papel: Papel = "admin", usuario_id: str | None = None) -> str:
        usuario_id = usuario_id or novo_id()
        agora = SystemClock().now()
        return emitir(SEGREDO, empresa_id, usuario_id, f"{usuario_id}@exemplo.com", papel, _VALIDADE_MS, agora)

    def usuario(self, empresa_id: str, papel: Papel = "admin", usuario_id: str | None = None) -> Usuario:
        usuario_id = usuario_id or novo_id()
        return Usuario(empresa_id, usuario_id, papel, self.token(empresa_id, papel, usuario_id))

    def nova_empresa(self) -> Usuario:
        """The admin of an empresa that nobody has used yet."""
        return self.usuario(novo_id())
