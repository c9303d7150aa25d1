"""Who owns a ticket: the part of a Ticket that filas and agents talk to."""

from __future__ import annotations

from functools import partial

from msgspec import UNSET
from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.protocolo import (
    Anunciar,
    Atribuir,
    ComandoDeDono,
    Confirmado,
    ContatoMudou,
    Devolver,
    DonoOffline,
    DonoSumiu,
    Enfileirar,
    Liberar,
    MudarDeFila,
    PedirVaga,
    Perdida,
    Retirar,
)
from actors.ticket.comandos import AtualizarTicket, TransferirTicket
from engine import estados, eventos, identidade
from engine.busca import muda_de_palavras, ticket_busca
from engine.errors import BalcaoError, Conflict, Detalhe, NotFound
from engine.eventos import do_ticket, publicar
from engine.modelo import Quem, TicketRow
from engine.remendo import com_campos
from engine.runtime import Actor, Ref, handles
from engine.vistas import ticket_vista


class Posse(Actor):
    """A ticket's row, and the only writer of its owner. ``_anuncios`` counts what it told filas of its waiting; whoever
    makes it has announced it for the first time (number 0).
    """

    __slots__ = ("_anuncios",)

    group: EmpresaViva
    row: TicketRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: TicketRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._anuncios = 0

    # -- small things ----------------------------------------------------------------------------------------------

    def _sistema(self) -> Quem:
        return Quem(self.row.empresa_id, None, "sistema")

    def _publicar_atualizado(self, quem: Quem, antes: TicketRow, mudancas: eventos.Mudancas | None = None) -> None:
        """``mudancas``: what of the change is told; all of it if that is not said."""
        if mudancas is None:
            mudancas = eventos.mudancas_do_ticket(antes, self.row)
        publicar(self, quem, eventos.TicketAtualizado(ticket_vista(self.row)), do_ticket(self.row, antes), mudancas)

    def _mudar(self, depois: TicketRow, dado_por: str | None = None) -> TicketRow:
        """Take a new row, and tell the fila and the previous owner what it means for them. Returns the row before.

        ``dado_por``: the fila that has given the ticket away, and knows nothing of it any more.
        """
        antes = self.row
        self.become(depois)
        if estados.muda_de_lugar(antes, depois):
            self.once_released(partial(self.group.contar, antes, depois))
        if muda_de_palavras(antes, depois):
            self.save(ticket_busca(depois))
        self._avisar_fila(antes, depois, dado_por)
        dono_antes = estados.dono(antes)
        if dono_antes is not None and dono_antes != estados.dono(depois):
            self._ao_atendente(dono_antes, Liberar(depois.id))
        self.retiring = not estados.aberto(depois.status)
        return antes

    def _avisar_fila(self, antes: TicketRow, depois: TicketRow, dado_por: str | None) -> None:
        saiu = estados.espera(antes) and not (estados.espera(depois) and antes.fila_id == depois.fila_id)
        if saiu and antes.fila_id != dado_por:
            self._a_fila(antes.fila_id, Retirar(depois.id))
        if estados.espera(depois):
            self._enfileirar(depois)

    def _enfileirar(self, row: TicketRow) -> None:
        self._anuncios += 1
        self._a_fila(row.fila_id, Enfileirar(row, self.ref, self._anuncios))

    def _a_fila(self, fila_id: str, mensagem: object) -> None:
        fila = self.group.filas.get(fila_id)
        if fila is not None:
            fila.tell(mensagem)
        elif isinstance(mensagem, Enfileirar):  # its fila was deleted under it
            self.ref.tell(MudarDeFila(fila_id))

    def _ao_atendente(self, atendente_id: str, mensagem: object) -> None:
        atendente = self.group.atendentes.get(atendente_id)
        if atendente is not None:
            atendente.tell(mensagem)

    def recovered(self, message: object) -> None:
        if isinstance(message, Atribuir):
            message.atendente.tell(Perdida(self.row.id))
        self.anunciar(Anunciar())

    def stopped(self) -> None:
        self.group.tickets.pop(self.row.id, None)

    @handles(Anunciar)
    def anunciar(self, _: Anunciar) -> None:
        """Tell fila and owner where the ticket stands: one of the three was rebuilt."""
        if estados.espera(self.row):
            self._enfileirar(self.row)
        else:  # a fila that was rebuilt while it gave the ticket away believes that it waits
            self._a_fila(self.row.fila_id, Retirar(self.row.id))
        dono = estados.dono(self.row)
        if dono is not None:
            self._ao_atendente(dono, Confirmado(self.row.id, self.ref, reservado=False))
        self.retiring = not estados.aberto(self.row.status)

    # -- ownership -------------------------------------------------------------------------------------------------

    def _recusar_excluido(self) -> None:
        if self.row.excluido_em is not None:
            raise ticket_nao_encontrado()

    def _recusar_fechado(self) -> None:
        self._recusar_excluido()
        if self.row.status == "FECHADO":
            raise Conflict("ticket_fechado", "O ticket está FECHADO: abra outro para este contato")

    def _publicar_transferido(
        self, comando: TransferirTicket, antes: TicketRow, mudancas: eventos.Mudancas | None = None
    ) -> None:
        row = self.row
        if mudancas is None:
            mudancas = eventos.mudancas_do_ticket(antes, row)
        evento = eventos.TicketTransferido(
            row.id, row.status, row.fila_id, antes.fila_id, row.atendente_id, antes.atendente_id, comando.motivo
        )
        publicar(self, comando.quem, evento, do_ticket(row, antes), mudancas)

    def _pedir_vaga(self, comando: ComandoDeDono, atendente: Ref, *, forcar: bool) -> None:
        self.retiring = False  # a closed ticket stays until the agent has answered
        fila_id = self._fila_de_trabalho(self._com_campos(comando))
        atendente.tell(PedirVaga(self.row.id, self.ref, fila_id, forcar, comando, self.defer()))

    def _fila_de_trabalho(self, row: TicketRow) -> str:
        """The fila whose agents may work on it: its own, or what takes its place if it was closed and opens again."""
        return row.fila_id if estados.aberto(row.status) else self.group.fila_em_vigor(row.fila_id)

    def _recusar_de_outro(self, quem: Quem) -> None:
        """Conflict, naming who has the ticket, unless ``quem`` may say who has it next."""
        if not estados.pode_dar(quem, self.row):
            raise self._ja_atribuido()

    def _ja_atribuido(self) -> Conflict:
        dono_id, nome = estados.dono(self.row), self._nome_do_dono()
        problema = f"{dono_id} ({nome}) já atende este ticket: peça que o transfira, ou que um supervisor o atribua"
        return Conflict("ticket_ja_atribuido", f"O ticket já é de {nome}", (Detalhe("atendenteId", problema),))

    def _nome_do_dono(self) -> str:
        dono_id = estados.dono(self.row) or ""
        dono = self.group.atendentes.get(dono_id)
        nome: str = dono_id if dono is None or dono.actor is None else dono.actor.row.nome
        return nome

    def _fora_da_fila(self, nome: str) -> Conflict:
        return Conflict("atendente_fora_da_fila", f"{nome} deixou de atender a fila deste ticket")

    @handles(Atribuir)
    def receber_dono(self, m: Atribuir) -> None:
        """An agent has a slot reserved for this ticket: take it, unless things changed since it was asked."""
        if m.comando is None:
            self._receber_da_fila(m)
            return
        try:
            self._receber_a_pedido(m, m.comando)
        except BalcaoError as erro:
            m.atendente.tell(Perdida(self.row.id))
            if m.resposta is not None:
                self.refuse(m.resposta, erro)
        else:
            if m.resposta is not None:
                self.answer(m.resposta, self.row)

    def _receber_da_fila(self, m: Atribuir) -> None:
        na_fila = estados.espera(self.row) and m.fila_id in {None, self.row.fila_id}
        if na_fila and self.group.elegivel(self.row.fila_id, m.atendente_id):
            self._assumir(m, self.row, self._sistema())
            return
        m.atendente.tell(Perdida(self.row.id))
        if estados.espera(self.row):  # the fila that gave it has taken it out of its line
            self._enfileirar(self.row)

    def _receber_a_pedido(self, m: Atribuir, comando: ComandoDeDono) -> None:
        self._recusar_fechado()
        dono, destino = estados.dono(self.row), self._com_campos(comando)
        if isinstance(comando, AtualizarTicket):
            if dono is not None and dono != m.atendente_id:  # somebody was faster
                raise self._ja_atribuido()
            if self.row.status == "EM_ANDAMENTO":
                m.atendente.tell(Perdida(self.row.id))
                self._aplicar(comando.quem, destino)
                return
        elif dono != m.atendente_id:
            self._recusar_de_outro(comando.quem)
        self._exigir_elegivel(m, destino)
        self._assumir(m, destino, comando.quem)

    def _exigir_elegivel(self, m: Atribuir, destino: TicketRow) -> None:
        """What was so when the agent reserved a slot must still be."""
        if not self.group.serve(self._fila_de_trabalho(destino), m.atendente_id):
            raise self._fora_da_fila(m.nome)
        if m.atendente_id not in self.group.disponiveis and not m.forcado and estados.dono(self.row) != m.atendente_id:
            raise Conflict("atendente_indisponivel", f"{m.nome} deixou de estar disponível")

    def _com_campos(self, comando: ComandoDeDono) -> TicketRow:
        """The row with what the command changes beside the owner."""
        if isinstance(comando, TransferirTicket) and comando.fila_id is not None:
            self.group.fila(comando.fila_id)
            return replace(self.row, fila_id=comando.fila_id)
        if isinstance(comando, AtualizarTicket):
            return com_campos(self.row, replace(comando, status=UNSET))
        return self.row

    def _assumir(self, m: Atribuir, destino: TicketRow, quem: Quem) -> None:
        """Take the owner. What else the command changes is an event of its own: each tells its part of the change."""
        forcado = m.forcado or (self.row.forcado and estados.dono(self.row) == m.atendente_id)
        depois = estados.assumir(destino, m.atendente_id, forcado=forcado, now=self.now())
        antes = self._mudar(depois, m.fila_id if m.anuncio == self._anuncios else None)
        do_comando = eventos.mudancas_do_ticket(antes, destino)
        if isinstance(m.comando, TransferirTicket):
            self._publicar_transferido(m.comando, antes, do_comando)
        elif do_comando:
            self._publicar_atualizado(quem, antes, do_comando)
        evento = eventos.TicketAtribuido(self.row.id, eventos.Dono(m.atendente_id, m.nome))
        do_dono = eventos.mudancas_do_ticket(destino, self.row)
        publicar(self, quem, evento, do_ticket(self.row, antes), do_dono)
        m.atendente.tell(Confirmado(self.row.id, self.ref, reservado=True))

    def _aplicar(self, quem: Quem, depois: TicketRow) -> None:
        """Take a row that differs in what is neither owner nor status; nothing if it does not differ."""
        if depois != self.row:
            antes = self._mudar(replace(depois, atualizado_em=self.now()))
            self._publicar_atualizado(quem, antes)

    @handles(ContatoMudou)
    def contato_mudou(self, m: ContatoMudou) -> None:
        """Show the contact as it is now. What has closed meanwhile was written together with the contact."""
        depois = identidade.no_ticket(self.row, m.contato)
        if estados.aberto(self.row.status) and depois is not self.row:
            antes = self._mudar(replace(depois, atualizado_em=self.now()))
            self._publicar_atualizado(m.quem, antes, eventos.mudancas_do_contato_no_ticket(antes, depois))

    @handles(DonoOffline)
    def dono_offline(self, m: DonoOffline) -> None:
        """The fila's setting decides whether the ticket stays; without its fila it goes back.

        What a supervisor forced stays where it was put.
        """
        if estados.dono(self.row) != m.atendente_id or self.row.forcado:
            return
        fila = self.group.filas.get(self.row.fila_id)
        if fila is None:
            self.devolver(Devolver(m.atendente_id))
        else:
            fila.tell(DonoSumiu(self.ref, m.atendente_id))

    @handles(Devolver)
    def devolver(self, m: Devolver) -> None:
        if estados.dono(self.row) != m.atendente_id:
            return
        antes = self._mudar(estados.devolver(self.row, self.now()))
        self._publicar_atualizado(self._sistema(), antes)

    @handles(MudarDeFila)
    def mudar_de_fila(self, m: MudarDeFila) -> None:
        if self.row.fila_id != m.fila_id or not estados.espera(self.row):
            return
        antes = self._mudar(replace(self.row, fila_id=self.group.fila_padrao, atualizado_em=self.now()))
        self._publicar_atualizado(self._sistema(), antes)


def ticket_nao_encontrado() -> NotFound:
    return NotFound("ticket_nao_encontrado", "Ticket não encontrado")
