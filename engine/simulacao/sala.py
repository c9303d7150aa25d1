"""The room in which a simulation plays: the very Distribuidor of an empresa, and rows for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from engine.distribuicao import Distribuidor
from engine.modelo import AUSENTE, DISPONIVEL, AtendenteRow, FilaRow, Pedida, Rota, TicketRow, TipoComContatos
from engine.politica.da_fila import DA_FILA
from engine.politica.modelo import PADRAO, Horario, Politica
from engine.simulacao.trafego import Chegada

EMPRESA: Final = "00000000-0000-7000-8000-000000000000"
CANAIS: Final = {tipo: f"{4:08x}-0000-7000-8000-{n:012x}" for n, tipo in enumerate(get_args(TipoComContatos))}
"""There is one canal of each type."""
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


class Sala:
    """The only place that knows how the distribution is spoken to. ``atendentes`` are their rows, by place, and
    ``servem`` whom of them each fila has.
    """

    def __init__(
        self, filas: Sequence[FilaRow], atendentes: Sequence[AtendenteRow], servem: Sequence[Sequence[int]], now: int
    ) -> None:
        self._distribuidor = Distribuidor()
        self._atendentes = list(atendentes)
        self._filas = [fila.id for fila in filas]
        self._lugar = {row.id: lugar for lugar, row in enumerate(atendentes)}
        for fila in filas:
            self._distribuidor.fila_mudou(fila, now)
        for row in atendentes:
            self._distribuidor.atendente_mudou(row, now)
        for fila, quem in zip(filas, servem, strict=True):
            for lugar in quem:
                self._distribuidor.serve(fila.id, atendentes[lugar].id, now)
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
            self._filas[chegada.fila], None, CANAIS.get(chegada.canal), False, em, em, em, None, None, None,
            rota=_rota(chegada.habilidades),
        )  # fmt: skip

    def mudou(self, antes: TicketRow, depois: TicketRow, now: int) -> None:
        self._distribuidor.ticket_mudou(antes, depois, now)

    def proximo_prazo(self) -> int | None:
        """When something of the distribution happens because time passes (ms). So far nothing does."""
        return None

    def avancar(self, now: int) -> None:
        """It is that late."""

    def dados(self) -> Iterator[tuple[str, int]]:
        """Tickets that have just been given, each with the place of its agent: who asks for the next has taken it."""
        distribuidor = self._distribuidor
        while promessas := distribuidor.tomar():
            for promessa in promessas:
                if distribuidor.vale(promessa):
                    yield promessa.row.id, self._lugar[promessa.perfil.row.id]

    def atendente(self, lugar: int) -> str:
        """Its id."""
        return self._atendentes[lugar].id


def _rota(habilidades: tuple[Pedida, ...] | None) -> Rota | None:
    return None if habilidades is None else Rota(habilidades=habilidades)
