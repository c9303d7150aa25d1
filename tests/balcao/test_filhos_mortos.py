"""A child that is killed before it was told anything ends nothing but itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from balcao.ajustes.campos import Ajustes
from balcao.servidor import conectores
from balcao.servidor.conectores import ProcessoDosConectores


class Cano:
    def write(self, _: bytes) -> None:
        raise RuntimeError("unable to perform operation on a closed handle")  # as uvloop says it


class Morto:
    """Ended by a signal, between its start and its first word."""

    stdin = Cano()
    returncode = -9

    async def wait(self) -> int:
        return self.returncode


def test_the_connectors_are_started_again_though_one_was_killed_at_birth(monkeypatch: pytest.MonkeyPatch) -> None:
    nascidos: list[Morto] = []
    bastam = asyncio.Event()

    async def nascer(*_: Any, **__: Any) -> Morto:
        nascidos.append(Morto())
        if len(nascidos) == 3:
            bastam.set()
        return nascidos[-1]

    async def main() -> None:
        processo = ProcessoDosConectores(Ajustes(jwt_secret="um segredo de teste, comprido o bastante"), "http://x")
        async with asyncio.timeout(10):
            mantem = asyncio.create_task(processo.manter())
            await bastam.wait()
            await processo.parar()
            await mantem

    monkeypatch.setattr(conectores, "RECOMECO_S", 0)
    monkeypatch.setattr(asyncio, "create_subprocess_exec", nascer)
    asyncio.run(main())
