"""What is said in a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.canal.mensagens import EsquecerEnvio
from actors.empresa.mensagens import AbrirComMensagem
from actors.ticket import envio, pesquisa, silencio, sla
from actors.ticket.comandos import Chegada, EnviarMensagem, ExcluirMensagem, MarcarEntregas, MarcarLida, MarcarLidas
from actors.ticket.reabertura import pode_reabrir, reabrir
from actors.ticket.registro import mudar, publicar_atualizado, recusar_fechado
from actors.ticket.silencio_marcado import comecar, respondeu
from actors.ticket.volta import acordado
from engine import estados, eventos, permissoes
from engine.envios import janela
from engine.eventos import do_ticket, publicar
from engine.modelo import (
    ArquivoRow,
    CanalRow,
    EntregaRow,
    ExclusaoMensagemRow,
    LeituraRow,
    LeituraTicketRow,
    MensagemRow,
)
from engine.pesquisa import regra
from engine.tempo import iso
from engine.vistas import mensagem_vista

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def enviar(ticket: Ticket, comando: EnviarMensagem) -> MensagemRow | None:
    """None: the answer comes from elsewhere."""
    if comando.direcao == "recebida":
        return _receber_do_contato(ticket, comando)
    recusar_fechado(ticket)
    canal = envio.canal_de_saida(ticket)
    if canal is not None:
        envio.exigir_janela(ticket, canal, comando)
    mensagem = _gravar(ticket, comando, canal)
    if mensagem.status_entrega != "falhou":
        comecar(ticket, comando.quem)
    return mensagem


def _receber_do_contato(ticket: Ticket, comando: EnviarMensagem) -> MensagemRow | None:
    row, group = ticket.row, ticket.group
    parte = regra.parte(row, comando.tipo, comando.conteudo, ticket.now())
    if parte is not None:
        mensagem = _gravar(ticket, comando, None)
        _marcar_chegada(ticket, comando.chegada)
        pesquisa.responder(ticket, mensagem, parte, enviar)
        return mensagem
    if not estados.aberto(row.status) and not pode_reabrir(
        row, group.silencios.janela_de_reabertura(row), ticket.now()
    ):
        group.diretorio.empresa.forward(AbrirComMensagem(row, comando), ticket.defer())
        return None
    mensagem = _gravar(ticket, comando, None)
    _marcar_chegada(ticket, comando.chegada)
    respondeu(ticket)
    row = ticket.row
    if row.status == "RESOLVIDO":
        reabrir(ticket, comando.quem)
    elif row.status == "PENDENTE":
        depois, preferido = acordado(ticket)
        publicar_atualizado(ticket, comando.quem, mudar(ticket, depois, preferido=preferido))
    esperando = silencio.contado(ticket, ticket.row)
    if esperando is not ticket.row:
        ticket.become(esperando)
    sla.escrito(ticket)
    return mensagem


def _marcar_chegada(ticket: Ticket, chegada: Chegada | None) -> None:
    """The contact is answered where it wrote from, and can be written to freely from now. None: somebody else, who took
    its message elsewhere, says that it wrote.
    """
    row = ticket.row
    if chegada is None:
        canal = envio.canal_de_saida(ticket)
        ate = None if canal is None else janela.aberta_ate(canal.tipo, ticket.now())
        depois = replace(row, janela_ate=_mais_tarde(row.janela_ate, ate))
    else:
        ate = _mais_tarde(row.janela_ate, janela.limitada(chegada.janela_ate, ticket.now()))
        depois = replace(row, endereco=chegada.endereco, janela_ate=ate, ultima_externa=chegada.id_externo)
    if depois != row:
        ticket.become(depois)


def _mais_tarde(antes: int | None, depois: int | None) -> int | None:
    return max(antes or 0, depois or 0) or None


def _hora(chegada: Chegada, now: int) -> int:
    """When a message that came in was written. Providers tell it in whole seconds: it is taken for the end of that
    second, so that what was said in answer to it does not come before it; and never for later than now.
    """
    em = chegada.em + 999 if chegada.em % 1000 == 0 else chegada.em
    return min(em, now)


def _gravar(ticket: Ticket, comando: EnviarMensagem, canal: CanalRow | None) -> MensagemRow:
    """``canal``: by which it goes out: how far it gets is told then."""
    now, row, chegada = ticket.now(), ticket.row, comando.chegada
    enviada = comando.direcao == "enviada"
    mensagem = MensagemRow(
        row.empresa_id,
        comando.id or ticket.group.ids.novo(),
        row.id,
        ticket.next_seq(),
        comando.conteudo,
        comando.tipo,
        comando.direcao,
        comando.quem.id if enviada else None,
        comando.arquivo,
        False,
        envio.estado_inicial(ticket) if enviada else "entregue",
        now if chegada is None else _hora(chegada, now),
        metadados=comando.metadados,
        id_externo=None if chegada is None else chegada.id_externo,
    )
    if canal is not None:
        mensagem = envio.despachar(ticket, canal, mensagem, comando)
    ticket.save(mensagem)
    if comando.arquivo is not None:
        ticket.save(ArquivoRow(row.empresa_id, comando.arquivo.id, row.id, mensagem.id, comando.arquivo, now))
    mudancas: eventos.Mudancas = {} if canal is None else {"statusEntrega": (None, mensagem.status_entrega)}
    if enviada and permissoes.e_pessoa(comando.quem):
        depois = estados.tocado(estados.sem_silencio(row))
        if row.data_primeira_resposta is None:
            depois = estados.responder(depois, now)
        depois = sla.respondido(ticket, depois)
        if depois is not row:
            ticket.become(depois)
            sla.contar_a_linha(ticket, row)
    if ticket.row.data_primeira_resposta != row.data_primeira_resposta:
        mudancas["tempoPrimeiraRespostaSegundos"] = (None, estados.segundos_ate_responder(row, now))
    mudancas |= eventos.mudancas_do_sla(row.sla, ticket.row.sla)
    evento = eventos.NovaMensagem(mensagem_vista(mensagem, ticket.group.ajustes.opcoes.endereco_de_arquivo))
    publicar(ticket, comando.quem, evento, do_ticket(ticket.row), mudancas)
    return mensagem


def marcar_lida(ticket: Ticket, comando: MarcarLida) -> None:
    ticket.save(LeituraRow(ticket.row.empresa_id, comando.mensagem_id))
    evento = eventos.MensagemStatus(comando.mensagem_id, ticket.row.id, True, "entregue")
    publicar(ticket, comando.quem, evento, do_ticket(ticket.row))
    envio.sinalizar_lida(ticket)


def marcar_lidas(ticket: Ticket, comando: MarcarLidas) -> int:
    if comando.nao_lidas:
        ticket.save(LeituraTicketRow(ticket.row.empresa_id, ticket.row.id, ticket.group.seq))
        publicar(ticket, comando.quem, eventos.MensagensLidas(ticket.row.id, iso(ticket.now())), do_ticket(ticket.row))
        envio.sinalizar_lida(ticket)
    return comando.nao_lidas


def marcar_entregas(ticket: Ticket, comando: MarcarEntregas) -> None:
    row = ticket.row
    for mensagem_id in comando.mensagem_ids:
        ticket.save(EntregaRow(row.empresa_id, mensagem_id, comando.status, None, None))
        evento = eventos.MensagemStatus(mensagem_id, row.id, False, comando.status)
        publicar(ticket, comando.quem, evento, do_ticket(row))


def excluir(ticket: Ticket, comando: ExcluirMensagem) -> None:
    quem = comando.quem
    permissoes.exigir_que_exclua(quem, comando.remetente_id)
    canal = envio.canal_de_saida(ticket)
    if canal is not None:
        ticket.group.diretorio.canais[canal.id].tell(EsquecerEnvio(comando.mensagem_id))
    ticket.save(ExclusaoMensagemRow(ticket.row.empresa_id, comando.mensagem_id, ticket.now()))
    publicar(ticket, quem, eventos.MensagemExcluida(comando.mensagem_id, ticket.row.id), do_ticket(ticket.row))
