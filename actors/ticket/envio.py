"""What is said in a ticket that has a canal goes out by it: the job is written down in the turn that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import replace

from actors.canal.mensagens import EsquecerDoTicket, NovoEnvio
from actors.ticket.comandos import EnviarMensagem
from engine import estados, permissoes
from engine.canais import valor_publico
from engine.conector.segmentos import contar
from engine.envios import cargas, janela
from engine.errors import Conflict, Detalhe
from engine.modelo import CanalRow, MensagemRow, StatusEntrega
from engine.vistas import json_text

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

COM_SINAIS = frozenset({"whatsapp"})
"""The kinds of channels that tell the contact what was read."""
BUSCADOS = frozenset({"webchat"})
"""The kinds of channels where the contact comes for what was said: it is sent once it is stored."""
MODELOS_DITOS = 50
"""Templates whose names are told to who has written too late."""


def canal_de_saida(ticket: Ticket) -> CanalRow | None:
    """The canal by which what is said in a ticket goes out; None if it goes nowhere."""
    if ticket.row.canal_id is None:
        return None
    canal = ticket.group.diretorio.canal_row(ticket.row.canal_id)
    return canal if canal is not None and canal.tipo in cargas.TRABALHOS else None


def estado_inicial(ticket: Ticket) -> StatusEntrega:
    """How far what is said in a ticket has got once it is stored."""
    if ticket.row.canal_id is None or ticket.row.endereco is None:
        return "pendente"
    canal = ticket.group.diretorio.canal_row(ticket.row.canal_id)
    return "enviado" if canal is not None and canal.tipo in BUSCADOS else "pendente"


def exigir_janela(ticket: Ticket, canal: CanalRow, comando: EnviarMensagem) -> None:
    """Raise Conflict for what the contact cannot be written now."""
    if comando.opcoes is not None and comando.opcoes.modelo is not None:
        return
    ate = max(ticket.row.janela_ate or 0, comando.janela_ate or 0) or None
    if janela.fechada(canal, ate, ticket.now()):
        remedio = f"use um modelo aprovado, dos que GET /atendimento/canais/{canal.id}/modelos mostra"
        quando = "ainda não escreveu por este canal" if ate is None else "escreveu há mais de 24 horas"
        mensagem = f"O contato {quando}: o WhatsApp só aceita um modelo"
        raise Conflict(janela.FECHADA, mensagem, (Detalhe("modelo", remedio), *_modelos(ticket, canal)))
    if ate != ticket.row.janela_ate:
        ticket.become(replace(ticket.row, janela_ate=ate))


def _modelos(ticket: Ticket, canal: CanalRow) -> list[Detalhe]:
    """The templates that could be sent instead."""
    aprovados = ticket.group.diretorio.modelos.get(canal.id, ())
    return [Detalhe("modelos", nome) for nome in aprovados[:MODELOS_DITOS]]


def passa(ticket: Ticket) -> bool:
    """Whether its channel takes something for the contact now."""
    row = ticket.row
    canal = ticket.group.diretorio.canal_row(row.canal_id or "")
    if canal is None or not canal.ativo or canal.pausado_em is not None:
        return False
    if canal_de_saida(ticket) is None:
        return canal.tipo in BUSCADOS
    para = cargas.destino(row, canal.tipo)
    chega = para is not None and para.tipo != "remetente"
    return chega and not janela.fechada(canal, row.janela_ate, ticket.now())


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
    envio = cargas.EnvioGravado(
        para=para,
        tipo=mensagem.tipo,
        assunto=ticket.row.assunto,
        responde_a=de_email if opcoes is None or opcoes.responde_a is None else opcoes.responde_a,
        referencias=() if de_email is None else (de_email,),
        opcoes={} if opcoes is None else opcoes.para_o_conector(),
        automatica=not permissoes.e_pessoa(comando.quem),
        enquanto_espera=comando.enquanto_espera,
        enquanto_cala=comando.enquanto_cala,
    )
    if canal.tipo == "sms":
        mensagem = replace(mensagem, metadados=_com_segmentos(mensagem))
    row = cargas.de_mensagem(mensagem, ticket.row, canal.id, canal.tipo, envio)
    ticket.save(row)
    ticket.group.diretorio.canais[canal.id].tell(NovoEnvio(row, mensagem))
    return mensagem


def _com_segmentos(mensagem: MensagemRow) -> str:
    """What a message says of itself, with how many SMS its text is."""
    contados = contar(mensagem.conteudo)
    ditos = {} if mensagem.metadados is None else msgspec.json.decode(mensagem.metadados, type=dict[str, Any])
    codificacao = {"gsm7": "GSM-7", "ucs2": "UCS-2"}[contados.codificacao]
    return json_text(ditos | {"segmentos": contados.segmentos, "codificacao": codificacao})


def sinalizar_lida(ticket: Ticket) -> None:
    """Let the contact see that what it wrote was read, where the channel can tell, and the empresa wants it told."""
    _sinalizar(ticket, "lida")


def sinalizar_digitacao(ticket: Ticket) -> None:
    """Let the contact see that somebody writes to it: on WhatsApp that tells too that what it wrote was read."""
    if estados.aberto(ticket.row.status) and ticket.now() < (ticket.row.janela_ate or 0):
        _sinalizar(ticket, "digitando")


def _sinalizar(ticket: Ticket, qual: Literal["lida", "digitando"]) -> None:
    canal, row = canal_de_saida(ticket), ticket.row
    if canal is None or canal.tipo not in COM_SINAIS or row.ultima_externa is None or row.endereco is None:
        return
    if valor_publico(canal.config, "confirmarLeitura") is False:
        return
    para = cargas.lido(row.endereco)
    sinal = cargas.de_sinal(ticket.group.ids.novo(), row, canal.id, para, qual, ticket.next_seq(), ticket.now())
    ticket.save(sinal)
    ticket.group.diretorio.canais[canal.id].tell(NovoEnvio(sinal, None))


def esquecer(ticket: Ticket) -> None:
    """It is being deleted: what was to be sent in it is not, nor is anybody told of it."""
    group, canal = ticket.group, canal_de_saida(ticket)
    for canal_id in dict.fromkeys((*group.avisos.saidas.canais(), *(() if canal is None else (canal.id,)))):
        group.diretorio.canais[canal_id].tell(EsquecerDoTicket(ticket.row.id))
