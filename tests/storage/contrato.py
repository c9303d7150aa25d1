"""The stores that are held to one contract, and how a story is told to each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from msgspec.structs import replace

from engine.modelo import CanalRow, EmpresaImage, EquipeRow
from engine.ports import Store
from tests.storage.linhas import AGORA, Escritor, novo_id

Loja = Callable[[], AbstractAsyncContextManager[Store]]


def com(loja: Loja, historia: Callable[[Store, Escritor], Awaitable[None]]) -> None:
    """Run a story on an empresa that nobody has used yet."""

    async def main() -> None:
        async with loja() as store:
            await historia(store, await escritor(store))

    asyncio.run(main())


async def escritor(store: Store, empresa_id: str | None = None) -> Escritor:
    """Takes the lease, as another node would."""
    return Escritor(await imagem(store, empresa_id or novo_id()))


async def imagem(store: Store, empresa_id: str) -> EmpresaImage:
    return await store.activate(empresa_id, provision=True, now=AGORA)


def canal(empresa_id: str, **campos: Any) -> CanalRow:
    return replace(CanalRow(empresa_id, novo_id(), "Site", "webchat", None, True, '{"a": 1}', AGORA, AGORA), **campos)


def equipe(empresa_id: str, **campos: Any) -> EquipeRow:
    return replace(EquipeRow(empresa_id, novo_id(), "Vendas", "de dia", AGORA, AGORA), **campos)
