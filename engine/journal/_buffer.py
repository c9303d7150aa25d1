"""What waits to be written: turns in order, and how a run of them becomes one batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from engine.modelo import (
    AcessoRow,
    ArquivoRow,
    AtendenteRow,
    CanalRow,
    CanalSegredosRow,
    ContatoChaveRow,
    ContatoNosTicketsRow,
    ContatoRow,
    EmpresaConfigRow,
    EmpresaRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EventoRow,
    ExclusaoMensagemRow,
    FilaRow,
    IdempotenciaRow,
    LeituraRow,
    LeituraTicketRow,
    MembroRow,
    MensagemRow,
    Row,
    TicketBuscaRow,
    TicketRow,
)
from engine.ports import Batch, Fence
from engine.runtime import Group, Settled

if TYPE_CHECKING:
    from engine.runtime import Dispatcher

Chave = Callable[[Row], tuple[str, ...]]

CHAVES: dict[type[Row], Chave] = {
    EmpresaConfigRow: lambda row: (row.empresa_id,),  # type: ignore[union-attr]  # attrgetter of one name gives no tuple
    TicketRow: attrgetter("empresa_id", "id"),
    TicketBuscaRow: attrgetter("empresa_id", "ticket_id"),
    FilaRow: attrgetter("empresa_id", "id"),
    AtendenteRow: attrgetter("empresa_id", "id"),
    AcessoRow: attrgetter("empresa_id", "usuario_id"),
    MembroRow: attrgetter("empresa_id", "fila_id", "atendente_id"),
    MensagemRow: attrgetter("empresa_id", "id"),
    ArquivoRow: attrgetter("empresa_id", "id"),
    LeituraRow: attrgetter("empresa_id", "mensagem_id"),
    LeituraTicketRow: attrgetter("empresa_id", "ticket_id"),
    ExclusaoMensagemRow: attrgetter("empresa_id", "mensagem_id"),
    CanalRow: attrgetter("empresa_id", "id"),
    CanalSegredosRow: attrgetter("empresa_id", "canal_id"),
    EquipeRow: attrgetter("empresa_id", "id"),
    EquipeMembroRow: attrgetter("empresa_id", "equipe_id", "atendente_id"),
    EquipeFilaRow: attrgetter("empresa_id", "equipe_id", "fila_id"),
    ContatoRow: attrgetter("empresa_id", "id"),
    ContatoChaveRow: attrgetter("empresa_id", "chave"),
    ContatoNosTicketsRow: attrgetter("empresa_id", "contato_id"),
    IdempotenciaRow: attrgetter("empresa_id", "usuario_id", "chave"),
}
"""The primary key of each row that is coalesced: of several versions in one batch only the last is written."""


class DurableGroup(Group):
    """A group whose turns are journaled under a lease: ``epoch`` and ``posse`` are its fencing token, ``seq_duravel``
    the last committed ``seq``.
    """

    __slots__ = ("epoch", "posse", "seq_duravel")

    def __init__(self, name: str, dispatcher: Dispatcher, seq: int, epoch: int, posse: str) -> None:
        super().__init__(name, dispatcher, seq)
        self.seq_duravel = seq
        self.epoch = epoch
        self.posse = posse


class Turno(NamedTuple):
    """What one turn handed over."""

    group: DurableGroup
    rows: Sequence[object]
    events: Sequence[object]
    replies: Sequence[Settled]


class Buffer:
    """Accepted turns that are not durable yet, oldest first."""

    __slots__ = ("_turnos",)

    def __init__(self) -> None:
        self._turnos: deque[Turno] = deque()

    def __len__(self) -> int:
        return len(self._turnos)

    def juntar(self, turno: Turno) -> None:
        turno.group.unsettled += 1
        self._turnos.append(turno)

    def tomar(self, maximo: int) -> list[Turno]:
        """Take out the oldest turns."""
        turnos = self._turnos
        if len(turnos) <= maximo:
            tomados = list(turnos)
            turnos.clear()
            return tomados
        return [turnos.popleft() for _ in range(maximo)]

    def separar(self, groups: set[Group]) -> list[Turno]:
        """Take out every turn of some groups."""
        fora = [turno for turno in self._turnos if turno.group in groups]
        self._turnos = deque(turno for turno in self._turnos if turno.group not in groups)
        return fora

    def sem_respostas(self) -> list[Settled]:
        """Take the answers away from all turns, keeping what they write. A turn that only answers is over with that."""
        turnos, self._turnos = self._turnos, deque()
        for turno in turnos:
            if turno.rows or turno.events:
                self._turnos.append(turno._replace(replies=()))
            else:
                turno.group.unsettled -= 1
        return [resposta for turno in turnos for resposta in turno.replies]


def formar(turnos: Iterable[Turno]) -> Batch:
    """One transaction of a run of turns: a fence per empresa, rows coalesced by key, events as they came."""
    eventos: list[Row] = []
    mensagens: list[Row] = []
    numeros: dict[str, int] = {}
    ultimas: dict[type[Row], dict[tuple[str, ...], Row]] = {}
    grupos: dict[DurableGroup, int] = {}
    for group, rows, events, _ in turnos:
        if not rows and not events:
            continue
        grupos[group] = grupos.get(group, 0) + len(events)
        eventos.extend(events)  # type: ignore[arg-type]  # what actors publish are EventoRows
        for row in rows:
            tipo: type[Row] = type(row)  # type: ignore[assignment]
            if tipo is MensagemRow:
                mensagens.append(row)  # type: ignore[arg-type]  # saved once each
            elif tipo is EmpresaRow:
                numeros[row.id] = row.numero  # type: ignore[attr-defined]
            else:
                versoes = ultimas.get(tipo)
                if versoes is None:
                    versoes = ultimas[tipo] = {}
                versoes[CHAVES[tipo](row)] = row  # type: ignore[arg-type, assignment]
    fences = [
        Fence(
            group.name,
            group.epoch,
            group.seq_duravel,
            group.seq_duravel + quantos,
            numeros.get(group.name),
            group.posse,
        )
        for group, quantos in grupos.items()
    ]
    linhas: dict[type[Row], list[Row]] = {tipo: list(versoes.values()) for tipo, versoes in ultimas.items()}
    if mensagens:
        linhas[MensagemRow] = mensagens
    if eventos:
        linhas[EventoRow] = eventos
    return Batch(fences, linhas)
