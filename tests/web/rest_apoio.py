"""A whole node (actors, journal, real PostgreSQL) behind its ASGI application, and a client for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from actors.no.no import No
from balcao.ajustes.campos import Ajustes
from balcao.servidor.montagem import montar
from engine.ids import UuidV7
from engine.modelo import Papel
from engine.tempo import SystemClock
from tests.servidor import CHAVE_DOS_SEGREDOS
from web.portaria.autenticacao import emitir

SEGREDO = "um segredo de teste com mais de 32 bytes"
_ids = UuidV7(SystemClock())


def novo_id() -> str:
    return _ids.novo()


class Recebida:
    """An answer."""

    def __init__(self, status: int, headers: Mapping[str, str], corpo: bytes) -> None:
        self.status = status
        self.headers = headers
        self.corpo = corpo

    @property
    def json(self) -> Any:
        return json.loads(self.corpo)

    def ok(self, status: int = 200) -> Any:
        """The JSON of an answer that must have this status."""
        assert self.status == status, (self.status, self.corpo.decode())
        return self.json if self.corpo else None

    def erro(self, status: int, codigo: str | None = None) -> Any:
        """The JSON of an error, in the shape of the contract."""
        corpo = self.ok(status)
        assert corpo.keys() == {"statusCode", "message", "error", "codigo", "detalhes"}
        assert corpo["statusCode"] == status
        assert codigo is None or corpo["codigo"] == codigo, corpo
        return corpo


async def chamar(
    app: Any, metodo: str, caminho: str, mensagens: list[Any], headers: Mapping[str, str], versao: str = "1.1"
) -> Recebida | None:
    """One request, straight to the ASGI application; None if it answered nothing."""
    enviadas: list[Any] = []

    async def receive() -> Any:
        if not mensagens:
            await asyncio.Event().wait()
        return mensagens.pop(0)

    async def send(mensagem: Any) -> None:
        enviadas.append(mensagem)

    caminho, _, consulta = caminho.partition("?")
    scope: dict[str, Any] = {
        "type": "http", "http_version": versao, "method": metodo, "scheme": "http", "path": caminho, "root_path": "",
        "query_string": consulta.encode(), "headers": [(n.encode(), v.encode()) for n, v in headers.items()],
        "client": None, "server": None, "state": {}, "extensions": {},
    }  # fmt: skip
    await app(scope, receive, send)
    if not enviadas:
        return None
    inicio, *corpos = enviadas
    assert not corpos[-1]["more_body"]
    recebidos = {n.decode(): v.decode() for n, v in inicio["headers"]}
    return Recebida(inicio["status"], recebidos, b"".join(c["body"] for c in corpos))


class Usuario:
    """Somebody with a token."""

    def __init__(self, app: Any, empresa: str, papel: Papel, id_: str) -> None:
        self._app = app
        self.empresa = empresa
        self.id = id_
        self.papel = papel
        self.email = f"{id_}@example.com"
        self.token = emitir(SEGREDO, empresa, id_, self.email, papel, 3_600_000, SystemClock().now())

    async def __call__(self, metodo: str, caminho: str, corpo: Any = None, **headers: str) -> Recebida:
        """A request under ``/atendimento``. ``corpo`` is JSON, or bytes as they are."""
        return await pedir(
            self._app, metodo, f"/atendimento{caminho}", corpo, authorization=f"Bearer {self.token}", **headers
        )


async def pedir(app: Any, metodo: str, caminho: str, corpo: Any = None, **headers: str) -> Recebida:
    mensagens: list[Any] = []
    todos = {nome.replace("_", "-"): valor for nome, valor in headers.items()}
    if corpo is not None:
        dados = corpo if isinstance(corpo, bytes) else json.dumps(corpo).encode()
        todos = {"content-type": "application/json", "content-length": str(len(dados))} | todos
        mensagens.append({"type": "http.request", "body": dados, "more_body": True})
    mensagens.append({"type": "http.request", "body": b"", "more_body": False})
    recebida = await chamar(app, metodo, caminho, mensagens, todos)
    assert recebida is not None
    return recebida


class Servidor:
    """A running node, and the people of one empresa made for the test."""

    def __init__(self, app: Any, no: No) -> None:
        self.app = app
        self.no = no
        self.empresa = novo_id()

    def usuario(self, papel: Papel = "admin", *, id_: str | None = None, empresa: str | None = None) -> Usuario:
        return Usuario(self.app, empresa or self.empresa, papel, id_ or novo_id())

    async def pedir(self, metodo: str, caminho: str, corpo: Any = None, **headers: str) -> Recebida:
        return await pedir(self.app, metodo, caminho, corpo, **headers)


@asynccontextmanager
async def servidor(dsn: str) -> AsyncIterator[Servidor]:
    async with AsyncExitStack() as pilha:
        dados = pilha.enter_context(TemporaryDirectory(prefix="balcao-teste-"))
        ajustes = Ajustes(
            jwt_secret=SEGREDO, database_url=dsn, port=0, dados=Path(dados), chaves_dos_segredos=(CHAVE_DOS_SEGREDOS,),
            limite_usuario=1_000_000, limite_empresa=1_000_000, limite_endereco=1_000_000,
        )  # fmt: skip
        vivo = await montar(pilha, ajustes)
        yield Servidor(vivo.app, vivo.no)


def com_servidor(dsn: str, teste: Callable[[Servidor], Awaitable[None]]) -> None:
    """Run a test against a node of its own on the database."""

    async def main() -> None:
        async with servidor(dsn) as s:
            await teste(s)

    asyncio.run(main())
