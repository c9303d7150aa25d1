"""One deadline for many waits: who is late is told so, who is in time or cancelled by others is not touched."""

import asyncio

import pytest

from web.pedido.prazo import Prazo


async def esperar(evento: asyncio.Event) -> str:
    await evento.wait()
    return "feito"


def test_the_late_time_out_each_at_its_own_time_and_the_others_finish() -> None:
    async def main() -> None:
        prazo = Prazo(0.02)
        nunca, logo = asyncio.Event(), asyncio.Event()
        tardias = [asyncio.create_task(prazo.cumprir(esperar(nunca))) for _ in range(3)]
        pronta = asyncio.create_task(prazo.cumprir(esperar(logo)))
        await asyncio.sleep(0)
        logo.set()
        assert await pronta == "feito"
        for tardia in tardias:
            with pytest.raises(TimeoutError):
                await tardia
        segunda = asyncio.create_task(prazo.cumprir(esperar(nunca)))
        with pytest.raises(TimeoutError):
            await segunda

    asyncio.run(main())


def test_a_cancellation_from_outside_stays_one() -> None:
    async def main() -> None:
        tarefa = asyncio.create_task(Prazo(60).cumprir(esperar(asyncio.Event())))
        await asyncio.sleep(0)
        tarefa.cancel()
        with pytest.raises(asyncio.CancelledError):
            await tarefa

    asyncio.run(main())


def test_what_was_in_time_is_not_cancelled_later() -> None:
    async def main() -> None:
        prazo = Prazo(0.01)
        feito = asyncio.Event()
        feito.set()
        assert await prazo.cumprir(esperar(feito)) == "feito"
        with pytest.raises(TimeoutError):  # the same task, waiting again
            await prazo.cumprir(esperar(asyncio.Event()))
        assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]

    asyncio.run(main())
