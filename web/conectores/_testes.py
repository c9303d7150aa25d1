"""Whether a canal works: its connector is asked to find out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import randbelow
from typing import Final

import msgspec

from engine.conector import protocolo
from engine.errors import Overloaded
from web.conectores._limpeza import texto_limpo

TESTE_S: Final = 30.0
"""How long a connector may take."""
EM_CURSO: Final = 20
"""Tests that one connector has at once."""
PROBLEMAS: Final = 50
PROBLEMA: Final = 500
"""Characters of one, and how many, that are told."""
_CALADO: Final = (
    f"O conector não respondeu em {TESTE_S:.0f} segundos: veja o log dele, e se ele conhece o quadro testar",
)
_PERDIDO: Final = ("O conector perdeu a conexão durante o teste: tente de novo em instantes",)


class Testes:
    """The tests of one connection. ``dizer`` sends a frame."""

    def __init__(self, dizer: Callable[[msgspec.Struct], None]) -> None:
        self._dizer = dizer
        self._esperam: dict[int, asyncio.Future[tuple[str, ...]]] = {}
        self._de: dict[str, asyncio.Future[tuple[str, ...]]] = {}
        self._ref = randbelow(2**40)  # what was meant for the connection before answers nothing here

    async def pedir(self, canal_id: str) -> tuple[str, ...]:
        """What is wrong with a canal. Who asks while it is being found out gets the same. Raises Overloaded."""
        em_curso = self._de.get(canal_id)
        if em_curso is None:
            em_curso = self._comecar(canal_id)
        try:
            async with asyncio.timeout(TESTE_S):
                return await asyncio.shield(em_curso)
        except TimeoutError:
            return _CALADO

    def _comecar(self, canal_id: str) -> asyncio.Future[tuple[str, ...]]:
        if len(self._esperam) >= EM_CURSO:
            raise Overloaded(
                "testes_demais", "Há testes demais em andamento neste conector; tente de novo em instantes"
            )
        self._ref += 1
        ref = self._ref
        teste: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
        self._esperam[ref] = self._de[canal_id] = teste
        desistir = asyncio.get_running_loop().call_later(TESTE_S, self._acabar, ref, _CALADO)

        def acabou(_: object) -> None:
            desistir.cancel()
            del self._esperam[ref], self._de[canal_id]

        teste.add_done_callback(acabou)
        self._dizer(protocolo.Testar(ref=ref, canal_id=canal_id))
        return teste

    def chegou(self, quadro: protocolo.Testado) -> None:
        """What comes too late, or was not asked for, is nobody's."""
        problemas = tuple(texto_limpo(um).strip()[:PROBLEMA] for um in quadro.problemas[:PROBLEMAS])
        self._acabar(quadro.ref, tuple(um for um in problemas if um))

    def encerrar(self) -> None:
        """The connection is gone."""
        for ref in list(self._esperam):
            self._acabar(ref, _PERDIDO)

    def _acabar(self, ref: int, problemas: tuple[str, ...]) -> None:
        teste = self._esperam.get(ref)
        if teste is not None and not teste.done():
            teste.set_result(problemas)
