"""Idempotency keys: a command that is asked twice under one key is done once, and both get the same answer.

What was answered is a row of the very turn that answers, so it is durable together with the effect, or neither is. A
request that comes while the first is under way waits for it; one that comes later, also after a crash, finds the row.
What was refused changed nothing and is not kept: asked again, it is tried again.

(The draft of the HTTP header: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import Struct

from actors.comandos import Comando
from actors.diretorio.ajustes import HORA
from actors.diretorio.empresa_viva import EmpresaViva
from actors.no.em_curso import EmCurso
from actors.no.entrega import enviar, fora_do_ar, ler
from actors.ticket.comandos import RespostaPreenchida
from engine.errors import Unprocessable
from engine.modelo import ContatoRow, IdempotenciaRow, MensagemRow, NotaRow, TicketRow
from engine.ports import Clock, Store, StoreError
from engine.runtime import RecordedReply
from engine.saude import Saude

VALIDADE = 24 * HORA
"""How long an answer is kept: then the key is as good as new, whether its row was swept already or not."""

R = TypeVar("R")


class ChaveIdempotente(Struct, frozen=True):
    """A user's key, and the digest of what it was given with."""

    usuario_id: str
    chave: str
    resumo: str


class Idempotencia:
    """The keys under way on this node. ``barreira`` waits until all that an empresa has done is durable: only then does
    a key that is not in the store mean that nothing was done under it.
    """

    def __init__(
        self, store: Store, barreira: Callable[[EmpresaViva], Awaitable[None]], clock: Clock, saude: Saude
    ) -> None:
        self._store = store
        self._barreira = barreira
        self._clock = clock
        self._em_curso = EmCurso("idempotência", saude)

    async def pedir(self, viva: EmpresaViva, comando: Comando[R], chave: ChaveIdempotente) -> R:
        """The answer of the command, now or from before.

        Raises:
            Unprocessable: the key was given with something else.
            whatever the command raises.
        """
        nome = (viva.name, chave.usuario_id, chave.chave)
        return await self._em_curso.fazer(
            nome, chave.resumo, lambda: self._fazer(viva, comando, chave), _reutilizada
        )  # fmt: skip

    async def parar(self) -> None:
        await self._em_curso.parar()

    async def _fazer(self, viva: EmpresaViva, comando: Comando[R], chave: ChaveIdempotente) -> R:
        await self._barreira(viva)
        try:
            feito = await ler(self._store.idempotencia(viva.name, chave.usuario_id, chave.chave))
        except StoreError as erro:
            raise fora_do_ar(erro) from erro
        if feito is not None and self._clock.now() - feito.criada_em < VALIDADE:
            if feito.resumo != chave.resumo:
                raise _reutilizada()
            return cast("R", msgspec.json.decode(feito.resultado, type=tipo_da_resposta(type(comando))))
        resposta: RecordedReply[R] = RecordedReply(
            lambda valor: self._row(viva.name, chave, valor), viva.dispatcher.thread
        )  # fmt: skip
        return await enviar(viva, comando, resposta)

    def _row(self, empresa_id: str, chave: ChaveIdempotente, valor: object) -> IdempotenciaRow:
        resultado = msgspec.json.encode(valor).decode()
        return IdempotenciaRow(
            empresa_id, chave.usuario_id, chave.chave, chave.resumo, resultado, self._clock.now(), _alvo(valor)
        )  # fmt: skip


def _alvo(valor: object) -> str | None:
    if isinstance(valor, RespostaPreenchida):
        return valor.ticket_id
    return valor.id if isinstance(valor, (TicketRow, MensagemRow, NotaRow, ContatoRow)) else None


@cache
def tipo_da_resposta(comando: type[Comando[Any]]) -> Any:
    """The type a command is answered with: the argument of its generic base."""
    for base in comando.__orig_bases__:  # type: ignore[attr-defined]  # every generic class has it
        origem, argumentos = get_origin(base), get_args(base)
        if isinstance(origem, type) and issubclass(origem, Comando) and argumentos:
            return argumentos[0]
    raise TypeError(f"{comando.__name__} names no answer")


def _reutilizada() -> Unprocessable:
    return Unprocessable(
        "chave_reutilizada", "Esta Idempotency-Key já foi usada com outro pedido; use uma chave nova para cada pedido"
    )
