"""Who is not let in with a good token: asked at every door of the edge, and answered from memory.

Of each empresa that is in use here, the few users are kept that were deleted or whose tokens were revoked. They are
read once, at its first use, and then follow the events that are committed on this node. Of an empresa that is not
active here, no events come: what was read of it counts for a moment only.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic
from typing import Final, Protocol

from engine.acesso import MUDAM, Acesso, depois_de, exigir
from engine.errors import BalcaoError
from engine.modelo import EventoRow, Quem
from engine.saude import Saude
from engine.tarefas import Tarefas

FRESCO_S: Final = 2.0
"""How long what was read counts, of an empresa whose events do not come here."""
LEMBRADOS: Final = 100_000
"""Empresas and users kept in memory, together; of more, the empresa unused for longest is forgotten, and read again."""

Lendo = Callable[[str], Awaitable[Iterable[Acesso]]]
"""Reads the users of an empresa of whose tokens not all are good."""


class ListaDeAcessos(dict[str | None, Acesso]):
    """Those users of one empresa, by id. ``epoca``: the lease under which its events have come here since it was read;
    None: they do not come.
    """

    __slots__ = ("epoca", "lida_em")

    def __init__(self, epoca: int | None, lida_em: float) -> None:
        super().__init__()
        self.epoca = epoca
        self.lida_em = lida_em

    def juntar(self, evento: EventoRow) -> None:
        depois = depois_de(self.get(evento.atendente_id), evento)
        if depois is not None:
            self[evento.atendente_id] = depois


class _EmLeitura:
    """A reading under way, and what has happened meanwhile."""

    __slots__ = ("eventos", "tarefa")

    def __init__(self) -> None:
        self.eventos: list[EventoRow] = []
        self.tarefa: asyncio.Task[ListaDeAcessos]


class Acessos:
    """The lists. Implements :class:`engine.ports.EventSink`."""

    def __init__(self, ler: Lendo, saude: Saude, relogio: Callable[[], float] = monotonic) -> None:
        """``relogio`` gives seconds, and never goes back."""
        self._ler = ler
        self._relogio = relogio
        self._listas: OrderedDict[str, ListaDeAcessos] = OrderedDict()
        self._lendo: dict[str, _EmLeitura] = {}
        self._tarefas = Tarefas("accesses", saude)
        self._quantos = 0

    # -- the event sink ----------------------------------------------------------------------------------------------

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        for evento in eventos:
            if evento.tipo in MUDAM:
                self._mudou(evento)

    def _mudou(self, evento: EventoRow) -> None:
        lista, leitura = self._listas.get(evento.empresa_id), self._lendo.get(evento.empresa_id)
        if lista is not None:
            antes = len(lista)
            lista.juntar(evento)
            self._quantos += len(lista) - antes
        if leitura is not None:
            leitura.eventos.append(evento)

    def dropped(self, empresa_id: str) -> None:
        self._esquecer(empresa_id)

    # -- asking ------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Empresas and users that are kept."""
        return self._quantos

    def lista(self, empresa_id: str, epoca: int | None) -> ListaDeAcessos | None:
        """What is known of an empresa; None if it has to be read. ``epoca``: the lease that it is active under here."""
        lista = self._listas.get(empresa_id)
        if lista is None:
            return None
        if (epoca is None or lista.epoca != epoca) and self._relogio() - lista.lida_em >= FRESCO_S:
            return None
        self._listas.move_to_end(empresa_id)
        return lista

    async def ler(self, empresa_id: str, epoca: int | None) -> ListaDeAcessos:
        """Read the list of an empresa; who asks while it is being read gets the same. Raises Unavailable."""
        leitura = self._lendo.get(empresa_id)
        if leitura is None:
            leitura = self._lendo[empresa_id] = _EmLeitura()
            trabalho = self._lida(empresa_id, epoca, leitura)
            leitura.tarefa = self._tarefas.lancar(empresa_id, trabalho, esperados=(BalcaoError,))
        return await asyncio.shield(leitura.tarefa)

    async def parar(self) -> None:
        """Nobody asks any more."""
        await self._tarefas.parar()

    async def _lida(self, empresa_id: str, epoca: int | None, leitura: _EmLeitura) -> ListaDeAcessos:
        lista = ListaDeAcessos(epoca, self._relogio())
        try:
            for acesso in await self._ler(empresa_id):
                lista[acesso.usuario_id] = acesso
            for evento in leitura.eventos:  # the reading may have seen them or not: they hold in either case
                lista.juntar(evento)
        finally:
            del self._lendo[empresa_id]
        self._guardar(empresa_id, lista)
        return lista

    def _guardar(self, empresa_id: str, lista: ListaDeAcessos) -> None:
        self._esquecer(empresa_id)
        self._listas[empresa_id] = lista
        self._quantos += 1 + len(lista)
        while self._quantos > LEMBRADOS and len(self._listas) > 1:
            self._esquecer(next(iter(self._listas)))

    def _esquecer(self, empresa_id: str) -> None:
        lista = self._listas.pop(empresa_id, None)
        if lista is not None:
            self._quantos -= 1 + len(lista)


class Ativas(Protocol):
    """What of the node is needed here."""

    def epoca(self, empresa_id: str) -> int | None: ...


class Guarda:
    """The one place where it is decided whether who shows a good token is let in."""

    __slots__ = ("_acessos", "_ativas")

    def __init__(self, acessos: Acessos, ativas: Ativas) -> None:
        self._acessos = acessos
        self._ativas = ativas

    async def exigir(self, quem: Quem) -> None:
        """Return if ``quem`` is let in: from memory, but for the first time. Between the decision and what the caller
        does next, nobody else has a turn.

        Raises:
            Forbidden: the user was deleted, or the token is of before its user's tokens were revoked.
            Unavailable: nobody can tell now.
        """
        epoca = self._ativas.epoca(quem.empresa_id)
        lista = self._acessos.lista(quem.empresa_id, epoca)
        if lista is None:
            lista = await self._acessos.ler(quem.empresa_id, epoca)
        acesso = lista.get(quem.id)
        if acesso is not None:
            exigir(acesso, quem)
