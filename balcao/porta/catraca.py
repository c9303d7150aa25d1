"""Who is connected: all in all, and strangers by where they come from.

A connection is a stranger's until it has shown a valid token. Strangers cannot shut anybody out: where their room is
full, the one that has been idle for longest goes, or the oldest if all have a request under way. So whoever comes gets
to show a token; and once it has, its place is its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Final, Literal, Protocol

from msgspec import Struct

from web.portaria.endereco_do_cliente import EnderecoDoCliente

Falta = Literal["endereco", "lotacao", "descritores"]
"""Why a connection could not be had: too many strangers of its address, too many of all, no descriptor left."""

RESERVA: Final = 256
"""Descriptors that are not for clients: the database, files, the log."""


class Lugares(Struct, frozen=True, kw_only=True):
    """Numbers of connections."""

    total: int = 20_000
    ate_os_descritores: bool = False
    """``total`` is what the limit of open files leaves, not what was asked for."""
    por_endereco: int = 1_024
    """Of strangers; 0: no limit."""


class Ocupante(Protocol):
    """A connection, as far as its place goes."""

    @property
    def ociosa(self) -> bool: ...

    def abortar(self) -> None: ...


class Catraca:
    """The places. Every :meth:`ocupar` is paired with one :meth:`desocupar`.

    ``ao_faltar`` is told whenever there was no place left, and of which address the connection is that came, whether
    then a stranger had to go or the new one.
    """

    def __init__(self, limites: Lugares, enderecos: EnderecoDoCliente, ao_faltar: Callable[[Falta, str], None]) -> None:
        self._limites = limites
        self._enderecos = enderecos
        self._ao_faltar = ao_faltar
        self._todas: set[Ocupante] = set()
        self._estranhas: defaultdict[str, dict[Ocupante, None]] = defaultdict(dict)
        self._chaves: dict[Ocupante, str] = {}
        """Of strangers, the longest connected first."""

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

    def identificar(self, cliente: Ocupante) -> None:
        """It has shown a valid token."""
        chave = self._chaves.pop(cliente, None)
        if chave is not None:
            grupo = self._estranhas[chave]
            del grupo[cliente]
            if not grupo:
                del self._estranhas[chave]

    def desocupar(self, cliente: Ocupante) -> None:
        self.identificar(cliente)
        self._todas.discard(cliente)

    def _tirar_uma(self, estranhas: Collection[Ocupante]) -> bool:
        """Cut one of these, which are in the order they came. False: there is none."""
        if not estranhas:
            return False
        escolhida = next((uma for uma in estranhas if uma.ociosa), None) or next(iter(estranhas))
        self.desocupar(escolhida)
        escolhida.abortar()
        return True
