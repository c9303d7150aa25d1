"""Whose a canal is: providers name it, or a number of theirs, and know of no empresa."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, Final

LEMBRADOS: Final = 20_000
FRESCO_S: Final = 60.0
"""How long it counts that there is no such canal, or that a number is of these: a canal may be made, or changed."""

Lugar = tuple[str, str]
"""An empresa and a canal of it."""
Ler = Callable[[str], Coroutine[Any, Any, list[Lugar]]]


class LugaresDosCanais:
    """``por_id`` reads the canal of an id, ``por_numero`` and ``por_conta`` those that say that a provider's number, or
    its account of several numbers, is theirs: several may, and only the signature tells whose it is.
    """

    def __init__(self, por_id: Ler, por_numero: Ler, por_conta: Ler, relogio: Callable[[], float] = monotonic) -> None:
        self._por_id = por_id
        self._por_numero = por_numero
        self._por_conta = por_conta
        self._relogio = relogio
        self._lembrados: OrderedDict[str, tuple[list[Lugar], float]] = OrderedDict()

    async def do_canal(self, canal_id: str) -> list[Lugar]:
        return await self._achar("canal " + canal_id, canal_id, self._por_id)

    async def do_numero(self, numero: str) -> list[Lugar]:
        return await self._achar("numero " + numero, numero, self._por_numero)

    async def da_conta(self, conta: str) -> list[Lugar]:
        return await self._achar("conta " + conta, conta, self._por_conta)

    async def _achar(self, chave: str, valor: str, ler: Ler) -> list[Lugar]:
        lembrado = self._lembrados.get(chave)
        if lembrado is not None and self._relogio() - lembrado[1] < FRESCO_S:
            self._lembrados.move_to_end(chave)
            return lembrado[0]
        achados = await ler(valor)
        self._lembrados[chave] = (achados, self._relogio())
        if len(self._lembrados) > LEMBRADOS:
            self._lembrados.popitem(last=False)
        return achados
