"""Clients on trio that know what a broken connection means for what was asked.

HTTP is spoken here by hand: one keep-alive connection for each user, a tenth of the cost of a general client, so that a
load that fills the server leaves it a core.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import trio
from msgspec import Struct
from trio_websocket import ConnectionClosed, HandshakeError

from tests.servidor import Servidor, Usuario
from tests.web.ws_apoio import Tela, tela

PACIENCIA_S: Final = 60.0
"""A request that is not answered by then hangs: TooSlowError."""

_codificar = msgspec.json.Encoder().encode


class Interrompida(Exception):
    """The connection broke after sending: whether it was done is not known."""


class NaoEnviada(Exception):
    """Nobody listens: nothing was sent."""


class Resposta(Struct, frozen=True):
    """An answer. Header names are in lower case."""

    status: int
    cabecalhos: Mapping[str, str]
    corpo: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.corpo)

    def ok(self, *status: int) -> Any:
        """The JSON of an answer that must have one of these statuses (200 and 201 if none is given)."""
        assert self.status in (status or (200, 201)), (self.status, self.corpo)
        return self.json if self.corpo else None

    def erro(self, status: int) -> Any:
        """The JSON of an error in the shape of the contract."""
        corpo = self.ok(status)
        assert corpo.keys() == {"statusCode", "message", "error", "codigo", "detalhes"}, corpo
        assert corpo["statusCode"] == status
        if status in {429, 503}:
            assert int(self.cabecalhos["retry-after"]) > 0
        return corpo


class Http:
    """One user's keep-alive connection. One request at a time."""

    def __init__(self, porta: int, quem: Usuario) -> None:
        self.porta = porta
        self._inicio = f"HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {quem.token}\r\n"
        self._corrente: trio.SocketStream | None = None
        self.quem = quem

    async def pedir(self, metodo: str, caminho: str, corpo: object = None) -> Resposta:
        """One request.

        Raises:
            NaoEnviada: it could not be sent.
            Interrompida: it was, and there is no answer.
            TooSlowError: it hangs.
        """
        dados = b"" if corpo is None else _codificar(corpo)
        tipo = "" if corpo is None else "Content-Type: application/json\r\n"
        cabeca = f"{metodo} {caminho} {self._inicio}{tipo}Content-Length: {len(dados)}\r\n\r\n"
        with trio.fail_after(PACIENCIA_S):
            corrente = self._corrente or await self._ligar()
            try:
                await corrente.send_all(cabeca.encode() + dados)
                return await _ler(corrente)
            except trio.BrokenResourceError as erro:
                self.fechar()
                raise Interrompida from erro
            except BaseException:
                self.fechar()
                raise

    async def get(self, caminho: str) -> Any:
        return (await self.pedir("GET", f"/atendimento{caminho}")).ok(200)

    async def post(self, caminho: str, corpo: object = None) -> Any:
        return (await self.pedir("POST", f"/atendimento{caminho}", {} if corpo is None else corpo)).ok(200, 201, 204)

    async def patch(self, caminho: str, corpo: object) -> Any:
        return (await self.pedir("PATCH", f"/atendimento{caminho}", corpo)).ok(200)

    async def ticket(self, assunto: str | None = None, fila_id: str | None = None) -> str:
        """A new ticket; its id."""
        ticket_id: str = (await self.post("/tickets", {**novo_ticket(assunto), "filaId": fila_id}))["id"]
        return ticket_id

    async def tudo(self, caminho: str) -> list[Any]:
        """Every element of a list, page after page."""
        elementos: list[Any] = []
        pagina = 1
        while True:
            lista = await self.get(f"{caminho}?page={pagina}&limit=100")
            elementos += lista["data"]
            if pagina >= lista["totalPages"]:
                assert len(elementos) == lista["total"]
                return elementos
            pagina += 1

    def fechar(self) -> None:
        if self._corrente is not None:
            self._corrente.socket.close()
            self._corrente = None

    async def _ligar(self) -> trio.SocketStream:
        try:
            self._corrente = await trio.open_tcp_stream("127.0.0.1", self.porta)
        except OSError as erro:
            raise NaoEnviada from erro
        return self._corrente


def novo_ticket(assunto: str | None = None) -> dict[str, str | None]:
    return {"contato_nome": "João Silva", "contato_telefone": "5511999998888", "assunto": assunto}


async def _ler(corrente: trio.SocketStream) -> Resposta:
    bruto = await _receber(corrente)
    while b"\r\n\r\n" not in bruto:
        bruto += await _receber(corrente)
    cabeca, _, corpo = bruto.partition(b"\r\n\r\n")
    inicio, *linhas = cabeca.decode("latin1").split("\r\n")
    cabecalhos = {nome.lower(): valor for nome, _, valor in (linha.partition(": ") for linha in linhas)}
    assert "transfer-encoding" not in cabecalhos, "every answer of ours has a length"
    tamanho = int(cabecalhos.get("content-length", 0))
    while len(corpo) < tamanho:
        corpo += await _receber(corrente)
    return Resposta(int(inicio.split(" ", 2)[1]), cabecalhos, corpo)


async def _receber(corrente: trio.SocketStream) -> bytes:
    parte = await corrente.receive_some(65_536)
    if not parte:
        raise trio.BrokenResourceError("the server hung up")
    return bytes(parte)


async def ate(condicao: Callable[[], Awaitable[bool]], prazo_s: float) -> None:
    """Ask again and again until the answer is yes. Another process cannot wake us."""
    with trio.fail_after(prazo_s):
        while not await condicao():  # noqa: ASYNC110
            await trio.sleep(0.05)


@asynccontextmanager
async def http(servidor: Servidor, quem: Usuario) -> AsyncIterator[Http]:
    cliente = Http(servidor.porta, quem)
    try:
        yield cliente
    finally:
        cliente.fechar()


@asynccontextmanager
async def fio(
    servidor: Servidor, quem: Usuario, desde: int | None = None, salas: Sequence[str] = ()
) -> AsyncIterator[Tela]:
    """A WebSocket that is let in. Whatever breaks it, or a request made beside it, is Interrompida."""
    causa: BaseException | None = None
    try:
        async with tela(servidor.url_ws) as t:
            pedido = {"token": quem.token, "salas": salas} | ({} if desde is None else {"desde": desde})
            resposta = await t.pedir("autenticar", pedido)
            if resposta["ok"]:
                assert resposta["salasRecusadas"] == []
                yield t
            else:
                causa = RuntimeError(resposta)
    except* (ConnectionClosed, HandshakeError, OSError, Interrompida, NaoEnviada) as grupo:
        causa = grupo
    if causa is not None:
        raise Interrompida from causa
