"""The invariants of the engine, checked on the actors and, independently, on the events alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from actors.atendente.atendente import Atendente
from actors.diretorio.empresa_viva import EmpresaViva
from actors.fila.fila import Fila
from engine.capacidade import teto
from engine.contatos import chaves
from engine.distribuicao import chave_de_espera, prioridade_efetiva
from engine.estados import aberto, dono, espera
from engine.modelo import (
    DISPONIVEL,
    ContatoChaveRow,
    ContatoRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EventoRow,
    FilaRow,
    MembroRow,
    TicketRow,
)
from engine.ordenado import Chave
from engine.runtime import Ref
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.quem_serve import QuemServe


def em_ordem(ref: Ref) -> bool:
    """Running: neither stopped nor quarantined."""
    return ref.state == 0


def linhas(viva: EmpresaViva) -> list[TicketRow]:
    return [row for row, ref in viva.linhas_de_tickets() if em_ordem(ref)]


def conferir_atores(viva: EmpresaViva) -> None:
    """Invariants 1, 3, and that what agents and filas believe is what the tickets say."""
    rows = linhas(viva)
    _conferir_agentes(viva, rows)
    _conferir_linhas(viva, rows)
    _conferir_que_ninguem_espera_a_toa(viva, rows)
    abertos = [row for row in rows if aberto(row.status)]
    assert {row.fila_id for row in abertos} <= set(viva.filas), "an open ticket of a fila that is gone"
    assert {row.canal_id for row in abertos} <= {None, *viva.canais}, "an open ticket of a canal that is gone"
    if all(em_ordem(ref) for ref in viva.tickets.values()):
        por_canal = Counter(row.canal_id for row in abertos if row.canal_id is not None)
        assert Counter(row.fila_id for row in abertos) == viva.abertos_por_fila.por_chave(), "count of open tickets"
        assert por_canal == viva.abertos_por_canal.por_chave(), "count of open tickets by canal"
    canais = [ref.actor.row for ref in viva.canais.values() if ref.actor is not None]
    assert {canal.fila_id for canal in canais} <= {None, *viva.filas}, "a canal of a fila that is gone"


def conferir_participacao(viva: EmpresaViva, loja: LojaEmMemoria) -> None:
    """Who serves what is what the committed rows say, and agents and filas act by it."""
    membros = _quem_serve(loja, viva.id)
    assert membros == viva.membros_de, "effective membership"
    servidas: defaultdict[str, set[str]] = defaultdict(set)
    for fila_id, quem in membros.items():
        for atendente_id in quem:
            servidas[atendente_id].add(fila_id)
    assert set(servidas) <= set(viva.atendentes), "somebody who is gone serves a fila"
    for atendente_id, ref in viva.atendentes.items():
        if isinstance(ref.actor, Atendente) and em_ordem(ref):
            assert set(ref.actor._filas) == servidas[atendente_id], f"what {atendente_id} serves"
    for fila_id, ref in viva.filas.items():
        if isinstance(ref.actor, Fila) and em_ordem(ref):
            assert set(ref.actor._escala.candidatos) <= membros.get(fila_id, set()), f"the roster of {fila_id}"


def _quem_serve(loja: LojaEmMemoria, empresa_id: str) -> dict[str, set[str]]:
    """The agents of each fila, straight from the definition."""
    pares = [(m.fila_id, m.atendente_id) for m in loja.de(MembroRow, empresa_id) if m.ativo]
    das_equipes = [m for m in loja.de(EquipeMembroRow, empresa_id) if m.ativo]
    for vinculo in loja.de(EquipeFilaRow, empresa_id):
        if vinculo.ativo:
            pares += [(vinculo.fila_id, m.atendente_id) for m in das_equipes if m.equipe_id == vinculo.equipe_id]
    membros: dict[str, set[str]] = {}
    for fila_id, atendente_id in pares:
        membros.setdefault(fila_id, set()).add(atendente_id)
    return membros


def _conferir_agentes(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    donos: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        atendente_id = dono(row)
        if atendente_id is not None:
            donos[atendente_id].add(row.id)
    for atendente_id, ref in viva.atendentes.items():
        ator = ref.actor
        if not isinstance(ator, Atendente) or not em_ordem(ref):
            continue
        em_quarentena = {ticket_id for ticket_id, ticket in viva.tickets.items() if not em_ordem(ticket)}
        assert set(ator._ocupadas) - em_quarentena == donos[atendente_id], f"1: slots of {atendente_id}"
        assert not set(ator._reservas) - em_quarentena, f"reservations left over at {atendente_id}"
        if all(em_ordem(fila) for fila in ator._filas.values()):
            assert not ator._faltam, f"{atendente_id} waits for proposals"
        assert (atendente_id in viva.online) == ator.row.online
    assert set(donos) <= set(viva.atendentes), "a ticket is owned by nobody we know"


def _conferir_linhas(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    esperando: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if espera(row):
            esperando[row.fila_id].add(row.id)
    for fila_id, ref in viva.filas.items():
        fila = ref.actor
        if isinstance(fila, Fila) and em_ordem(ref):
            na_linha = {id_ for linha in (fila._livres, fila._ofertados) for id_, _, _ in linha}
            em_quarentena = {ticket_id for ticket_id, ticket in viva.tickets.items() if not em_ordem(ticket)}
            assert na_linha - em_quarentena == esperando[fila_id], f"line of fila {fila.row.nome}"
            for linha in (fila._livres, fila._ofertados):
                for _, chave, (row, _, _) in linha:
                    assert chave == chave_do_ticket(row, fila.row)
    assert set(esperando) <= set(viva.filas), "a ticket waits in a fila that is gone"


def _conferir_que_ninguem_espera_a_toa(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    filas_com_espera = {row.fila_id for row in rows if espera(row)}
    for fila_id in filas_com_espera:
        ref = viva.filas[fila_id]
        fila = ref.actor
        if not isinstance(fila, Fila) or not em_ordem(ref) or not fila.row.distribuicao_automatica:
            continue
        for atendente_id in viva.membros_de.get(fila_id, ()):
            agente = viva.atendentes[atendente_id]
            ator = agente.actor
            if isinstance(ator, Atendente) and em_ordem(agente) and ator._exclusao.em_curso is None:
                filas = [viva.filas[f] for f in viva.filas_de[atendente_id]]
                cheio = teto(ator.row) <= ator.ocupadas
                assert cheio or not all(map(em_ordem, filas)), f"3: {ator.row.nome} is free, {fila.row.nome} waits"


def chave_do_ticket(row: TicketRow, fila: FilaRow) -> Chave:
    return chave_de_espera(prioridade_efetiva(row.prioridade, fila.prioridade), row.aguardando_desde, row.numero)


def espera_por_fila(viva: EmpresaViva) -> dict[str, tuple[str, Chave]]:
    """Ticket → (fila, rank) of everything that waits where distribution is automatic and all is in order."""
    resultado: dict[str, tuple[str, Chave]] = {}
    for row in linhas(viva):
        ref = viva.filas.get(row.fila_id)
        if ref is not None and em_ordem(ref) and isinstance(ref.actor, Fila) and espera(row):
            fila = ref.actor.row
            if fila.distribuicao_automatica:
                resultado[row.id] = (row.fila_id, chave_do_ticket(row, fila))
    return resultado


def conferir_escolha(
    viva: EmpresaViva,
    antes: dict[str, tuple[str, Chave]],
    eventos: Iterable[EventoRow],
    filas_antes: dict[str, set[str]],
) -> None:
    """Invariant 4: of what waited all along, nothing better than what an agent took was left behind in its filas."""
    depois = espera_por_fila(viva)
    eventos = list(eventos)
    mexidos = {evento.ticket_id for evento in eventos}  # given and returned within the step: it did not wait all along
    sobraram = {id_: lugar for id_, lugar in antes.items() if depois.get(id_) == lugar and id_ not in mexidos}
    for evento in eventos:
        tomado = antes.get(evento.ticket_id or "")
        if evento.tipo != "ticket_atribuido" or evento.ator_papel != "sistema" or tomado is None:
            continue
        atendente_id = evento.atendente_id or ""
        chave_tomada = min(tomado[1], _chave_agora(viva, evento.ticket_id or "", tomado[1]))
        filas = filas_antes.get(atendente_id, set()) & viva.filas_de.get(atendente_id, set())
        for ticket_id, (fila_id, chave) in sobraram.items():
            if _devolvido_por(viva, ticket_id) == atendente_id:  # another was to have it
                continue
            assert fila_id not in filas or chave > chave_tomada, f"4: {ticket_id} was jumped by {evento.ticket_id}"


def _devolvido_por(viva: EmpresaViva, ticket_id: str) -> str | None:
    ticket = viva.tickets.get(ticket_id)
    return None if ticket is None or ticket.actor is None else ticket.actor.row.devolvido_por


def _chave_agora(viva: EmpresaViva, ticket_id: str, antes: Chave) -> Chave:
    """Its rank by its present priority, which may have risen within the step."""
    ticket = viva.tickets.get(ticket_id)
    if ticket is None or ticket.actor is None:
        return antes
    fila = viva.filas.get(ticket.actor.row.fila_id)
    return antes if fila is None or fila.actor is None else chave_do_ticket(ticket.actor.row, fila.actor.row)


class Contador:
    """Follows one empresa by its events alone: who owns what, who is there, how much each may have, who serves what.

    ``devolvidos`` are the tickets that came back from an agent, with that agent; ``voltaram`` are those that the system
    gave to the very same.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.donos: dict[str, str] = {}
        self.status: dict[str, str] = {}
        self.capacidade: dict[str, int] = {}
        self.disponiveis: set[str] = set()
        self.forcados: set[str] = set()
        self.tetos: dict[str, int] = {}
        self.quem_serve = QuemServe()
        self.devolvidos: dict[str, str] = {}
        self.voltaram: list[tuple[str, str, str]] = []

    def comecar(self) -> None:
        """New events follow. A slot claimed before a capacity was lowered is still good: the highest one counts."""
        self.tetos = dict(self.capacidade)
        self.voltaram.clear()

    def seguir(self, evento: EventoRow) -> None:
        assert evento.seq == self.seq + 1, f"8: seq {evento.seq} after {self.seq}"
        self.seq = evento.seq
        dados: dict[str, Any] = json.loads(evento.dados)
        mudancas: dict[str, list[Any]] = json.loads(evento.mudancas) if evento.mudancas else {}
        self.quem_serve.seguir(evento, dados)
        if evento.tipo in {"atendente_criado", "atendente_atualizado"}:
            id_, capacidade = dados["atendente"]["id"], dados["atendente"]["capacidade"]
            self.capacidade[id_] = capacidade
            self.tetos[id_] = max(self.tetos.get(id_, 0), capacidade)
        elif evento.tipo == "atendente_status":
            presente = dados["online"] and dados["estado"] == DISPONIVEL
            (self.disponiveis.add if presente else self.disponiveis.discard)(dados["id"])
        elif evento.tipo == "atendente_excluido":
            self.disponiveis.discard(dados["id"])
        if evento.ticket_id is not None:
            self._seguir_ticket(evento, mudancas)

    def _seguir_ticket(self, evento: EventoRow, mudancas: dict[str, list[Any]]) -> None:
        ticket_id = evento.ticket_id or ""
        if evento.tipo == "ticket_criado":
            assert ticket_id not in self.status
            self.status[ticket_id] = "ABERTO"
        if "status" in mudancas:
            assert mudancas["status"][0] == self.status[ticket_id]
            self.status[ticket_id] = mudancas["status"][1]
        ocupa = self.status[ticket_id] in {"EM_ANDAMENTO", "PENDENTE"} and evento.atendente_id is not None
        antes = self.donos.pop(ticket_id, None)
        if ocupa and evento.atendente_id is not None:
            self.donos[ticket_id] = evento.atendente_id
        elif antes is not None and self.status[ticket_id] in {"ABERTO", "PENDENTE"}:
            self.devolvidos[ticket_id] = antes
        if evento.tipo == "ticket_atribuido" and antes != evento.atendente_id:
            (self.forcados.add if "forcado" in mudancas else self.forcados.discard)(ticket_id)
            if "forcado" not in mudancas:
                self._conferir_atribuicao(evento.atendente_id or "")
            serve = self.quem_serve.serve(evento.fila_id or "", evento.atendente_id or "")
            assert serve, f"12: {evento.atendente_id} was given a ticket of a fila it does not serve"
            de_quem = self.devolvidos.pop(ticket_id, None)
            if de_quem == evento.atendente_id and evento.ator_papel == "sistema":
                self.voltaram.append((ticket_id, evento.fila_id or "", de_quem or ""))

    def _conferir_atribuicao(self, atendente_id: str) -> None:
        # a forced one may have come between the reservation of this one and its assignment
        ativos = sum(1 for id_, dono in self.donos.items() if dono == atendente_id and id_ not in self.forcados)
        assert ativos <= self.tetos[atendente_id], f"2: {atendente_id} was given more than it can hold"
        assert atendente_id in self.disponiveis, f"5: {atendente_id} was given work while away"


def conferir_loja(loja: LojaEmMemoria) -> None:
    """Invariants 8 and 10 on what is durable."""
    for empresa_id, lease in loja.leases.items():
        seqs = [evento.seq for evento in loja.eventos if evento.empresa_id == empresa_id]
        assert seqs == list(range(1, lease.seq + 1)), "8: seq in the log"
        numeros = sorted(row.numero for row in loja.de(TicketRow, empresa_id))
        assert numeros == list(range(1, lease.numero + 1)), "10: numero"
        _conferir_contatos(loja, empresa_id)


def _conferir_contatos(loja: LojaEmMemoria, empresa_id: str) -> None:
    """The addresses of a contact lead to it and to no other, directly or by one that was merged into it."""
    contatos = {row.id: row for row in loja.de(ContatoRow, empresa_id)}
    representantes = {id_: row.unido_a or id_ for id_, row in contatos.items()}
    assert all(contatos[id_].unido_a is None for id_ in representantes.values()), "a chain of merged contacts"
    donos = {row.chave: row.contato_id for row in loja.de(ContatoChaveRow, empresa_id) if row.contato_id is not None}
    for row in contatos.values():
        if row.unido_a is None and row.excluido_em is None:
            de_quem = {representantes[donos[chave]] for chave in chaves(row.telefone, row.email)}
            assert de_quem <= {row.id}, "an address of two contacts"
    for ticket in loja.de(TicketRow, empresa_id):
        assert ticket.contato_id in contatos, "a ticket of nobody"
        assert ticket.excluido_em is None or ticket.status == "FECHADO", "a deleted ticket is open"
