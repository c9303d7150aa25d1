"""What comes in by a channel: each message once, however often and however much at a time its provider sends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from msgspec.structs import replace

from actors.canal.comandos import EntradaAnotada, ItemDeEntrada, ReceberMensagem, ReceberMensagens
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.entradas import AUTOMATICA
from actors.no.entrega import enviar, fora_do_ar, ler
from engine.conector.ids import id_de_entrada
from engine.errors import BalcaoError, InternalFailure, Refusal
from engine.modelo import MensagemRow
from engine.ports import Store, StoreError
from engine.runtime import Reply
from engine.saude import Saude
from engine.tarefas import Tarefas

Par = tuple[str, ItemDeEntrada]
"""An item, by the id that its message has."""


class EntradasUnicas:
    """``_em_curso`` are the messages under way, by empresa and id, each with the task that stores it: who brings one
    again meanwhile waits for that. ``barreira`` waits until all that an empresa has done is durable: only then does a
    message that is not in the store not exist.
    """

    def __init__(self, store: Store, barreira: Callable[[EmpresaViva], Awaitable[None]], saude: Saude) -> None:
        self._store = store
        self._barreira = barreira
        self._em_curso: dict[tuple[str, str], asyncio.Task[list[EntradaAnotada]]] = {}
        self._tarefas = Tarefas("entradas", saude)

    async def receber(self, viva: EmpresaViva, comando: ReceberMensagens) -> list[EntradaAnotada]:
        """What became of each, in the order in which they came. It goes on when whoever asks goes away.

        Raises Unavailable: then some may be stored, and all can be sent again.
        """
        ditas = ((item, item.mensagem) for item in comando.itens)
        pares = [(id_de_entrada(comando.canal_id, dita.id, dita.de), item) for item, dita in ditas]
        unicos = dict(pares)
        outras = {tarefa for id_ in unicos if (tarefa := self._em_curso.get((viva.name, id_))) is not None}
        minhas = [(id_, item) for id_, item in unicos.items() if (viva.name, id_) not in self._em_curso]
        anotadas: dict[str, EntradaAnotada] = {}
        if minhas:
            anotadas |= {uma.id: uma for uma in await self._fazer(viva, comando, minhas)}
        for tarefa in outras:
            anotadas |= {uma.id: _de_novo(uma) for uma in await asyncio.shield(tarefa) if uma.id not in anotadas}
        vistas: set[str] = set()
        respostas = []
        for id_, _ in pares:
            respostas.append(_de_novo(anotadas[id_]) if id_ in vistas else anotadas[id_])
            vistas.add(id_)
        return respostas

    async def _fazer(self, viva: EmpresaViva, comando: ReceberMensagens, pares: list[Par]) -> list[EntradaAnotada]:
        tarefa = self._tarefas.lancar("leva", self._guardar(viva, comando, pares), esperados=(BalcaoError,))
        for id_, _ in pares:
            self._em_curso[viva.name, id_] = tarefa
        tarefa.add_done_callback(lambda _: self._acabou(viva, pares))
        return await asyncio.shield(tarefa)

    def _acabou(self, viva: EmpresaViva, pares: Sequence[Par]) -> None:
        for id_, _ in pares:
            del self._em_curso[viva.name, id_]

    async def _guardar(self, viva: EmpresaViva, comando: ReceberMensagens, pares: list[Par]) -> list[EntradaAnotada]:
        """Those that are new are handed over in the order in which they were written, and wait for their commit side by
        side.
        """
        await self._barreira(viva)
        try:
            conhecidas = await ler(self._store.conhecidas(viva.name, [id_ for id_, _ in pares]))
        except StoreError as erro:
            raise fora_do_ar(erro) from erro
        novos = sorted((par for par in pares if par[0] not in conhecidas), key=lambda par: par[1].mensagem.em)
        pedidas = [(id_, item, self._pedir(viva, comando, id_, item)) for id_, item in novos]
        feitas = [await _anotada(id_, item, resposta) for id_, item, resposta in pedidas]
        return feitas + [EntradaAnotada(id_, item.mensagem.id, "repetida") for id_, item in pares if id_ in conhecidas]

    def _pedir(
        self, viva: EmpresaViva, comando: ReceberMensagens, id_: str, item: ItemDeEntrada
    ) -> Reply[MensagemRow]:  # fmt: skip
        pedido = ReceberMensagem(
            quem=comando.quem, canal_id=comando.canal_id, id=id_, mensagem=item.mensagem, arquivo=item.arquivo
        )
        return enviar(viva, pedido)

    async def parar(self) -> None:
        await self._tarefas.parar()


async def _anotada(id_: str, item: ItemDeEntrada, resposta: Reply[MensagemRow]) -> EntradaAnotada:
    """What became of one. Raises Unavailable."""
    try:
        row = await resposta
    except Refusal as recusa:
        situacao: Literal["ignorada", "recusada"] = "ignorada" if recusa.codigo == AUTOMATICA else "recusada"
        return EntradaAnotada(id_, item.mensagem.id, situacao, message=recusa.message)
    except InternalFailure as falha:
        return EntradaAnotada(id_, item.mensagem.id, "falhou", message=falha.message)
    return EntradaAnotada(id_, item.mensagem.id, "nova", row.ticket_id)


def _de_novo(anotada: EntradaAnotada) -> EntradaAnotada:
    """What whoever brought it once more is told."""
    return replace(anotada, situacao="repetida") if anotada.situacao == "nova" else anotada
