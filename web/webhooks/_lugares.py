"""Whose a canal is: providers name it, or a number of theirs, and know of no empresa."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable
from time import monotonic
from typing import Any, Final

from engine.conector.webhooks_whatsapp import Alvo

LEMBRADOS: Final = 20_000
FRESCO_S: Final = 60.0
"""How long it counts that a number is of these, while no canal changes here; who is asked says whether it still is."""
NINGUEM_S: Final = 1.0
"""How long it counts that there is no such canal: one may be made at another node, of which nobody tells us."""

Lugar = tuple[str, str]
"""An empresa and a canal of it."""
Ler = Callable[[str], Coroutine[Any, Any, list[Lugar]]]
LerMuitos = Callable[[list[str]], Coroutine[Any, Any, list[tuple[str, str, str]]]]
"""What was asked for, and a place of it."""


class LugaresDosCanais:
    """``por_id`` reads the canal of an id, ``por_numeros`` and ``por_contas`` those that say that a provider's number,
    or its account of several numbers, is theirs: several may, and only the signature tells whose it is.

    ``_mudancas`` counts the changes: what was being read meanwhile is not kept.
    """

    def __init__(
        self, por_id: Ler, por_numeros: LerMuitos, por_contas: LerMuitos, relogio: Callable[[], float] = monotonic
    ) -> None:
        self._por_id = por_id
        self._muitos = {"numero": por_numeros, "conta": por_contas}
        self._relogio = relogio
        self._lembrados: OrderedDict[str, tuple[list[Lugar], float]] = OrderedDict()
        self._mudancas = 0

    async def do_canal(self, canal_id: str) -> list[Lugar]:
        chave = "canal " + canal_id
        lembrado = self._lembrado(chave)
        if lembrado is not None:
            return lembrado
        mudancas = self._mudancas
        achados = await self._por_id(canal_id)
        self._lembrar({chave: achados}, mudancas)
        return achados

    async def dos_alvos(self, alvos: Iterable[Alvo], *, de_novo: bool = False) -> list[Lugar]:
        """The places of all of these, each once. ``de_novo``: as they are now, whatever was known of them."""
        sabidos = {alvo: None if de_novo else self._lembrado(alvo.escrito) for alvo in alvos if alvo.valor}
        lidos = await self._lidos([alvo for alvo, lugares in sabidos.items() if lugares is None])
        achados = (lidos[alvo] if lugares is None else lugares for alvo, lugares in sabidos.items())
        return list(dict.fromkeys(lugar for lugares in achados for lugar in lugares))

    def esquecer(self) -> None:
        """A canal changed, of which any number may be now."""
        self._mudancas += 1
        self._lembrados.clear()

    async def _lidos(self, alvos: list[Alvo]) -> dict[Alvo, list[Lugar]]:
        mudancas = self._mudancas
        achados: dict[Alvo, list[Lugar]] = {alvo: [] for alvo in alvos}
        for alvo_tipo, ler in self._muitos.items():
            valores = {alvo.valor: alvo for alvo in alvos if alvo.tipo == alvo_tipo}
            for valor, empresa_id, canal_id in await ler(list(valores)) if valores else ():
                achados[valores[valor]].append((empresa_id, canal_id))
        self._lembrar({alvo.escrito: lugares for alvo, lugares in achados.items()}, mudancas)
        return achados

    def _lembrado(self, chave: str) -> list[Lugar] | None:
        lembrado = self._lembrados.get(chave)
        if lembrado is None or self._relogio() - lembrado[1] >= (FRESCO_S if lembrado[0] else NINGUEM_S):
            return None
        self._lembrados.move_to_end(chave)
        return lembrado[0]

    def _lembrar(self, achados: dict[str, list[Lugar]], mudancas: int) -> None:
        if mudancas != self._mudancas:
            return
        agora = self._relogio()
        for chave, lugares in achados.items():
            self._lembrados[chave] = (lugares, agora)
        while len(self._lembrados) > LEMBRADOS:
            self._lembrados.popitem(last=False)
