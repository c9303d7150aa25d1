"""An empresa to measure with: filas, agents, tickets."""

from __future__ import annotations

from itertools import count, cycle
from typing import Final

from bench._skills import Skills
from engine.ids import UuidV7
from engine.modelo import (
    DISPONIVEL,
    AtendenteRow,
    EmpresaImage,
    EmpresaRow,
    Estrategia,
    FilaRow,
    MembroRow,
    Quem,
    Rota,
    TicketRow,
)
from engine.tempo import VirtualClock

EMPRESA: Final = "01980000-0000-7000-8000-000000000001"
CONECTOR: Final = Quem(EMPRESA, "01980000-0000-7000-8000-000000000002", "conector")
FILAS_POR_ATENDENTE: Final = 2

_ESTRATEGIAS: Final[tuple[Estrategia, ...]] = ("MENOS_OCUPADO", "ROUND_ROBIN", "MAIOR_TEMPO_OCIOSO")
_COM_HABILIDADES: Final[tuple[Estrategia, ...]] = (*_ESTRATEGIAS, "HABILIDADES")


def image(
    *, filas: int, agents: int, waiting: int = 0, capacity: int = 5, skills: Skills | None = None
) -> EmpresaImage:  # fmt: skip
    """Everybody online. Filas of several strategies; each agent serves two; ``waiting`` tickets stand in line. With
    ``skills`` tickets ask for them, agents have them, and a fourth of the filas goes by them.

    The filas are equally important, so that a line stays as long in each of them.
    """
    clock = VirtualClock()
    now = clock.now()
    ids = UuidV7(clock, seed=0)
    fila_rows = [_fila(ids.novo(), n, now, skills) for n in range(filas)]
    agent_rows = [_agent(ids.novo(), n, capacity, now, skills) for n in range(agents)]
    membros = [
        MembroRow(EMPRESA, fila_rows[(n * 7 + k * 3) % filas].id, agent.id, ativo=True)
        for n, agent in enumerate(agent_rows)
        for k in range(FILAS_POR_ATENDENTE)
    ]
    rotas = cycle([None]) if skills is None else (skills.rota(n // filas) for n in count(1))
    tickets = [
        _ticket(ids.novo(), n, fila_rows[n % filas].id, now - waiting + n, rota)
        for n, rota in zip(range(1, waiting + 1), rotas, strict=False)
    ]
    empresa = EmpresaRow(EMPRESA, "Bench", waiting, now)
    return EmpresaImage(empresa, 0, 1, "posse", fila_rows, agent_rows, membros, tickets)


def waiting_tickets(count: int) -> list[TicketRow]:
    """Rows alone, like those of :func:`image`."""
    return image(filas=20, agents=0, waiting=count).tickets


def _fila(id_: str, n: int, now: int, skills: Skills | None) -> FilaRow:
    estrategias, politica = (_ESTRATEGIAS, "{}") if skills is None else (_COM_HABILIDADES, skills.policy())
    return FilaRow(
        EMPRESA, id_, f"Fila {n}", None, estrategias[n % len(estrategias)], True, "devolver", 5, n == 0, now, now, None,
        politica,
    )  # fmt: skip


def _agent(id_: str, n: int, capacity: int, now: int, skills: Skills | None) -> AtendenteRow:
    niveis = {} if skills is None else skills.of_agent(n)
    return AtendenteRow(
        EMPRESA, id_, f"Atendente {n}", f"a{n}@bench", capacity, tuple(niveis), True, DISPONIVEL, None, False, None,
        now, now, now, None, niveis=niveis,
    )  # fmt: skip


def _ticket(id_: str, n: int, fila_id: str, since: int, rota: Rota | None) -> TicketRow:
    return TicketRow(
        EMPRESA, id_, n, "ABERTO", "NORMAL", f"Contato {n}", f"+55119{n:08}", f"contato{n}@example.com",
        f"Assunto do ticket {n}", fila_id, None, None, False, since, since, since, None, None, None, rota=rota,
    )  # fmt: skip
