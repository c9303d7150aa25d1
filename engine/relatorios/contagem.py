"""One event after the other: from what is known, and the event, to the sums that it adds, and to what is known then.

Whatever is counted is credited to the fila and the agent who did it, as they were at that moment: a ticket that goes on
to another takes nothing along of what was done before.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine import eventos
from engine.estados import ABERTOS
from engine.modelo import EventoRow
from engine.relatorios import medidas as m
from engine.relatorios.estado import AtendenteVivo, TicketVivo, esquecido
from engine.relatorios.fatos import (
    DE_ATENDENTE,
    DE_EQUIPE,
    MUDAM_O_TICKET,
    Dados,
    Mudancas,
    dados_de,
    de_pessoa,
    mudancas_de,
)
from engine.relatorios.histograma import classe
from engine.relatorios.jornada import correr
from engine.relatorios.semente import COM_DONO, semeado, status_depois
from engine.relatorios.somas import HORA_MS, Corte, Medidas, Somas

_NOVA_MENSAGEM = eventos.NovaMensagem.tipo


class Contagem:
    """Counts events of one empresa, in the order of the log. ``tickets`` and ``atendentes`` is what is known of those
    whom the events may concern (who is not in them is unknown), and is changed in place. ``somas`` is what was added
    so far.
    """

    __slots__ = ("_lugares", "atendentes", "esquecidos", "somas", "tickets")

    def __init__(self, tickets: dict[str, TicketVivo], atendentes: dict[str, AtendenteVivo]) -> None:
        self.tickets = tickets
        self.atendentes = atendentes
        self.esquecidos: set[str] = set()
        """Tickets of which nothing needs to be known any more."""
        self.somas: Somas = {}
        self._lugares: dict[object, tuple[Medidas, ...]] = {}

    def contar(self, evento: EventoRow) -> None:
        """Count one event. Raises msgspec.DecodeError."""
        tipo = evento.tipo
        mudancas = mudancas_de(evento.mudancas)
        if evento.ticket_id is None:
            if tipo in DE_ATENDENTE:
                self._do_atendente(evento, dados_de(evento.dados))
            elif tipo in DE_EQUIPE:
                self._da_equipe(evento, dados_de(evento.dados))
            return
        if tipo == eventos.TicketExcluido.tipo:
            self._excluir(evento)
            return
        ticket = self._ticket(evento, mudancas)
        for meta, fim in mudancas.metas():
            quem = evento.ator_id if tipo == _NOVA_MENSAGEM and de_pessoa(evento) else ticket.dono
            self._mais(evento.em, ticket, ticket.fila, quem, m.SLA[meta, fim])
        if tipo in MUDAM_O_TICKET:
            self._do_ticket(evento, ticket, dados_de(evento.dados))
        elif tipo == _NOVA_MENSAGEM:
            self._da_mensagem(evento, ticket, dados_de(evento.dados), mudancas)
        elif tipo == eventos.PesquisaRespondida.tipo:
            self._da_pesquisa(evento, ticket, dados_de(evento.dados))

    # -- tickets -------------------------------------------------------------------------------------------------------

    def _ticket(self, evento: EventoRow, mudancas: Mudancas) -> TicketVivo:
        """What is known of its ticket; of one that is unknown, what the event says that it was before."""
        assert evento.ticket_id is not None, "it is of a ticket"
        ticket = self.tickets.get(evento.ticket_id)
        if ticket is None or esquecido(ticket, evento.em) or (ticket.status is None and evento.tipo in MUDAM_O_TICKET):
            ticket = self.tickets[evento.ticket_id] = semeado(evento, mudancas)
            self.esquecidos.discard(evento.ticket_id)
            if ticket.dono is not None:
                self._ocupar(ticket.dono, evento.em, 1)
        return ticket

    def _do_ticket(self, evento: EventoRow, ticket: TicketVivo, dados: Dados) -> None:
        mostrado, em = dados.ticket, evento.em
        if mostrado is not None:
            ticket.etiquetas, ticket.canal = mostrado.etiquetas, mostrado.canal_id
        if evento.tipo == eventos.TicketCriado.tipo:
            self._criar(evento, ticket)
            return
        status = status_depois(evento, dados) or ticket.status
        dono = evento.atendente_id if status in COM_DONO else None
        fila = evento.fila_id or ticket.fila
        transferido = evento.tipo == eventos.TicketTransferido.tipo
        if transferido:
            self._mais(em, ticket, dados.fila_anterior_id or ticket.fila, ticket.dono, m.TRANSFERIDOS_DE)
            self._mais(em, ticket, fila, dono, m.TRANSFERIDOS_PARA)
        if (status, fila, dono) != (ticket.status, ticket.fila, ticket.dono):
            self._passar(em, ticket, status, fila, dono, devolvido=not transferido)

    def _criar(self, evento: EventoRow, ticket: TicketVivo) -> None:
        em = evento.em
        ticket.status, ticket.desde, ticket.espera_desde, ticket.pedido_em = "ABERTO", em, em, em
        if de_pessoa(evento):
            self._mais(em, ticket, ticket.fila, evento.ator_id, m.CRIADOS_POR_PESSOA)
        elif evento.ator_papel == "conector":
            self._mais(em, ticket, ticket.fila, None, m.CRIADOS_PELO_CONTATO)
        else:
            self._mais(em, ticket, ticket.fila, None, m.CRIADOS_PELO_SISTEMA)

    def _passar(
        self, em: int, ticket: TicketVivo, status: str | None, fila: str, dono: str | None, *, devolvido: bool
    ) -> None:
        """It has another status, another fila or another owner from now."""
        antes = ticket.status
        self._contar_trecho(em, ticket)
        if status != antes and status is not None:
            if antes in ABERTOS and status not in ABERTOS:
                self._encerrar(em, ticket)
            elif antes is not None and antes not in ABERTOS and status in ABERTOS:
                self._reabrir(em, ticket)
        if dono != ticket.dono:
            self._trocar_de_dono(em, ticket, dono, devolvido=devolvido and status == "ABERTO")
        if status != "ABERTO":
            ticket.espera_desde = None
        elif antes != "ABERTO" and antes is not None:
            ticket.espera_desde = em
        ticket.status, ticket.fila, ticket.dono = status, fila, dono

    def _contar_trecho(self, em: int, ticket: TicketVivo) -> None:
        """It was so until now: with this status, in this fila, with this owner."""
        qual = m.NO_STATUS.get(ticket.status or "")
        if qual is not None and ticket.desde is not None:
            dono = ticket.fim_dono if ticket.status == "RESOLVIDO" else ticket.dono
            self._durou(em, ticket, ticket.fila, dono, qual, em - ticket.desde)
        ticket.desde = em

    def _encerrar(self, em: int, ticket: TicketVivo) -> None:
        self._mais(em, ticket, ticket.fila, ticket.dono, m.ENCERRADOS)
        if ticket.pedido_em is not None:
            abandonado = ticket.status == "ABERTO" and not ticket.respondido
            qual = m.ABANDONO if abandonado else m.RESOLUCAO
            self._durou(em, ticket, ticket.fila, ticket.dono, qual, em - ticket.pedido_em)
        ticket.fim, ticket.fim_fila, ticket.fim_dono = em, ticket.fila, ticket.dono
        ticket.sem_resposta_desde = None

    def _reabrir(self, em: int, ticket: TicketVivo) -> None:
        self._mais(em, ticket, ticket.fim_fila or ticket.fila, ticket.fim_dono, m.REABERTOS)
        ticket.fim, ticket.pedido_em = None, em

    def _trocar_de_dono(self, em: int, ticket: TicketVivo, dono: str | None, *, devolvido: bool) -> None:
        if ticket.dono is not None:
            self._ocupar(ticket.dono, em, -1)
            if devolvido:
                self._mais(em, ticket, ticket.fila, ticket.dono, m.DEVOLVIDOS)
        ticket.dono_desde = None
        if dono is None:
            return
        self._ocupar(dono, em, 1)
        self._mais(em, ticket, ticket.fila, dono, m.ASSUMIDOS)
        ticket.dono_desde = em
        if ticket.espera_desde is not None:
            self._durou(em, ticket, ticket.fila, dono, m.ESPERA, em - ticket.espera_desde)

    def _excluir(self, evento: EventoRow) -> None:
        """It was closed before, in the same turn."""
        assert evento.ticket_id is not None, "it is of a ticket"
        ticket = self.tickets.pop(evento.ticket_id, None)
        if ticket is not None and ticket.dono is not None:
            self._ocupar(ticket.dono, evento.em, -1)
        self.esquecidos.add(evento.ticket_id)

    # -- what is said --------------------------------------------------------------------------------------------------

    def _da_mensagem(self, evento: EventoRow, ticket: TicketVivo, dados: Dados, mudancas: Mudancas) -> None:
        em = evento.em
        if dados.direcao == "recebida":
            self._mais(em, ticket, ticket.fila, ticket.dono, m.RECEBIDAS)
            if ticket.respondido and ticket.sem_resposta_desde is None:
                ticket.sem_resposta_desde = em
        elif not de_pessoa(evento):
            self._mais(em, ticket, ticket.fila, None, m.ENVIADAS_SEM_PESSOA)
        else:
            self._mais(em, ticket, ticket.fila, evento.ator_id, m.ENVIADAS)
            self._respondida(evento, ticket, mudancas)

    def _respondida(self, evento: EventoRow, ticket: TicketVivo, mudancas: Mudancas) -> None:
        """A person has written to the contact: did it wait for that, and since when?"""
        em, primeira = evento.em, mudancas.tempo_primeira_resposta_segundos
        desde = ticket.sem_resposta_desde
        if primeira is not None:
            ms = round(primeira[1] * 1000)
            self._durou(em, ticket, ticket.fila, evento.ator_id, m.PRIMEIRA_RESPOSTA, ms)
            desde = em - ms
        elif desde is not None:
            self._durou(em, ticket, ticket.fila, evento.ator_id, m.PROXIMA_RESPOSTA, em - desde)
        ticket.respondido, ticket.sem_resposta_desde = True, None
        if desde is not None and ticket.dono == evento.ator_id and ticket.dono_desde is not None:
            ms = em - max(desde, ticket.dono_desde)
            self._durou(em, ticket, ticket.fila, evento.ator_id, m.RESPOSTA_DO_ATENDENTE, ms)

    def _da_pesquisa(self, evento: EventoRow, ticket: TicketVivo, dados: Dados) -> None:
        """It is about how the ticket was resolved: whoever did that is judged, also where another has it now."""
        codigo = None if dados.nota is None else m.codigo_da_nota(dados.tipo_de_pesquisa, dados.nota)
        if codigo is None:
            return
        if ticket.fim_fila is None:
            self._mais(evento.em, ticket, ticket.fila, evento.atendente_id, codigo)
        else:
            self._mais(evento.em, ticket, ticket.fim_fila, ticket.fim_dono, codigo)

    # -- agents and equipes --------------------------------------------------------------------------------------------

    def _atendente(self, id_: str, em: int) -> AtendenteVivo:
        """What is known of it, counted up to now."""
        vivo = self.atendentes.get(id_)
        if vivo is None:
            vivo = self.atendentes[id_] = AtendenteVivo(em)
        else:
            self._correr(id_, vivo, em)
        return vivo

    def _correr(self, id_: str, vivo: AtendenteVivo, em: int) -> None:
        correr(self.somas, id_, vivo, em)

    def _ocupar(self, id_: str, em: int, mais: int) -> None:
        vivo = self._atendente(id_, em)
        vivo.ocupadas += mais

    def _do_atendente(self, evento: EventoRow, dados: Dados) -> None:
        id_, tipo = evento.atendente_id, evento.tipo
        if id_ is None:
            return
        vivo = self._atendente(id_, evento.em)
        mostrado = dados.atendente
        if tipo == eventos.AtendenteStatus.tipo:
            vivo.online, vivo.estado = dados.online, dados.estado
        elif tipo == eventos.AtendenteExcluido.tipo:
            vivo.online = False
        elif mostrado is not None:
            vivo.capacidade, vivo.online, vivo.estado = mostrado.capacidade, mostrado.online, mostrado.estado
            if tipo == eventos.AtendenteCriado.tipo:
                vivo.equipes = ()

    def _da_equipe(self, evento: EventoRow, dados: Dados) -> None:
        """Who is in an equipe from now on, or is not any more. What it did before stays where it was counted."""
        if evento.tipo == eventos.EquipeExcluida.tipo:
            for id_, vivo in self.atendentes.items():
                self._em_equipes(id_, vivo, evento.em, [uma for uma in vivo.equipes if uma != dados.id])
        elif evento.atendente_id is not None and dados.equipe_id is not None:
            vivo = self._atendente(evento.atendente_id, evento.em)
            outras = [uma for uma in vivo.equipes if uma != dados.equipe_id]
            if evento.tipo == eventos.EquipeMembroIncluido.tipo:
                outras.append(dados.equipe_id)
            self._em_equipes(evento.atendente_id, vivo, evento.em, outras)

    def _em_equipes(self, id_: str, vivo: AtendenteVivo, em: int, equipes: Iterable[str]) -> None:
        novas = tuple(equipes)
        if novas != vivo.equipes:
            self._correr(id_, vivo, em)
            vivo.equipes = novas

    # -- adding up -----------------------------------------------------------------------------------------------------

    def _mais(self, em: int, ticket: TicketVivo, fila: str, atendente: str | None, qual: int) -> None:
        for medidas in self._de(em, ticket, fila, atendente):
            medidas[qual] = medidas.get(qual, 0) + 1

    def _durou(
        self, em: int, ticket: TicketVivo, fila: str, atendente: str | None, qual: m.Duracao, ms: int
    ) -> None:  # fmt: skip
        """It took so long; where the clock went back, no time."""
        ms = max(ms, 0)
        soma, da_classe = qual.base, qual.base + 1 + classe(ms)
        for medidas in self._de(em, ticket, fila, atendente):
            medidas[soma] = medidas.get(soma, 0) + ms
            medidas[da_classe] = medidas.get(da_classe, 0) + 1

    def _de(self, em: int, ticket: TicketVivo, fila: str, atendente: str | None) -> tuple[Medidas, ...]:
        """The sums, by each cut, of what this fila and this agent do for a ticket at that hour."""
        vivo = None if atendente is None else self.atendentes.get(atendente)
        equipes = () if vivo is None else vivo.equipes
        hora, quem = em // HORA_MS, atendente or ""
        qual = (hora, fila, quem, ticket.canal, ticket.etiquetas, equipes)
        lugares = self._lugares.get(qual)
        if lugares is None:
            onde = [
                (Corte.TOTAL, ""), (Corte.FILA, fila), (Corte.ATENDENTE, quem), (Corte.CANAL, ticket.canal or ""),
                (Corte.FILA_E_ATENDENTE, f"{fila}/{quem}"),
                *((Corte.EQUIPE, uma) for uma in equipes or ("",)),
                *((Corte.ETIQUETA, uma) for uma in dict.fromkeys(ticket.etiquetas) or ("",)),
            ]  # fmt: skip
            lugares = tuple(self.somas.setdefault((int(corte), chave, hora), {}) for corte, chave in onde)
            self._lugares[qual] = lugares
        return lugares
