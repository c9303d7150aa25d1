"""Internal notes of a ticket: written, changed and deleted. They change nothing of the ticket: a note is no response,
opens nothing again, and can be written also when all is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from actors.ticket.comandos import CriarNota, EditarNota, ExcluirNota
from engine import eventos, permissoes
from engine.avisos.ocorrencias import Ocorrencia
from engine.errors import Conflict, Detalhe, Invalid
from engine.eventos import do_ticket, publicar
from engine.eventos.notas import editada, escrita
from engine.modelo import EdicaoNotaRow, ExclusaoNotaRow, NotaRow, Quem

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def criar(ticket: Ticket, comando: CriarNota) -> NotaRow:
    row, quem = ticket.row, comando.quem
    mencoes = _exigir_que_vejam(ticket, quem, comando.mencoes)
    nota = NotaRow(
        row.empresa_id, ticket.group.ids.novo(), row.id, ticket.next_seq(), comando.conteudo, quem.id, mencoes,
        ticket.now(),
    )  # fmt: skip
    ticket.save(nota)
    publicar(ticket, quem, escrita(nota, row.contato_id), do_ticket(row))
    _contar_a(ticket, quem, nota, mencoes)
    return nota


def editar(ticket: Ticket, comando: EditarNota) -> NotaRow:
    """Only who wrote it. Nothing happens if it says so already."""
    antes, quem = comando.nota, comando.quem
    permissoes.exigir_que_edite(quem, antes.autor_id)
    conteudo = antes.conteudo if comando.conteudo is UNSET else comando.conteudo
    ditas = antes.mencoes if comando.mencoes is UNSET else tuple(dict.fromkeys(comando.mencoes))
    novas = [id_ for id_ in ditas if id_ not in antes.mencoes]
    _exigir_que_vejam(ticket, quem, ditas, novas)
    if (conteudo, ditas) == (antes.conteudo, antes.mencoes):
        return antes
    depois = replace(antes, conteudo=conteudo, mencoes=ditas, editada_em=ticket.now())
    ticket.save(EdicaoNotaRow(antes.empresa_id, antes.id, conteudo, ditas, ticket.now()))
    publicar(ticket, quem, editada(depois, ticket.row.contato_id), do_ticket(ticket.row))
    _contar_a(ticket, quem, depois, novas)
    return depois


def excluir(ticket: Ticket, comando: ExcluirNota) -> None:
    quem = comando.quem
    permissoes.exigir_que_exclua_nota(quem, comando.autor_id)
    ticket.save(ExclusaoNotaRow(ticket.row.empresa_id, comando.nota_id, ticket.now()))
    publicar(ticket, quem, eventos.NotaExcluida(comando.nota_id, ticket.row.id), do_ticket(ticket.row))


def _contar_a(ticket: Ticket, quem: Quem, nota: NotaRow, mencionados: Iterable[str]) -> None:
    """Each is told by an event of its own: ``lugares`` says whose it is, as the ids of the ticket's fila and owner are
    the ticket's.
    """
    row = ticket.row
    for id_ in mencionados:
        evento = eventos.Mencao(id_, nota.id, row.id, row.numero, quem.id)
        publicar(ticket, quem, evento, replace(do_ticket(row), lugares=id_))
        ticket.group.avisos.avisar(ticket, Ocorrencia("mencao", row, quem.id, (id_,)))


# -- who may be named --------------------------------------------------------------------------------------------------


def _exigir_que_vejam(
    ticket: Ticket, quem: Quem, ditas: tuple[str, ...], novas: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Those who are named, each once. Raises Invalid for who is no atendente, Conflict for one who does not see the
    ticket. ``novas``: only these are looked at; who was named before stays so.
    """
    unicas = tuple(dict.fromkeys(ditas))
    olhadas = unicas if novas is None else tuple(novas)
    lugares = {id_: f"mencoes[{ditas.index(id_)}]" for id_ in olhadas}
    diretorio = ticket.group.diretorio
    ninguem = [Detalhe(onde, _NINGUEM) for id_, onde in lugares.items() if not diretorio.e_atendente(id_)]
    if ninguem:
        campos = ", ".join(um.campo for um in ninguem)
        raise Invalid("dados_invalidos", f"{campos}: {_NINGUEM}", tuple(ninguem))
    cegos = [Detalhe(onde, _CEGO) for id_, onde in lugares.items() if not _ve(ticket, quem, id_)]
    if cegos:
        campos = ", ".join(um.campo for um in cegos)
        raise Conflict("mencao_sem_acesso", f"{campos}: {_CEGO}", tuple(cegos))
    return unicas


_NINGUEM = "não existe este atendente, ou foi excluído; use o id de um de GET /atendimento/atendentes"
_CEGO = "este atendente não vê o ticket, e não leria a nota; inclua-o na fila do ticket, ou mencione outro"


def _ve(ticket: Ticket, quem: Quem, id_: str) -> bool:
    """Whether an atendente sees the ticket, as far as its filas and its work tell: what role its token has is not
    known. Who writes sees it.
    """
    row, como_atendente = ticket.row, Quem(quem.empresa_id, id_, "atendente")
    return id_ == quem.id or ticket.group.diretorio.pode_ver(como_atendente, row.fila_id, row.atendente_id)
