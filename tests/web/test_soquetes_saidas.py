"""The ways out: straight to the transport, and by ASGI. What must hold for both is tested on both."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from web.gateway import AjustesGateway, Fechamento, FilaDeSaida, Quadro
from web.socketio._codec import FormatoSocketIO
from web.soquetes.saidas import ADIANTADOS, ESCRITA, SaidaAsgi, SaidaDireta, SaidaWebSocket, saida_para
from web.websocket import FormatoJson

FIM = Fechamento(1012, "ré" + "é" * 100)
AJUSTES = AjustesGateway(fila_quadros=4, prazo_encerramento=10)
CHEIO = Quadro("x" * ADIANTADOS)


class Cano:
    """Where a way out writes, by either way: ``enviados`` holds the texts, and the close in the end.

    Stalled (``parado``), it takes what fits before its reader must, and has no end.
    """

    def __init__(self, *, parado: bool = False) -> None:
        self.enviados: list[Any] = []
        self.abortado = asyncio.Event()
        self.sumiu = False
        self._anda = asyncio.Event()
        self._presos = 0
        if not parado:
            self._anda.set()

    async def send(self, mensagem: Any) -> None:
        self.enviados.append(mensagem.get("text", mensagem))
        await self._anda.wait()

    def escrever(self, dados: bytes) -> None:
        texto = dados[{126: 4, 127: 10}.get(dados[1], 2) :].decode()
        self.enviados.append(texto)
        if not self._anda.is_set():
            self._presos += len(dados)

    def pendentes(self) -> int:
        return self._presos

    async def escoar(self) -> None:
        await self._anda.wait()
        if self.sumiu:
            raise TimeoutError(110, "Connection timed out")

    def abortar(self) -> None:
        self.abortado.set()

    def identificar(self, empresa_id: str) -> None:
        pass

    def andar(self) -> None:
        self._presos = 0
        self._anda.set()


def com_canal(
    direto: bool, cano: Cano, teste: Callable[[SaidaWebSocket], Awaitable[None]], ajustes: AjustesGateway = AJUSTES
) -> list[Any]:
    async def main() -> None:
        saida: SaidaWebSocket = SaidaDireta(cano.send, cano, ajustes) if direto else SaidaAsgi(cano.send, ajustes)
        escritor = asyncio.ensure_future(saida.escrever())
        await teste(saida)
        async with asyncio.timeout(30):
            await escritor

    asyncio.run(main())
    return cano.enviados


ambos = pytest.mark.parametrize("direto", [True, False], ids=["direct", "asgi"])


@ambos
def test_what_waits_is_written_before_the_close(direto: bool) -> None:
    async def teste(saida: SaidaWebSocket) -> None:
        for n in range(3):
            saida.enviar(Quadro(str(n)))
        saida.fechar(FIM)
        saida.enviar(Quadro("tarde"))

    assert com_canal(direto, Cano(), teste)[:-1] == ["0", "1", "2"]


@ambos
def test_a_close_reason_fits_its_frame_and_stays_valid_utf_8(direto: bool) -> None:
    async def teste(saida: SaidaWebSocket) -> None:
        saida.fechar(FIM)

    (fim,) = com_canal(direto, Cano(), teste)
    assert (fim["type"], fim["code"]) == ("websocket.close", 1012)
    assert len(fim["reason"].encode()) <= 123
    assert FIM.motivo.startswith(fim["reason"])


@ambos
def test_a_reader_that_falls_behind_is_cut_and_what_waited_is_thrown_away(direto: bool) -> None:
    async def teste(saida: SaidaWebSocket) -> None:
        saida.enviar(CHEIO)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for n in range(5):
            assert saida.fechamento is None
            assert saida.folgada() == (n < 2)
            saida.enviar(Quadro(str(n)))
        assert saida.fechamento is not None
        assert not await saida.escoar()

    enviados = com_canal(direto, Cano(parado=True), teste)
    assert [e if isinstance(e, str) else e["code"] for e in enviados] == [CHEIO.texto, 4408]


@ambos
def test_a_reader_that_catches_up_gets_everything_in_order(direto: bool) -> None:
    cano = Cano(parado=True)

    async def teste(saida: SaidaWebSocket) -> None:
        saida.enviar(CHEIO)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for n in range(3):
            saida.enviar(Quadro(str(n)))
        cano.andar()
        assert await saida.escoar()
        saida.enviar(Quadro("3"))
        saida.enviar(Quadro("4"))
        saida.fechar(FIM)

    assert com_canal(direto, cano, teste)[:-1] == [CHEIO.texto, "0", "1", "2", "3", "4"]


@ambos
def test_a_reader_that_stalls_does_not_hold_its_own_close(direto: bool) -> None:
    async def teste(saida: SaidaWebSocket) -> None:
        saida.enviar(CHEIO)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        saida.fechar(FIM)

    enviados = com_canal(direto, Cano(parado=True), teste)
    assert (enviados[0], enviados[1]["code"]) == (CHEIO.texto, 1012)


@ambos
def test_the_first_reason_to_close_is_the_one_that_is_given(direto: bool) -> None:
    async def teste(saida: SaidaWebSocket) -> None:
        saida.fechar(FIM)
        saida.fechar(Fechamento(4401, "outro"))

    assert com_canal(direto, Cano(), teste)[-1]["code"] == 1012


def test_a_burst_to_a_reader_that_keeps_up_is_no_reason_to_cut_it() -> None:
    async def teste(saida: SaidaWebSocket) -> None:
        for n in range(1_000):
            saida.enviar(Quadro(str(n)))
        saida.fechar(FIM)

    assert len(com_canal(True, Cano(), teste)) == 1_001


def test_a_reader_that_the_kernel_gave_up_ends_its_way_out() -> None:
    cano = Cano(parado=True)

    async def teste(saida: SaidaWebSocket) -> None:
        for quadro in (CHEIO, Quadro("0")):
            saida.enviar(quadro)
        await asyncio.sleep(0)
        cano.sumiu = True
        cano.andar()

    com_canal(True, cano, teste)


def test_what_was_closed_and_is_not_read_is_dropped_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.soquetes.saidas.ULTIMAS_PALAVRAS_S", 0.01)

    async def main() -> None:
        cano = Cano(parado=True)
        saida = SaidaDireta(cano.send, cano, AJUSTES)
        saida.enviar(CHEIO)
        saida.fechar(FIM)
        await saida.escrever()
        async with asyncio.timeout(30):
            await cano.abortado.wait()

    asyncio.run(main())


def test_frames_go_straight_only_where_the_server_offers_it() -> None:
    async def main() -> None:
        cano = Cano()
        com: dict[str, Any] = {"state": {ESCRITA: cano}}
        sem: list[dict[str, Any]] = [{"state": {}}, {}]
        assert type(saida_para(com, cano.send, AJUSTES)) is SaidaDireta
        assert [type(saida_para(scope, cano.send, AJUSTES)) for scope in sem] == [SaidaAsgi, SaidaAsgi]

    asyncio.run(main())


@given(
    st.lists(st.none() | st.integers(1, 40), max_size=200),
    st.integers(1, 10),
    st.integers(1, 100),
)
@settings(deadline=None)
def test_a_queue_keeps_its_order_and_its_bounds(passos: list[int | None], max_quadros: int, max_bytes: int) -> None:
    """Each step puts a frame of that size, or (None) takes one."""

    async def main() -> None:
        fila = FilaDeSaida(max_quadros, max_bytes)
        modelo: list[Quadro] = []
        for passo in passos:
            if passo is None:
                assert fila.tirar() == (modelo.pop(0) if modelo else None)
            else:
                novo = Quadro("x" * passo)
                cabe = len(modelo) < max_quadros and sum(q.tamanho for q in modelo) + passo <= max_bytes
                assert fila.por(novo) == (cabe or not modelo)
                if cabe or not modelo:
                    modelo.append(novo)
            folga = len(modelo) * 2 < max_quadros and sum(q.tamanho for q in modelo) * 2 < max_bytes
            assert fila.folgada() == (folga or not modelo)
            espera = asyncio.ensure_future(fila.escoar())
            await asyncio.sleep(0)
            assert espera.done() == fila.folgada()
            espera.cancel()
        assert len(fila) == len(modelo)

    asyncio.run(main())


def test_frames_are_spelled_as_each_edge_does_whatever_they_hold() -> None:
    plano, sio = FormatoJson(), FormatoSocketIO()
    dados = '{"conteudo":"é"}'
    assert plano.evento("nova_mensagem", dados, 7).texto == f'{{"event":"nova_mensagem","data":{dados},"seq":7}}'
    assert plano.evento("connect", "{}", None).texto == '{"event":"connect","data":{}}'
    assert plano.resposta('a"b', "{}").texto == '{"ack":"a\\"b","data":{}}'
    assert sio.evento("nova_mensagem", dados, 7).texto == f'42/atendimento,["nova_mensagem",{dados},7]'
    assert sio.evento("connect", "{}", None).texto == '42/atendimento,["connected",{}]'
    assert sio.resposta(12, "{}").texto == "43/atendimento,12[{}]"


@pytest.mark.parametrize("tamanho", [0, 1, 125, 126, 65_535, 65_536])
def test_a_ready_frame_is_whole_unmasked_text(tamanho: int) -> None:
    quadro = Quadro("é" * (tamanho // 2) + "x" * (tamanho % 2))
    conexao = Connection(ConnectionType.CLIENT)
    conexao.receive_data(quadro.pronto)
    (mensagem,) = conexao.events()
    assert mensagem == TextMessage(quadro.texto, frame_finished=True, message_finished=True)
    assert quadro.tamanho == tamanho
