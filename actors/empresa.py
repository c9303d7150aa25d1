"""The Empresa: supervisor of a tenant's actors, giver of ticket numbers, and the address of what has no actor yet."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from actors import eventos
from actors.atendente import AUSENTE, Atendente
from actors.comandos import (
    AtendenteEstado,
    ComandoAtendente,
    ComandoFila,
    ComandoTicket,
    CriarAtendente,
    CriarFila,
    CriarTicket,
    FilaEstado,
    GarantirAtendente,
    ListarAtendentes,
    ListarFilas,
    VerAtendente,
)
from actors.empresa_viva import EmpresaViva, atendente_nao_encontrado, fila_nao_encontrada
from actors.fila import Fila
from actors.protocolo import AbrirComMensagem, Enfileirar, EntrouNaFila, Iniciar, ParaTicket, TicketCarregado
from actors.suplente import parado, responder_por, sem_pedido
from actors.ticket import Ticket
from engine.errors import Conflict, Forbidden, NotFound
from engine.modelo import AtendenteRow, EmpresaRow, FilaRow, MembroRow, Quem, TicketRow
from engine.runtime import Actor, Ask, Ref, Reply, Undelivered, handles, settle
from engine.vistas import atendente_vista, fila_vista, ticket_vista

FILA_PADRAO = "Geral"
_SUCESSORES_LEMBRADOS = 10_000


class Empresa(Actor):
    """One tenant. Its row holds the last ``numero`` given.

    ``_carregando`` are the requests for tickets that are being read from the database; ``_sucessores`` tells which
    open ticket took over from a closed one, so that two messages to a closed ticket do not open two. Both change only
    in callbacks of turns: a crash leaves them as they were.
    """

    __slots__ = ("_carregando", "_sucessores")

    group: EmpresaViva
    row: EmpresaRow

    def __init__(self, group: EmpresaViva, row: EmpresaRow) -> None:
        super().__init__(group, row=row)
        self._carregando: dict[str, list[tuple[ComandoTicket[object], Reply[object]]]] = {}
        self._sucessores: OrderedDict[str, str] = OrderedDict()

    def recovered(self, message: object) -> None:
        """The reading of a ticket was lost with its turn: whoever waits for it is refused."""
        if isinstance(message, TicketCarregado):
            for _, resposta in self._carregando.get(message.ticket_id, ()):
                self.refuse(resposta, parado())
            self.once_released(partial(self._largar, message.ticket_id))
        elif isinstance(message, Undelivered) and not isinstance(message.item, Ask):
            responder_por(self, message.ref, sem_pedido(message.item))
        elif isinstance(message, ParaTicket) and message.contado:
            self.once_released(partial(self.group.saiu_de_caminho, message.comando.ticket_id))

    def suspended(self) -> None:
        self.stopped()

    def stopped(self) -> None:
        """Nobody will serve those who wait for a ticket to be read."""
        esperando, self._carregando = self._carregando, {}
        for pedidos in esperando.values():
            for _, resposta in pedidos:
                settle(resposta, None, parado())

    @handles(Iniciar)
    def iniciar(self, _: Iniciar) -> None:
        """First message after activation: a new empresa gets its default fila."""
        if not self.group.filas:
            self._criar_fila(
                self._sistema(), FILA_PADRAO, CriarFila(quem=self._sistema(), nome=FILA_PADRAO), padrao=True
            )

    def _sistema(self) -> Quem:
        return Quem(self.row.id, None, "sistema")

    def _publicar(
        self, tipo: str, quem: Quem, dados: Struct, fila: str | None = None, atendente: str | None = None
    ) -> None:
        self.publish(
            eventos.evento_de_cadastro(
                self.next_seq(), tipo, quem, self.now(), dados, fila_id=fila, atendente_id=atendente
            )
        )

    # -- tickets ---------------------------------------------------------------------------------------------------

    @handles(CriarTicket)
    def criar_ticket(self, comando: CriarTicket) -> TicketRow:
        if comando.canal_id is not None:
            raise NotFound("canal_nao_encontrado", "Canal não encontrado")
        fila_id = comando.fila_id or self.group.fila_padrao
        fila = self.group.fila(fila_id)
        row, ticket = self._abrir(comando, fila_id, self.now())
        self._publicar_criado(comando.quem, row)
        fila.tell(Enfileirar(row, ticket, 0))
        return row

    def _abrir(self, comando: CriarTicket, fila_id: str, now: int) -> tuple[TicketRow, Ref]:
        """A new ticket: its number, its row, its actor."""
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
        )
        self.save(row)
        ticket = Ticket(self.group, self.ref, row).ref
        self.once_released(partial(self.group.nasceu, row, ticket))
        return row, ticket

    def _publicar_criado(self, quem: Quem, row: TicketRow) -> None:
        dados = eventos.TicketCompleto(ticket_vista(row))
        self.publish(eventos.evento_de_ticket(self.next_seq(), "ticket_criado", quem, dados, row))

    @handles(AbrirComMensagem)
    def abrir_com_mensagem(self, m: AbrirComMensagem) -> None:
        """A contact wrote to a closed ticket: the message goes to a new one, or to the one that already took over."""
        sucessor_id = self._sucessores.get(m.anterior.id)
        if sucessor_id is None:
            sucessor, ticket_id = self._abrir_sucessor(m)
            sucessor.forward(replace(m.comando, ticket_id=ticket_id), m.resposta)
        else:  # open or not: if it cannot take the message either, it asks for a successor of its own
            para_ele: ComandoTicket[Any] = replace(m.comando, ticket_id=sucessor_id)
            self.ref.forward(ParaTicket(para_ele), m.resposta)

    def _abrir_sucessor(self, m: AbrirComMensagem) -> tuple[Ref, str]:
        anterior = m.anterior
        fila_id = anterior.fila_id if anterior.fila_id in self.group.filas else self.group.fila_padrao
        comando = CriarTicket(
            quem=m.comando.quem,
            contato_nome=anterior.contato_nome,
            contato_telefone=anterior.contato_telefone,
            contato_email=anterior.contato_email,
            assunto=anterior.assunto,
            canal_id=anterior.canal_id,
            prioridade=anterior.prioridade,
        )
        row, ticket = self._abrir(comando, fila_id, self.now())
        self._publicar_criado(comando.quem, row)
        self.group.fila(fila_id).tell(Enfileirar(row, ticket, 0))
        self.once_released(partial(self._lembrar, anterior.id, row.id))
        return ticket, row.id

    def _lembrar(self, anterior_id: str, sucessor_id: str) -> None:
        self._sucessores[anterior_id] = sucessor_id
        if len(self._sucessores) > _SUCESSORES_LEMBRADOS:
            self._sucessores.popitem(last=False)

    # -- tickets that are not in memory ----------------------------------------------------------------------------

    @handles(ParaTicket)
    def para_ticket(self, m: ParaTicket) -> None:
        ticket_id = m.comando.ticket_id
        if m.contado:
            self.once_released(partial(self.group.saiu_de_caminho, ticket_id))
        resposta = self.defer()
        ticket = self.group.tickets.get(ticket_id)
        if ticket is not None:
            ticket.forward(m.comando, resposta)
            return
        if ticket_id not in self._carregando:
            self.once_released(partial(self.group.carregar, ticket_id))
        self.once_released(partial(self._esperar, ticket_id, m.comando, resposta))

    def _esperar(self, ticket_id: str, comando: ComandoTicket[object], resposta: Reply[object]) -> None:
        self._carregando.setdefault(ticket_id, []).append((comando, resposta))

    def _largar(self, ticket_id: str) -> None:
        self._carregando.pop(ticket_id, None)

    @handles(TicketCarregado)
    def ticket_carregado(self, m: TicketCarregado) -> None:
        esperando = self._carregando.get(m.ticket_id, ())
        self.once_released(partial(self._largar, m.ticket_id))
        if m.row is None:
            erro = m.erro or NotFound("ticket_nao_encontrado", "Ticket não encontrado")
            for _, resposta in esperando:
                self.refuse(resposta, erro)
            return
        ticket = self.group.tickets.get(m.ticket_id)
        if ticket is None:
            ator = Ticket(self.group, self.ref, m.row)
            ator.retiring = True
            ticket = ator.ref
            self.once_released(partial(self.group.voltou, m.ticket_id, ticket))
        for comando, resposta in esperando:
            ticket.forward(comando, resposta)

    # -- atendentes ------------------------------------------------------------------------------------------------

    @handles(CriarAtendente)
    def criar_atendente(self, comando: CriarAtendente) -> AtendenteEstado:
        atendente_id = comando.id or self.group.ids.novo()
        if atendente_id in self.group.atendentes:
            raise Conflict("atendente_existe", "Já há um atendente com este id")
        self.group.exigir_email_livre(comando.email, atendente_id)
        return self._novo_atendente(
            comando.quem, atendente_id, comando.nome, comando.email, comando.capacidade, comando.habilidades
        )

    @handles(GarantirAtendente)
    def garantir_atendente(self, comando: GarantirAtendente) -> AtendenteEstado | None:
        quem = comando.quem
        if quem.id is None:
            raise NotFound("atendente_nao_encontrado", "Este token não diz quem é o usuário")
        atendente = self.group.atendentes.get(quem.id)
        if atendente is not None:
            atendente.forward(VerAtendente(quem=quem, atendente_id=quem.id), self.defer())
            return None
        if quem.id in self.group.excluidos:
            raise Forbidden("atendente_excluido", "Este atendente foi excluído; um admin pode cadastrá-lo de novo")
        email = quem.email or f"{quem.id}@sem-email.invalid"
        if self.group.emails.get(email, quem.id) != quem.id:
            email = f"{quem.id}@sem-email.invalid"  # its address is taken: the agent must not be locked out for that
        return self._novo_atendente(quem, quem.id, email.partition("@")[0], email, 5, ())

    def _novo_atendente(
        self, quem: Quem, id_: str, nome: str, email: str, capacidade: int, habilidades: tuple[str, ...]
    ) -> AtendenteEstado:
        now, group, fila_id = self.now(), self.group, self.group.fila_padrao
        row = AtendenteRow(
            self.row.id,
            id_,
            nome,
            email,
            capacidade,
            habilidades,
            False,
            AUSENTE,
            None,
            False,
            None,
            now,
            now,
            now,
            None,
        )
        atendente = Atendente(group, self.ref, row).ref
        self.save(row)
        self.save(MembroRow(self.row.id, fila_id, id_, True))
        self.once_released(partial(group.chegou, row, atendente))
        self.once_released(partial(group.entrou_na_fila, fila_id, id_))
        self._publicar("atendente_criado", quem, eventos.AtendenteCompleto(atendente_vista(row, 0)), atendente=id_)
        atendente.tell(EntrouNaFila(fila_id, group.fila(fila_id)))
        return AtendenteEstado(row, 0)

    @handles(ListarAtendentes)
    def listar_atendentes(self, comando: ListarAtendentes) -> list[AtendenteEstado]:
        todos = self.group.atendentes
        ids = todos if comando.ids is None else [id_ for id_ in comando.ids if id_ in todos]
        atores = (todos[id_].actor for id_ in ids)
        estados = [ator.estado() for ator in atores if isinstance(ator, Atendente)]
        return sorted(estados, key=lambda estado: (estado.row.nome, estado.row.id))

    # -- filas -----------------------------------------------------------------------------------------------------

    @handles(CriarFila)
    def criar_fila(self, comando: CriarFila) -> FilaEstado:
        return self._criar_fila(comando.quem, comando.nome, comando, padrao=False)

    def _criar_fila(self, quem: Quem, nome: str, comando: CriarFila, *, padrao: bool) -> FilaEstado:
        now = self.now()
        row = FilaRow(
            self.row.id,
            self.group.ids.novo(),
            nome,
            comando.descricao,
            comando.estrategia,
            comando.distribuicao_automatica,
            comando.ao_ficar_offline,
            comando.prioridade,
            padrao,
            now,
            now,
            None,
        )
        fila = Fila(self.group, self.ref, row).ref
        self.save(row)
        self.once_released(partial(self.group.abriu_fila, row, fila))
        self._publicar("fila_criada", quem, eventos.FilaCompleta(fila_vista(row)), fila=row.id)
        return FilaEstado(row, (), 0)

    @handles(ListarFilas)
    def listar_filas(self, _: ListarFilas) -> list[FilaEstado]:
        atores = (ref.actor for ref in self.group.filas.values())
        estados = [ator.estado() for ator in atores if isinstance(ator, Fila)]
        return sorted(estados, key=lambda estado: (estado.row.nome, estado.row.id))

    # -- supervision -----------------------------------------------------------------------------------------------

    @handles(Undelivered)
    def devolvida(self, m: Undelivered) -> None:
        """Mail for an actor that has stopped or is quarantined: answer for it, or send it where it belongs now."""
        if not isinstance(m.item, Ask):
            responder_por(self, m.ref, m.item)
        elif m.ref.is_alive():
            self.refuse(m.item.reply, parado())
        else:
            self._pedido_a_quem_parou(m.item.message, m.item.reply)

    def _pedido_a_quem_parou(self, comando: object, resposta: Reply[object]) -> None:
        match comando:
            case ComandoTicket():  # it had closed and retired: it can be loaded again
                self.ref.forward(ParaTicket(comando), resposta)
            case ComandoFila():
                self.refuse(resposta, fila_nao_encontrada())
            case ComandoAtendente():
                self.refuse(resposta, atendente_nao_encontrado())
            case _:
                self.refuse(resposta, parado())
