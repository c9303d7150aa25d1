"""Writing contacts down: their rows, whose each address is, the events, and what their tickets show of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from msgspec.structs import replace

from actors.canal.mensagens import EsquecerDoContato
from actors.contatos.agenda import Agenda, Contato
from actors.contatos.mensagens import LevarAosTickets
from actors.diretorio.empresa_viva import EmpresaViva
from actors.ticket.mensagens import ContatoMudou, DeixarDeSerDoCanal
from engine import conversas, eventos, identidade
from engine.contatos import Enderecos
from engine.eventos import Alcance, publicar
from engine.exclusao import contato_excluido
from engine.modelo import ContatoChaveRow, ContatoNosTicketsRow, ContatoRow, EmpresaRow, Quem
from engine.runtime import Stateful
from engine.vistas import contato_vista

TICKETS_POR_TURNO = 500
"""Open tickets that are told of their contact's change in one turn: under a millisecond."""


class Registro:
    """What is asked of it was decided already (:class:`~actors.contatos.contatos.Contatos`). All that it touches is at
    hand.
    """

    __slots__ = ("_agenda", "_ator", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva, agenda: Agenda) -> None:
        self._ator = ator
        self._viva = viva
        self._agenda = agenda

    def novo(self, quem: Quem, row: ContatoRow, chaves: Iterable[str], *lugares: str) -> Contato:
        """``lugares``: whom it is told of it, beside those who see all."""
        contato = Contato(row)
        self._ator.save(row)
        alcance = Alcance(lugares=" ".join(lugares))
        publicar(self._ator, quem, eventos.ContatoCriado(contato_vista(row)), alcance)
        self._guardar({row.id: contato}, dict.fromkeys(chaves, row.id))
        return contato

    def mudado(
        self,
        quem: Quem,
        antes: Contato,
        row: ContatoRow,
        donos: Mapping[str, str | None],
        *filas: str,
        para: Enderecos | None = None,
    ) -> Contato:
        """A contact with another row (or the same, if it is only found by more), and whose the addresses are that it
        gains and loses. ``para``: where it is answered in place of those that it loses, if not at what it shows.
        """
        depois = Contato(row, antes.unidos)
        if row is not antes.row:
            self._ator.save(row)
        alcance = Alcance(lugares=self._viva.lugares_de(depois.ids(), *filas))
        mudancas = eventos.mudancas_do_contato(antes.row, row)
        publicar(self._ator, quem, eventos.ContatoAtualizado(contato_vista(row)), alcance, mudancas)
        self._guardar({row.id: depois}, donos)
        telefone, email = (row.telefone, row.email) if para is None else (para.telefone, para.email)
        trocas = identidade.trocas((chave for chave, dono in donos.items() if dono is None), telefone, email)
        if trocas or not identidade.mesmo_no_ticket(antes.row, row):
            self._levar_aos_tickets(quem, row, depois.ids(), trocas)
        return depois

    def atendido(self, contato: Contato, atendente_id: str, em: int) -> None:
        """Nothing that anybody is told."""
        self._anotar(contato, replace(contato.row, atendido_por=atendente_id, atendido_em=em))

    def pesquisado(self, contato: Contato, em: int) -> None:
        """Nothing that anybody is told."""
        self._anotar(contato, replace(contato.row, pesquisado_em=em))

    def _anotar(self, contato: Contato, row: ContatoRow) -> None:
        self._ator.save(row)
        self._ator.once_released(partial(self._lembrar, {row.id: Contato(row, contato.unidos)}, {}))

    def unido(self, quem: Quem, fica: Contato, sai: Contato) -> Contato:
        """``sai`` becomes part of ``fica``, with what was merged into it before."""
        chaves = self._agenda.seus(sai, self._agenda.rows(sai))
        seus = frozenset(chaves)
        saem = [identidade.so_com(unido, seus) for unido in self._agenda.rows(sai)]
        row, sairam = identidade.unir(fica.row, saem, self._ator.now())
        for mudada in (row, *sairam):
            self._ator.save(mudada)
        depois = Contato(row, (*fica.unidos, *(unido.id for unido in sairam)))
        evento = eventos.ContatoUnido(row.id, sai.row.id, contato_vista(row))
        alcance = Alcance(lugares=self._viva.lugares_de(depois.ids()))
        publicar(self._ator, quem, evento, alcance, eventos.mudancas_do_contato(fica.row, row))
        contatos = {row.id: depois} | {unido.id: Contato(unido) for unido in sairam}
        self._guardar(contatos, dict.fromkeys(chaves, row.id))
        de_quem = sai.ids() if identidade.mesmo_no_ticket(fica.row, row) else depois.ids()
        self._levar_aos_tickets(quem, row, de_quem, {})
        self.deixar_uma_conversa(quem, depois)
        return depois

    def deixar_uma_conversa(self, quem: Quem, contato: Contato) -> None:
        """Of the conversations that a canal has open with what is one person now, the one that was spoken in last is
        its own; the others are tickets beside it, for people to close.
        """
        abertos = self._viva.contagens.por_contato.abertos(contato.ids())
        rows = [row for id_ in abertos if (row := self._viva.diretorio.ticket_row(id_)) is not None and row.do_canal]
        for row in rows:
            do_mesmo = [um for um in rows if um.canal_id == row.canal_id]
            if row is not max(do_mesmo, key=conversas.falada_em):
                self._viva.diretorio.tickets[row.id].tell(DeixarDeSerDoCanal(quem))

    def excluido(self, quem: Quem, contato: Contato) -> None:
        """Gone, with those that were merged into it; their addresses are free again."""
        now, rows = self._ator.now(), self._agenda.rows(contato)
        for row in rows:
            self._ator.save(contato_excluido(row, now))
        evento = eventos.ContatoExcluido(contato.row.id, contato.unidos)
        publicar(self._ator, quem, evento, Alcance(lugares=""))
        chaves = self._agenda.seus(contato, rows)
        self._guardar(dict.fromkeys(contato.ids()), dict.fromkeys(chaves))
        esquecer = EsquecerDoContato(frozenset(contato.ids()), frozenset(chaves), self._ator.row.pais_padrao)
        for canal in self._viva.diretorio.canais.values():
            canal.tell(esquecer)

    def _guardar(self, contatos: Mapping[str, Contato | None], donos: Mapping[str, str | None]) -> None:
        """Save whose these addresses are, and have all of it at hand when the turn has succeeded. The turn publishes an
        event, whose ``seq`` says when that is durable.
        """
        empresa_id = self._ator.row.id
        for chave, dono in donos.items():
            self._ator.save(ContatoChaveRow(empresa_id, chave, dono))
        self._ator.once_released(partial(self._lembrar, contatos, donos))

    def _lembrar(self, contatos: Mapping[str, Contato | None], donos: Mapping[str, str | None]) -> None:
        self._agenda.mudar(contatos, donos, self._viva.seq)

    # -- what tickets show of it -------------------------------------------------------------------------------------

    def _levar_aos_tickets(
        self, quem: Quem, row: ContatoRow, ids: Iterable[str], trocas: dict[str, str | None]
    ) -> None:
        """Tickets of these ids show the contact as it is now: what is stored of them with it, those that are open by
        themselves. An address that has gone is somebody else's, or nobody's: none of them is answered there any more.
        """
        todos = tuple(ids)
        for id_ in todos:
            self._ator.save(
                ContatoNosTicketsRow(row.empresa_id, id_, row.nome, row.telefone, row.email, trocas, row.etiquetas)
            )
        abertos = tuple(self._viva.contagens.por_contato.abertos(todos))
        if abertos:
            self._ator.ref.tell(LevarAosTickets(quem, row, abertos, trocas))

    def levar(self, m: LevarAosTickets) -> None:
        """A part of them in each turn. Whatever has become of the contact meanwhile is what they show."""
        mudou = ContatoMudou(m.quem, self._agenda.atual(m.contato), m.trocas)
        for ticket_id in m.tickets[:TICKETS_POR_TURNO]:
            ticket = self._viva.diretorio.tickets.get(ticket_id)
            if ticket is not None:
                ticket.tell(mudou)
        resto = m.tickets[TICKETS_POR_TURNO:]
        if resto:
            self._ator.ref.tell(replace(m, tickets=resto))
