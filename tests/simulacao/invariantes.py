"""The invariants of the engine, checked on the actors and, independently, on the events alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from actors.diretorio.empresa_viva import EmpresaViva
from engine.contatos import chaves
from engine.distribuicao import chave_de_espera, porque_nao
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
from engine.politica.da_fila import distribui_sozinha
from engine.runtime import Ref
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.quem_serve import QuemServe


def em_ordem(ref: Ref) -> bool:
    """Running: neither stopped nor quarantined."""
    return ref.state == 0


def linhas(viva: EmpresaViva) -> list[TicketRow]:
    return [row for row, ref in viva.diretorio.linhas_de_tickets() if em_ordem(ref)]


def conferir_atores(viva: EmpresaViva) -> None:
    """Invariants 1, 3 and 13, and that what the distribution believes is what the tickets say."""
    rows, diretorio = linhas(viva), viva.diretorio
    if conhece(viva):
        _conferir_agentes(viva, rows)
        _conferir_linhas(viva, rows)
    if not refazendo(viva):
        _conferir_que_ninguem_espera_a_toa(viva, rows)
    _conferir_prazos(viva)
    abertos = [row for row in rows if aberto(row.status)]
    assert {row.fila_id for row in abertos} <= set(diretorio.filas), "an open ticket of a fila that is gone"
    assert {row.canal_id for row in abertos} <= {None, *diretorio.canais}, "an open ticket of a canal that is gone"
    if all(em_ordem(ref) for ref in diretorio.tickets.values()):
        por_canal = Counter(row.canal_id for row in abertos if row.canal_id is not None)
        por_fila = Counter(row.fila_id for row in abertos)
        assert por_fila == viva.contagens.abertos_por_fila.por_chave(), "count of open tickets"
        assert por_canal == viva.contagens.abertos_por_canal.por_chave(), "count of open tickets by canal"
    canais = [row for id_ in diretorio.canais if (row := diretorio.canal_row(id_)) is not None]
    das_filas = {row.fila_id for row in canais}
    assert das_filas <= {None, *diretorio.filas}, "a canal of a fila that is gone"


def conhece(viva: EmpresaViva) -> bool:
    """Whether the Distribuidor knows all that there is. After a failure it does as soon as the Empresa is in order."""
    assert viva.distribuicao._conhece or not em_ordem(viva.diretorio.empresa), "nobody goes on making it anew"
    return viva.distribuicao._conhece


def refazendo(viva: EmpresaViva) -> bool:
    """Whether it has failed, and does not give out yet. It does in the end: something is on its way."""
    distribuicao = viva.distribuicao
    assert distribuicao._refazendo is None or distribuicao._avisado or not em_ordem(viva.diretorio.empresa)
    return distribuicao._refazendo is not None


def conferir_participacao(viva: EmpresaViva, loja: LojaEmMemoria) -> None:
    """Who serves what is what the committed rows say, and the distribution goes by it."""
    membros = _quem_serve(loja, viva.name)
    assert membros == viva.diretorio.membros_de, "effective membership"
    servidas: defaultdict[str, set[str]] = defaultdict(set)
    for fila_id, quem in membros.items():
        for atendente_id in quem:
            servidas[atendente_id].add(fila_id)
    assert set(servidas) <= set(viva.diretorio.atendentes), "somebody who is gone serves a fila"
    if not conhece(viva):
        return
    distribuidor = viva.distribuicao._distribuidor
    for atendente_id, perfil in distribuidor.perfis.items():
        assert set(perfil.lugares) == servidas[atendente_id], f"what {atendente_id} serves"
    for fila_id, linha in distribuidor.linhas.items():
        assert set(linha.escala.candidatos) == membros.get(fila_id, set()), f"the roster of {fila_id}"


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
    diretorio, distribuidor = viva.diretorio, viva.distribuicao._distribuidor
    donos: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        atendente_id = dono(row)
        if atendente_id is not None:
            donos[atendente_id].add(row.id)
    em_quarentena = {ticket_id for ticket_id, ticket in diretorio.tickets.items() if not em_ordem(ticket)}
    assert set(distribuidor.perfis) == set(diretorio.atendentes)
    assert not distribuidor.promessas, "promises that nobody has taken"
    for atendente_id, perfil in distribuidor.perfis.items():
        ref = diretorio.atendentes[atendente_id]
        assert set(perfil.ocupadas) - em_quarentena == donos[atendente_id], f"1: slots of {atendente_id}"
        assert not perfil.prometidas, f"slots of {atendente_id} that are promised and not taken"
        assert perfil.row is diretorio.atendente_row(atendente_id), f"the profile of {atendente_id}"
        assert perfil.parado == (not em_ordem(ref)), f"whether {atendente_id} is in order"
        assert perfil.saindo == (atendente_id in diretorio.saindo), f"whether {atendente_id} is being deleted"
        assert (atendente_id in viva.contagens.online) == perfil.row.online
    assert set(donos) <= set(diretorio.atendentes), "a ticket is owned by nobody we know"


def _conferir_linhas(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    distribuidor = viva.distribuicao._distribuidor
    esperando: defaultdict[str, dict[str, TicketRow]] = defaultdict(dict)
    for row in rows:
        if espera(row):
            esperando[row.fila_id][row.id] = row
    for fila_id, linha in distribuidor.linhas.items():
        assert linha.fila is viva.diretorio.fila_row(fila_id), "the policy of a fila"
        na_linha = {id_: _lugar(espera.row) for id_, espera in linha.esperas.items()}
        esperam = {id_: _lugar(row) for id_, row in esperando[fila_id].items()}
        assert na_linha == esperam, f"line of fila {linha.fila.nome}"
        assert linha.prometidos == 0
        em_fila = [espera.row for espera in linha.em_ordem()]
        assert em_fila == sorted(em_fila, key=partial(chave_do_ticket, fila=linha.fila)), "places in line"
    assert set(esperando) <= set(distribuidor.linhas), "a ticket waits in a fila that is gone"


def _lugar(row: TicketRow) -> tuple[object, ...]:
    """What of a ticket decides over its place in line, and over who may have it."""
    return row.prioridade, row.aguardando_desde, row.numero, row.devolvido_por


def _conferir_que_ninguem_espera_a_toa(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    distribuidor = viva.distribuicao._distribuidor
    for row in rows:
        linha = distribuidor.linhas[row.fila_id] if espera(row) else None
        if linha is not None and linha.distribui:
            for candidato in linha.escala.candidatos.values():
                porque = porque_nao(linha, linha.esperas[row.id], candidato)
                assert porque is not None, f"3: {candidato.perfil.row.nome} is free, {linha.fila.nome} waits"


def _conferir_prazos(viva: EmpresaViva) -> None:
    """13: nothing is past its deadline, but for what is out of order."""
    now = viva.dispatcher.now()
    for atendente_id, ref in viva.diretorio.atendentes.items():
        row = viva.diretorio.atendente_row(atendente_id)
        prazo = None if row is None else row.offline_em
        assert prazo is None or prazo >= now or not em_ordem(ref), "13: a grace period that does not end"


def chave_do_ticket(row: TicketRow, fila: FilaRow) -> Chave:
    return chave_de_espera(row, fila.prioridade)


def espera_por_fila(viva: EmpresaViva) -> dict[str, tuple[str, Chave]]:
    """Ticket → (fila, rank) of everything that waits where distribution is automatic and all is in order."""
    resultado: dict[str, tuple[str, Chave]] = {}
    for row in linhas(viva):
        fila = viva.diretorio.fila_row(row.fila_id)
        if fila is not None and espera(row) and distribui_sozinha(fila):
            resultado[row.id] = (row.fila_id, chave_do_ticket(row, fila))
    return resultado


def conferir_escolha(
    viva: EmpresaViva,
    antes: dict[str, tuple[str, Chave]],
    eventos: Iterable[EventoRow],
    filas_antes: dict[str, set[str]],
) -> None:
    """Invariant 4: of what waited all along, nothing better than what an agent took was left behind in its filas.

    By the events alone, so not of agents who changed within the step: what such a one was promised first may have
    fallen, while what it was promised next was its own already. For them see :mod:`tests.simulacao.flagrantes`.
    """
    depois = espera_por_fila(viva)
    eventos = list(eventos)
    mexidos = {evento.ticket_id for evento in eventos}  # given and returned within the step: it did not wait all along
    mudaram = {evento.atendente_id for evento in eventos if evento.ticket_id is None}
    sobraram = {id_: lugar for id_, lugar in antes.items() if depois.get(id_) == lugar and id_ not in mexidos}
    for evento in eventos:
        tomado = antes.get(evento.ticket_id or "")
        if evento.tipo != "ticket_atribuido" or evento.ator_papel != "sistema" or tomado is None:
            continue
        if evento.atendente_id in mudaram:
            continue
        atendente_id = evento.atendente_id or ""
        chave_tomada = min(tomado[1], _chave_agora(viva, evento.ticket_id or "", tomado[1]))
        filas = filas_antes.get(atendente_id, set()) & viva.diretorio.filas_de.get(atendente_id, set())
        for ticket_id, (fila_id, chave) in sobraram.items():
            if _devolvido_por(viva, ticket_id) == atendente_id:  # another was to have it
                continue
            assert fila_id not in filas or chave > chave_tomada, f"4: {ticket_id} was jumped by {evento.ticket_id}"


def _devolvido_por(viva: EmpresaViva, ticket_id: str) -> str | None:
    row = viva.diretorio.ticket_row(ticket_id)
    return None if row is None else row.devolvido_por


def _chave_agora(viva: EmpresaViva, ticket_id: str, antes: Chave) -> Chave:
    """Its rank by its present priority, which may have risen within the step."""
    row = viva.diretorio.ticket_row(ticket_id)
    fila = None if row is None else viva.diretorio.fila_row(row.fila_id)
    return antes if row is None or fila is None else chave_do_ticket(row, fila)


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
        self.quem_serve = QuemServe()
        self.devolvidos: dict[str, str] = {}
        self.voltaram: list[tuple[str, str, str]] = []

    def comecar(self) -> None:
        """New events follow."""
        self.voltaram.clear()

    def seguir(self, evento: EventoRow) -> None:
        assert evento.seq == self.seq + 1, f"8: seq {evento.seq} after {self.seq}"
        self.seq = evento.seq
        dados: dict[str, Any] = json.loads(evento.dados)
        mudancas: dict[str, list[Any]] = json.loads(evento.mudancas) if evento.mudancas else {}
        self.quem_serve.seguir(evento, dados)
        if evento.tipo in {"atendente_criado", "atendente_atualizado"}:
            self.capacidade[dados["atendente"]["id"]] = dados["atendente"]["capacidade"]
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
            if "forcado" not in mudancas:
                self._conferir_atribuicao(evento.atendente_id or "")
            serve = self.quem_serve.serve(evento.fila_id or "", evento.atendente_id or "")
            assert serve, f"12: {evento.atendente_id} was given a ticket of a fila it does not serve"
            de_quem = self.devolvidos.pop(ticket_id, None)
            if de_quem == evento.atendente_id and evento.ator_papel == "sistema":
                self.voltaram.append((ticket_id, evento.fila_id or "", de_quem or ""))

    def _conferir_atribuicao(self, atendente_id: str) -> None:
        ativos = sum(1 for dono in self.donos.values() if dono == atendente_id)
        assert ativos <= self.capacidade[atendente_id], f"2: {atendente_id} was given more than it can hold"
        assert atendente_id in self.disponiveis, f"5: {atendente_id} was given work while away"


def conferir_loja(loja: LojaEmMemoria) -> None:
    """Invariants 8 and 10 on what is durable."""
    assert not loja.repetidas, "a message was saved twice"
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
            de_quem = {representantes[donos[chave]] for chave in chaves(row.telefone, row.email, row.outros)}
            assert de_quem <= {row.id}, "an address of two contacts"
    for ticket in loja.de(TicketRow, empresa_id):
        assert ticket.contato_id in contatos, "a ticket of nobody"
        assert ticket.excluido_em is None or ticket.status == "FECHADO", "a deleted ticket is open"
