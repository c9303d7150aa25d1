"""Whole text frames are read past wsproto: whatever comes, and however it is cut, is understood as it would do it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from hypercorn.protocol.events import Data, StreamClosed
from hypothesis import example, given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.frame_protocol import FrameDecoder

from balcao.porta import inteiros, quadros
from balcao.porta.quadros import FluxoWebSocket
from engine.balde import taxa

MAXIMO = 70_000
CHAVE = b"\x0f\xa5\x00\x3c"


def quadro(primeiro: int, dados: bytes, *, chave: bytes | None = CHAVE, folgado: bool = False) -> bytes:
    """A client's frame. ``folgado``: its length takes more bytes than it has to."""
    tamanho = len(dados)
    mascara = 0 if chave is None else 0x80
    if tamanho < 126 and not folgado:
        cabeca = bytes([primeiro, mascara | tamanho])
    elif tamanho < 65_536:
        cabeca = bytes([primeiro, mascara | 126]) + tamanho.to_bytes(2)
    else:
        cabeca = bytes([primeiro, mascara | 127]) + tamanho.to_bytes(8)
    if chave is None:
        return cabeca + dados
    return cabeca + chave + bytes(byte ^ chave[n % 4] for n, byte in enumerate(dados))


class Linha:
    """One WebSocket that was agreed on, and all that came of what its client sent."""

    def __init__(self) -> None:
        self.visto: list[object] = []
        config = SimpleNamespace(websocket_max_message_size=MAXIMO, websocket_ping_interval=None)
        self.fluxo = FluxoWebSocket(None, config, None, None, False, None, None, self.enviar, 1, self, None)
        self.fluxo.handshake = quadros._APERTADAS
        self.fluxo.connection = Connection(ConnectionType.SERVER)
        self.fluxo.app_put = self.por

    async def por(self, mensagem: object) -> None:
        self.visto.append(mensagem)

    async def enviar(self, evento: object) -> None:
        self.visto.append(type(evento))

    def escrever(self, dados: bytes) -> None:
        self.visto.append(dados)

    def encerrar(self, espera: float = 0.0, *, cortar: bool = False) -> None:
        self.visto.append((espera, cortar))

    async def receber(self, partes: list[bytes]) -> list[object]:
        for parte in partes:
            if StreamClosed not in self.visto:  # then the connection drops what comes
                await self.fluxo.handle(Data(stream_id=1, data=parte))
        self.fluxo._cancelar_prazo()
        return self.visto


def entendido(partes: list[bytes], monkeypatch: pytest.MonkeyPatch, *, so_wsproto: bool) -> list[object]:
    async def main() -> list[object]:
        linha = Linha()
        with monkeypatch.context() as m:
            m.setattr(quadros, "_TAXA", taxa(1_000_000, 1_000_000))
            if so_wsproto:
                m.setattr(FluxoWebSocket, "_em_repouso", lambda _: False)
            return await linha.receber(partes)

    return asyncio.run(main())


TEXTOS = st.text(max_size=200).map(str.encode)
QUADROS = st.one_of(
    st.builds(quadro, st.just(0x81), TEXTOS),
    st.builds(quadro, st.just(0x81), st.sampled_from([b"x" * n for n in (0, 125, 126, 127, 65_535, 65_536, 70_001)])),
    st.builds(quadro, st.just(0x81), st.just("é".encode() * 35_001)),
    st.builds(quadro, st.sampled_from([0x01, 0x80, 0x00, 0x82, 0x89, 0x8A, 0x88, 0xC1, 0x83]), TEXTOS),
    st.builds(quadro, st.just(0x81), st.binary(max_size=20)),
    st.builds(quadro, st.just(0x81), TEXTOS, chave=st.none()),
    st.builds(quadro, st.just(0x81), st.just(b"pouco"), folgado=st.just(True)),
    st.binary(max_size=8),
)


@given(st.lists(QUADROS, max_size=8), st.lists(st.integers(0, 3_000), max_size=8))
@example([quadro(0x81, b"um"), quadro(0x89, b""), quadro(0x81, b"dois"), quadro(0x01, b"tr"), quadro(0x80, b"es")], [9])
@example([quadro(0x01, b""), quadro(0x81, b"no meio")], [6])
@example([quadro(0x81, "é".encode())], [7])
@example([quadro(0x82, quadro(0x81, b"um quadro"), chave=bytes(4))], [6])
@example([quadro(0x82, b"x", chave=b"\x80abc")], [1])
@example([quadro(0x88, b""), quadro(0x81, b"depois")], [6])
def test_what_comes_is_understood_as_wsproto_does(todos: list[bytes], cortes: list[int]) -> None:
    tudo = b"".join(todos)
    partes: list[bytes] = []
    for corte in sorted(cortes, reverse=True):
        partes.insert(0, tudo[corte:])
        tudo = tudo[:corte]
    partes = [parte for parte in (tudo, *partes) if parte]
    with pytest.MonkeyPatch.context() as m:
        assert entendido(partes, m, so_wsproto=False) == entendido(partes, m, so_wsproto=True)


def test_whole_text_frames_do_not_come_to_wsproto(monkeypatch: pytest.MonkeyPatch) -> None:
    def ninguem(*_: Any) -> None:
        raise AssertionError("wsproto was asked")

    monkeypatch.setattr(FrameDecoder, "process_buffer", ninguem)
    textos = ["", "olá", "x" * 125, "y" * 126, "z" * 65_535]
    visto = entendido([b"".join(quadro(0x81, t.encode()) for t in textos)], monkeypatch, so_wsproto=False)
    assert visto == [{"type": "websocket.receive", "bytes": None, "text": texto} for texto in textos]


def test_a_frame_is_left_to_wsproto_as_long_as_there_is_any_doubt() -> None:
    certo = quadro(0x81, b"oi")
    assert inteiros.ler(b"#" + certo + b"#", 1) == ("oi", 1 + len(certo))
    assert all(inteiros.ler(certo[:n], 0) is None for n in range(len(certo)))
    longo = quadro(0x81, b"x" * 200)
    assert all(inteiros.ler(longo[:n], 0) is None for n in range(len(longo)))


def test_whole_frames_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends too many is read more slowly: see ``tests/seguranca/test_quadros.py`` for how much."""
    esperas: list[float] = []

    async def dormir(segundos: float) -> None:
        esperas.append(segundos)

    async def main() -> None:
        monkeypatch.setattr(quadros, "_TAXA", taxa(1, 2))
        monkeypatch.setattr(asyncio, "sleep", dormir)
        await Linha().receber([quadro(0x81, b"oi") * 5])

    asyncio.run(main())
    assert len(esperas) == 3
