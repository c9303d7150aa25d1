"""The waiting line of a Fila, its roster, and the choice of who is offered what."""

from __future__ import annotations

from actors.diretorio.empresa_viva import EmpresaViva
from actors.protocolo import (
    Aceita,
    Anunciar,
    Apresente,
    Atribuir,
    Chamada,
    Devolver,
    DonoOffline,
    DonoSumiu,
    Enfileirar,
    Oferta,
    PerdeuMembro,
    Perdida,
    Proposta,
    Recusa,
    Retirar,
)
from engine import estados
from engine.distribuicao import Candidato, Escala, chave_de_espera, prioridade_efetiva
from engine.modelo import FilaRow, TicketRow
from engine.ordenado import Chave, Ordenado
from engine.runtime import Actor, Ref, handles

Esperando = tuple[TicketRow, Ref, int]
"""A ticket in line: its row, its ref, the number of its last announcement."""

Lugar = tuple[str, Chave, Esperando]
"""The id of a ticket, its rank, and itself."""

DESCONHECIDO = -1
"""Not a number of any announcement: the fila was rebuilt."""


class Linha(Actor):
    """The part of a Fila that is at work all day: a waiting line and the agents who serve it.

    ``_livres`` are the tickets nobody was offered, ``_ofertados`` those on offer, with whom: an offer promises
    nothing, so the line is always both together, and whoever accepts first gets the ticket.
    """

    __slots__ = ("_escala", "_livres", "_ofertado_a", "_ofertados")

    group: EmpresaViva
    row: FilaRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: FilaRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._esvaziar()

    def _esvaziar(self) -> None:
        self._livres: Ordenado[Esperando] = Ordenado()
        self._ofertados: Ordenado[Esperando] = Ordenado()
        self._ofertado_a: dict[str, str] = {}
        self._escala = Escala(self.row.estrategia)

    def admitir(self, row: TicketRow, ticket: Ref, anuncio: int) -> None:
        """Put a ticket into the line: on activation directly, later through Enfileirar."""
        chave = self._chave(row)
        if row.id in self._ofertado_a:
            self._ofertados.por(row.id, chave, (row, ticket, anuncio))
        else:
            self._livres.por(row.id, chave, (row, ticket, anuncio))

    def _chave(self, row: TicketRow) -> Chave:
        efetiva = prioridade_efetiva(row.prioridade, self.row.prioridade)
        return chave_de_espera(efetiva, row.aguardando_desde, row.numero)

    def restore(self) -> None:
        self._esvaziar()
        for row, ticket in self.group.linhas_de_tickets():
            if row.fila_id == self.row.id and estados.espera(row):
                self.admitir(row, ticket, DESCONHECIDO)

    def recovered(self, message: object) -> None:
        if isinstance(message, Aceita):
            message.atendente.tell(Perdida(message.ticket_id))
        elif isinstance(message, DonoSumiu):
            message.ticket.tell(DonoOffline(message.atendente_id))
        self._reapresentar()

    def _reapresentar(self) -> None:
        """Have everybody say where they stand: the tickets in line, and the agents."""
        for _, _, (_, ticket, _) in self._livres:
            ticket.tell(Anunciar())
        for atendente_id in sorted(self.group.membros_de.get(self.row.id, ())):
            self._ao_atendente(atendente_id, Apresente())

    def _ao_atendente(self, atendente_id: str, mensagem: object) -> None:
        atendente = self.group.atendentes.get(atendente_id)
        if atendente is not None:
            atendente.tell(mensagem)

    # -- the line --------------------------------------------------------------------------------------------------

    @handles(Enfileirar)
    def enfileirar(self, m: Enfileirar) -> None:
        row = m.row
        ninguem_antes = self.row.distribuicao_automatica and not self._livres and row.id not in self._ofertado_a
        candidato = self._candidato_para(row) if ninguem_antes else None
        if candidato is None:
            self.admitir(row, m.ticket, m.anuncio)
            self._distribuir()
        else:  # the same, without putting it into the line to take it out again
            self._ofertar(candidato, row.id, self._chave(row), (row, m.ticket, m.anuncio))

    @handles(Retirar)
    def retirar(self, m: Retirar) -> None:
        if self._tirar(m.ticket_id) is not None:
            self._distribuir()

    def _tirar(self, ticket_id: str) -> Esperando | None:
        """Take a ticket out of the line, and back the offer of it, if any."""
        atendente_id = self._ofertado_a.pop(ticket_id, None)
        if atendente_id is None:
            achado = self._livres.tirar(ticket_id)
        else:
            achado = self._ofertados.tirar(ticket_id)
            candidato = self._escala.candidatos.get(atendente_id)
            if candidato is not None:
                candidato.ofertas -= 1
                self._escala.reordenar(candidato)
        return None if achado is None else achado[1]

    def _desofertar(self, ticket_id: str) -> None:
        """An offer came to nothing: the ticket waits for another."""
        achado = self._ofertados.ver(ticket_id)
        self._tirar(ticket_id)
        if achado is not None:
            self._livres.por(ticket_id, achado[0], achado[1])

    def _desofertar_tudo(self, atendente_id: str) -> None:
        for ticket_id in [ticket for ticket, agente in self._ofertado_a.items() if agente == atendente_id]:
            self._desofertar(ticket_id)

    def _esquecer(self, atendente_id: str) -> None:
        """The agent serves this fila no more."""
        self._desofertar_tudo(atendente_id)
        self._escala.remover(atendente_id)

    def _melhor_para(self, atendente_id: str) -> Lugar | None:
        """The first of the whole line that this agent may have, on offer or not."""
        livre = self._primeiro_para(self._livres, atendente_id)
        ofertado = self._primeiro_para(self._ofertados, atendente_id)
        if livre is None or ofertado is None:
            return livre or ofertado
        return livre if livre[1] <= ofertado[1] else ofertado

    def _primeiro_para(self, linha: Ordenado[Esperando], atendente_id: str) -> Lugar | None:
        primeiro = linha.primeiro()
        if primeiro is None or primeiro[2][0].devolvido_por != atendente_id:
            return primeiro
        outro_tem_vaga = self._outro_tem_vaga(atendente_id)
        for lugar in linha.em_ordem():
            ticket_id, _, (row, _, _) = lugar
            com_outro = self._ofertado_a.get(ticket_id, atendente_id) != atendente_id
            if row.devolvido_por != atendente_id or not (outro_tem_vaga or com_outro):
                return lugar
        return None

    def _distribuir(self) -> None:
        """Offer waiting tickets, best first, to the agents the strategy chooses, while there are both."""
        if not self.row.distribuicao_automatica:
            return
        while (par := self._proximo_par()) is not None:
            candidato, (ticket_id, chave, esperando) = par
            self._livres.tirar(ticket_id)
            self._ofertar(candidato, ticket_id, chave, esperando)

    def _proximo_par(self) -> tuple[Candidato, Lugar] | None:
        """The first ticket for which there is somebody."""
        primeiro, escolhido = self._livres.primeiro(), self._escala.proximo()
        if primeiro is None or escolhido is None:
            return None
        if primeiro[2][0].devolvido_por is None:
            return escolhido, primeiro
        for lugar in self._livres.em_ordem():
            candidato = self._candidato_para(lugar[2][0])
            if candidato is not None:
                return candidato, lugar
        return None

    def _candidato_para(self, row: TicketRow) -> Candidato | None:
        """Who the strategy chooses for this ticket: whoever it came back from only if nobody else has room."""
        escala, devolvido_por = self._escala, row.devolvido_por
        if devolvido_por is None:
            return escala.proximo()
        outro = escala.proximo_exceto(devolvido_por)
        if outro is not None or self._outro_tem_vaga(devolvido_por):
            return outro
        return escala.proximo()

    def _outro_tem_vaga(self, atendente_id: str) -> bool:
        """Whether anybody beside this agent has room for a ticket of this fila."""
        membros = self.group.membros_de.get(self.row.id, ())
        return any(id_ != atendente_id and self._tem_vaga(id_) for id_ in membros)

    def _tem_vaga(self, atendente_id: str) -> bool:
        """By what it said last. Who has said nothing yet, or looks for work and is not heard yet, may have: it will
        say so, and until then what must not go to somebody else waits for it.
        """
        candidato = self._escala.candidatos.get(atendente_id)
        if candidato is not None and candidato.tem_vaga():
            return True
        atendente = self.group.atendentes.get(atendente_id)
        if atendente is None or not atendente.is_running() or atendente_id not in self.group.disponiveis:
            return False
        return candidato is None or self.group.quer_chamar(atendente)

    def _ofertar(self, candidato: Candidato, ticket_id: str, chave: Chave, esperando: Esperando) -> None:
        self._ofertados.por(ticket_id, chave, esperando)
        self._ofertado_a[ticket_id] = candidato.id
        candidato.ofertas += 1
        candidato.ocioso_desde = self.now()
        self._escala.passou_a_vez(candidato)
        self._escala.reordenar(candidato)
        self._ao_atendente(candidato.id, Oferta(self.row.id, ticket_id))

    # -- the contract net ------------------------------------------------------------------------------------------

    def _atualizar(self, estado: Chamada) -> Candidato | None:
        """Take what an agent says of itself; None if it is not (or no longer) a member."""
        if estado.atendente_id not in self.group.membros_de.get(self.row.id, ()):
            self._esquecer(estado.atendente_id)
            return None
        candidato = self._escala.incluir(estado.atendente_id)
        candidato.livres = estado.livres
        candidato.vagas = estado.vagas
        candidato.ativos = estado.ativos
        candidato.capacidade = estado.capacidade
        candidato.ocioso_desde = estado.ocioso_desde
        self._escala.reordenar(candidato)
        return candidato

    @handles(Chamada)
    def chamar(self, m: Chamada) -> None:
        """An agent says how it is, and maybe asks for the best there is."""
        if m.reinicio:
            self._desofertar_tudo(m.atendente_id)
        candidato = self._atualizar(m)
        if m.chamada > 0:
            self._propor(m, candidato)
        self._distribuir()

    def _propor(self, m: Chamada, candidato: Candidato | None) -> None:
        """Its own words say that an agent has no room while it chooses: nothing is offered to it meanwhile."""
        da_fila = candidato is not None and self.row.distribuicao_automatica
        melhor = self._melhor_para(m.atendente_id) if da_fila else None
        if melhor is None:
            self._ao_atendente(m.atendente_id, Proposta(self.row.id, m.chamada, None, None))
            return
        ticket_id, chave, _ = melhor
        self._ao_atendente(m.atendente_id, Proposta(self.row.id, m.chamada, ticket_id, chave))

    @handles(Aceita)
    def aceitar(self, m: Aceita) -> None:
        esperando = self._tirar(m.ticket_id)
        candidato = self._atualizar(m.estado)
        if esperando is None or candidato is None or self._e_de_outro(esperando[0], candidato.id):
            m.atendente.tell(Perdida(m.ticket_id))
            if esperando is not None:
                self.admitir(*esperando)
        else:
            self._escala.passou_a_vez(candidato)
            self._escala.reordenar(candidato)
            _, ticket, anuncio = esperando
            ticket.tell(Atribuir(m.ticket_id, candidato.id, m.atendente, m.nome, self.row.id, anuncio))
        self._distribuir()

    def _e_de_outro(self, row: TicketRow, atendente_id: str) -> bool:
        """Whether it came back from this agent, and somebody else has room by now."""
        return row.devolvido_por == atendente_id and self._outro_tem_vaga(atendente_id)

    @handles(Recusa)
    def recusar(self, m: Recusa) -> None:
        if self._ofertado_a.get(m.ticket_id) == m.estado.atendente_id:
            self._desofertar(m.ticket_id)
        self._atualizar(m.estado)
        self._distribuir()

    @handles(DonoSumiu)
    def dono_sumiu(self, m: DonoSumiu) -> None:
        if self.row.ao_ficar_offline == "devolver":
            m.ticket.tell(Devolver(m.atendente_id))

    @handles(PerdeuMembro)
    def perdeu_membro(self, m: PerdeuMembro) -> None:
        """What it was offered last, it may have had no ears for. If it is back already, it will say so itself."""
        self._esquecer(m.atendente_id)
        self._distribuir()
