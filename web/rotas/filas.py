"""Filas: ``/atendimento/filas``."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, UnsetType

from actors.atendente.comandos import ListarAtendentes
from actors.fila.comandos import (
    AtualizarFila,
    CriarFila,
    ExcluirFila,
    IncluirMembro,
    ListarFilas,
    PuxarTicket,
    RemoverMembro,
    VerFila,
)
from engine import permissoes
from engine.modelo import AoFicarOffline, Estrategia
from engine.vistas import TicketVista, ticket_vista
from web.pedido.campos import Descricao, Nome, PrioridadeDeFila
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, Realocacao
from web.resposta.vistas import FilaComEspera, FilaDetalhada, Lista, fila_com_espera, fila_detalhada, pagina

rotas = Rotas("Filas")


class FilaNova(DaEmpresa, frozen=True, kw_only=True):
    nome: Nome
    descricao: Descricao | None = None
    estrategia: Estrategia = "MENOS_OCUPADO"
    distribuicao_automatica: bool = True
    ao_ficar_offline: AoFicarOffline = "devolver"
    prioridade: PrioridadeDeFila = 5


class FilaMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(
        ("id", "empresaId", "padrao", "aguardando", "createdAt", "updatedAt"), ""
    ) | {"atendentes": "use POST e DELETE …/atendentes/:atendenteId"}  # fmt: skip

    nome: Nome | UnsetType = UNSET
    descricao: Descricao | UnsetType | None = UNSET
    estrategia: Estrategia | UnsetType = UNSET
    distribuicao_automatica: bool | UnsetType = UNSET
    ao_ficar_offline: AoFicarOffline | UnsetType = UNSET
    prioridade: PrioridadeDeFila | UnsetType = UNSET


@rotas.get("/filas", resumo="Listar as filas", ato=permissoes.VER)
async def listar(p: Pedido, consulta: Paginacao) -> Lista[FilaComEspera]:
    filas = await p.no.pedir(ListarFilas(quem=p.quem))
    return pagina(filas, consulta.page, consulta.limit, fila_com_espera)


@rotas.post(
    "/filas/<fila_id>/proximo",
    resumo="Pegar o próximo ticket de uma fila",
    ato=permissoes.TER_PRESENCA,
    erros=(409,),
)
async def proximo(p: Pedido, fila_id: str) -> TicketVista:
    return ticket_vista(await p.pedir(PuxarTicket(quem=p.quem, fila_id=fila_id)))


@rotas.post("/filas", resumo="Criar uma fila", ato=permissoes.CONFIGURAR, status=201, erros=(409,))
async def criar(p: Pedido, corpo: FilaNova) -> FilaComEspera:
    fila = await p.pedir(
        CriarFila(
            quem=p.quem,
            nome=corpo.nome,
            descricao=corpo.descricao,
            estrategia=corpo.estrategia,
            distribuicao_automatica=corpo.distribuicao_automatica,
            ao_ficar_offline=corpo.ao_ficar_offline,
            prioridade=corpo.prioridade,
        )
    )
    return fila_com_espera(fila)


@rotas.get("/filas/<fila_id>", resumo="Ver uma fila e quem a atende", ato=permissoes.VER)
async def ver(p: Pedido, fila_id: str) -> FilaDetalhada:
    fila = await p.no.pedir(VerFila(quem=p.quem, fila_id=fila_id))
    membros = await p.no.pedir(ListarAtendentes(quem=p.quem, ids=fila.membros))
    return fila_detalhada(fila, membros)


@rotas.patch("/filas/<fila_id>", resumo="Atualizar uma fila", ato=permissoes.CONFIGURAR, erros=(409,))
async def atualizar(p: Pedido, fila_id: str, corpo: FilaMudanca) -> FilaComEspera:
    fila = await p.pedir(
        AtualizarFila(
            quem=p.quem,
            fila_id=fila_id,
            nome=corpo.nome,
            descricao=corpo.descricao,
            estrategia=corpo.estrategia,
            distribuicao_automatica=corpo.distribuicao_automatica,
            ao_ficar_offline=corpo.ao_ficar_offline,
            prioridade=corpo.prioridade,
        )
    )
    return fila_com_espera(fila)


@rotas.delete("/filas/<fila_id>", resumo="Excluir uma fila", ato=permissoes.CONFIGURAR, erros=(409,))
async def excluir(p: Pedido, fila_id: str, consulta: Realocacao) -> None:
    await p.pedir(ExcluirFila(quem=p.quem, fila_id=fila_id, realocar=consulta.realocar))


@rotas.post(
    "/filas/<fila_id>/atendentes/<atendente_id>", resumo="Incluir um atendente na fila", ato=permissoes.CONFIGURAR
)
async def incluir_membro(p: Pedido, fila_id: str, atendente_id: str) -> None:
    await p.pedir(IncluirMembro(quem=p.quem, fila_id=fila_id, atendente_id=atendente_id))


@rotas.delete(
    "/filas/<fila_id>/atendentes/<atendente_id>", resumo="Retirar um atendente da fila", ato=permissoes.CONFIGURAR
)
async def remover_membro(p: Pedido, fila_id: str, atendente_id: str) -> None:
    await p.pedir(RemoverMembro(quem=p.quem, fila_id=fila_id, atendente_id=atendente_id))
