"""A contact is silent: it is warned, once, and the ticket is closed when it goes on saying nothing. When, stands in the
row, so that what was due when the node died is done once; the message, its job, the event and the row are one commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec.structs import replace

from actors.ticket import conversa
from actors.ticket.comandos import EnviarMensagem
from actors.ticket.envio import BUSCADOS, canal_de_saida
from actors.ticket.registro import mudar, publicar_atualizado, publicar_encerrado, sistema
from actors.ticket.silencio_marcado import historia
from engine import estados
from engine.envios import cargas, janela
from engine.envios.politica import DIA_MS
from engine.modelo import MensagemRow
from engine.silencio import contato
from engine.silencio.estado import Silencio
from engine.silencio.regra import EmVigor
from engine.silencio.texto import escrever

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

DE_NOVO_MS: Final = 15 * 60_000
"""When it is looked at again where the canal is paused, or off."""
Passa = Literal["passa", "nunca", "mais_tarde"]


def vencer(ticket: Ticket, em: int) -> None:
    """Something is due, unless the rules, or the hours that they count, are others by now."""
    if contato.vence(ticket.row) != em:
        return
    row, now, silencios = ticket.row, ticket.now(), ticket.group.silencios
    em_dia = silencios.em_dia(row, now)
    silencio, em_vigor = em_dia.silencio, silencios.regra_de(row)
    if silencio is None or em_vigor is None or silencio.vence is None or silencio.vence > now:
        ticket.become(em_dia)
        return
    quando = silencios.quando(row, em_vigor, silencio.vence, now)
    if quando != now:
        ticket.become(replace(row, silencio=replace(silencio, vence=quando)))
    elif contato.o_que(em_vigor.regra, silencio) == "avisar":
        _avisar(ticket, em_vigor, silencio)
    else:
        _encerrar(ticket, em_vigor, silencio)


def aviso_saiu(ticket: Ticket, mensagem_id: str) -> None:
    """From now on the contact has its time; or it has it although it cannot be told."""
    silencio, now = ticket.row.silencio, ticket.now()
    if silencio is not None and silencio.aviso_id == mensagem_id:
        depois = replace(ticket.row, silencio=contato.aviso_saiu(silencio, now))
        ticket.become(ticket.group.silencios.em_dia(depois, now))


def rever(ticket: Ticket) -> None:
    """By the rules of now."""
    em_dia = ticket.group.silencios.em_dia(ticket.row, ticket.now())
    if em_dia is not ticket.row:
        ticket.become(em_dia)


# -- the warning -------------------------------------------------------------------------------------------------------


def _avisar(ticket: Ticket, em_vigor: EmVigor, silencio: Silencio) -> None:
    passa, now = _passa(ticket), ticket.now()
    if passa == "mais_tarde":
        ticket.become(replace(ticket.row, silencio=replace(silencio, vence=now + DE_NOVO_MS)))
        return
    dita = _dizer(ticket, em_vigor.regra.aviso_texto or "", aviso=True) if passa == "passa" else None
    chega = dita is not None and dita.status_entrega != "falhou"
    a_caminho = dita.id if dita is not None and chega and canal_de_saida(ticket) is not None else None
    depois = replace(ticket.row, silencio=contato.avisado(silencio, now, a_caminho))
    antes = ticket.row
    ticket.become(ticket.group.silencios.em_dia(depois, now))
    desfecho = historia("contato_avisado" if chega else "contato_sem_aviso", em_vigor)
    publicar_atualizado(ticket, sistema(ticket), antes, desfecho)


def _passa(ticket: Ticket) -> Passa:
    """Whether its channel takes something for the contact: now, never, or perhaps later. What has no canal is written
    into the ticket, as all that is said there.
    """
    row = ticket.row
    canal = None if row.canal_id is None else ticket.group.diretorio.canal_row(row.canal_id)
    if canal is None or canal.tipo in BUSCADOS:
        return "passa"
    if not canal.ativo or canal.pausado_em is not None:
        return "mais_tarde"
    if canal_de_saida(ticket) is None:
        return "passa"
    para = cargas.destino(row, canal.tipo)
    chega = para is not None and para.tipo != "remetente"
    return "passa" if chega and not janela.fechada(canal, row.janela_ate, ticket.now()) else "nunca"


def _dizer(ticket: Ticket, texto: str, *, aviso: bool) -> MensagemRow | None:
    row, diretorio = ticket.row, ticket.group.diretorio
    fila, atendente = diretorio.fila_row(row.fila_id), diretorio.atendente_row(row.atendente_id or "")
    dito = escrever(
        texto, row, atendente=None if atendente is None else atendente.nome, fila=None if fila is None else fila.nome
    )
    return conversa.enviar(
        ticket, EnviarMensagem(quem=sistema(ticket), ticket_id=row.id, conteudo=dito, enquanto_cala=aviso)
    )


# -- the end -----------------------------------------------------------------------------------------------------------


def _encerrar(ticket: Ticket, em_vigor: EmVigor, silencio: Silencio) -> None:
    """Not while the warning is on its way still: the contact has its time from when it left."""
    row, now, regra = ticket.row, ticket.now(), em_vigor.regra
    if silencio.aviso_id is not None and now - (silencio.avisado_em or now) < DIA_MS:
        agenda = ticket.group.silencios.agenda(row, em_vigor)
        adiante = agenda.somar(now, (regra.encerrar_apos_segundos or 0) * 1000)
        ticket.become(replace(row, silencio=replace(silencio, vence=adiante)))
        return
    if regra.encerramento_texto is not None and _passa(ticket) == "passa":
        _dizer(ticket, regra.encerramento_texto, aviso=False)
    antes = mudar(ticket, estados.encerrar(ticket.row, regra.status_final, now))
    motivo = f"o contato não respondeu no tempo da regra de silêncio {em_vigor.nome}"
    publicar_encerrado(ticket, sistema(ticket), antes, motivo, historia("contato_encerrado", em_vigor))
