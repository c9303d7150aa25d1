"""Receiving a file: the deadlines, the bounds, and what a refused body costs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import RequestTimeout

from engine.errors import Invalid, TooLarge, Unavailable
from tests.web.arquivos_apoio import MULTIPART, formulario, png
from web.arquivos._recepcao import LimitesDeArquivo, Recebido, receber
from web.pedido.entrada import Entrada

SEM_MAIS = LimitesDeArquivo()


def entrada(partes: Iterable[bytes], *, fim: bool = True, silencio: float = 5) -> Entrada:
    """A body of these pieces, which ends after them or is silent for ever."""
    mensagens = [{"type": "http.request", "body": parte, "more_body": True} for parte in partes]
    if fim:
        mensagens.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        await asyncio.sleep(0)
        if not mensagens:
            await asyncio.Event().wait()
        return mensagens.pop(0)

    return Entrada(receive, silencio)


async def um(
    vinda: Entrada, pasta: Path, limites: LimitesDeArquivo = SEM_MAIS, anunciado: int | None = None
) -> Recebido:
    async with receber(vinda, MULTIPART, anunciado, limites, pasta) as recebido:
        return recebido


def test_a_file_that_comes_byte_by_byte_is_whole_and_closed_afterwards(tmp_path: Path) -> None:
    corpo = formulario(("arquivo", ("a.png", png())), ("ticketId", "1"))
    recebido = asyncio.run(um(entrada(corpo[n : n + 1] for n in range(len(corpo))), tmp_path))
    assert (recebido.tamanho, recebido.nome, recebido.campos) == (len(png()), "a.png", {"ticketId": "1"})
    assert recebido.arquivo.closed
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_never_ends_meets_the_deadline_however_busy_it_is(tmp_path: Path) -> None:
    corpo = formulario(("arquivo", ("a.png", b"")), fim=False)
    pingos = (corpo if n == 0 else b"x" for n in range(10_000_000))
    with pytest.raises(RequestTimeout):
        asyncio.run(_com_prazo(pingos, tmp_path))


async def _com_prazo(pingos: Iterable[bytes], pasta: Path) -> None:
    vindos = iter(pingos)

    async def receive() -> Any:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": next(vindos), "more_body": True}

    async with receber(Entrada(receive, 5), MULTIPART, None, LimitesDeArquivo(prazo=0.05), pasta):
        raise AssertionError("it never ends")


def test_a_sender_that_falls_silent_meets_the_deadline(tmp_path: Path) -> None:
    with pytest.raises(RequestTimeout):
        asyncio.run(um(entrada([b"--"], fim=False, silencio=0.01), tmp_path))


def test_what_is_announced_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        asyncio.run(um(entrada([], fim=False), tmp_path, LimitesDeArquivo(maximo=10), anunciado=1_000_000))


def test_a_form_that_is_all_wrapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="fora do arquivo"):
        asyncio.run(um(entrada([b"x" * 65_536] * 5), tmp_path))
    with pytest.raises(Invalid, match="fora do arquivo"):
        asyncio.run(um(entrada([formulario(("arquivo", ("a.png", b"x"))), *[b"x" * 65_536] * 5]), tmp_path))


def test_a_disk_that_takes_nothing_is_503(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as recusa:
        asyncio.run(um(entrada([formulario(("arquivo", ("a.png", b"x")))]), tmp_path / "nenhuma"))
    assert recusa.value.codigo == "disco_indisponivel"


def test_the_rest_of_a_refused_body_is_taken_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pedido.entrada._ESCOAR_BYTES", 1000)
    tomadas = 0

    async def receive() -> Any:
        nonlocal tomadas
        await asyncio.sleep(0)
        tomadas += 1
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    asyncio.run(asyncio.wait_for(Entrada(receive, 5).escoar(), 30))
    assert 10 <= tomadas < 100


def test_a_body_that_has_ended_leaves_nothing_to_take() -> None:
    async def main() -> None:
        vinda = entrada([b"a", b"b"])
        assert [await vinda.parte(), await vinda.parte(), await vinda.parte()] == [b"a", b"b", None]
        await vinda.escoar()

    asyncio.run(asyncio.wait_for(main(), 30))
