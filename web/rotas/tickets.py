"""Tickets: ``/atendimento/tickets``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, Literal

from msgspec import UNSET, UnsetType, field

from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    CriarTicket,
    EncerrarTicket,
    ExcluirTicket,
    MarcarLidas,
    ReabrirTicket,
    TransferirTicket,
)
from engine import permissoes
from engine.errors import Detalhe
from engine.eventos import DE_NOTAS
from engine.modelo import Ordem, Pedida, Prioridade, Status
from engine.politica.habilidades import chave
from engine.politica.modelo import HabilidadeExigida
from engine.ports import FiltroTickets
from engine.vistas import MensagemVista, TicketVista, mensagem_vista, ticket_vista
from web.pedido.campos import (
    Assunto,
    Busca,
    Email,
    Etiquetas,
    Idioma,
    Motivo,
    Nome,
    Nota,
    Pedidas,
    Rotulo,
    Telefone,
    Uuid,
)
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, um_destes
from web.resposta.vistas import (
    EventoVista,
    Lista,
    MensagensLidas,
    TicketDetalhado,
    evento_vista,
    lista,
    ticket_detalhado,
)
from web.rotas.visiveis import do_contato, so_visiveis, ticket_visivel

rotas = Rotas("Tickets")

_MENSAGENS_EMBUTIDAS: Final = 100


DA_TRANSFERENCIA: Final[Documento] = {
    "description": (
        "Para outra fila (`filaId`), outro atendente (`atendenteId`), ou os dois. `motivo` diz por quê. `nota` é para "
        "quem recebe o ticket: vai no evento `ticket_transferido` e fica no histórico, e nunca chega ao contato, nem a "
        "outros sistemas por webhook. Se o ticket já está onde se pede, nada muda, e a nota não é guardada. Um "
        "supervisor transfere qualquer ticket, também o de outro, ou em oferta; a quem está lotado, offline ou em "
        "outro estado, só com `forcar`; a quem não atende a fila, nunca (409)."
    )
}


class ConsultaTickets(Paginacao, frozen=True, kw_only=True):
    status: Status | None = None
    prioridade: Prioridade | None = None
    atendente_id: Uuid | None = None
    fila_id: Uuid | None = None
    canal_id: Uuid | None = None
    contato_id: Uuid | None = None
    busca: Busca | None = None
    etiqueta: Rotulo | None = None
    adiado: Literal["true"] | None = None
    ordem: Ordem = "recentes"


class TicketNovo(DaEmpresa, frozen=True, kw_only=True):
    contato_nome: Nome = field(name="contato_nome")
    contato_telefone: Telefone | None = field(name="contato_telefone", default=None)
    contato_email: Email | None = field(name="contato_email", default=None)
    assunto: Assunto | None = None
    fila_id: Uuid | None = None
    canal_id: Uuid | None = None
    prioridade: Prioridade = "NORMAL"
    etiquetas: Etiquetas = ()
    idioma: Idioma | None = None
    habilidades: Pedidas | None = None

    esquema_extra: ClassVar = {"anyOf": um_destes("contato_telefone", "contato_email")}

    def problemas(self) -> Iterable[Detalhe]:
        if self.contato_telefone is None and self.contato_email is None:
            yield Detalhe("contato_telefone", "informe contato_telefone ou contato_email")
        yield from _repetidas(self.habilidades)


class TicketMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(
        ("id", "numero", "empresaId", "createdAt", "updatedAt", "dataPrimeiraResposta", "dataResolucao",
         "dataFechamento", "contato_nome", "contato_telefone", "contato_email", "canalId"), ""
    ) | {
        "atendenteId": "use PATCH …/atribuir ou …/transferir",
        "filaId": "use PATCH …/transferir",
        "contatoId": "use POST /atendimento/contatos/:id/unir",
        "mensagens": "use POST /atendimento/mensagens",
    }  # fmt: skip

    status: Status | UnsetType = UNSET
    prioridade: Prioridade | UnsetType = UNSET
    assunto: Assunto | UnsetType | None = UNSET
    etiquetas: Etiquetas | UnsetType = UNSET
    idioma: Idioma | UnsetType | None = UNSET
    habilidades: Pedidas | UnsetType | None = UNSET

    def problemas(self) -> Iterable[Detalhe]:
        yield from _repetidas(self.habilidades)


def _repetidas(habilidades: tuple[HabilidadeExigida, ...] | UnsetType | None) -> Iterable[Detalhe]:
    vistas: dict[str, int] = {}
    for posicao, uma in enumerate(habilidades or ()):
        antes = vistas.setdefault(chave(uma.nome), posicao)
        if antes != posicao:
            yield Detalhe(f"habilidades[{posicao}].nome", f"é a mesma que habilidades[{antes}]; deixe só uma")


def _pedidas(habilidades: tuple[HabilidadeExigida, ...] | None) -> tuple[Pedida, ...] | None:
    return None if habilidades is None else tuple(Pedida(um.nome, um.nivel, um.preferida) for um in habilidades)


class Atribuicao(DaEmpresa, frozen=True, kw_only=True):
    atendente_id: Uuid
    forcar: bool = False


class Transferencia(DaEmpresa, frozen=True, kw_only=True):
    fila_id: Uuid | None = None
    atendente_id: Uuid | None = None
    motivo: Motivo | None = None
    nota: Nota | None = None
    forcar: bool = False

    esquema_extra: ClassVar = {"anyOf": um_destes("filaId", "atendenteId")}

    def problemas(self) -> Iterable[Detalhe]:
        if self.fila_id is None and self.atendente_id is None:
            yield Detalhe("filaId", "informe filaId, atendenteId ou os dois")


class Encerramento(DaEmpresa, frozen=True, kw_only=True):
    motivo: Motivo | None = None


@rotas.get("/tickets", resumo="Listar tickets com filtros", ato=permissoes.VER)
async def listar(p: Pedido, consulta: ConsultaTickets) -> Lista[TicketVista]:
    filtro = FiltroTickets(
        status=consulta.status,
        prioridade=consulta.prioridade,
        atendente_id=consulta.atendente_id,
        fila_id=consulta.fila_id,
        canal_id=consulta.canal_id,
        contato_id=await do_contato(p, consulta.contato_id),
        busca=consulta.busca,
        etiqueta=consulta.etiqueta,
        adiado=consulta.adiado is not None,
        ordem=consulta.ordem,
    )
    filtro = await so_visiveis(p, filtro)
    rows, total = await p.leitor.tickets(p.quem.empresa_id, filtro, consulta.page, consulta.limit)
    return lista([ticket_vista(row) for row in rows], total, consulta.page, consulta.limit)


@rotas.post("/tickets", resumo="Criar um ticket", ato=permissoes.ATENDER, status=201, erros=(404, 409))
async def criar(p: Pedido, corpo: TicketNovo) -> TicketVista:
    row = await p.pedir(
        CriarTicket(
            quem=p.quem,
            contato_nome=corpo.contato_nome,
            contato_telefone=corpo.contato_telefone,
            contato_email=corpo.contato_email,
            assunto=corpo.assunto,
            fila_id=corpo.fila_id,
            canal_id=corpo.canal_id,
            prioridade=corpo.prioridade,
            etiquetas=corpo.etiquetas,
            idioma=corpo.idioma,
            habilidades=_pedidas(corpo.habilidades),
        )
    )
    return ticket_vista(row)


@rotas.get("/tickets/<ticket_id>", resumo="Ver um ticket, com as últimas mensagens", ato=permissoes.VER, etag=True)
async def ver(p: Pedido, ticket_id: str) -> TicketDetalhado:
    detalhe = await ticket_visivel(p, ticket_id, _MENSAGENS_EMBUTIDAS)
    return ticket_detalhado(detalhe, p.no.endereco_de_arquivo, notas=permissoes.pode(p.quem, permissoes.VER_NOTAS))


@rotas.patch("/tickets/<ticket_id>", resumo="Atualizar um ticket", ato=permissoes.ATENDER, erros=(409,))
async def atualizar(p: Pedido, ticket_id: str, corpo: TicketMudanca) -> TicketVista:
    row = await p.pedir(
        AtualizarTicket(
            quem=p.quem,
            ticket_id=ticket_id,
            status=corpo.status,
            prioridade=corpo.prioridade,
            assunto=corpo.assunto,
            etiquetas=corpo.etiquetas,
            idioma=corpo.idioma,
            habilidades=UNSET if corpo.habilidades is UNSET else _pedidas(corpo.habilidades),
        )
    )
    return ticket_vista(row)


@rotas.delete("/tickets/<ticket_id>", resumo="Excluir um ticket", ato=permissoes.EXCLUIR_TICKET)
async def excluir(p: Pedido, ticket_id: str) -> None:
    await p.pedir(ExcluirTicket(quem=p.quem, ticket_id=ticket_id))


@rotas.patch(
    "/tickets/<ticket_id>/atribuir", resumo="Atribuir um ticket a um atendente", ato=permissoes.ATENDER, erros=(409,)
)
async def atribuir(p: Pedido, ticket_id: str, corpo: Atribuicao) -> TicketVista:
    row = await p.pedir(
        AtribuirTicket(quem=p.quem, ticket_id=ticket_id, atendente_id=corpo.atendente_id, forcar=corpo.forcar)
    )
    return ticket_vista(row)


@rotas.patch(
    "/tickets/<ticket_id>/transferir",
    resumo="Transferir um ticket de fila ou de atendente",
    ato=permissoes.ATENDER,
    erros=(409,),
    documento=DA_TRANSFERENCIA,
)
async def transferir(p: Pedido, ticket_id: str, corpo: Transferencia) -> TicketVista:
    row = await p.pedir(
        TransferirTicket(
            quem=p.quem,
            ticket_id=ticket_id,
            fila_id=corpo.fila_id,
            atendente_id=corpo.atendente_id,
            motivo=corpo.motivo,
            nota=corpo.nota or None,
            forcar=corpo.forcar,
        )
    )
    return ticket_vista(row)


@rotas.post("/tickets/<ticket_id>/encerrar", resumo="Encerrar um ticket", ato=permissoes.ATENDER, erros=(409,))
async def encerrar(p: Pedido, ticket_id: str, corpo: Encerramento) -> TicketVista:
    return ticket_vista(await p.pedir(EncerrarTicket(quem=p.quem, ticket_id=ticket_id, motivo=corpo.motivo)))


@rotas.post("/tickets/<ticket_id>/reabrir", resumo="Reabrir um ticket resolvido", ato=permissoes.ATENDER, erros=(409,))
async def reabrir(p: Pedido, ticket_id: str) -> TicketVista:
    return ticket_vista(await p.pedir(ReabrirTicket(quem=p.quem, ticket_id=ticket_id)))


@rotas.get("/tickets/<ticket_id>/historico", resumo="Ver tudo o que aconteceu em um ticket", ato=permissoes.VER)
async def historico(p: Pedido, ticket_id: str, consulta: Paginacao) -> Lista[EventoVista]:
    await ticket_visivel(p, ticket_id)
    sem = () if permissoes.pode(p.quem, permissoes.VER_NOTAS) else sorted(DE_NOTAS)
    rows, total = await p.leitor.historico(p.quem.empresa_id, ticket_id, consulta.page, consulta.limit, sem)
    return lista([evento_vista(row, p.no.endereco_de_arquivo) for row in rows], total, consulta.page, consulta.limit)


@rotas.get("/tickets/<ticket_id>/mensagens", resumo="Listar as mensagens de um ticket", ato=permissoes.VER)
async def mensagens(p: Pedido, ticket_id: str, consulta: Paginacao) -> Lista[MensagemVista]:
    await ticket_visivel(p, ticket_id)
    rows, total = await p.leitor.mensagens(p.quem.empresa_id, ticket_id, consulta.page, consulta.limit)
    return lista([mensagem_vista(row, p.no.endereco_de_arquivo) for row in rows], total, consulta.page, consulta.limit)


@rotas.post(
    "/tickets/<ticket_id>/mensagens/lidas",
    resumo="Marcar como lido tudo o que o contato escreveu",
    ato=permissoes.ATENDER,
)
async def marcar_lidas(p: Pedido, ticket_id: str) -> MensagensLidas:
    nao_lidas = await p.leitor.nao_lidas(p.quem.empresa_id, ticket_id)
    lidas = await p.pedir(MarcarLidas(quem=p.quem, ticket_id=ticket_id, nao_lidas=nao_lidas))
    return MensagensLidas(ticket_id, lidas)
