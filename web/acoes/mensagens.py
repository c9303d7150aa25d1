"""Messages as clients send and mark them, the same on REST and on the WebSocket: the body, and what is done with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, Protocol, TypeVar

from msgspec.structs import replace

from actors.comandos import Comando
from actors.no.no import No
from actors.ticket.comandos import EnviarMensagem, MarcarLida, VerTicket
from engine.caracteres import VISIVEL
from engine.errors import Conflict, Detalhe, NotFound
from engine.ids import NINGUEM
from engine.modelo import Direcao, MensagemRow, Quem, TipoMensagem
from engine.vistas import json_text
from web.acoes.opcoes import INCOMPATIVEIS, OPCOES, Opcoes
from web.pedido.campos import Conteudo, Uuid

R = TypeVar("R")

NADA: Final = {"type": "null"}
"""Of a JSON Schema."""


class Mensagem(Opcoes, frozen=True, kw_only=True):
    """A message to be sent, or recorded. ``id`` is the sender's own for it: sent twice, it is stored once."""

    ticket_id: Uuid
    conteudo: Conteudo
    tipo: TipoMensagem = "texto"
    direcao: Direcao = "enviada"
    id: Uuid | None = None

    esquema_extra: ClassVar = {
        "allOf": [
            {"properties": {"conteudo": {"pattern": VISIVEL}}},
            {"properties": {"tipo": {"const": "texto"}}},
            {"properties": {"id": {"not": {"const": NINGUEM}}}},
            {"anyOf": [{"properties": {"direcao": {"const": "enviada"}}}, {"properties": dict.fromkeys(OPCOES, NADA)}]},
            *({"anyOf": [{"properties": {uma: NADA}}, {"properties": {outra: NADA}}]} for uma, outra in INCOMPATIVEIS),
        ]
    }

    def problemas(self) -> Iterable[Detalhe]:
        if self.tipo != "texto":
            problema = f"{self.tipo} exige um arquivo: mande-o por POST /atendimento/mensagens/arquivo"
            yield Detalhe("tipo", problema)
        elif not self.conteudo:
            yield Detalhe("conteudo", "não pode ser vazio")
        if self.id == NINGUEM:
            yield Detalhe("id", "não pode ser o UUID nulo")
        if self.direcao == "recebida" and self.ha:
            yield Detalhe("direcao", "modelo, interativo, reacao e respostaA são de mensagens enviadas")
        yield from super().problemas()


class LeitorDeMensagens(Protocol):
    """What of the engine's Reader is needed here."""

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None: ...


class Executor(Protocol):
    """Who has commands done: the node, or a request with its idempotency key."""

    async def pedir(self, comando: Comando[R], /) -> R: ...


async def exigir(leitor: LeitorDeMensagens, quem: Quem, mensagem_id: str) -> MensagemRow:
    """A message of the empresa. Raises NotFound. Whether ``quem`` may see its ticket is not asked here."""
    row = await leitor.mensagem(quem.empresa_id, mensagem_id)
    if row is None:
        raise NotFound("mensagem_nao_encontrada", "Mensagem não encontrada")
    return row


async def enviar(executor: Executor, leitor: LeitorDeMensagens, quem: Quem, mensagem: Mensagem) -> MensagemRow:
    """Send a message. Raises Forbidden if it is the contact's, and ``quem`` does not speak for contacts."""
    opcoes = None
    if mensagem.ha:
        lidas = [await leitor.mensagem(quem.empresa_id, id_) for id_ in sorted(mensagem.citadas)]
        opcoes = mensagem.prontas(mensagem.ticket_id, {row.id: row for row in lidas if row is not None})
    return await executor.pedir(
        EnviarMensagem(
            quem=quem,
            ticket_id=mensagem.ticket_id,
            conteudo=mensagem.conteudo,
            tipo=mensagem.tipo,
            direcao=mensagem.direcao,
            id=mensagem.id,
            opcoes=opcoes,
            metadados=None if opcoes is None else json_text(opcoes),
        )
    )


async def marcar_lida(no: No, leitor: LeitorDeMensagens, quem: Quem, mensagem_id: str) -> MensagemRow:
    """Mark a message of the contact as read; one that was read stays as it is.

    Raises NotFound, Forbidden as its ticket does, and Conflict for one that we sent: that is for the contact to read.
    """
    row = await exigir(leitor, quem, mensagem_id)
    if row.lida or row.direcao == "enviada":  # nothing changes, but whoever asks must be allowed to
        await no.pedir(VerTicket(quem=quem, ticket_id=row.ticket_id))
        if row.direcao == "enviada":
            raise Conflict(
                "mensagem_enviada", "Só se marca como lida a mensagem recebida do contato; esta foi enviada por nós"
            )
        return row
    await no.pedir(MarcarLida(quem=quem, ticket_id=row.ticket_id, mensagem_id=row.id))
    return replace(row, lida=True)
