"""The invariants of the engine, checked on the actors and, independently, on the events alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from engine.contatos import chaves
from engine.estados import aberto, dono, espera, oferta_de
from engine.modelo import (
    ContatoChaveRow,
    ContatoRow,
    EventoRow,
    FilaRow,
    Rota,
    TicketRow,
)
from engine.ordenado import Chave
from engine.politica.capacidade import PADRAO
from engine.politica.da_fila import distribui_sozinha
from engine.runtime import Ref
from tests.engine.linhas import chave_de_espera
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.retrato import vias_gravadas


def em_ordem(ref: Ref) -> bool:
    """Running: neither stopped nor quarantined."""
    return ref.state == 0


def linhas(viva: EmpresaViva) -> list[TicketRow]:
    return [row for row, ref in viva.diretorio.linhas_de_tickets() if em_ordem(ref)]


def conferir_atores(viva: EmpresaViva) -> None:
    """Invariants 1 and 13, and that what the distribution believes is what the tickets say. For 3 see
    :mod:`tests.simulacao.esperas`.
    """
    rows, diretorio = linhas(viva), viva.diretorio
    if conhece(viva):
        _conferir_agentes(viva, rows)
        _conferir_linhas(viva, rows)
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
    assert distribuicao._refazendo is None or distribuicao._avisado is not None or not em_ordem(viva.diretorio.empresa)
    return distribuicao._refazendo is not None


def conferir_participacao(viva: EmpresaViva, loja: LojaEmMemoria) -> None:
    """Who serves what, and by what, is what the committed rows say, and the distribution goes by it."""
    participacao, vias = viva.diretorio.participacao, vias_gravadas(loja, viva.name)
    tem = {(fila, quem): participacao.vias(fila, quem) for fila, de in participacao.membros_de.items() for quem in de}
    assert vias == tem, "effective membership"
    assert {quem for _, quem in vias} <= set(viva.diretorio.atendentes), "somebody who is gone serves a fila"
    if not conhece(viva):
        return
    distribuidor = viva.distribuicao._distribuidor
    for atendente_id, perfil in distribuidor.perfis.items():
        servidas = {fila for fila, quem in vias if quem == atendente_id}
        assert set(perfil.lugares) == servidas, f"what {atendente_id} serves"
    filas = distribuidor.linhas.items()
    escalas = {(fila, um.perfil.id): um.equipes for fila, de in filas for um in de.escala.candidatos.values()}
    assert escalas == vias, "the rosters"


def _conferir_agentes(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    diretorio, distribuidor = viva.diretorio, viva.distribuicao._distribuidor
    donos: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        atendente_id = dono(row)
        if atendente_id is not None:
            donos[atendente_id].add(row.id)
    em_quarentena = {ticket_id for ticket_id, ticket in diretorio.tickets.items() if not em_ordem(ticket)}
    assert set(distribuidor.perfis) == set(diretorio.atendentes)
    ofertas = _ofertas(rows)
    prometidos = {id_: {um.id for um in promessa.perfis} for id_, promessa in distribuidor.promessas.items()}
    assert prometidos == ofertas, "promises that nobody has taken"
    for atendente_id, perfil in distribuidor.perfis.items():
        ref = diretorio.atendentes[atendente_id]
        assert set(perfil.ocupadas) - em_quarentena == donos[atendente_id], f"1: slots of {atendente_id}"
        ofertados = {id_ for id_, quem in ofertas.items() if atendente_id in quem}
        assert set(perfil.prometidas) == ofertados, f"slots of {atendente_id} that are promised and not taken"
        assert perfil.row is diretorio.atendente_row(atendente_id), f"the profile of {atendente_id}"
        assert perfil.parado == (not em_ordem(ref)), f"whether {atendente_id} is in order"
        assert perfil.saindo == (atendente_id in diretorio.saindo), f"whether {atendente_id} is being deleted"
        assert (atendente_id in viva.contagens.online) == perfil.row.online
    assert set(donos) <= set(diretorio.atendentes), "a ticket is owned by nobody we know"


def _ofertas(rows: list[TicketRow]) -> dict[str, set[str]]:
    """What is offered, and to whom."""
    return {row.id: set(oferta.atendentes) for row in rows if (oferta := oferta_de(row)) is not None}


def _conferir_linhas(viva: EmpresaViva, rows: list[TicketRow]) -> None:
    distribuidor = viva.distribuicao._distribuidor
    esperando: defaultdict[str, dict[str, TicketRow]] = defaultdict(dict)
    ofertados: Counter[str] = Counter()
    for row in rows:
        if oferta_de(row) is not None:
            ofertados[row.fila_id] += 1
        elif espera(row):
            esperando[row.fila_id][row.id] = row
    for fila_id, linha in distribuidor.linhas.items():
        assert linha.fila is viva.diretorio.fila_row(fila_id), "the policy of a fila"
        na_linha = {id_: _lugar(espera.row) for id_, espera in linha.esperas.items()}
        esperam = {id_: _lugar(row) for id_, row in esperando[fila_id].items()}
        assert na_linha == esperam, f"line of fila {linha.fila.nome}"
        assert linha.prometidos == ofertados[fila_id], "what is offered of a line"
    assert set(esperando) <= set(distribuidor.linhas), "a ticket waits in a fila that is gone"


def _lugar(row: TicketRow) -> tuple[object, ...]:
    """What of a ticket decides over its place in line, and over who may have it."""
    rota = row.rota or Rota()
    conta = replace(rota, mensagem_de_espera=None, intocado=False, balanceado=False, responder_ate=None)
    return row.prioridade, row.aguardando_desde, row.numero, row.devolvido_por, conta


def _conferir_prazos(viva: EmpresaViva) -> None:
    """13: nothing is past its deadline, but for what is out of order."""
    now = viva.dispatcher.now()
    for atendente_id, ref in viva.diretorio.atendentes.items():
        row = viva.diretorio.atendente_row(atendente_id)
        prazo = None if row is None else row.offline_em
        assert prazo is None or prazo >= now or not em_ordem(ref), "13: a grace period that does not end"
    assert not atrasada(viva) or not em_ordem(viva.diretorio.empresa), "13: what is due is not looked at"


def atrasada(viva: EmpresaViva) -> bool:
    """Whether the distribution should have looked at something by now."""
    prazo = viva.distribuicao._distribuidor.proximo_prazo()
    return prazo is not None and prazo <= viva.dispatcher.now() and not refazendo(viva)


def chave_do_ticket(row: TicketRow, fila: FilaRow) -> Chave:
    return chave_de_espera(row, fila.prioridade)


def simples(fila: FilaRow) -> bool:
    """Whether it goes by its own fields alone."""
    return fila.politica == "{}"


def espera_por_fila(viva: EmpresaViva) -> dict[str, tuple[str, Chave]]:
    """Ticket → (fila, rank) of everything that waits where distribution is automatic and all is in order; of filas that
    have no policy, where slots are counted by tickets. (Where there is more to it: :mod:`tests.simulacao.flagrantes`.)
    """
    resultado: dict[str, tuple[str, Chave]] = {}
    for row in linhas(viva) if viva.ajustes.capacidade == PADRAO else ():
        fila = viva.diretorio.fila_row(row.fila_id)
        if fila is not None and espera(row) and row.rota is None and distribui_sozinha(fila) and simples(fila):
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
