"""Internal notes: ``/atendimento/tickets/:id/notas``, and where one is named: ``/atendimento/mencoes``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from actors.ticket.comandos import CriarNota, EditarNota, ExcluirNota
from engine import permissoes
from engine.errors import NotFound
from engine.ids import NINGUEM
from engine.modelo import NotaRow
from engine.vistas import NotaVista, nota_vista
from web.pedido.campos import NotaInterna, Uuid
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao
from web.resposta.vistas import Lista, lista
from web.rotas.visiveis import ticket_visivel, vidente_de_tickets

rotas = Rotas("Notas")

Mencoes = Annotated[
    tuple[Uuid, ...],
    Meta(max_length=20, description="Ids dos atendentes que a nota menciona, e que são avisados dela."),
]
DA_NOTA: Final[Documento] = {
    "description": (
        "O que a equipe diz entre si: nunca chega ao contato, nem ao chat do site, nem a conectores; a outro sistema, "
        "só se o webhook pede o evento pelo nome inteiro (`nota_interna`). Não conta como resposta, não reabre o "
        "ticket, e pode ser escrita também num ticket FECHADO. `mencoes` avisa cada atendente pelo evento `mencao`: um "
        "id que não é de um atendente é 400, e um atendente que não vê o ticket é 409."
    )
}


class NotaNova(DaEmpresa, frozen=True, kw_only=True):
    conteudo: NotaInterna
    mencoes: Mencoes = ()


class NotaMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "ticketId", "autorId", "createdAt", "editadaEm", "empresaId"), "")

    conteudo: NotaInterna | UnsetType = UNSET
    mencoes: Mencoes | UnsetType = UNSET


class MencaoVista(Struct, frozen=True, rename="camel"):
    """Where somebody is named."""

    ticket_id: str
    ticket_numero: int
    nota: NotaVista


@rotas.get("/tickets/<ticket_id>/notas", resumo="Listar as notas internas de um ticket", ato=permissoes.VER_NOTAS)
async def listar(p: Pedido, ticket_id: str, consulta: Paginacao) -> Lista[NotaVista]:
    await ticket_visivel(p, ticket_id)
    rows, total = await p.leitor.notas(p.quem.empresa_id, ticket_id, consulta.page, consulta.limit)
    return lista([nota_vista(row) for row in rows], total, consulta.page, consulta.limit)


@rotas.post(
    "/tickets/<ticket_id>/notas",
    resumo="Escrever uma nota interna",
    ato=permissoes.ANOTAR,
    status=201,
    erros=(409,),
    documento=DA_NOTA,
)
async def criar(p: Pedido, ticket_id: str, corpo: NotaNova) -> NotaVista:
    comando = CriarNota(quem=p.quem, ticket_id=ticket_id, conteudo=corpo.conteudo, mencoes=corpo.mencoes)
    return nota_vista(await p.pedir(comando))


@rotas.patch(
    "/tickets/<ticket_id>/notas/<nota_id>",
    resumo="Mudar uma nota interna, de quem a escreveu",
    ato=permissoes.ANOTAR,
    erros=(409,),
)
async def atualizar(p: Pedido, ticket_id: str, nota_id: str, corpo: NotaMudanca) -> NotaVista:
    nota = await _exigir(p, ticket_id, nota_id)
    comando = EditarNota(
        quem=p.quem, ticket_id=ticket_id, nota=nota, conteudo=corpo.conteudo, mencoes=corpo.mencoes
    )  # fmt: skip
    return nota_vista(await p.pedir(comando))


@rotas.delete(
    "/tickets/<ticket_id>/notas/<nota_id>",
    resumo="Excluir uma nota interna, de quem a escreveu",
    ato=permissoes.ANOTAR,
)
async def excluir(p: Pedido, ticket_id: str, nota_id: str) -> None:
    nota = await _exigir(p, ticket_id, nota_id)
    await p.pedir(ExcluirNota(quem=p.quem, ticket_id=ticket_id, nota_id=nota.id, autor_id=nota.autor_id))


@rotas.get("/mencoes", resumo="Listar as notas que mencionam quem pergunta", ato=permissoes.VER_NOTAS)
async def mencoes(p: Pedido, consulta: Paginacao) -> Lista[MencaoVista]:
    eu = await vidente_de_tickets(p)
    achadas, total = await p.leitor.mencoes(
        p.quem.empresa_id, p.quem.id or NINGUEM, None if eu is None else eu.filas, consulta.page, consulta.limit
    )
    vistas = [MencaoVista(uma.nota.ticket_id, uma.ticket_numero, nota_vista(uma.nota)) for uma in achadas]
    return lista(vistas, total, consulta.page, consulta.limit)


async def _exigir(p: Pedido, ticket_id: str, nota_id: str) -> NotaRow:
    """A note of that ticket. Whether the caller may see it is asked by the ticket. Raises NotFound."""
    row = await p.leitor.nota(p.quem.empresa_id, nota_id)
    if row is None or row.ticket_id != ticket_id:
        raise NotFound("nota_nao_encontrada", "Nota não encontrada")
    return row
