"""Who is connected: all in all, and strangers by where they come from.

A connection is a stranger's until it has shown a valid token. Strangers cannot shut anybody out: where their room is
full, the one that has been idle for longest goes, or the oldest if all have a request under way. So whoever comes gets
to show a token; and once it has, its place is its own, as long as its empresa has fewer than its part of all places.
What an empresa has beyond that is served as long as there is room, and gives way like a stranger's: one token, however
many connections it is shown on, leaves room for the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from typing import Final, Literal, Protocol

from msgspec import Struct

from web.portaria.endereco_do_cliente import EnderecoDoCliente

Falta = Literal["endereco", "empresa", "lotacao", "descritores"]
"""Why a connection could not be had, or keeps no place: too many strangers of its address, too many of its empresa, too
many of all, no descriptor left.
"""

RESERVA: Final = 256
"""Descriptors that are not for clients: the database, files, the log."""


class Lugares(Struct, frozen=True, kw_only=True):
    """Numbers of connections."""

    total: int = 20_000
    ate_os_descritores: bool = False
    """``total`` is what the limit of open files leaves, not what was asked for."""
    por_endereco: int = 1_024
    """Of strangers; 0: no limit."""
    por_empresa: int = 15_000
    """Of those who have shown a token, whose places are their own; 0: no limit."""


class Ocupante(Protocol):
    """A connection, as far as its place goes."""

    @property
    def ociosa(self) -> bool: ...

    def abortar(self) -> None: ...


class Catraca:
    """The places. Every :meth:`ocupar` is paired with one :meth:`desocupar`.

    ``ao_faltar`` is told whenever there was no place left, and of which address the connection is that came, whether
    then a stranger had to go or the new one; and of which empresa one is that keeps none.
    """

    def __init__(self, limites: Lugares, enderecos: EnderecoDoCliente, ao_faltar: Callable[[Falta, str], None]) -> None:
        self._limites = limites
        self._enderecos = enderecos
        self._ao_faltar = ao_faltar
        self._todas: set[Ocupante] = set()
        self._estranhas: defaultdict[str, dict[Ocupante, None]] = defaultdict(dict)
        self._chaves: dict[Ocupante, str] = {}
        """Of strangers, the longest connected first."""
        self._empresas: dict[Ocupante, str] = {}
        self._por_empresa: Counter[str] = Counter()
        self._alem: set[Ocupante] = set()
        """Those with a token whose empresa had its part already."""

    def __len__(self) -> int:
        return len(self._todas)

    @property
    def estranhas(self) -> int:
        return len(self._chaves)

    def abrir_lugar(self, endereco: str) -> bool:
        """Make room for one more from there; False: there is none. A trusted proxy stands for many clients."""
        chave = self._enderecos.chave_do_par(endereco)
        do_endereco = {} if chave is None else self._estranhas.get(chave, {})
        maximo = self._limites.por_endereco
        if maximo and len(do_endereco) >= maximo:
            self._ao_faltar("endereco", endereco)
            self._tirar_uma(do_endereco)
        if len(self._todas) < self._limites.total:
            return True
        self._ao_faltar("descritores" if self._limites.ate_os_descritores else "lotacao", endereco)
        return self._tirar_uma(self._chaves)

    def sem_descritor(self) -> None:
        """The system has none left, whatever the limits say: a stranger's is taken."""
        self._ao_faltar("descritores", "")
        self._tirar_uma(self._chaves)

    def ocupar(self, cliente: Ocupante, endereco: str) -> None:
        self._todas.add(cliente)
        chave = self._enderecos.chave_do_par(endereco)
        if chave is not None:
            self._chaves[cliente] = chave
            self._estranhas[chave][cliente] = None

    def identificar(self, cliente: Ocupante, empresa_id: str) -> bool:
        """It has shown a valid token of this empresa: its place is its own. False: the empresa has its part
        already, and this one still gives way; it may ask again. One of a trusted proxy is the proxy's, and stays.
        """
        if cliente not in self._chaves:
            return True
        if 0 < self._limites.por_empresa <= self._por_empresa[empresa_id]:
            self._ficou_alem(cliente, empresa_id)
            return False
        self._deixar_estranhos(cliente)
        self._empresas[cliente] = empresa_id
        self._por_empresa[empresa_id] += 1
        return True

    def _ficou_alem(self, cliente: Ocupante, empresa_id: str) -> None:
        if cliente not in self._alem:
            self._alem.add(cliente)
            self._ao_faltar("empresa", empresa_id)

    def _deixar_estranhos(self, cliente: Ocupante) -> None:
        self._alem.discard(cliente)
        chave = self._chaves.pop(cliente, None)
        if chave is not None:
            grupo = self._estranhas[chave]
            del grupo[cliente]
            if not grupo:
                del self._estranhas[chave]

    def desocupar(self, cliente: Ocupante) -> None:
        self._deixar_estranhos(cliente)
        empresa_id = self._empresas.pop(cliente, None)
        if empresa_id is not None:
            self._por_empresa[empresa_id] -= 1
            if not self._por_empresa[empresa_id]:
                del self._por_empresa[empresa_id]
        self._todas.discard(cliente)

    def _tirar_uma(self, estranhas: Collection[Ocupante]) -> bool:
        """Cut one of these, which are in the order they came. False: there is none."""
        if not estranhas:
            return False
        escolhida = next((uma for uma in estranhas if uma.ociosa), None) or next(iter(estranhas))
        self.desocupar(escolhida)
        escolhida.abortar()
        return True
