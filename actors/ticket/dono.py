"""Who owns a ticket: given by the distribution, by a person, or back to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from actors.exclusao.mensagens import TrocarDono
from actors.ticket import silencio
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, TransferirTicket
from actors.ticket.decisoes import anotar, por
from actors.ticket.mensagens import Puxado
from actors.ticket.registro import (
    fila_de_trabalho,
    mudar,
    publicar_atualizado,
    publicar_transferido,
    recusar_fechado,
    sistema,
)
from engine import estados, eventos, permissoes, remendo
from engine.capacidade import pode_forcar, recusa_de
from engine.distribuicao import Promessa
from engine.errors import Conflict, Detalhe
from engine.eventos import do_ticket, publicar
from engine.modelo import AtendenteRow, Quem, TicketRow
from engine.politica.marcas import com_marcas

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

ComandoDeDono = AtribuirTicket | TransferirTicket | AtualizarTicket
"""The commands that may give a ticket an owner."""


# -- by the distribution -----------------------------------------------------------------------------------------------


def receber(ticket: Ticket, promessa: Promessa) -> None:
    """A slot of an agent is kept for it. If the promise has fallen meanwhile, whoever let it fall has seen to it."""
    if ticket.group.distribuicao.vale(promessa):
        _aceitar(ticket, sistema(ticket), promessa)


def puxar(ticket: Ticket, m: Puxado) -> TicketRow:
    """Whoever asked for it has it, unless the slot that was kept for it is gone meanwhile."""
    promessa = m.promessa
    if not ticket.group.distribuicao.vale(promessa):
        raise (
            ja_atribuido(ticket)
            if estados.dono(ticket.row)
            else Conflict(
                "ticket_retirado", "O ticket que seria seu deixou de estar disponível: peça o próximo outra vez"
            )
        )
    _aceitar(ticket, m.quem, promessa)
    return ticket.row


def _aceitar(ticket: Ticket, quem: Quem, promessa: Promessa) -> None:
    assert promessa.decisao is not None, "it was decided by this node"
    decisao = promessa.decisao if quem.id is None else replace(promessa.decisao, pedida=True)
    anotar(ticket, "atribuicao", ticket.row, promessa.perfil.id, decisao)
    assumir(ticket, quem, promessa.perfil.row, ticket.row)
    lembrar(ticket, promessa.perfil.id, promessa.row.fila_id)


def lembrar(ticket: Ticket, atendente_id: str, fila_id: str | None = None) -> None:
    """What was given or offered to an agent of a fila, of its own if it is not said, where the policy goes by that."""
    lembranca = ticket.group.distribuicao.lembranca(fila_id or ticket.row.fila_id, atendente_id)
    if lembranca is not None:
        ticket.save(lembranca)


# -- by a person -------------------------------------------------------------------------------------------------------


def atribuir(ticket: Ticket, comando: AtribuirTicket) -> TicketRow:
    recusar_fechado(ticket)
    ticket.group.diretorio.atendente(comando.atendente_id)
    if not e_de(ticket, comando.atendente_id):
        recusar_de_outro(ticket, comando.quem)
        dar(ticket, comando, comando.atendente_id, forcar=comando.forcar)
    return ticket.row


def transferir(ticket: Ticket, comando: TransferirTicket) -> TicketRow:
    recusar_fechado(ticket)
    fila_id = comando.fila_id or ticket.row.fila_id
    ticket.group.diretorio.fila(fila_id)
    if comando.atendente_id is not None:
        ticket.group.diretorio.atendente(comando.atendente_id)
        if not (e_de(ticket, comando.atendente_id) and ticket.row.fila_id == fila_id):
            recusar_de_outro(ticket, comando.quem)
            dar(ticket, comando, comando.atendente_id, forcar=comando.forcar)
    elif not (estados.espera(ticket.row) and ticket.row.fila_id == fila_id):
        para = None if fila_id == ticket.row.fila_id else fila_id
        porque = por(comando.quem, motivo=comando.motivo, para=para)
        antes = mudar(ticket, estados.esperar_na_fila(ticket.row, fila_id, ticket.now()), porque=porque)
        publicar_transferido(ticket, comando, antes)
    return ticket.row


def trocar(ticket: Ticket, m: TrocarDono) -> TicketRow:
    """Its owner is being deleted. To the other if it serves the fila; if not, back to the line, for those who do."""
    if estados.dono(ticket.row) != m.de or m.atendente_id is None:
        return ticket.row
    if ticket.group.diretorio.serve(ticket.row.fila_id, m.atendente_id):
        dar(ticket, m, m.atendente_id, forcar=True)
    else:
        antes = mudar(ticket, estados.devolver(ticket.row, ticket.now()), porque=por(m.quem, motivo=m.motivo))
        publicar_transferido(ticket, m, antes)
    return ticket.row


def dar(ticket: Ticket, comando: ComandoDeDono, atendente_id: str, *, forcar: bool) -> None:
    """Give it to an agent, with what else the command changes. Raises NotFound, Conflict or Unavailable."""
    diretorio, distribuicao = ticket.group.diretorio, ticket.group.distribuicao
    diretorio.atendente(atendente_id)
    destino = com_campos(ticket.row, comando, ticket.now())
    no_lugar = replace(destino, fila_id=fila_de_trabalho(ticket, destino))
    impede = distribuicao.impedimento(no_lugar, atendente_id)
    atendente = diretorio.atendente_row(atendente_id)
    assert atendente is not None, "the directory has it"
    if impede is not None and not (forcar and pode_forcar(impede)):
        raise recusa_de(impede, atendente, dado=True)
    motivo = comando.motivo if isinstance(comando, TransferirTicket) else None
    porque = por(comando.quem, forcado=impede is not None, motivo=motivo)
    anotar(ticket, "atribuicao", no_lugar, atendente_id, porque)
    assumir(ticket, comando.quem, atendente, destino, comando, forcado=impede is not None)


def assumir(
    ticket: Ticket,
    quem: Quem,
    atendente: AtendenteRow,
    destino: TicketRow,
    comando: ComandoDeDono | None = None,
    *,
    forcado: bool = False,
) -> None:
    """Take the owner. What else the command changes is an event of its own: each tells its part of the change."""
    continua_forcado = ticket.row.forcado and estados.dono(ticket.row) == atendente.id
    depois = estados.assumir(destino, atendente.id, forcado=forcado or continua_forcado, now=ticket.now())
    antes = mudar(ticket, silencio.contado(ticket, depois))
    do_comando = eventos.mudancas_do_ticket(antes, destino)
    if isinstance(comando, TransferirTicket):
        publicar_transferido(ticket, comando, antes, do_comando)
    elif do_comando:
        publicar_atualizado(ticket, quem, antes, do_comando)
    evento = eventos.TicketAtribuido(ticket.row.id, eventos.Dono(atendente.id, atendente.nome))
    do_dono = eventos.mudancas_do_ticket(destino, ticket.row)
    publicar(ticket, quem, evento, do_ticket(ticket.row, antes), do_dono)


def quem_assume(ticket: Ticket, quem: Quem) -> str:
    """For EM_ANDAMENTO without an owner: the previous owner of a resolved ticket, else whoever asks."""
    group, anterior_id = ticket.group, ticket.row.atendente_id or ""
    atendentes, proprio_id = group.diretorio.atendentes, quem.id or ""
    fila_id = fila_de_trabalho(ticket, ticket.row)
    volta = proprio_id not in atendentes or group.distribuicao.elegivel(fila_id, anterior_id)
    if anterior_id in atendentes and volta:
        return anterior_id
    if proprio_id in atendentes:
        return proprio_id
    raise Conflict(
        "sem_atendente",
        "EM_ANDAMENTO exige um atendente, e quem pediu não é um: use PATCH /atendimento/tickets/:id/atribuir",
    )


def e_de(ticket: Ticket, atendente_id: str) -> bool:
    """Whether that agent is at work on it already."""
    return ticket.row.status == "EM_ANDAMENTO" and ticket.row.atendente_id == atendente_id


def recusar_de_outro(ticket: Ticket, quem: Quem) -> None:
    """Conflict, naming who has the ticket, unless ``quem`` may say who has it next."""
    if not permissoes.pode_dar(quem, ticket.row):
        raise ja_atribuido(ticket)


def recusar_ao_atrasado(ticket: Ticket, quem: Quem) -> None:
    """Who is an agent means to take it, and must not believe that it has what another took a moment before."""
    cadastrado = ticket.group.diretorio.e_atendente(quem.id)
    if permissoes.conta_como_atendente(quem, cadastrado=cadastrado) and estados.dono(ticket.row) not in {None, quem.id}:
        raise ja_atribuido(ticket)


def exigir_que_o_dono_sirva(ticket: Ticket) -> None:
    """What waited on the customer is work anew, whoever says that it goes on."""
    row = ticket.row
    if not row.forcado and not ticket.group.diretorio.serve(row.fila_id, estados.dono(row) or ""):
        raise Conflict("atendente_fora_da_fila", f"{_nome_do_dono(ticket)} deixou de atender a fila deste ticket")
    cheio = None if row.forcado else ticket.group.distribuicao.sem_volta(row)
    atendente = ticket.group.diretorio.atendente_row(estados.dono(row) or "")
    if cheio is not None and atendente is not None:
        raise recusa_de(cheio, atendente)


def ja_atribuido(ticket: Ticket) -> Conflict:
    """It has an owner: who that is."""
    dono_id, nome = estados.dono(ticket.row), _nome_do_dono(ticket)
    problema = f"{dono_id} ({nome}) já atende este ticket: peça que o transfira, ou que um supervisor o atribua"
    return Conflict("ticket_ja_atribuido", f"O ticket já é de {nome}", (Detalhe("atendenteId", problema),))


def _nome_do_dono(ticket: Ticket) -> str:
    dono_id = estados.dono(ticket.row) or ""
    atendente = ticket.group.diretorio.atendente_row(dono_id)
    return dono_id if atendente is None else atendente.nome


def com_campos(row: TicketRow, comando: ComandoDeDono, now: int) -> TicketRow:
    """The row with what the command changes beside the owner and the status."""
    if isinstance(comando, TransferirTicket):
        return row if comando.fila_id is None else estados.na_fila(row, comando.fila_id, now)
    if not isinstance(comando, AtualizarTicket):
        return row
    if comando.prioridade is not UNSET or comando.assunto is not UNSET:
        row = remendo.com_campos(row, replace(comando, status=UNSET))
    return com_marcas(row, comando.etiquetas, comando.idioma, comando.habilidades)
