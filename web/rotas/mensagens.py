"""Mensagens: ``/atendimento/mensagens``. Those of one ticket are listed beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from msgspec.structs import replace

from actors.comandos import EnviarMensagem, MarcarLida
from engine.errors import Detalhe, Forbidden, NotFound
from engine.modelo import Direcao, Papel, TipoMensagem
from engine.vistas import MensagemVista, mensagem_vista
from web.campos import Conteudo, Uuid
from web.rota import Pedido, Rotas
from web.validacao import DaEmpresa

rotas = Rotas()

FALA_PELO_CONTATO: Final[frozenset[Papel]] = frozenset({"conector", "admin"})
"""Who may record what the contact wrote (``recebida``)."""


class MensagemNova(DaEmpresa, frozen=True, kw_only=True):
    ticket_id: Uuid
    conteudo: Conteudo
    tipo: TipoMensagem = "texto"
    direcao: Direcao = "enviada"

    def problemas(self) -> Iterable[Detalhe]:
        if self.tipo == "texto" and not self.conteudo:
            yield Detalhe("conteudo", "não pode ser vazio")


class Leitura(DaEmpresa, frozen=True, kw_only=True):
    """A message once read stays read."""

    lida: Literal[True] = True


@rotas.post("/mensagens", status=201)
async def enviar(p: Pedido, corpo: MensagemNova) -> MensagemVista:
    if corpo.direcao == "recebida" and p.quem.papel not in FALA_PELO_CONTATO:
        raise Forbidden("recebida_sem_permissao", "Só conector ou admin registra mensagens recebidas")
    row = await p.no.pedir(
        EnviarMensagem(
            quem=p.quem, ticket_id=corpo.ticket_id, conteudo=corpo.conteudo, tipo=corpo.tipo, direcao=corpo.direcao
        )
    )
    return mensagem_vista(row)


@rotas.patch("/mensagens/<mensagem_id>/lida")
async def marcar_lida(p: Pedido, mensagem_id: str, corpo: Leitura) -> MensagemVista:  # noqa: ARG001  # checked, and that is all
    row = await p.leitor.mensagem(p.quem.empresa_id, mensagem_id)
    if row is None:
        raise NotFound("mensagem_nao_encontrada", "Mensagem não encontrada")
    await p.no.pedir(MarcarLida(quem=p.quem, ticket_id=row.ticket_id, mensagem_id=mensagem_id))
    return mensagem_vista(replace(row, lida=True))
