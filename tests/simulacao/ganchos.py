"""What other systems have been promised: each event that interests a webhook is told to it, once and in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.conector.trabalhos import Trabalho
from engine.conector.webhooks_de_saida import interessa
from engine.envios.entregas import TESTE, registro_de
from engine.envios.estados import ABERTOS
from engine.eventos import DE_UMA_PESSOA
from engine.modelo import EnvioRow, EventoRow
from tests.simulacao.loja import LojaEmMemoria

Entrega = tuple[str, int]
"""Webhook, and ``seq`` of what it is told."""


class DevemSerContados:
    """Follows one empresa by its events alone. ``todos`` are the webhooks that there are, the oldest first."""

    def __init__(self) -> None:
        self.todos: dict[str, tuple[str, ...]] = {}
        self._ativos: set[str] = set()
        self.entregas: dict[Entrega, str] = {}

    def seguir(self, evento: EventoRow) -> None:
        dados: dict[str, Any] = json.loads(evento.dados) if evento.tipo.startswith("webhook_") else {}
        desativado = dados["webhook"]["id"] if evento.tipo == "webhook_desativado" else None
        for id_ in self._ativos - {desativado} if evento.tipo not in DE_UMA_PESSOA else ():
            if interessa(evento.tipo, self.todos[id_]):
                self.entregas[id_, evento.seq] = evento.tipo
        if "webhook" in dados:
            self._mudou(dados["webhook"])
        elif dados:
            self._saiu(dados["id"])

    def tambem(self, id_: str, evento: EventoRow) -> None:
        """It is told of this event whatever it has asked for, if it is active."""
        if id_ in self._ativos:
            self.entregas[id_, evento.seq] = evento.tipo

    def _mudou(self, webhook: dict[str, Any]) -> None:
        self.todos[webhook["id"]] = tuple(webhook["eventos"])
        (self._ativos.add if webhook["ativo"] else self._ativos.discard)(webhook["id"])

    def _saiu(self, id_: str) -> None:
        del self.todos[id_]
        self._ativos.discard(id_)
        self.entregas = {entrega: tipo for entrega, tipo in self.entregas.items() if entrega[0] != id_}


def conferir_ganchos(loja: LojaEmMemoria, empresa_id: str, devem: DevemSerContados) -> None:
    """After every step: there is a delivery for each event and webhook that it interests, and no other."""
    rows = [row for row in _entregas(loja, empresa_id) if row.canal_id in devem.todos]
    ha = [((row.canal_id, registro.seq), registro.evento) for row in rows
          if (registro := registro_de(row)).evento != TESTE]  # fmt: skip
    assert len(ha) == len(dict(ha)), "7: an event is told twice"
    assert dict(ha) == devem.entregas, "7: what webhooks are told"


def conferir_ordem_dos_ganchos(loja: LojaEmMemoria, empresa_id: str, entregues: Iterable[Trabalho]) -> None:
    """6: what is told of a ticket is handed out first in the order in which it happened."""
    ultimo: dict[tuple[str, str], int] = {}
    rows = {row.id: row for row in _entregas(loja, empresa_id)}
    for row in (rows[trabalho.id] for trabalho in entregues if trabalho.id in rows):
        seq = registro_de(row).seq
        if seq is not None:
            assert ultimo.get((row.canal_id, row.raia), 0) < seq, f"6: {row.id} was told late"
            ultimo[row.canal_id, row.raia] = seq


def conferir_recebidas(loja: LojaEmMemoria, empresa_id: str, enviados: Mapping[str, int]) -> None:
    """What is said to have been delivered was received; perhaps more than once, under the same id."""
    for row in _entregas(loja, empresa_id):
        assert row.estado != "entregue" or enviados.get(row.id), f"7: {row.id} was never delivered"


def por_entregar(loja: LojaEmMemoria, empresa_id: str, devem: DevemSerContados) -> bool:
    return any(row.canal_id in devem.todos and row.estado in ABERTOS for row in _entregas(loja, empresa_id))


def entregas_recentes(loja: LojaEmMemoria, empresa_id: str) -> list[tuple[str, str]]:
    """Webhook and delivery, of the last twenty."""
    return [(row.canal_id, row.id) for row in _entregas(loja, empresa_id)][-20:]


def _entregas(loja: LojaEmMemoria, empresa_id: str) -> Iterator[EnvioRow]:
    return (row for row in loja.de(EnvioRow, empresa_id) if row.trabalho == "entregar_webhook")
