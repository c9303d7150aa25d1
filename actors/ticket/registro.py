"""How a ticket changes: its row, what the others learn of it, and its events."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.contatos.mensagens import ConferirConversas, ContatoAtendido
from actors.ticket.comandos import TransferirTicket
from actors.ticket.decisoes import anotar, por
from actors.ticket.espera_marcada import com_mensagem_de_espera
from actors.ticket.silencio_marcado import com_silencio
from engine import estados, eventos
from engine.busca import muda_de_palavras, ticket_busca
from engine.distribuicao.decisao import DecisaoDeFora
from engine.errors import Conflict, NotFound
from engine.eventos import do_ticket, publicar
from engine.modelo import Quem, TicketRow
from engine.pesquisa.regra import ao_mudar
from engine.sla import passagem
from engine.vistas import ticket_vista

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def mudar(
    ticket: Ticket, depois: TicketRow, *, preferido: str | None = None, porque: DecisaoDeFora | None = None,
    fim_da_oferta: eventos.FimDaOferta = "retirada",
) -> TicketRow:  # fmt: skip
    """Take a new row. Returns the row before.

    A closed ticket that opens finds what took the place of its fila and its canal, and perhaps that the canal has
    another conversation with the contact by now: then it is not the canal's own any more. ``preferido``: the agent who
    is to have it before all others, if it is free. ``porque``: why it leaves its owner, if it does;
    ``fim_da_oferta``: why it is offered to somebody no more.
    """
    antes, group = ticket.row, ticket.group
    abre = depois.status in estados.ABERTOS
    if abre and antes.status not in estados.ABERTOS:
        diretorio = group.diretorio
        fila_id, canal_id = diretorio.fila_em_vigor(depois.fila_id), diretorio.canal_em_vigor(depois.canal_id)
        do_canal = depois.do_canal and not _ha_outro_do_canal(ticket, canal_id)
        depois = replace(depois, fila_id=fila_id, canal_id=canal_id, do_canal=do_canal)
        if do_canal and depois.contato_id is not None:
            diretorio.empresa.tell(ConferirConversas(sistema(ticket), depois.contato_id))
        _retomar(ticket, antes, depois)
    depois = com_silencio(group, com_mensagem_de_espera(group, antes, depois, ticket.now()), ticket.now())
    depois = _com_sla(ticket, antes, depois)
    depois = _com_pesquisa(ticket, antes, depois)
    ticket.become(depois)
    if not abre:
        _arrematar(ticket, antes)
        _contar_quem_atendeu(ticket, antes)
    elif estados.espera(depois) and estados.dono(antes) is not None:
        anotar(ticket, "devolucao", antes, antes.atendente_id, porque or DecisaoDeFora(lado="sistema"))
    ticket.once_released(partial(group.ticket_mudou, antes, depois, preferido))
    if antes.rota is not None and antes.rota.oferta is not None:
        _contar_da_oferta(ticket, antes, depois, fim_da_oferta)
    if muda_de_palavras(antes, depois):
        ticket.save(ticket_busca(depois))
    ticket.retiring = not abre and depois.perguntar_em is None
    return antes


def _com_sla(ticket: Ticket, antes: TicketRow, depois: TicketRow) -> TicketRow:
    sla = passagem.ao_mudar(antes, depois, ticket.group.sla.regra_de, ticket.now())
    return depois if sla is depois.sla else replace(depois, sla=sla)


def _com_pesquisa(ticket: Ticket, antes: TicketRow, depois: TicketRow) -> TicketRow:
    """What its contact is asked when it is resolved. It stays in memory until then."""
    if depois.status == antes.status:
        return depois
    achada = ticket.group.pesquisas.da(depois) if depois.status == "RESOLVIDO" else None
    return ao_mudar(antes, depois, None if achada is None else achada[1], ticket.now())


def _contar_da_oferta(ticket: Ticket, antes: TicketRow, depois: TicketRow, motivo: eventos.FimDaOferta) -> None:
    """Those to whom it is offered no more are told so, and what that counted is given back; who has it knows."""
    saem = estados.sem_oferta(antes, depois)
    for atendente_id in saem:
        lembranca = ticket.group.distribuicao.lembranca(antes.fila_id, atendente_id, (antes, depois))
        if lembranca is not None:
            ticket.save(lembranca)
    if saem:
        qual = "aceita" if estados.dono(depois) is not None else motivo
        evento = eventos.OfertaExpirada(depois.id, depois.fila_id, saem, qual)
        publicar(ticket, sistema(ticket), evento, do_ticket(depois, antes))


def _contar_quem_atendeu(ticket: Ticket, antes: TicketRow) -> None:
    """Some fila asks first whoever served the contact last: that is its owner until now."""
    atendente_id, contato_id = estados.dono(antes), antes.contato_id
    if atendente_id is not None and contato_id is not None and ticket.group.distribuicao.ha_afinidade:
        ticket.group.diretorio.empresa.tell(ContatoAtendido(contato_id, atendente_id, ticket.now()))


def _arrematar(ticket: Ticket, antes: TicketRow) -> None:
    """Its owner is not free of it yet, if wrap-up is set."""
    arremate = ticket.group.distribuicao.arremate(antes, ticket.now())
    if arremate is not None:
        ticket.save(arremate)
        ticket.once_released(partial(ticket.group.distribuicao.arrematar, arremate))


def _retomar(ticket: Ticket, antes: TicketRow, depois: TicketRow) -> None:
    """It opens again: there is nothing to wrap up any more, also after a restart."""
    distribuicao = ticket.group.distribuicao
    arremate = distribuicao.arremate_de(antes)
    if arremate is not None:
        ticket.save(replace(arremate, ate=ticket.now()))
        segue = estados.dono(depois) == arremate.atendente_id
        ticket.once_released(partial(distribuicao.arrematou, arremate, segue=segue))


def _ha_outro_do_canal(ticket: Ticket, canal_id: str | None) -> bool:
    """Whether the contact has another open ticket that is this canal's own conversation with it."""
    row, group = ticket.row, ticket.group
    if row.contato_id is None:
        return False
    abertos = (group.diretorio.ticket_row(id_) for id_ in group.contagens.por_contato.abertos((row.contato_id,)))
    return any(um is not None and um.do_canal and um.canal_id == canal_id and um.id != row.id for um in abertos)


def fila_de_trabalho(ticket: Ticket, row: TicketRow) -> str:
    """The fila whose agents may work on it: its own, or what takes its place if it was closed and opens again."""
    return row.fila_id if estados.aberto(row.status) else ticket.group.diretorio.fila_em_vigor(row.fila_id)


def aplicar(ticket: Ticket, quem: Quem, depois: TicketRow) -> None:
    """Take a row that differs in what is neither owner nor status; nothing if it does not differ."""
    if depois != ticket.row:
        antes = mudar(ticket, replace(depois, atualizado_em=ticket.now()), porque=por(quem))
        publicar_atualizado(ticket, quem, antes)


def sistema(ticket: Ticket) -> Quem:
    """Who acts where no person did."""
    return Quem(ticket.row.empresa_id, None, "sistema")


# -- who may, and when -------------------------------------------------------------------------------------------------


def exigir_acesso(ticket: Ticket, quem: Quem) -> None:
    """Raises NotFound or Forbidden unless ``quem`` may see it."""
    row = ticket.row
    if row.excluido_em is not None:
        raise ticket_nao_encontrado()
    ticket.group.diretorio.exigir_que_veja(quem, row)


def recusar_excluido(ticket: Ticket) -> None:
    if ticket.row.excluido_em is not None:
        raise ticket_nao_encontrado()


def recusar_fechado(ticket: Ticket) -> None:
    recusar_excluido(ticket)
    if ticket.row.status == "FECHADO":
        raise Conflict("ticket_fechado", "O ticket está FECHADO: abra outro para este contato")


def ticket_nao_encontrado() -> NotFound:
    return NotFound("ticket_nao_encontrado", "Ticket não encontrado")


# -- events ------------------------------------------------------------------------------------------------------------


def publicar_atualizado(ticket: Ticket, quem: Quem, antes: TicketRow, mudancas: eventos.Mudancas | None = None) -> None:
    """``mudancas``: what of the change is told; all of it if that is not said."""
    if mudancas is None:
        mudancas = eventos.mudancas_do_ticket(antes, ticket.row)
    publicar(ticket, quem, eventos.TicketAtualizado(ticket_vista(ticket.row)), do_ticket(ticket.row, antes), mudancas)


def publicar_encerrado(
    ticket: Ticket, quem: Quem, antes: TicketRow, motivo: str | None, mais: eventos.Mudancas | None = None
) -> None:  # fmt: skip
    """``mais``: what is told beside what differs."""
    row = ticket.row
    evento = eventos.TicketEncerrado(row.id, row.status, motivo, ticket_vista(row))
    publicar(ticket, quem, evento, do_ticket(row, antes), eventos.mudancas_do_ticket(antes, row) | (mais or {}))


def publicar_transferido(
    ticket: Ticket, comando: TransferirTicket, antes: TicketRow, mudancas: eventos.Mudancas | None = None
) -> None:
    """``mudancas``: as in :func:`publicar_atualizado`."""
    row = ticket.row
    if mudancas is None:
        mudancas = eventos.mudancas_do_ticket(antes, row)
    evento = eventos.TicketTransferido(
        row.id,
        row.status,
        row.fila_id,
        antes.fila_id,
        row.atendente_id,
        antes.atendente_id,
        comando.motivo,
        comando.nota,
    )
    publicar(ticket, comando.quem, evento, do_ticket(row, antes), mudancas)
