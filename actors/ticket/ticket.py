"""The Ticket: what people ask of it, and what is said in it."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from actors.comandos import ComandoTicket
from actors.empresa.mensagens import AbrirComMensagem
from actors.protocolo import PedirVaga
from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirMensagem,
    ExcluirTicket,
    MarcarLida,
    MarcarLidas,
    ReabrirTicket,
    TransferirTicket,
    VerTicket,
)
from actors.ticket.troca import Troca
from engine import estados, eventos
from engine.errors import Conflict, Forbidden
from engine.eventos import do_ticket, publicar
from engine.exclusao import ticket_excluido
from engine.modelo import (
    CHEFIA,
    ArquivoRow,
    ExclusaoMensagemRow,
    LeituraRow,
    LeituraTicketRow,
    MensagemRow,
    Quem,
    Status,
    TicketRow,
)
from engine.remendo import com_campos
from engine.runtime import Ref, handles
from engine.tempo import iso
from engine.vistas import mensagem_vista, ticket_vista

PESSOAS = frozenset({"atendente", "supervisor", "admin"})
"""Whose message counts as a first response: people, not connectors."""


class Ticket(Troca):
    """One conversation. Lives in memory while it is open; a closed one is loaded for a command and retires after it."""

    __slots__ = ()

    def _exigir(self, comando: ComandoTicket[Any]) -> None:
        self._recusar_excluido()
        self.group.exigir_acesso(comando.quem, self.row)

    # -- reading and changing --------------------------------------------------------------------------------------

    @handles(VerTicket)
    def ver(self, comando: VerTicket) -> TicketRow:
        self._exigir(comando)
        return self.row

    @handles(AtualizarTicket)
    def atualizar(self, comando: AtualizarTicket) -> TicketRow:
        self._exigir(comando)
        status = comando.status
        if status == "EM_ANDAMENTO":
            self._recusar_ao_atrasado(comando.quem)
        if status is UNSET or status == self.row.status:
            return self._aplicar_campos(comando, self.row, None)
        estados.exigir_transicao(self.row.status, status)
        if status == "EM_ANDAMENTO" and estados.dono(self.row) is None:
            self._pedir_vaga(comando, self._quem_assume(comando.quem), forcar=False)
            return self.row
        return self._aplicar_campos(comando, self._com_status(status), status)

    def _recusar_ao_atrasado(self, quem: Quem) -> None:
        """Who is an agent means to take it, and must not believe that it has what another took a moment before."""
        e_atendente = quem.papel == "atendente" or quem.id in self.group.atendentes
        if e_atendente and estados.dono(self.row) not in {None, quem.id}:
            raise self._ja_atribuido()

    def _com_status(self, status: Status) -> TicketRow:
        now = self.now()
        if status == "ABERTO":
            return estados.esperar_na_fila(self.row, self.row.fila_id, now)
        if status == "PENDENTE":
            return estados.pendenciar(self.row, now)
        if status == "EM_ANDAMENTO":
            self._exigir_que_o_dono_sirva()
            return replace(self.row, status=status, atualizado_em=now)
        return estados.encerrar(self.row, status, now)

    def _exigir_que_o_dono_sirva(self) -> None:
        """What waited on the customer is work anew, whoever says that it goes on."""
        row = self.row
        if not row.forcado and not self.group.serve(row.fila_id, estados.dono(row) or ""):
            raise self._fora_da_fila(self._nome_do_dono())

    def _aplicar_campos(self, comando: AtualizarTicket, depois: TicketRow, status: Status | None) -> TicketRow:
        """Take ``depois`` with the other fields of the PATCH; publish only if something differs."""
        depois = com_campos(depois, comando)
        if status in {"RESOLVIDO", "FECHADO"}:
            antes = self._mudar(depois)
            self._publicar_encerrado(comando.quem, antes, None)
        else:
            self._aplicar(comando.quem, depois)
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
        evento = eventos.TicketEncerrado(row.id, row.status, motivo, ticket_vista(row))
        publicar(self, quem, evento, do_ticket(row, antes), eventos.mudancas_do_ticket(antes, row))

    @handles(ReabrirTicket)
    def reabrir(self, comando: ReabrirTicket) -> TicketRow:
        self._exigir(comando)
        if estados.aberto(self.row.status):
            return self.row
        estados.exigir_transicao(self.row.status, "ABERTO")
        self._reabrir(comando.quem)
        return self.row

    def _reabrir(self, quem: Quem) -> None:
        """Back to the line from now; the previous owner is asked first, and gets it if it may be given it still."""
        dono_anterior, fila_id = self.row.atendente_id, self._fila_de_trabalho(self.row)
        if dono_anterior is not None and self.group.elegivel(fila_id, dono_anterior):
            self._ao_atendente(dono_anterior, PedirVaga(self.row.id, self.ref, fila_id, False, None, None))
        antes = self._mudar(estados.esperar_na_fila(self.row, self.row.fila_id, self.now()))
        self._publicar_atualizado(quem, antes)

    @handles(ExcluirTicket)
    def excluir(self, comando: ExcluirTicket) -> None:
        """Closed first, so that its fila and its owner let go of it as they always do."""
        self._exigir(comando)
        if self.row.status != "FECHADO":
            antes = self._mudar(estados.encerrar(self.row, "FECHADO", self.now()))
            self._publicar_encerrado(comando.quem, antes, "excluido")
        now = self.now()
        self.become(ticket_excluido(self.row, now))
        publicar(self, comando.quem, eventos.TicketExcluido(self.row.id), do_ticket(self.row))

    # -- assignment --------------------------------------------------------------------------------------------------

    @handles(AtribuirTicket)
    def atribuir(self, comando: AtribuirTicket) -> TicketRow:
        self._exigir(comando)
        self._recusar_fechado()
        atendente = self.group.atendente(comando.atendente_id)
        if self._e_de(comando.atendente_id):
            return self.row
        self._recusar_de_outro(comando.quem)
        self._pedir_vaga(comando, atendente, forcar=comando.forcar)
        return self.row

    @handles(TransferirTicket)
    def transferir(self, comando: TransferirTicket) -> TicketRow:
        self._exigir(comando)
        self._recusar_fechado()
        fila_id = comando.fila_id or self.row.fila_id
        self.group.fila(fila_id)
        if comando.atendente_id is not None:
            if self._e_de(comando.atendente_id) and self.row.fila_id == fila_id:
                return self.row
            self._recusar_de_outro(comando.quem)
            self._pedir_vaga(comando, self.group.atendente(comando.atendente_id), forcar=comando.forcar)
            return self.row
        if estados.espera(self.row) and self.row.fila_id == fila_id:
            return self.row
        antes = self._mudar(estados.esperar_na_fila(self.row, fila_id, self.now()))
        self._publicar_transferido(comando, antes)
        return self.row

    def _e_de(self, atendente_id: str) -> bool:
        """Whether that agent is at work on it already."""
        return self.row.status == "EM_ANDAMENTO" and self.row.atendente_id == atendente_id

    def _quem_assume(self, quem: Quem) -> Ref:
        """For EM_ANDAMENTO without an owner: the previous owner of a resolved ticket, else whoever asks."""
        group, anterior_id = self.group, self.row.atendente_id or ""
        anterior, proprio = group.atendentes.get(anterior_id), group.atendentes.get(quem.id or "")
        volta = proprio is None or group.elegivel(self._fila_de_trabalho(self.row), anterior_id)
        atendente = anterior if anterior is not None and volta else proprio
        if atendente is None:
            raise Conflict(
                "sem_atendente",
                "EM_ANDAMENTO exige um atendente, e quem pediu não é um: use PATCH /atendimento/tickets/:id/atribuir",
            )
        return atendente

    # -- messages --------------------------------------------------------------------------------------------------

    @handles(EnviarMensagem)
    def enviar_mensagem(self, comando: EnviarMensagem) -> MensagemRow | None:
        self._exigir(comando)
        if comando.direcao == "recebida":
            return self._receber_do_contato(comando)
        self._recusar_fechado()
        return self._gravar_mensagem(comando)

    def _receber_do_contato(self, comando: EnviarMensagem) -> MensagemRow | None:
        row = self.row
        if not estados.aberto(row.status) and not self._pode_reabrir():
            self.group.empresa.forward(AbrirComMensagem(row, comando), self.defer())
            return None
        mensagem = self._gravar_mensagem(comando)
        if row.status == "RESOLVIDO":
            self._reabrir(comando.quem)
        elif row.status == "PENDENTE":
            serve = self.group.serve(row.fila_id, row.atendente_id or "")
            antes = self._mudar(estados.ao_responder(row, dono_serve=serve, now=self.now()))
            self._publicar_atualizado(comando.quem, antes)
        return mensagem

    def _pode_reabrir(self) -> bool:
        resolvido_em = self.row.data_resolucao
        if self.row.status != "RESOLVIDO" or resolvido_em is None:
            return False
        return self.now() - resolvido_em <= self.group.janela_reabertura

    def _gravar_mensagem(self, comando: EnviarMensagem) -> MensagemRow:
        now = self.now()
        row = self.row
        enviada = comando.direcao == "enviada"
        mensagem = MensagemRow(
            row.empresa_id,
            comando.id or self.group.ids.novo(),
            row.id,
            self.next_seq(),
            comando.conteudo,
            comando.tipo,
            comando.direcao,
            comando.quem.id if enviada else None,
            comando.arquivo,
            False,
            "pendente" if enviada else "entregue",
            now,
        )
        self.save(mensagem)
        if comando.arquivo is not None:
            self.save(ArquivoRow(row.empresa_id, comando.arquivo.id, row.id, mensagem.id, comando.arquivo, now))
        mudancas: eventos.Mudancas | None = None
        if enviada and row.data_primeira_resposta is None and comando.quem.papel in PESSOAS:
            self.become(replace(row, data_primeira_resposta=now, atualizado_em=now))
            mudancas = {"tempoPrimeiraRespostaSegundos": (None, estados.segundos_ate_responder(row, now))}
        evento = eventos.NovaMensagem(mensagem_vista(mensagem, self.group.opcoes.endereco_de_arquivo))
        publicar(self, comando.quem, evento, do_ticket(self.row), mudancas)
        return mensagem

    @handles(MarcarLida)
    def marcar_lida(self, comando: MarcarLida) -> None:
        self._exigir(comando)
        self.save(LeituraRow(self.row.empresa_id, comando.mensagem_id))
        evento = eventos.MensagemStatus(comando.mensagem_id, self.row.id, True)
        publicar(self, comando.quem, evento, do_ticket(self.row))

    @handles(MarcarLidas)
    def marcar_lidas(self, comando: MarcarLidas) -> int:
        self._exigir(comando)
        if comando.nao_lidas:
            self.save(LeituraTicketRow(self.row.empresa_id, self.row.id, self.group.seq))
            evento = eventos.MensagensLidas(self.row.id, iso(self.now()))
            publicar(self, comando.quem, evento, do_ticket(self.row))
        return comando.nao_lidas

    @handles(ExcluirMensagem)
    def excluir_mensagem(self, comando: ExcluirMensagem) -> None:
        self._exigir(comando)
        quem = comando.quem
        if quem.papel not in CHEFIA and (quem.id is None or quem.id != comando.remetente_id):
            raise Forbidden("mensagem_alheia", "Só quem enviou a mensagem, um supervisor ou um admin pode excluí-la")
        self.save(ExclusaoMensagemRow(self.row.empresa_id, comando.mensagem_id, self.now()))
        publicar(self, quem, eventos.MensagemExcluida(comando.mensagem_id, self.row.id), do_ticket(self.row))
