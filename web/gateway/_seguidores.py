"""Who wants to know where which tickets stand in their lines, and whose turn it is to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic_ns
from typing import Final, Protocol

from engine.distribuicao.estimativa import Estimativa, Posicao
from engine.eventos import (
    FilaAtualizada,
    Oferta,
    OfertaExpirada,
    PoliticaAtualizada,
    TicketAtribuido,
    TicketAtualizado,
    TicketCriado,
    TicketEncerrado,
    TicketExcluido,
    TicketTransferido,
    tipos,
)
from engine.modelo import EventoRow
from engine.rodizio import Rodizio
from web.gateway._ajustes import AjustesGateway

_MEXEM: Final = tipos(
    TicketCriado, TicketAtualizado, TicketAtribuido, TicketTransferido, TicketEncerrado, TicketExcluido, Oferta,
    OfertaExpirada, FilaAtualizada, PoliticaAtualizada,
)  # fmt: skip
"""After these the line of a fila may be another."""
_POUCO_MS: Final = 15_000
"""An estimate that differs by less, or by less than a tenth, is the same to whoever waits."""


class Ouvinte(Protocol):
    """Somebody who follows tickets of an empresa. Nothing of it waits, or raises."""

    def posicao(self, ticket_id: str, posicao: Posicao) -> None: ...


class _Seguido:
    """``dita``: what was told last; None: somebody has not been told anything yet."""

    __slots__ = ("dita", "ouvintes")

    def __init__(self) -> None:
        self.ouvintes: dict[Ouvinte, None] = {}
        self.dita: Posicao | None = None


def _agora() -> int:
    return monotonic_ns() // 1_000_000


class Seguidores:
    """Rooms of tickets, and visitors of sites: what nobody looks at is asked of nobody. ``relogio`` gives ms.
    ``ao_mexer`` are told whenever somebody may have to be looked at sooner.
    """

    def __init__(self, ajustes: AjustesGateway, relogio: Callable[[], int] = _agora) -> None:
        self.agora = relogio
        self.ao_mexer: set[Callable[[], None]] = set()
        self._rodizio = Rodizio(ajustes.posicao_cada, ajustes.posicao_mesmo_assim)
        self._seguidos: dict[str, dict[str, _Seguido]] = {}
        self._calados = ajustes.posicoes_por_rodada == 0

    # -- who follows ---------------------------------------------------------------------------------------------------

    def seguir(self, empresa_id: str, ticket_id: str, fila_id: str | None, ouvinte: Ouvinte) -> None:
        """``fila_id``: where the ticket waits; None: it does not, now."""
        if self._calados:
            return
        seguido = self._seguidos.setdefault(empresa_id, {}).setdefault(ticket_id, _Seguido())
        seguido.ouvintes[ouvinte] = None
        seguido.dita = None
        if fila_id is not None:
            self._rodizio.seguir(empresa_id, ticket_id, fila_id, self.agora())
            self._mexeu()

    def largar(self, empresa_id: str, ticket_id: str, ouvinte: Ouvinte) -> None:
        da_empresa = self._seguidos.get(empresa_id, {})
        seguido = da_empresa.get(ticket_id)
        if seguido is None:
            return
        seguido.ouvintes.pop(ouvinte, None)
        if not seguido.ouvintes:
            del da_empresa[ticket_id]
            self._rodizio.largar(empresa_id, ticket_id, self.agora())
        if not da_empresa:
            del self._seguidos[empresa_id]

    def dropped(self, empresa_id: str) -> None:
        """The empresa left this node: whoever follows it comes back to wherever it is."""
        self._seguidos.pop(empresa_id, None)
        self._rodizio.esquecer(empresa_id)

    # -- what happens --------------------------------------------------------------------------------------------------

    def publicar(self, evento: EventoRow) -> None:
        """An event is committed: a few steps, however many wait and however many follow."""
        da_empresa = self._seguidos.get(evento.empresa_id)
        if da_empresa is None or evento.tipo not in _MEXEM:
            return
        now = self.agora()
        for fila_id in (evento.fila_id, evento.fila_anterior_id):
            if fila_id is not None:
                self._rodizio.mexeu(evento.empresa_id, fila_id, now)
        seguido = da_empresa.get(evento.ticket_id or "")
        if evento.ticket_id is not None and seguido is not None:
            self._mudou(evento, evento.ticket_id, seguido, now)
        self._mexeu()

    def _mudou(self, evento: EventoRow, ticket_id: str, seguido: _Seguido, now: int) -> None:
        """It may wait now, or elsewhere, or no more."""
        if evento.fila_anterior_id is not None:
            seguido.dita = None
        if evento.fila_id is not None and evento.atendente_id is None:
            self._rodizio.seguir(evento.empresa_id, ticket_id, evento.fila_id, now)
        else:
            self._rodizio.largar(evento.empresa_id, ticket_id, now)

    def _mexeu(self) -> None:
        for contar in self.ao_mexer:
            contar()

    # -- whose turn it is ----------------------------------------------------------------------------------------------

    def proximo(self) -> int | None:
        """When :meth:`tomar` gives something."""
        return self._rodizio.proximo()

    def tomar(self, quantos: int) -> dict[str, list[str]]:
        """The tickets that are to be looked at now, so many at the most, by empresa."""
        return self._rodizio.tomar(self.agora(), quantos)

    def dizer(self, empresa_id: str, ticket_ids: Iterable[str], achadas: dict[str, Posicao]) -> None:
        """These were looked at: whoever follows one is told if it stands elsewhere. What does not wait is not looked at
        again before something happens to it.
        """
        da_empresa = self._seguidos.get(empresa_id, {})
        for ticket_id in ticket_ids:
            seguido, posicao = da_empresa.get(ticket_id), achadas.get(ticket_id)
            if posicao is None:
                self._rodizio.descansar(empresa_id, ticket_id, self.agora())
            elif seguido is not None and (seguido.dita is None or difere(seguido.dita, posicao)):
                seguido.dita = posicao
                for ouvinte in list(seguido.ouvintes):
                    ouvinte.posicao(ticket_id, posicao)


def difere(antes: Posicao, depois: Posicao) -> bool:
    """Whether it is worth telling: how many come after somebody is not."""
    if antes.posicao != depois.posicao or (antes.estimativa is None) != (depois.estimativa is None):
        return True
    if antes.estimativa is None or depois.estimativa is None:
        return False
    return _difere_muito(antes.estimativa, depois.estimativa)


def _difere_muito(antes: Estimativa, depois: Estimativa) -> bool:
    pares = ((antes.p50, depois.p50), (antes.p90, depois.p90))
    return any(abs(um - outro) >= max(_POUCO_MS, um // 10) for um, outro in pares)
