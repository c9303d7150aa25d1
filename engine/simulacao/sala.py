"""The room in which a simulation plays: the very Distribuidor of an empresa, and rows for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.distribuicao import Custos, Distribuidor, Encaminhamento, OfertaCaiu, Pareador
from engine.modelo import (
    AUSENTE,
    DISPONIVEL,
    ArremateRow,
    AtendenteRow,
    FilaRow,
    Pedida,
    Rota,
    TicketRow,
    TipoComContatos,
)
from engine.politica.capacidade import PADRAO as CAPACIDADE_PADRAO
from engine.politica.capacidade import Capacidade
from engine.politica.da_fila import DA_FILA
from engine.politica.modelo import PADRAO, Horario, Politica
from engine.simulacao.trafego import Chegada

EMPRESA: Final = "00000000-0000-7000-8000-000000000000"
CANAIS: Final[Mapping[TipoComContatos, str]] = {
    tipo: f"{4:08x}-0000-7000-8000-{n:012x}" for n, tipo in enumerate(get_args(TipoComContatos))
}
"""For tickets of which only the type of canal is known there is one of each."""
_PADROES: Final = {campo: getattr(PADRAO, campo) for campo in DA_FILA}
_texto = msgspec.json.Encoder().encode


def id_de(familia: int, numero: int) -> str:
    """A UUID of its own for each, the same at every run."""
    return f"{familia:08x}-0000-7000-8000-{numero:012x}"


def fila_row(id_: str, nome: str, politica: Politica) -> FilaRow:
    documento = _texto(replace(politica, **_PADROES)).decode()
    return FilaRow(
        EMPRESA, id_, nome, None, politica.estrategia, politica.distribuicao_automatica, politica.ao_ficar_offline,
        politica.prioridade, False, 0, 0, None, documento,
    )  # fmt: skip


def atendente_row(
    id_: str, nome: str, capacidade: int, niveis: dict[str, int], turno: Horario | None, inicio: int
) -> AtendenteRow:
    """Away, for the time being."""
    return AtendenteRow(
        EMPRESA, id_, nome, "", capacidade, tuple(niveis), False, AUSENTE, None, False, None, inicio, inicio, inicio,
        None, None, niveis, None if turno is None else _texto(turno).decode(),
    )  # fmt: skip


class Dado(Struct, frozen=True, gc=False):
    """A ticket was given to an agent, by its place."""

    ticket_id: str
    atendente: int


class Planta(Struct, frozen=True):
    """What there is in it. ``atendentes`` and ``filas`` are known by their places; ``servem`` says whom each fila has,
    and by which equipes (None: a member of its own). ``canais`` are those of which tickets may come, by id.
    """

    filas: Sequence[FilaRow]
    atendentes: Sequence[AtendenteRow]
    servem: Sequence[Mapping[int, tuple[str | None, ...]]]
    canais: Mapping[str, TipoComContatos] = {}
    capacidade: Capacidade = CAPACIDADE_PADRAO


class Sala:
    """The only place that knows how the distribution is spoken to."""

    def __init__(self, planta: Planta, now: int) -> None:
        self._custos = Custos(planta.capacidade)
        self._distribuidor = Distribuidor(Pareador(self._custos))
        filas, atendentes = planta.filas, planta.atendentes
        self._atendentes = list(atendentes)
        self._filas = [fila.id for fila in filas]
        self._lugar = {row.id: lugar for lugar, row in enumerate(atendentes)}
        self._tipos = {id_: tipo for tipo, id_ in CANAIS.items()} | dict(planta.canais)
        for canal_id, tipo in self._tipos.items():
            self._distribuidor.canal_mudou(canal_id, tipo)
        for fila in filas:
            self._distribuidor.fila_mudou(fila, now)
        for row in atendentes:
            self._distribuidor.atendente_mudou(row, now)
        for fila, quem in zip(filas, planta.servem, strict=True):
            for lugar, equipes in quem.items():
                self._distribuidor.serve(fila.id, atendentes[lugar].id, now, equipes)
        for _ in self._distribuidor.abrir(now):
            pass

    def presenca(self, lugar: int, now: int, *, presente: bool) -> None:
        """An agent comes, or goes: then it finishes what it has."""
        estado = DISPONIVEL if presente else AUSENTE
        row = replace(self._atendentes[lugar], online=presente, estado=estado, atualizado_em=now)
        self._atendentes[lugar] = row
        self._distribuidor.atendente_mudou(row, now)

    def chegou(self, numero: int, chegada: Chegada) -> TicketRow:
        """A ticket is there, and waits."""
        row = self._row(numero, chegada)
        self._distribuidor.ticket_mudou(None, row, chegada.em)
        return row

    def _row(self, numero: int, chegada: Chegada) -> TicketRow:
        em = chegada.em
        return TicketRow(
            EMPRESA, id_de(1, numero), numero, "ABERTO", chegada.prioridade, "", None, None, None,
            self._filas[chegada.fila], None, _canal_id(chegada), False, em, em, em, None, None, None,
            rota=_rota(chegada.habilidades),
        )  # fmt: skip

    def mudou(self, antes: TicketRow, depois: TicketRow, now: int) -> None:
        self._distribuidor.ticket_mudou(antes, depois, now)

    def resolvido(self, antes: TicketRow, depois: TicketRow, now: int) -> int:
        """An agent has done with a ticket; until when it wraps it up (ms)."""
        ate = now + self._custos.arremate
        if ate > now and antes.atendente_id is not None:
            row = ArremateRow(EMPRESA, antes.id, antes.atendente_id, ate, self.custo(antes))
            self._distribuidor.arrematar(row, now)
        self._distribuidor.ticket_mudou(antes, depois, now)
        return ate

    def custo(self, row: TicketRow) -> int:
        """What it takes of an agent, in hundredths of a slot."""
        return self._custos.ocupacao(row, self._tipo(row))[0]

    def _tipo(self, row: TicketRow) -> TipoComContatos | None:
        return None if row.canal_id is None else self._tipos.get(row.canal_id)

    def proximo_prazo(self) -> int | None:
        """When something of the distribution happens because time passes (ms)."""
        return self._distribuidor.proximo_prazo()

    def avancar(self, now: int) -> None:
        """It is that late."""
        self._distribuidor.avancar(now)

    def novidades(self) -> Iterator[Dado | Encaminhamento]:
        """What was decided: who asks for the next has done it. Who is offered something takes it at once, the first
        before all others.
        """
        distribuidor = self._distribuidor
        while novidades := distribuidor.tomar():
            for uma in novidades:
                if isinstance(uma, Encaminhamento):
                    yield uma
                elif not isinstance(uma, OfertaCaiu) and distribuidor.vale(uma):
                    yield Dado(uma.row.id, self._lugar[uma.perfil.id])

    def atendente(self, lugar: int) -> str:
        """Its id."""
        return self._atendentes[lugar].id


def _canal_id(chegada: Chegada) -> str | None:
    if chegada.canal_id is not None or chegada.canal is None:
        return chegada.canal_id
    return CANAIS[chegada.canal]


def _rota(habilidades: tuple[Pedida, ...] | None) -> Rota | None:
    return None if habilidades is None else Rota(habilidades=habilidades)
