"""The Empresa: supervisor of a tenant's actors, giver of ticket numbers, and the address of what has no actor yet."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace

from actors.atendente.mensagens import Iniciar
from actors.comandos import ComandoAtendente, ComandoCanal, ComandoEquipe, ComandoFila, ComandoTicket
from actors.contatos.agenda import Ficha
from actors.diretorio.diretorio import (
    atendente_nao_encontrado,
    canal_nao_encontrado,
    equipe_nao_encontrada,
    fila_nao_encontrada,
)
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.mensagens import RefazerDistribuicao
from actors.empresa.cadastros import FILA_PADRAO, Cadastros
from actors.exclusao.mensagens import TrocarCanal, TrocarFila
from actors.fila.comandos import CriarFila
from actors.protocolo import AbrirComMensagem, ParaTicket, TicketCarregado
from actors.ticket.comandos import CriarTicket
from actors.ticket.registro import ticket_nao_encontrado
from actors.ticket.ticket import Ticket
from engine import eventos
from engine.busca import ticket_busca
from engine.contatos import chaves
from engine.errors import Conflict, Detalhe, fora_de_ordem
from engine.eventos import do_ticket, publicar
from engine.modelo import EmpresaRow, Quem, TicketRow
from engine.runtime import Ask, Ref, Reply, Undelivered, handles, settle
from engine.vistas import ticket_vista


class Empresa(Cadastros):
    """One tenant. Its row holds the last ``numero`` given.

    ``_carregando`` are the requests for tickets that are being read from the database. It changes only in callbacks of
    turns: a crash leaves it as it was.
    """

    __slots__ = ("_carregando",)

    row: EmpresaRow

    def __init__(self, group: EmpresaViva, row: EmpresaRow) -> None:
        super().__init__(group, row)
        self._carregando: dict[str, list[tuple[ComandoTicket[object], Reply[object]]]] = {}

    def recovered(self, message: object) -> None:
        """The reading of a ticket was lost with its turn: whoever waits for it is refused."""
        super().recovered(message)
        self.once_released(self.group.distribuicao.continuar)
        if isinstance(message, TicketCarregado):
            for _, resposta in self._carregando.get(message.ticket_id, ()):
                self.refuse(resposta, fora_de_ordem())
            self.once_released(partial(self._largar, message.ticket_id))
        elif isinstance(message, ParaTicket) and message.contado:
            self.once_released(partial(self.group.saiu_de_caminho, message.comando.ticket_id))

    def suspended(self) -> None:
        self.stopped()

    def stopped(self) -> None:
        """Nobody will serve those who wait for something to be read."""
        self._ninguem_espera()
        esperando, self._carregando = self._carregando, {}
        for pedidos in esperando.values():
            for _, resposta in pedidos:
                settle(resposta, None, fora_de_ordem())

    @handles(Iniciar)
    def iniciar(self, _: Iniciar) -> None:
        """First message after activation: a new empresa gets its default fila."""
        if not self.group.diretorio.filas:
            self._criar_fila(CriarFila(quem=Quem(self.row.id, None, "sistema"), nome=FILA_PADRAO), padrao=True)

    # -- tickets ---------------------------------------------------------------------------------------------------

    @handles(CriarTicket)
    def criar_ticket(self, comando: CriarTicket) -> TicketRow | None:
        fila_id = self._fila_de(comando)
        telefone, email = self._telefone("contato_telefone", comando.contato_telefone), comando.contato_email
        contato = self._conhecido(telefone, email)
        if contato is None:
            if self._aguardar(comando, chaves(telefone, email)):
                return None
            contato = self._contato_de(comando.quem, comando.contato_nome, telefone, email, fila_id)
        lido = comando if telefone == comando.contato_telefone else replace(comando, contato_telefone=telefone)
        return self._abrir(lido, fila_id, contato.row.id)[0]

    def _fila_de(self, comando: CriarTicket) -> str:
        """The one it names, or else that of its canal, or else the default one."""
        da_vez = self._fila_do_canal(comando.canal_id)
        if comando.fila_id is None:
            return self.group.diretorio.fila_em_vigor(da_vez)
        self.group.diretorio.fila(comando.fila_id)
        return comando.fila_id

    def _fila_do_canal(self, canal_id: str | None) -> str | None:
        """Where what comes by a canal waits, if it says so. Raises NotFound."""
        canal = None if canal_id is None else self.group.diretorio.canal(canal_id).actor
        return None if canal is None else canal.row.fila_id

    def _abrir(self, comando: CriarTicket, fila_id: str, contato_id: str) -> tuple[TicketRow, Ref]:
        """A new ticket: its number, its row, its actor, its place in line."""
        now = self.now()
        numero = self.row.numero + 1
        self.become(replace(self.row, numero=numero))
        row = TicketRow(
            self.row.id,
            self.group.ids.novo(),
            numero,
            "ABERTO",
            comando.prioridade,
            comando.contato_nome,
            comando.contato_telefone,
            comando.contato_email,
            comando.assunto,
            fila_id,
            None,
            comando.canal_id,
            False,
            now,
            now,
            now,
            None,
            None,
            None,
            contato_id,
        )
        self.save(row)
        self.save(ticket_busca(row))
        ticket = Ticket(self.group, self.ref, row).ref
        self.once_released(partial(self.group.nasceu, row, ticket))
        self._publicar_criado(comando.quem, row)
        return row, ticket

    def _publicar_criado(self, quem: Quem, row: TicketRow) -> None:
        publicar(self, quem, eventos.TicketCriado(ticket_vista(row)), do_ticket(row))

    @handles(AbrirComMensagem)
    def abrir_com_mensagem(self, m: AbrirComMensagem) -> None:
        """A contact wrote to a closed ticket: the message goes to another it has by the same canal, or to a new one.

        It may not be able to take the message either: then it asks for another again.
        """
        anterior = m.anterior
        contato = self._contato_do_ticket(m, anterior)
        if contato is None:
            return
        destino_id = self._outro_ticket(contato, anterior)
        if destino_id is None:
            destino, destino_id = self._abrir_sucessor(m, contato)
            destino.forward(replace(m.comando, ticket_id=destino_id), self.defer())
        else:
            para_ele: ComandoTicket[Any] = replace(m.comando, ticket_id=destino_id)
            self.ref.forward(ParaTicket(para_ele), self.defer())

    def _contato_do_ticket(self, m: AbrirComMensagem, ticket: TicketRow) -> Ficha | None:
        """The contact that it has, or whose the addresses are that it shows; None if that has to be read first. Raises
        Conflict if its contact was deleted: nothing is kept that would tell who writes.
        """
        if ticket.contato_id is not None:
            if self._aguardar(m, (), (ticket.contato_id,)):
                return None
            contato = self._agenda.ficha(ticket.contato_id)
            if contato is not None:
                return contato
        de = chaves(ticket.contato_telefone, ticket.contato_email)
        if not de:
            problema = "o contato deste ticket foi excluído: abra outro ticket, com o nome e o endereço de quem escreve"
            raise Conflict("contato_excluido", f"ticketId: {problema}", (Detalhe("ticketId", problema),))
        if self._aguardar(m, de):
            return None
        return self._contato_de(
            m.comando.quem,
            ticket.contato_nome,
            ticket.contato_telefone,
            ticket.contato_email,
            self.group.diretorio.fila_em_vigor(ticket.fila_id),
        )

    def _outro_ticket(self, contato: Ficha, anterior: TicketRow) -> str | None:
        """The contact's open ticket, or the one that was resolved last, which may reopen."""
        por_contato, ids = self.group.contagens.por_contato, contato.ids()
        canal_id = self.group.diretorio.canal_em_vigor(anterior.canal_id)
        destino = por_contato.aberto(ids, canal_id) or por_contato.resolvido(ids, canal_id)
        return None if destino == anterior.id else destino

    def _abrir_sucessor(self, m: AbrirComMensagem, contato: Ficha) -> tuple[Ref, str]:
        """New work: of the one before it has only who wrote, as known today, and by which way."""
        anterior, quem_escreve = m.anterior, contato.row
        comando = CriarTicket(
            quem=m.comando.quem,
            contato_nome=quem_escreve.nome,
            contato_telefone=quem_escreve.telefone,
            contato_email=quem_escreve.email,
            canal_id=self.group.diretorio.canal_em_vigor(anterior.canal_id),
        )
        fila_id = self._fila_do_canal(comando.canal_id) or anterior.fila_id
        row, ticket = self._abrir(comando, self.group.diretorio.fila_em_vigor(fila_id), quem_escreve.id)
        return ticket, row.id

    # -- tickets that are not in memory ----------------------------------------------------------------------------

    @handles(ParaTicket)
    def para_ticket(self, m: ParaTicket) -> None:
        ticket_id = m.comando.ticket_id
        if m.contado:
            self.once_released(partial(self.group.saiu_de_caminho, ticket_id))
        resposta = self.defer()
        ticket = self.group.diretorio.tickets.get(ticket_id)
        if ticket is not None:
            ticket.forward(m.comando, resposta)
            return
        if ticket_id not in self._carregando:
            self.once_released(partial(self.group.leituras.ler_ticket, self.group, ticket_id))
        self.once_released(partial(self._esperar, ticket_id, m.comando, resposta))

    def _esperar(self, ticket_id: str, comando: ComandoTicket[object], resposta: Reply[object]) -> None:
        self._carregando.setdefault(ticket_id, []).append((comando, resposta))

    def _largar(self, ticket_id: str) -> None:
        self._carregando.pop(ticket_id, None)

    @handles(TicketCarregado)
    def ticket_carregado(self, m: TicketCarregado) -> None:
        esperando = self._carregando.get(m.ticket_id, ())
        self.once_released(partial(self._largar, m.ticket_id))
        if m.row is None or m.row.excluido_em is not None:
            erro = m.erro or ticket_nao_encontrado()
            for _, resposta in esperando:
                self.refuse(resposta, erro)
            return
        ticket = self.group.diretorio.tickets.get(m.ticket_id)
        if ticket is None:
            ator = Ticket(self.group, self.ref, m.row)
            ator.retiring = True
            ticket = ator.ref
            self.once_released(partial(self.group.voltou, m.ticket_id, ticket))
        for comando, resposta in esperando:
            ticket.forward(comando, resposta)

    # -- supervision -----------------------------------------------------------------------------------------------

    @handles(Undelivered)
    def devolvida(self, m: Undelivered) -> None:
        """Mail for an actor that has stopped or is quarantined: whoever waits for an answer is answered, or sent where
        it belongs now. What nobody waits for is news, which the actor does not need: it looks again when it is back.
        """
        if not isinstance(m.item, Ask):
            return
        if m.ref.is_alive():
            self.refuse(m.item.reply, fora_de_ordem())
        else:
            self._pedido_a_quem_parou(m.item.message, m.item.reply)

    @handles(RefazerDistribuicao)
    def refazer_distribuicao(self, _: RefazerDistribuicao) -> None:
        self.once_released(self.group.distribuicao.continuar)

    def _pedido_a_quem_parou(self, comando: object, resposta: Reply[object]) -> None:
        match comando:
            case ComandoTicket():  # it had closed and retired: it can be loaded again
                self.ref.forward(ParaTicket(comando), resposta)
            case ComandoFila():
                self.refuse(resposta, fila_nao_encontrada())
            case ComandoAtendente():
                self.refuse(resposta, atendente_nao_encontrado())
            case ComandoCanal():
                self.refuse(resposta, canal_nao_encontrado())
            case ComandoEquipe():
                self.refuse(resposta, equipe_nao_encontrada())
            case TrocarFila() | TrocarCanal():  # it has closed, or was deleted: it does not use that any more
                self.answer(resposta, None)
            case _:
                self.refuse(resposta, fora_de_ordem())
