"""Every decision can be made again from its record alone, with the same result; and nothing is given without one."""

from __future__ import annotations

import json
from collections import Counter

import msgspec

from engine.distribuicao.decisao import Decisao, refeita
from engine.modelo import DecisaoRow, EventoRow
from tests.simulacao.loja import LojaEmMemoria

_ler = msgspec.json.Decoder(Decisao).decode


def conferir_decisoes(loja: LojaEmMemoria, empresa_id: str) -> None:
    rows = list(loja.de(DecisaoRow, empresa_id))
    for row in rows:
        if json.loads(row.dados)["lado"] in {"ticket", "atendente"}:
            decisao = _ler(row.dados)
            quem = refeita(decisao, row.ticket_id)
            assert quem is not None, f"{row.id}: another ticket comes first"
            assert row.atendente_id in quem, f"{row.id}: {quem} in place of {row.atendente_id}"
            assert len(decisao.candidatos) <= 20
    _conferir_que_ha_uma_para_cada(rows, [um for um in loja.eventos if um.empresa_id == empresa_id])


def _conferir_que_ha_uma_para_cada(rows: list[DecisaoRow], eventos: list[EventoRow]) -> None:
    apagados = {um.ticket_id for um in eventos if um.tipo == "ticket_excluido"}  # and what is known of them with them
    dadas = Counter((row.ticket_id, row.atendente_id) for row in rows if row.tipo == "atribuicao")
    atribuidos = Counter(
        (um.ticket_id, json.loads(um.dados)["atendente"]["id"])
        for um in eventos
        if um.tipo == "ticket_atribuido" and um.ticket_id not in apagados
    )
    assert dadas == atribuidos, "what was given, and what was written down of it"
