"""What may be asked of a ticket, and that there be one."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoTicket
from engine import permissoes
from engine.distribuicao.esperando import Esperando
from engine.distribuicao.estimativa import Posicao
from engine.envios.opcoes import OpcoesDeEnvio
from engine.eventos import MensagemStatus, Mudancas
from engine.modelo import (
    Arquivo,
    Direcao,
    FilaRow,
    MensagemRow,
    NotaRow,
    Pedida,
    Prioridade,
    Status,
    TicketRow,
    TipoMensagem,
)
from engine.permissoes import Ato


class CriarTicket(Comando[TicketRow], frozen=True, kw_only=True):
    """``contato_telefone`` is as it is dialled in the empresa's country, or has a plus (see :mod:`engine.telefones`).
    So are the phones of all commands. ``etiquetas``, ``idioma`` and ``habilidades`` as in :class:`~engine.modelo.Rota`.
    """

    ato = permissoes.ATENDER

    contato_nome: str
    contato_telefone: str | None = None
    contato_email: str | None = None
    assunto: str | None = None
    fila_id: str | None = None
    canal_id: str | None = None
    prioridade: Prioridade = "NORMAL"
    etiquetas: tuple[str, ...] = ()
    idioma: str | None = None
    habilidades: tuple[Pedida, ...] | None = None


class AtualizarTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """PATCH. A field left out stays as it is."""

    ato = permissoes.ATENDER

    status: Status | UnsetType = UNSET
    prioridade: Prioridade | UnsetType = UNSET
    assunto: str | UnsetType | None = UNSET
    etiquetas: tuple[str, ...] | UnsetType = UNSET
    idioma: str | UnsetType | None = UNSET
    habilidades: tuple[Pedida, ...] | UnsetType | None = UNSET


class AtribuirTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    ato = permissoes.ATENDER

    atendente_id: str
    forcar: bool = False

    def tambem(self) -> Ato | None:
        return permissoes.FORCAR if self.forcar else None


class AceitarOferta(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """Whoever asks takes the ticket, if it is offered to it still. Conflict if not: it says who has it."""

    ato = permissoes.TER_PRESENCA


class RecusarOferta(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """Whoever asks does not want the ticket that it is offered."""

    ato = permissoes.TER_PRESENCA

    motivo: str | None = None


class TransferirTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """At least one of ``fila_id`` and ``atendente_id``. ``nota``: for whoever gets it, and kept in the history; the
    contact never sees it. Nothing of it is kept if the ticket is there already.
    """

    ato = permissoes.ATENDER

    fila_id: str | None = None
    atendente_id: str | None = None
    motivo: str | None = None
    nota: str | None = None
    forcar: bool = False

    def tambem(self) -> Ato | None:
        return permissoes.FORCAR if self.forcar else None


class EncerrarTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    ato = permissoes.ATENDER

    motivo: str | None = None


class AdiarTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """Put it off until ``ate`` (ms): see :mod:`engine.silencio.adiamento`. Invalid for an instant that is past or too
    far away; Conflict for what is over, or if its owner may have no more PENDENTE.
    """

    ato = permissoes.ATENDER

    ate: int
    motivo: str | None = None


class CancelarAdiamento(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """It is as before it was put off. Conflict if its owner may not go on with it."""

    ato = permissoes.ATENDER


class ReabrirTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    ato = permissoes.ATENDER


class ExcluirTicket(ComandoTicket[None], frozen=True, kw_only=True):
    """Soft: it is closed, if it was not, and seen no more."""

    ato = permissoes.EXCLUIR_TICKET


class Chegada(Struct, frozen=True, gc=False):
    """How a message of the contact came by a canal: when it was written (ms, by the provider's clock), from which
    address (as :func:`engine.envios.cargas.escrito` has it), what the provider calls it, and until when the contact can
    be written to freely, where there is such a window.
    """

    em: int
    endereco: str
    id_externo: str
    janela_ate: int | None = None


class EnviarMensagem(ComandoTicket[MensagemRow], frozen=True, kw_only=True):
    """``arquivo``: a file that is stored already, and is nobody's until this is done. ``id`` is the sender's own for
    the message: the node sees to it that none has it already. ``opcoes``: what a channel can do beside text and files
    (see :class:`engine.conector.trabalhos.Envio`). ``chegada``: it came by a canal; ``metadados`` is what it carries, a
    JSON object as text. ``janela_ate``: until when (ms) the contact can be written to freely by its canal, as far as
    the node has looked it up: only where the ticket itself knows of no open window.

    ``enquanto_espera``: it is not to reach the contact once somebody has the ticket;
    ``enquanto_cala``: nor once the contact has answered.

    Conflict if the contact cannot be written to freely now, and this is not from a template.
    """

    ato = permissoes.ATENDER

    conteudo: str
    tipo: TipoMensagem = "texto"
    direcao: Direcao = "enviada"
    arquivo: Arquivo | None = None
    id: str | None = None
    opcoes: OpcoesDeEnvio | None = None
    metadados: str | None = None
    chegada: Chegada | None = None
    janela_ate: int | None = None
    enquanto_espera: bool = False
    enquanto_cala: bool = False

    def tambem(self) -> Ato | None:
        return permissoes.FALAR_PELO_CONTATO if self.direcao == "recebida" else None


class MarcarLida(ComandoTicket[None], frozen=True, kw_only=True):
    """Marks one message of the ticket as read. The caller has checked that it is of this ticket."""

    ato = permissoes.ATENDER

    mensagem_id: str


class MarcarLidas(ComandoTicket[int], frozen=True, kw_only=True):
    """Marks all that the contact has written in the ticket as read. ``nao_lidas`` is how much of it was unread, as the
    caller has read it, and is the answer; at 0 nothing happens.
    """

    ato = permissoes.ATENDER

    nao_lidas: int


class SinalizarDigitacao(ComandoTicket[None], frozen=True, kw_only=True):
    """The contact may see that somebody is writing to it, where its channel shows that."""

    ato = permissoes.ATENDER


class MarcarEntregas(ComandoTicket[None], frozen=True, kw_only=True):
    """The contact has these messages of ours, or has read them, where no provider says so: it came for them. The caller
    has checked that they are of this ticket, and had not got so far yet.
    """

    ato = permissoes.CONECTAR

    mensagem_ids: tuple[str, ...]
    status: Literal["entregue", "lido"]


class ExcluirMensagem(ComandoTicket[None], frozen=True, kw_only=True):
    """Soft. ``remetente_id`` is whose the message is, as the caller has read it (see
    :func:`engine.permissoes.exigir_que_exclua`). The caller has checked that the message is of this ticket.
    """

    ato = permissoes.ATENDER

    mensagem_id: str
    remetente_id: str | None


class CriarNota(ComandoTicket[NotaRow], frozen=True, kw_only=True):
    """An internal note, also of a ticket that is closed. ``mencoes`` are atendentes, who are told of it: Invalid if
    there is none such, Conflict if it does not see the ticket.
    """

    ato = permissoes.ANOTAR

    conteudo: str
    mencoes: tuple[str, ...] = ()


class EditarNota(ComandoTicket[NotaRow], frozen=True, kw_only=True):
    """``nota`` is what it was, as the caller has read it, and of this ticket. Only who wrote it may."""

    ato = permissoes.ANOTAR

    nota: NotaRow
    conteudo: str | UnsetType = UNSET
    mencoes: tuple[str, ...] | UnsetType = UNSET


class ExcluirNota(ComandoTicket[None], frozen=True, kw_only=True):
    """Soft. ``autor_id`` is whose the note is, as the caller has read it, who has checked that it is of this ticket."""

    ato = permissoes.ANOTAR

    nota_id: str
    autor_id: str | None


class RespostaPreenchida(Struct, frozen=True, gc=False):
    """What a quick reply says in a ticket."""

    ticket_id: str
    conteudo: str


class PreencherResposta(ComandoTicket[RespostaPreenchida], frozen=True, kw_only=True):
    """NotFound if there is no such quick reply; Conflict if it is not for the fila of the ticket. Nothing is sent."""

    ato = permissoes.ATENDER

    resposta_id: str


class VerTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """The row, once every change it shows is committed; Forbidden if ``quem`` may not see the ticket."""

    ato = permissoes.VER


class NaFila(Struct, frozen=True):
    """A ticket, its fila if that is there still, and what it waits for, if it does."""

    ticket: TicketRow
    fila: FilaRow | None
    espera: Esperando | None = None


class VerNaFila(ComandoTicket[NaFila], frozen=True, kw_only=True):
    """``com_espera``: also what the ticket waits for now. Then Unavailable while the distribution is made anew."""

    ato = permissoes.VER

    com_espera: bool


class VerPosicao(ComandoTicket[Posicao], frozen=True, kw_only=True):
    """Where in its line the ticket stands now, and how long that takes. Conflict if it stands in none."""

    ato = permissoes.VER


class ContarEntrega(ComandoTicket[None], frozen=True, kw_only=True):
    """A message of the ticket has got further, which is saved already: tell it to those who see the ticket."""

    ato = permissoes.ENTRE_ATORES

    evento: MensagemStatus
    mudancas: Mudancas
