"""Mensagens: ``/atendimento/mensagens``. Those of one ticket are listed beside it."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from actors.ticket.comandos import ExcluirMensagem
from engine import permissoes
from engine.vistas import MensagemVista, mensagem_vista
from web.acoes import mensagens
from web.pedido.campos import Uuid
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import DaEmpresa

rotas = Rotas("Mensagens")


class MensagemNova(mensagens.Mensagem, frozen=True, kw_only=True):
    empresa_id: Uuid | UnsetType = UNSET


class Leitura(DaEmpresa, frozen=True, kw_only=True):
    """A message once read stays read."""

    lida: Literal[True] = True


@rotas.post("/mensagens", resumo="Enviar uma mensagem", ato=permissoes.ATENDER, status=201, erros=(404, 409, 422))
async def enviar(p: Pedido, corpo: MensagemNova) -> MensagemVista:
    return mensagem_vista(await mensagens.enviar(p, p.leitor, p.quem, corpo), p.no.endereco_de_arquivo)


@rotas.patch(
    "/mensagens/<mensagem_id>/lida",
    resumo="Marcar uma mensagem do contato como lida",
    ato=permissoes.ATENDER,
    erros=(409,),
)
async def marcar_lida(p: Pedido, mensagem_id: str, corpo: Leitura) -> MensagemVista:  # noqa: ARG001  # checked, and that is all
    return mensagem_vista(await mensagens.marcar_lida(p.no, p.leitor, p.quem, mensagem_id), p.no.endereco_de_arquivo)


@rotas.delete("/mensagens/<mensagem_id>", resumo="Excluir uma mensagem, de quem a mandou", ato=permissoes.ATENDER)
async def excluir(p: Pedido, mensagem_id: str) -> None:
    row = await mensagens.exigir(p.leitor, p.quem, mensagem_id)
    await p.pedir(
        ExcluirMensagem(quem=p.quem, ticket_id=row.ticket_id, mensagem_id=row.id, remetente_id=row.remetente_id)
    )
