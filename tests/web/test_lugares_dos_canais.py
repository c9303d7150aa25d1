"""Whose a number is, as it is remembered: hardly if it is nobody's, and only while no canal changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from engine.conector.webhooks_whatsapp import DE_NINGUEM, Alvo
from web.webhooks import LugaresDosCanais
from web.webhooks._lugares import FRESCO_S, NINGUEM_S

UM, OUTRO = Alvo("numero", "1"), Alvo("numero", "2")


class Banco:
    """``canais`` are those of each number; ``lidos`` what was asked for; ``ao_ler`` is called in the middle of it."""

    def __init__(self) -> None:
        self.canais: dict[str, list[str]] = {}
        self.lidos: list[list[str]] = []
        self.agora = 0.0
        self.ao_ler: Callable[[], None] = lambda: None
        self.lugares = LugaresDosCanais(self._por_id, self._ler, self._ler, lambda: self.agora)

    async def _por_id(self, canal_id: str) -> list[tuple[str, str]]:
        return [("e", canal_id)]

    async def _ler(self, valores: list[str]) -> list[tuple[str, str, str]]:
        self.lidos.append(valores)
        achados = [(valor, "e", canal_id) for valor in valores for canal_id in self.canais.get(valor, [])]
        self.ao_ler()
        return achados

    async def de(self, *alvos: Alvo, de_novo: bool = False) -> list[str]:
        return [canal_id for _, canal_id in await self.lugares.dos_alvos(alvos, de_novo=de_novo)]


def rodar(caso: Callable[[Banco], Awaitable[None]]) -> None:
    async def main() -> None:
        await caso(Banco())

    asyncio.run(main())


def test_what_is_somebodys_is_remembered_and_what_is_nobodys_hardly() -> None:
    async def caso(banco: Banco) -> None:
        banco.canais = {"1": ["a"]}
        assert await banco.de(UM, OUTRO, DE_NINGUEM) == ["a"]
        assert banco.lidos == [["1", "2"]], "in one reading, and nothing for who says nothing"
        assert await banco.de(UM, OUTRO) == ["a"]
        banco.agora = NINGUEM_S
        banco.canais = {"1": ["x"], "2": ["b"]}
        assert await banco.de(UM, OUTRO) == ["a", "b"]
        assert banco.lidos == [["1", "2"], ["2"]]
        assert await banco.de(UM, de_novo=True) == await banco.de(UM) == ["x"]
        banco.agora += FRESCO_S
        banco.canais = {}
        assert await banco.de(UM) == []

    rodar(caso)


def test_a_change_of_a_canal_makes_all_be_read_again() -> None:
    async def caso(banco: Banco) -> None:
        banco.canais = {"1": ["a"]}
        await banco.de(UM, OUTRO)
        banco.canais = {"2": ["a"]}
        banco.lugares.esquecer()
        assert (await banco.de(UM), await banco.de(OUTRO)) == ([], ["a"])

    rodar(caso)


def test_what_was_being_read_while_a_canal_changed_is_not_remembered() -> None:
    async def caso(banco: Banco) -> None:
        banco.ao_ler = banco.lugares.esquecer
        assert await banco.de(UM) == []
        banco.canais = {"1": ["a"]}
        assert await banco.de(UM) == ["a"]

    rodar(caso)


def test_a_canal_that_has_several_of_them_is_named_once() -> None:
    async def caso(banco: Banco) -> None:
        banco.canais = {"1": ["a", "b"], "2": ["a"]}
        assert await banco.de(UM, OUTRO, Alvo("conta", "2")) == ["a", "b"]

    rodar(caso)
