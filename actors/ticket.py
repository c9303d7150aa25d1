"""The Ticket: the only writer of who owns a ticket."""

from __future__ import annotations

from functools import partial

from msgspec import UNSET, Struct
from msgspec.structs import replace

from actors import eventos
from actors.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    ComandoTicket,
    EncerrarTicket,
    EnviarMensagem,
    MarcarLida,
    ReabrirTicket,
    TransferirTicket,
    VerTicket,
)
from actors.empresa_viva import EmpresaViva
from actors.protocolo import (
    AbrirComMensagem,
    Anunciar,
    Atribuir,
    ComandoDeDono,
    Confirmado,
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
from engine import estados
from engine.errors import BalcaoError, Conflict
from engine.modelo import LeituraRow, MensagemRow, Quem, Status, TicketRow
from engine.runtime import Actor, Ref, handles
from engine.vistas import mensagem_vista, ticket_vista

PESSOAS = frozenset({"atendente", "supervisor", "admin"})
"""Whose message counts as a first response: people, not connectors."""


class Ticket(Actor):
    """One conversation. Lives in memory while it is open; a closed one is loaded for a command and retires after it."""

    __slots__ = ()

    group: EmpresaViva
    row: TicketRow

    # -- small things ----------------------------------------------------------------------------------------------

    def _sistema(self) -> Quem:
        return Quem(self.row.empresa_id, None, "sistema")

    def _publicar(
        self,
        tipo: str,
        quem: Quem,
        dados: Struct,
        antes: TicketRow | None = None,
        mudancas: eventos.Mudancas | None = None,
    ) -> None:
        self.publish(eventos.evento_de_ticket(self.next_seq(), tipo, quem, dados, self.row, antes, mudancas))

    def _mudar(self, depois: TicketRow) -> TicketRow:
        """Take a new row, and tell the fila and the previous owner what it means for them. Returns the row before."""
        antes = self.row
        self.become(depois)
        if antes.fila_id != depois.fila_id or estados.aberto(antes.status) != estados.aberto(depois.status):
            self.once_released(partial(self.group.contar, antes, depois))
        self._avisar_fila(antes, depois)
        dono_antes = estados.dono(antes)
        if dono_antes is not None and dono_antes != estados.dono(depois):
            self._ao_atendente(dono_antes, Liberar(depois.id))
        self.retiring = not estados.aberto(depois.status)
        return antes

    def _avisar_fila(self, antes: TicketRow, depois: TicketRow) -> None:
        """Also the fila that gave the ticket away is told: an Enfileirar may have reached it since."""
        saiu = estados.espera(antes) and not (estados.espera(depois) and antes.fila_id == depois.fila_id)
        if saiu:
            self._a_fila(antes.fila_id, Retirar(depois.id))
        if estados.espera(depois):
            self._a_fila(depois.fila_id, Enfileirar(depois, self.ref))

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

    def _exigir(self, comando: ComandoTicket[TicketRow]) -> None:
        self.group.exigir_acesso(comando.quem, self.row)

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
            self._a_fila(self.row.fila_id, Enfileirar(self.row, self.ref))
        dono = estados.dono(self.row)
        if dono is not None:
            self._ao_atendente(dono, Confirmado(self.row.id, self.ref))
        self.retiring = not estados.aberto(self.row.status)

    # -- reading and changing --------------------------------------------------------------------------------------

    @handles(VerTicket)
    def ver(self, comando: VerTicket) -> TicketRow:
        self._exigir(comando)
        return self.row

    @handles(AtualizarTicket)
    def atualizar(self, comando: AtualizarTicket) -> TicketRow:
        self._exigir(comando)
        status = comando.status
        if status is UNSET or status == self.row.status:
            return self._aplicar_campos(comando, self.row, None)
        estados.exigir_transicao(self.row.status, status)
        if status == "EM_ANDAMENTO" and estados.dono(self.row) is None:
            self._pedir_vaga(comando, self._quem_assume(comando.quem), forcar=False)
            return self.row
        return self._aplicar_campos(comando, self._com_status(status), status)

    def _com_status(self, status: Status) -> TicketRow:
        now = self.now()
        if status == "ABERTO":
            return estados.esperar_na_fila(self.row, self.row.fila_id, now)
        if status == "PENDENTE":
            return estados.pendenciar(self.row, now)
        if status == "EM_ANDAMENTO":
            return replace(self.row, status=status, atualizado_em=now)
        return estados.encerrar(self.row, status, now)

    def _aplicar_campos(self, comando: AtualizarTicket, depois: TicketRow, status: Status | None) -> TicketRow:
        """Take ``depois`` with the other fields of the PATCH; publish only if something differs."""
        if comando.prioridade is not UNSET:
            depois = replace(depois, prioridade=comando.prioridade)
        if comando.assunto is not UNSET:
            depois = replace(depois, assunto=comando.assunto)
        if depois == self.row:
            return self.row
        antes = self._mudar(replace(depois, atualizado_em=self.now()))
        if status in {"RESOLVIDO", "FECHADO"}:
            self._publicar_encerrado(comando.quem, antes, None)
        else:
            self._publicar("ticket_atualizado", comando.quem, eventos.TicketCompleto(ticket_vista(self.row)), antes)
        return self.row

    @handles(EncerrarTicket)
    def encerrar(self, comando: EncerrarTicket) -> TicketRow:
        self._exigir(comando)
        if self.row.status == "FECHADO":
            return self.row
        antes = self._mudar(estados.encerrar(self.row, "FECHADO", self.now()))
        self._publicar_encerrado(comando.quem, antes, comando.motivo)
        return self.row

    def _publicar_encerrado(self, quem: Quem, antes: TicketRow, motivo: str | None) -> None:
        row = self.row
        dados = eventos.TicketEncerrado(row.id, row.status, motivo, ticket_vista(row))
        self._publicar("ticket_encerrado", quem, dados, antes)

    @handles(ReabrirTicket)
    def reabrir(self, comando: ReabrirTicket) -> TicketRow:
        self._exigir(comando)
        if estados.aberto(self.row.status):
            return self.row
        estados.exigir_transicao(self.row.status, "ABERTO")
        self._reabrir(comando.quem)
        return self.row

    def _reabrir(self, quem: Quem) -> None:
        """Back to the line from now; the previous owner is asked first, and gets it if it has room."""
        dono_anterior = self.row.atendente_id
        if dono_anterior is not None:
            self._ao_atendente(dono_anterior, PedirVaga(self.row.id, self.ref, False, None, None))
        antes = self._mudar(estados.esperar_na_fila(self.row, self.row.fila_id, self.now()))
        self._publicar("ticket_atualizado", quem, eventos.TicketCompleto(ticket_vista(self.row)), antes)

    # -- ownership -------------------------------------------------------------------------------------------------

    @handles(AtribuirTicket)
    def atribuir(self, comando: AtribuirTicket) -> TicketRow:
        self._exigir(comando)
        self._recusar_fechado()
        atendente = self.group.atendente(comando.atendente_id)
        if estados.dono(self.row) == comando.atendente_id and self.row.status == "EM_ANDAMENTO":
            return self.row
        self._pedir_vaga(comando, atendente, forcar=comando.forcar)
        return self.row

    @handles(TransferirTicket)
    def transferir(self, comando: TransferirTicket) -> TicketRow:
        self._exigir(comando)
        self._recusar_fechado()
        fila_id = comando.fila_id or self.row.fila_id
        self.group.fila(fila_id)
        if comando.atendente_id is not None:
            self._pedir_vaga(comando, self.group.atendente(comando.atendente_id), forcar=comando.forcar)
            return self.row
        if estados.espera(self.row) and self.row.fila_id == fila_id:
            return self.row
        antes = self._mudar(estados.esperar_na_fila(self.row, fila_id, self.now()))
        self._publicar_transferido(comando, antes)
        return self.row

    def _recusar_fechado(self) -> None:
        if self.row.status == "FECHADO":
            raise Conflict("ticket_fechado", "O ticket está FECHADO: abra outro para este contato")

    def _publicar_transferido(
        self, comando: TransferirTicket, antes: TicketRow, mudancas: eventos.Mudancas | None = None
    ) -> None:
        row = self.row
        dados = eventos.TicketTransferido(
            row.id, row.fila_id, antes.fila_id, row.atendente_id, antes.atendente_id, comando.motivo
        )
        self._publicar("ticket_transferido", comando.quem, dados, antes, mudancas)

    def _quem_assume(self, quem: Quem) -> Ref:
        """For EM_ANDAMENTO without an owner: the previous owner of a resolved ticket, else whoever asks."""
        candidato = self.row.atendente_id or quem.id
        atendente = self.group.atendentes.get(candidato or "")
        if atendente is None:
            raise Conflict(
                "sem_atendente",
                "EM_ANDAMENTO exige um atendente, e quem pediu não é um: use PATCH /atendimento/tickets/:id/atribuir",
            )
        return atendente

    def _pedir_vaga(self, comando: ComandoDeDono, atendente: Ref, *, forcar: bool) -> None:
        self.retiring = False  # a closed ticket stays until the agent has answered
        atendente.tell(PedirVaga(self.row.id, self.ref, forcar, comando, self.defer()))

    @handles(Atribuir)
    def receber_dono(self, m: Atribuir) -> None:
        """An agent has a slot reserved for this ticket: take it, unless things changed since it was asked."""
        if m.comando is None:
            na_fila = estados.espera(self.row) and m.fila_id in {None, self.row.fila_id}
            if not na_fila or m.atendente_id not in self.group.disponiveis:
                m.atendente.tell(Perdida(self.row.id))
                if estados.espera(self.row):  # the fila that gave it has taken it out of its line
                    self._a_fila(self.row.fila_id, Enfileirar(self.row, self.ref))
                return
            self._assumir(m, self.row, self._sistema())
            return
        try:
            self._assumir_a_pedido(m, m.comando)
        except BalcaoError as erro:  # the state changed while the agent was asked
            m.atendente.tell(Perdida(self.row.id))
            if m.resposta is not None:
                self.refuse(m.resposta, erro)
        else:
            if m.resposta is not None:
                self.answer(m.resposta, self.row)

    def _assumir_a_pedido(self, m: Atribuir, comando: ComandoDeDono) -> None:
        self._recusar_fechado()
        if m.atendente_id not in self.group.disponiveis and not m.forcado and estados.dono(self.row) != m.atendente_id:
            raise Conflict("atendente_indisponivel", f"{m.nome} deixou de estar disponível")
        destino = self.row
        if isinstance(comando, TransferirTicket) and comando.fila_id is not None:
            self.group.fila(comando.fila_id)
            destino = replace(destino, fila_id=comando.fila_id)
        if isinstance(comando, AtualizarTicket):
            if comando.prioridade is not UNSET:
                destino = replace(destino, prioridade=comando.prioridade)
            if comando.assunto is not UNSET:
                destino = replace(destino, assunto=comando.assunto)
        self._assumir(m, destino, comando.quem)

    def _assumir(self, m: Atribuir, destino: TicketRow, quem: Quem) -> None:
        antes = self._mudar(estados.assumir(destino, m.atendente_id, forcado=m.forcado, now=self.now()))
        mudancas = None
        if isinstance(m.comando, TransferirTicket):  # two events: each tells its own part of the change
            self._publicar_transferido(m.comando, antes, eventos.mudancas_do_ticket(antes, destino))
            mudancas = eventos.mudancas_do_ticket(destino, self.row)
        dados = eventos.TicketAtribuido(self.row.id, eventos.Dono(m.atendente_id, m.nome))
        self._publicar("ticket_atribuido", quem, dados, antes, mudancas)
        m.atendente.tell(Confirmado(self.row.id, self.ref))

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
        self._publicar("ticket_atualizado", self._sistema(), eventos.TicketCompleto(ticket_vista(self.row)), antes)

    @handles(MudarDeFila)
    def mudar_de_fila(self, m: MudarDeFila) -> None:
        if self.row.fila_id != m.fila_id or not estados.espera(self.row):
            return
        antes = self._mudar(replace(self.row, fila_id=self.group.fila_padrao, atualizado_em=self.now()))
        self._publicar("ticket_atualizado", self._sistema(), eventos.TicketCompleto(ticket_vista(self.row)), antes)

    # -- messages --------------------------------------------------------------------------------------------------

    @handles(EnviarMensagem)
    def enviar_mensagem(self, comando: EnviarMensagem) -> MensagemRow | None:
        self._exigir(comando)  # type: ignore[arg-type]  # the answer type plays no part
        if comando.direcao == "recebida":
            return self._receber_do_contato(comando)
        self._recusar_fechado()
        return self._gravar_mensagem(comando)

    def _receber_do_contato(self, comando: EnviarMensagem) -> MensagemRow | None:
        row = self.row
        if not estados.aberto(row.status) and not self._pode_reabrir():
            empresa = self.group.empresa
            empresa.tell(AbrirComMensagem(row, comando, self.defer()))
            return None
        mensagem = self._gravar_mensagem(comando)
        if row.status == "RESOLVIDO":
            self._reabrir(comando.quem)
        elif row.status == "PENDENTE":
            volta: Status = "EM_ANDAMENTO" if row.atendente_id is not None else "ABERTO"
            antes = self._mudar(self._com_status(volta))
            self._publicar("ticket_atualizado", comando.quem, eventos.TicketCompleto(ticket_vista(self.row)), antes)
        return mensagem

    def _pode_reabrir(self) -> bool:
        resolvido_em = self.row.data_resolucao
        if self.row.status != "RESOLVIDO" or resolvido_em is None:
            return False
        return self.now() - resolvido_em <= self.group.opcoes.janela_reabertura

    def _gravar_mensagem(self, comando: EnviarMensagem) -> MensagemRow:
        now = self.now()
        row = self.row
        enviada = comando.direcao == "enviada"
        mensagem = MensagemRow(
            row.empresa_id,
            self.group.ids.novo(),
            row.id,
            self.next_seq(),
            comando.conteudo,
            comando.tipo,
            comando.direcao,
            comando.quem.id if enviada else None,
            None,
            False,
            "pendente" if enviada else "entregue",
            now,
        )
        self.save(mensagem)
        mudancas: eventos.Mudancas | None = None
        if enviada and row.data_primeira_resposta is None and comando.quem.papel in PESSOAS:
            self.become(replace(row, data_primeira_resposta=now, atualizado_em=now))
            mudancas = {"tempoPrimeiraRespostaSegundos": (None, (now - row.criado_em) / 1000)}
        self.publish(
            eventos.evento_de_ticket(
                mensagem.seq,
                "nova_mensagem",
                comando.quem,
                mensagem_vista(mensagem),
                self.row,
                mudancas=mudancas,
                em=now,
            )
        )
        return mensagem

    @handles(MarcarLida)
    def marcar_lida(self, comando: MarcarLida) -> None:
        self._exigir(comando)  # type: ignore[arg-type]
        self.save(LeituraRow(self.row.empresa_id, comando.mensagem_id))
        dados = eventos.MensagemStatus(comando.mensagem_id, self.row.id, True)
        self.publish(
            eventos.evento_de_ticket(self.next_seq(), "mensagem_status", comando.quem, dados, self.row, em=self.now())
        )
