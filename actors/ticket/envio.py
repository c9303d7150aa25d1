"""What is said in a ticket that has a canal goes out by it: the job is written down in the turn that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.canal.mensagens import NovoEnvio
from actors.ticket.comandos import EnviarMensagem
from engine.canais import valor_publico
from engine.conector.trabalhos import Envio
from engine.envios import cargas
from engine.errors import Conflict, Detalhe
from engine.modelo import CanalRow, MensagemRow

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

COM_SINAIS = frozenset({"whatsapp"})
"""The kinds of channels that tell the contact what was read."""
MODELOS_DITOS = 50
"""Templates whose names are told to who has written too late."""
COM_JANELA = frozenset({"whatsapp"})
"""The kinds of channels where a contact can be written to freely only for a while after it wrote."""


def canal_de_saida(ticket: Ticket) -> CanalRow | None:
    """The canal by which what is said in a ticket goes out; None if it goes nowhere."""
    if ticket.row.canal_id is None:
        return None
    canal = ticket.group.diretorio.canal_row(ticket.row.canal_id)
    return canal if canal is not None and canal.tipo in cargas.TRABALHOS else None


def exigir_janela(ticket: Ticket, canal: CanalRow, comando: EnviarMensagem) -> None:
    """Raise Conflict for what the contact cannot be written now."""
    if canal.tipo not in COM_JANELA or (comando.opcoes is not None and comando.opcoes.modelo is not None):
        return
    ate = ticket.row.janela_ate
    if ate is None or ticket.now() >= ate:
        remedio = f"use um modelo aprovado, dos que GET /atendimento/canais/{canal.id}/modelos mostra"
        quando = "ainda não escreveu por este canal" if ate is None else "escreveu há mais de 24 horas"
        raise Conflict(
            "janela_fechada",
            f"O contato {quando}: o WhatsApp só aceita um modelo",
            (Detalhe("modelo", remedio), *_modelos(ticket, canal)),
        )


def _modelos(ticket: Ticket, canal: CanalRow) -> list[Detalhe]:
    """The templates that could be sent instead."""
    aprovados = ticket.group.diretorio.modelos.get(canal.id, ())
    return [Detalhe("modelos", nome) for nome in aprovados[:MODELOS_DITOS]]


def despachar(ticket: Ticket, canal: CanalRow, mensagem: MensagemRow, comando: EnviarMensagem) -> MensagemRow:
    """Write down the job that sends a message; gives the message as it is now. Where the contact has no address of the
    channel's kind, it has failed already.
    """
    para = cargas.destino(ticket.row, canal.tipo)
    if para is None or para.tipo == "remetente":
        falta = "um e-mail" if canal.tipo == "email" else "um telefone"
        return replace(mensagem, status_entrega="falhou", erro_entrega=f"O contato não tem {falta} para responder")
    opcoes = comando.opcoes
    de_email = ticket.row.ultima_externa if canal.tipo == "email" else None
    envio = Envio(
        para=para,
        tipo=mensagem.tipo,
        assunto=ticket.row.assunto,
        responde_a=de_email if opcoes is None or opcoes.responde_a is None else opcoes.responde_a,
        referencias=() if de_email is None else (de_email,),
        opcoes={} if opcoes is None else opcoes.para_o_conector(),
    )
    row = cargas.de_mensagem(mensagem, ticket.row, canal.id, canal.tipo, envio)
    ticket.save(row)
    ticket.group.diretorio.canais[canal.id].tell(NovoEnvio(row, mensagem))
    return mensagem


def sinalizar_lida(ticket: Ticket) -> None:
    """Let the contact see that what it wrote was read, where the channel can tell, and the empresa wants it told."""
    canal, row = canal_de_saida(ticket), ticket.row
    if canal is None or canal.tipo not in COM_SINAIS or row.ultima_externa is None or row.endereco is None:
        return
    if valor_publico(canal.config, "confirmarLeitura") is False:
        return
    para = cargas.lido(row.endereco)
    sinal = cargas.de_sinal(ticket.group.ids.novo(), row, canal.id, para, "lida", ticket.next_seq(), ticket.now())
    ticket.save(sinal)
    ticket.group.diretorio.canais[canal.id].tell(NovoEnvio(sinal, None))
