"""A round over the actors of a living empresa: what they published against the invariants, a slice at a time.

A turn is whole, and between two of them what tickets say, what is counted of them and what the distribution believes is
the same. A slice runs between turns, so it sees one moment; what it looks up, it looks up in that moment. Nothing is
asked of an actor, and nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from actors.diretorio.empresa_viva import EmpresaViva
from actors.no.ronda_dos_agentes import RondaDosAgentes
from actors.no.ronda_dos_tickets import RondaDosTickets
from engine.capacidade import disponivel
from engine.estados import dono, espera
from engine.invariantes import Achado, Alvo, Caderno, Lente, LinhaVista
from engine.invariantes.historia import Entrega
from engine.invariantes.vez import Vez
from engine.modelo import TicketRow

TRABALHO: Final = 500
"""Rows looked at in a slice: a few milliseconds."""
PARES: Final = 10
"""Agents held against a ticket that cost what a row does."""
TOLERANCIA: Final = 10_000
"""How long past its deadline something may be, in ms, on a node that has much to do."""


class Ronda:
    """``now`` is the time in ms. What the system gave lately is told by ``entregas``, the latest first."""

    def __init__(self, viva: EmpresaViva, caderno: Caderno, entregas: Iterable[Entrega] = ()) -> None:
        self._viva = viva
        self._caderno = caderno
        self._entregas = list(entregas)
        self._tickets = RondaDosTickets(viva, caderno, TOLERANCIA)
        self._agentes = RondaDosAgentes(viva, caderno, TOLERANCIA)
        self._vez = Vez()

    def tudo(self) -> Iterator[None]:
        """Everything that is in memory. Yields where others may go on."""
        esperam: defaultdict[str, list[str]] = defaultdict(list)
        yield from self._olhar_tickets(list(self._viva.diretorio.tickets), esperam)
        yield from self._olhar_agentes(self._todos_os_agentes())
        self._olhar_os_prazos()
        self._lembrar_entregas()
        for fila_id in self._todas_as_filas():
            yield from self._olhar_fila(fila_id, esperam.pop(fila_id, []))
        for fila_id, ids in esperam.items():
            yield from self._olhar_espera(fila_id, ids)

    def de_novo(self, achados: Iterable[Achado]) -> Iterator[None]:
        """Only what these are about."""
        alvos = [achado.alvo for achado in achados]
        esperam: defaultdict[str, list[str]] = defaultdict(list)
        yield from self._olhar_tickets(_unicos(alvo.ticket_id for alvo in alvos), esperam)
        yield from self._olhar_agentes(_unicos(alvo.atendente_id for alvo in alvos))
        self._olhar_os_prazos()
        self._lembrar_entregas()
        for fila_id in _unicos(alvo.fila_id for alvo in alvos):
            yield from self._olhar_fila(fila_id, esperam.pop(fila_id, []))
        for fila_id, ids in esperam.items():
            yield from self._olhar_espera(fila_id, ids)

    def _todos_os_agentes(self) -> list[str]:
        a_vista = self._viva.distribuicao.a_vista()
        conhecidos = [] if a_vista is None else Lente(a_vista).agentes()
        return _unicos([*self._viva.diretorio.atendentes, *conhecidos])

    def _todas_as_filas(self) -> list[str]:
        a_vista = self._viva.distribuicao.a_vista()
        conhecidas = [] if a_vista is None else Lente(a_vista).filas()
        return _unicos([*self._viva.diretorio.filas, *conhecidas])

    def _lente(self) -> Lente | None:
        a_vista = self._viva.distribuicao.a_vista()
        return None if a_vista is None else Lente(a_vista)

    # -- tickets and agents ------------------------------------------------------------------------------------------

    def _olhar_tickets(self, ids: list[str], esperam: defaultdict[str, list[str]]) -> Iterator[None]:
        """Each by itself. Those that wait are added to ``esperam``, by fila."""
        todos = iter(ids)
        while fatia := list(islice(todos, TRABALHO)):
            lente = self._lente()
            for ticket_id in fatia:
                row = self._tickets.olhar(ticket_id, lente)
                if row is not None and espera(row):
                    esperam[row.fila_id].append(ticket_id)
            yield

    def _olhar_agentes(self, ids: list[str]) -> Iterator[None]:
        feito, lente = 0, self._lente()
        for atendente_id in ids:
            feito += self._agentes.olhar(atendente_id, lente)
            if feito >= TRABALHO:
                yield
                feito, lente = 0, self._lente()

    def _olhar_os_prazos(self) -> None:
        """What the distribution is to do because time passes is done in time."""
        lente, now = self._lente(), self._viva.dispatcher.now()
        prazo = None if lente is None else lente.proximo_prazo()
        self._caderno.conferir(13)
        if prazo is not None and prazo < now - TOLERANCIA:
            frase = f"A distribuição devia ter olhado algo há {(now - prazo) // 1000} s"
            self._caderno.anotar(13, "distribuicao_atrasada", frase, Alvo(), "distribuicao")

    # -- filas -----------------------------------------------------------------------------------------------------

    def _olhar_fila(self, fila_id: str, ids: list[str]) -> Iterator[None]:
        """As the distribution has it, and its line against the tickets that wait in it."""
        lente = self._lente()
        if lente is not None:
            self._olhar_politica(fila_id, lente.linha(fila_id))
            yield from self._olhar_linha(fila_id, lente.esperam(fila_id))
        yield from self._olhar_espera(fila_id, ids)

    def _olhar_politica(self, fila_id: str, linha: LinhaVista | None) -> None:
        row, caderno, alvo = self._viva.diretorio.fila_row(fila_id), self._caderno, Alvo(fila_id=fila_id)
        caderno.conferir(12)
        if linha is None or row is None:
            if (linha is None) != (row is None):
                caderno.anotar(
                    12, "fila_desconhecida", "Uma fila que só há para os atores, ou só para a distribuição", alvo
                )
        elif linha.fila is not row:
            caderno.anotar(12, "fila_de_antes", f"{row.nome} não é como a distribuição a conhece", alvo)
        elif linha.servem != self._viva.diretorio.quem_serve(fila_id):
            caderno.anotar(12, "quem_atende", f"Quem atende {row.nome} não é quem a distribuição conhece", alvo)

    def _olhar_linha(self, fila_id: str, esperavam: list[str]) -> Iterator[None]:
        """Whatever stands in the line waits in this fila."""
        todos = iter(esperavam)
        while fatia := list(islice(todos, TRABALHO)):
            yield
            lente = self._lente()
            for ticket_id in fatia if lente is not None else ():
                row = self._viva.diretorio.ticket_row(ticket_id)
                fora = row is None or not espera(row) or row.fila_id != fila_id
                if fora and lente is not None and lente.na_linha(fila_id, ticket_id):
                    alvo = Alvo(ticket_id=ticket_id, fila_id=fila_id)
                    frase = "Um ticket está na linha de uma fila em que não espera"
                    self._caderno.anotar(3, "na_linha_sem_esperar", frase, alvo)

    def _olhar_espera(self, fila_id: str, ids: list[str]) -> Iterator[None]:
        """3 and 4, of the tickets that wait in a fila."""
        feito, lente = 0, self._lente()
        for ticket_id in ids:
            feito += 1 + self._olhar_quem_espera(fila_id, ticket_id, lente)
            if feito >= TRABALHO:
                yield
                feito, lente = 0, self._lente()

    def _olhar_quem_espera(self, fila_id: str, ticket_id: str, lente: Lente | None) -> int:
        """What it cost, in rows."""
        ref = self._viva.diretorio.tickets.get(ticket_id)
        row = None if ref is None or not ref.is_running() else ref.published(TicketRow)
        if lente is None or row is None or not espera(row) or row.fila_id != fila_id:
            return 0
        if lente.onde(row) != "na_linha" or not lente.distribui(fila_id):
            return 0
        antes = lente.pares
        livre = lente.quem_pode(row)
        self._caderno.conferir(3)
        if livre is not None:
            quem = self._nome(livre)
            frase = f"O ticket {row.numero} espera, e {quem} pode recebê-lo e tem vaga"
            self._caderno.anotar(3, "espera_a_toa", frase, Alvo(ticket_id, livre, fila_id))
        self._olhar_a_vez(row, lente)
        return (lente.pares - antes) // PARES

    def _nome(self, atendente_id: str) -> str:
        row = self._viva.diretorio.atendente_row(atendente_id)
        return atendente_id if row is None else row.nome

    # -- whose turn it was -------------------------------------------------------------------------------------------

    def _lembrar_entregas(self) -> None:
        """What the system gave and nobody has touched since, by signature."""
        lente, supervisor = self._lente(), self._viva.dispatcher.supervisor
        if lente is None or supervisor.restarts["Ticket"] or supervisor.restarts["Distribuidor"]:
            return  # whoever was out of order was rightly passed over, and shows it no more
        for entrega in self._entregas:
            row = self._viva.diretorio.ticket_row(entrega.ticket_id)
            if row is not None and self._como_foi_dado(row, entrega) and lente.tem_vez(row.fila_id):
                self._vez.dado(lente.pede(row, dado=True), entrega, lente.chave(row))

    def _como_foi_dado(self, row: TicketRow, entrega: Entrega) -> bool:
        fila = self._viva.diretorio.fila_row(row.fila_id)
        intocado = row.atualizado_em <= entrega.em and row.fila_id == entrega.fila_id
        return fila is not None and intocado and fila.atualizada_em < entrega.em and dono(row) == entrega.atendente_id

    def _olhar_a_vez(self, row: TicketRow, lente: Lente) -> None:
        if not self._vez or not lente.tem_vez(row.fila_id):
            return
        self._caderno.conferir(4)
        passaram = self._vez.passaram(lente.pede(row, dado=False), lente.chave(row), row.atualizado_em)
        if passaram:
            frase = f"O ticket {row.numero} espera desde antes, e {len(passaram)} que vinham depois dele foram dados"
            self._caderno.anotar(4, "passado_para_tras", frase, Alvo(row.id, passaram[0].atendente_id, row.fila_id))


class AgoraDaEmpresa:
    """Implements :class:`engine.invariantes.historia.Agora`."""

    def __init__(self, viva: EmpresaViva) -> None:
        self._viva = viva

    def disponivel(self, atendente_id: str) -> bool:
        row = self._viva.diretorio.atendente_row(atendente_id)
        return row is not None and disponivel(row)

    def serve(self, fila_id: str, atendente_id: str) -> bool:
        return self._viva.diretorio.serve(fila_id, atendente_id)

    def acima(self, atendente_id: str) -> bool:
        a_vista = self._viva.distribuicao.a_vista()
        if a_vista is None:
            return False
        rows = map(self._viva.diretorio.ticket_row, self._viva.distribuicao.tickets_de(atendente_id))
        return Lente(a_vista).acima(atendente_id, {row.id for row in rows if row is not None and row.forcado})


def _unicos(ids: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(id_ for id_ in ids if id_ is not None))
