"""Contatos: ``/atendimento/contatos``."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.empresa.comandos import VerEmpresa
from engine import permissoes, telefones
from engine.contatos import chaves
from engine.modelo import ContatoRow
from engine.ports import FiltroContatos, FiltroTickets
from engine.vistas import ContatoVista, TicketVista, contato_vista, ticket_vista
from web.pedido.campos import Busca, Email, Etiquetas, Nome, Observacao, Rotulo, Telefone, TelefoneNaUrl, Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao
from web.resposta.vistas import Lista, lista
from web.rotas.visiveis import contato_visivel, so_visiveis, vidente

rotas = Rotas("Contatos")


class ConsultaContatos(Paginacao, frozen=True, kw_only=True):
    """``telefone`` and ``email`` find exactly whose they are; ``busca`` by the beginnings of words; ``etiqueta`` those
    that have the tag. An atendente finds
    those of tickets that it may see. Of another, whose exact address it knows, it is shown the name and that address.
    """

    telefone: TelefoneNaUrl | None = None
    email: Email | None = None
    busca: Busca | None = None
    etiqueta: Rotulo | None = None


class ContatoNovo(DaEmpresa, frozen=True, kw_only=True):
    nome: Nome
    telefone: Telefone | None = None
    email: Email | None = None
    observacao: Observacao | None = None
    etiquetas: Etiquetas = ()


class ContatoMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "empresaId", "createdAt", "updatedAt"), "")

    nome: Nome | UnsetType = UNSET
    telefone: Telefone | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    observacao: Observacao | UnsetType | None = UNSET
    etiquetas: Etiquetas | UnsetType = UNSET


class Uniao(DaEmpresa, frozen=True, kw_only=True):
    """``contatoId`` becomes part of the contact of the path."""

    contato_id: Uuid


@rotas.get("/contatos", resumo="Listar contatos, ou encontrar por telefone, e-mail ou busca", ato=permissoes.VER)
async def listar(p: Pedido, consulta: ConsultaContatos) -> Lista[ContatoVista]:
    rows, total = await _achar(p, consulta)
    return lista([contato_vista(row) for row in rows], total, consulta.page, consulta.limit)


@rotas.post("/contatos", resumo="Criar um contato", ato=permissoes.ATENDER, status=201, erros=(409,))
async def criar(p: Pedido, corpo: ContatoNovo) -> ContatoVista:
    row = await p.pedir(
        CriarContato(
            quem=p.quem,
            nome=corpo.nome,
            telefone=corpo.telefone,
            email=corpo.email,
            observacao=corpo.observacao,
            etiquetas=corpo.etiquetas,
        )
    )
    return contato_vista(row)


@rotas.get(
    "/contatos/<contato_id>",
    resumo="Ver um contato; o id de um que foi unido a outro mostra esse outro",
    ato=permissoes.VER,
)
async def ver(p: Pedido, contato_id: str) -> ContatoVista:
    return contato_vista(await contato_visivel(p, contato_id))


@rotas.patch("/contatos/<contato_id>", resumo="Atualizar um contato", ato=permissoes.ATENDER, erros=(409,))
async def atualizar(p: Pedido, contato_id: str, corpo: ContatoMudanca) -> ContatoVista:
    await contato_visivel(p, contato_id)
    row = await p.pedir(
        AtualizarContato(
            quem=p.quem,
            contato_id=contato_id,
            visto=True,
            nome=corpo.nome,
            telefone=corpo.telefone,
            email=corpo.email,
            observacao=corpo.observacao,
            etiquetas=corpo.etiquetas,
        )
    )
    return contato_vista(row)


@rotas.delete("/contatos/<contato_id>", resumo="Excluir um contato", ato=permissoes.CONFIGURAR, erros=(409,))
async def excluir(p: Pedido, contato_id: str) -> None:
    await p.pedir(ExcluirContato(quem=p.quem, contato_id=contato_id))


@rotas.post("/contatos/<contato_id>/unir", resumo="Unir outro contato a este", ato=permissoes.CONFIGURAR, erros=(409,))
async def unir(p: Pedido, contato_id: str, corpo: Uniao) -> ContatoVista:
    return contato_vista(await p.pedir(UnirContatos(quem=p.quem, contato_id=contato_id, outro_id=corpo.contato_id)))


@rotas.get("/contatos/<contato_id>/tickets", resumo="Listar os tickets de um contato", ato=permissoes.VER)
async def tickets(p: Pedido, contato_id: str, consulta: Paginacao) -> Lista[TicketVista]:
    contato = await contato_visivel(p, contato_id)
    filtro = await so_visiveis(p, FiltroTickets(contato_id=contato.id))
    rows, total = await p.leitor.tickets(p.quem.empresa_id, filtro, consulta.page, consulta.limit)
    return lista([ticket_vista(row) for row in rows], total, consulta.page, consulta.limit)


async def _achar(p: Pedido, consulta: ConsultaContatos) -> tuple[list[ContatoRow], int]:
    """A page of what is asked for. An address is one contact's at most: of two given, both must be the same one's."""
    ler, empresa_id, eu = p.leitor.contatos, p.quem.empresa_id, await vidente(p)
    telefone = consulta.telefone
    if telefone is not None:
        empresa = await p.no.pedir(VerEmpresa(quem=p.quem))
        telefone = telefones.exigir("telefone", telefone, empresa.pais_padrao)
    procuradas = chaves(telefone, consulta.email)
    chave = procuradas[0] if procuradas else None
    if len(procuradas) > 1:
        donos, _ = await ler(empresa_id, FiltroContatos(chave=chave), 1, 1)
        do_email, _ = await ler(empresa_id, FiltroContatos(chave=procuradas[1]), 1, 1)
        if [row.id for row in donos] != [row.id for row in do_email]:
            return [], 0
    filtro = FiltroContatos(chave=chave, busca=consulta.busca, etiqueta=consulta.etiqueta, visivel_para=eu)
    rows, total = await ler(empresa_id, filtro, consulta.page, consulta.limit)
    if eu is None or chave is None or await p.leitor.contatos_vistos(empresa_id, eu, [row.id for row in rows]):
        return rows, total
    if consulta.busca is not None or consulta.etiqueta is not None:  # that would tell more of it than its address
        return [], 0
    return [_de_fora(row, consulta) for row in rows], total


def _de_fora(row: ContatoRow, consulta: ConsultaContatos) -> ContatoRow:
    """What is shown of a contact to whom none of its tickets may see: its name, and the address that was asked for."""
    return replace(
        row,
        telefone=row.telefone if consulta.telefone is not None else None,
        email=row.email if consulta.email is not None else None,
        observacao=None,
        etiquetas=(),
    )
