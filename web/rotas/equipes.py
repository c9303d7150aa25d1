"""Equipes: ``/atendimento/equipes``."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, UnsetType

from actors.atendente.comandos import ListarAtendentes
from actors.equipe.comandos import (
    AtualizarEquipe,
    CriarEquipe,
    DesvincularFila,
    EquipeEstado,
    ExcluirEquipe,
    IncluirNaEquipe,
    ListarEquipes,
    RetirarDaEquipe,
    VerEquipe,
    VincularFila,
)
from actors.fila.comandos import ListarFilas
from engine import permissoes
from engine.vistas import EquipeVista, equipe_vista
from web.pedido.campos import Descricao, Nome
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, Paginacao, Realocacao
from web.resposta.vistas import EquipeDetalhada, Lista, equipe_detalhada, pagina

rotas = Rotas("Equipes")


class EquipeNova(DaEmpresa, frozen=True, kw_only=True):
    nome: Nome
    descricao: Descricao | None = None


class EquipeMudanca(Dados, frozen=True, kw_only=True):
    do_servidor: ClassVar = dict.fromkeys(("id", "empresaId", "createdAt", "updatedAt"), "") | {
        "membros": "use POST e DELETE …/membros/:atendenteId",
        "filas": "use POST e DELETE …/filas/:filaId",
    }

    nome: Nome | UnsetType = UNSET
    descricao: Descricao | UnsetType | None = UNSET


@rotas.get("/equipes", resumo="Listar as equipes", ato=permissoes.VER)
async def listar(p: Pedido, consulta: Paginacao) -> Lista[EquipeVista]:
    equipes = await p.no.pedir(ListarEquipes(quem=p.quem))
    return pagina(equipes, consulta.page, consulta.limit, _vista)


@rotas.post("/equipes", resumo="Criar uma equipe", ato=permissoes.CONFIGURAR, status=201)
async def criar(p: Pedido, corpo: EquipeNova) -> EquipeVista:
    return _vista(await p.pedir(CriarEquipe(quem=p.quem, nome=corpo.nome, descricao=corpo.descricao)))


@rotas.get("/equipes/<equipe_id>", resumo="Ver uma equipe, seus membros e as filas que atende", ato=permissoes.VER)
async def ver(p: Pedido, equipe_id: str) -> EquipeDetalhada:
    equipe = await p.no.pedir(VerEquipe(quem=p.quem, equipe_id=equipe_id))
    membros = await p.no.pedir(ListarAtendentes(quem=p.quem, ids=equipe.membros))
    filas = await p.no.pedir(ListarFilas(quem=p.quem))
    return equipe_detalhada(equipe, membros, filas)


@rotas.patch("/equipes/<equipe_id>", resumo="Atualizar uma equipe", ato=permissoes.CONFIGURAR)
async def atualizar(p: Pedido, equipe_id: str, corpo: EquipeMudanca) -> EquipeVista:
    equipe = await p.pedir(
        AtualizarEquipe(quem=p.quem, equipe_id=equipe_id, nome=corpo.nome, descricao=corpo.descricao)
    )  # fmt: skip
    return _vista(equipe)


@rotas.delete("/equipes/<equipe_id>", resumo="Excluir uma equipe", ato=permissoes.CONFIGURAR, erros=(409,))
async def excluir(p: Pedido, equipe_id: str, consulta: Realocacao) -> None:
    await p.pedir(ExcluirEquipe(quem=p.quem, equipe_id=equipe_id, realocar=consulta.realocar))


@rotas.post(
    "/equipes/<equipe_id>/membros/<atendente_id>", resumo="Incluir um atendente na equipe", ato=permissoes.CONFIGURAR
)
async def incluir_membro(p: Pedido, equipe_id: str, atendente_id: str) -> None:
    await p.pedir(IncluirNaEquipe(quem=p.quem, equipe_id=equipe_id, atendente_id=atendente_id))


@rotas.delete(
    "/equipes/<equipe_id>/membros/<atendente_id>", resumo="Retirar um atendente da equipe", ato=permissoes.CONFIGURAR
)
async def retirar_membro(p: Pedido, equipe_id: str, atendente_id: str) -> None:
    await p.pedir(RetirarDaEquipe(quem=p.quem, equipe_id=equipe_id, atendente_id=atendente_id))


@rotas.post(
    "/equipes/<equipe_id>/filas/<fila_id>",
    resumo="Vincular a equipe a uma fila, que passa a atender",
    ato=permissoes.CONFIGURAR,
)
async def vincular_fila(p: Pedido, equipe_id: str, fila_id: str) -> None:
    await p.pedir(VincularFila(quem=p.quem, equipe_id=equipe_id, fila_id=fila_id))


@rotas.delete(
    "/equipes/<equipe_id>/filas/<fila_id>", resumo="Desvincular a equipe de uma fila", ato=permissoes.CONFIGURAR
)
async def desvincular_fila(p: Pedido, equipe_id: str, fila_id: str) -> None:
    await p.pedir(DesvincularFila(quem=p.quem, equipe_id=equipe_id, fila_id=fila_id))


def _vista(equipe: EquipeEstado) -> EquipeVista:
    return equipe_vista(equipe.row)
