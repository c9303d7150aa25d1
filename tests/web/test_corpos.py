"""Bodies in memory are bounded, all together; small ones always have room."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import Overloaded
from web.resposta.cru import PEQUENO, Corpos, Receive, ler_corpo

MB = 1_048_576


def pedido(tamanho: int) -> Receive:
    resta = tamanho

    async def receive() -> Mapping[str, Any]:
        nonlocal resta
        parte = min(resta, 32_768)
        resta -= parte
        return {"type": "http.request", "body": b"x" * parte, "more_body": resta > 0}

    return receive


def test_large_bodies_wait_their_turn_and_small_ones_do_not() -> None:
    async def historia() -> None:
        corpos = Corpos(3 * MB)
        with corpos.mais_um() as um, corpos.mais_um() as outro, corpos.mais_um() as pequeno:
            assert len(await ler_corpo(pedido(2 * MB), 4 * MB, um)) == 2 * MB
            with pytest.raises(Overloaded):
                await ler_corpo(pedido(2 * MB), 4 * MB, outro)
            assert len(await ler_corpo(pedido(PEQUENO), 4 * MB, pequeno)) == PEQUENO
        with corpos.mais_um() as de_novo:
            assert len(await ler_corpo(pedido(3 * MB), 4 * MB, de_novo)) == 3 * MB

    asyncio.run(historia())
