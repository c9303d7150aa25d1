from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from web.gateway import AjustesGateway, Balde, Fechamento, FilaDeSaida, Quadro
from web.ws_canal import Canal, FormatoJson

FIM = Fechamento(1012, "ré" + "é" * 100)


class Cano:
    """Where a channel writes. Stalled, it takes one frame and never finishes sending it."""

    def __init__(self, *, parado: bool = False) -> None:
        self.enviados: list[Any] = []
        self._parado = parado

    async def __call__(self, mensagem: Any) -> None:
        self.enviados.append(mensagem)
        if self._parado:
            await asyncio.Event().wait()


def com_canal(
    cano: Cano, teste: Callable[[Canal], Awaitable[None]], ajustes: AjustesGateway | None = None
) -> list[Any]:
    async def main() -> None:
        canal = Canal(cano, ajustes or AjustesGateway(fila_quadros=4, prazo_encerramento=10))
        escritor = asyncio.ensure_future(canal.escrever())
        await teste(canal)
        async with asyncio.timeout(5):
            await escritor

    asyncio.run(main())
    return cano.enviados


def quadro(texto: str) -> Quadro:
    return Quadro(texto, len(texto))


def test_what_waits_is_written_before_the_close() -> None:
    async def teste(canal: Canal) -> None:
        for n in range(3):
            canal.enviar(quadro(str(n)))
        canal.fechar(FIM)
        canal.enviar(quadro("tarde"))

    enviados = com_canal(Cano(), teste)
    assert [m.get("text") for m in enviados] == ["0", "1", "2", None]


def test_a_close_reason_fits_its_frame_and_stays_valid_utf_8() -> None:
    async def teste(canal: Canal) -> None:
        canal.fechar(FIM)

    (fim,) = com_canal(Cano(), teste)
    assert (fim["type"], fim["code"]) == ("websocket.close", 1012)
    assert len(fim["reason"].encode()) <= 123
    assert FIM.motivo.startswith(fim["reason"])


def test_a_full_queue_is_thrown_away_and_the_reader_is_cut() -> None:
    async def teste(canal: Canal) -> None:
        await asyncio.sleep(0)
        for n in range(6):
            canal.enviar(quadro(str(n)))
        assert canal.fechamento is not None
        assert canal.fechamento.codigo == 4408

    enviados = com_canal(Cano(), teste)
    assert [m["type"] for m in enviados] == ["websocket.close"]


def test_a_reader_that_stalls_does_not_hold_its_own_close() -> None:
    async def teste(canal: Canal) -> None:
        canal.enviar(quadro("preso"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        canal.fechar(FIM)

    enviados = com_canal(Cano(parado=True), teste)
    assert [m["type"] for m in enviados] == ["websocket.send", "websocket.close"]


def test_the_first_reason_to_close_is_the_one_that_is_given() -> None:
    async def teste(canal: Canal) -> None:
        canal.fechar(FIM)
        canal.fechar(Fechamento(4401, "outro"))

    assert com_canal(Cano(), teste)[-1]["code"] == 1012


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
        for n, passo in enumerate(passos):
            if passo is None:
                assert fila.tirar() == (modelo.pop(0) if modelo else None)
            else:
                novo = Quadro(str(n), passo)
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


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    balde = Balde(por_segundo=10, rajada=5, agora=0.0)
    assert [balde.tomar(0.0) for _ in range(5)] == [0.0] * 5
    esperas = [round(balde.tomar(0.0), 6) for _ in range(3)]
    assert esperas == [0.1, 0.2, 0.3]
    assert balde.tomar(100.0) == 0.0
    assert [balde.tomar(100.0) for _ in range(4)] == [0.0] * 4
    assert balde.tomar(100.0) > 0


def test_frames_are_json_whatever_they_hold() -> None:
    formato = FormatoJson()
    evento = formato.evento("nova_mensagem", '{"conteudo":"é"}', 7)
    assert evento == Quadro('{"event":"nova_mensagem","data":{"conteudo":"é"},"seq":7}', 58)
    assert formato.evento("erro", "{}", None).corpo == '{"event":"erro","data":{}}'
    assert formato.resposta('a"b', "{}").corpo == '{"ack":"a\\"b","data":{}}'
