"""Every decision can be made again from its record alone, with the same result; and nothing is given without one."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from engine.distribuicao.decisao import Decisao, refeita
from engine.modelo import DecisaoRow, EventoRow
from engine.tempo import ms_de
from tests.simulacao.cronicas import Versoes, versoes_de
from tests.simulacao.loja import LojaEmMemoria

_ler = msgspec.json.Decoder(Decisao).decode


def conferir_decisoes(loja: LojaEmMemoria, empresa_id: str) -> None:
    rows, versoes = list(loja.de(DecisaoRow, empresa_id)), versoes_de(loja, empresa_id)
    eventos = [um for um in loja.eventos if um.empresa_id == empresa_id]
    ofertados = defaultdict[tuple[str, int], list[list[str]]](list)
    for um in eventos:
        if um.tipo == "oferta":
            ofertados[um.ticket_id or "", um.em].append(json.loads(um.dados)["atendentes"])
    for row in rows:
        if json.loads(row.dados)["lado"] in {"ticket", "atendente"}:
            decisao = _ler(row.dados)
            quem = refeita(decisao, row.ticket_id)
            assert quem is not None, f"{row.id}: another ticket comes first"
            assert row.atendente_id in quem, f"{row.id}: {quem} in place of {row.atendente_id}"
            if row.tipo == "oferta":
                assert list(quem) in ofertados[row.ticket_id, row.em], f"{row.id}: it is offered to others"
            assert len(decisao.candidatos) <= 20
            _conferir_versao(row, decisao, versoes)
    _conferir_que_ha_uma_para_cada(rows, eventos)
    _conferir_prazos(eventos, rows, versoes)


def _conferir_versao(row: DecisaoRow, decisao: Decisao, versoes: Versoes) -> None:
    """It names the policy by which it was decided. (A fila that never had another has none written down.)"""
    if row.versao_politica in versoes.get(row.fila_id, {}):
        politica = versoes[row.fila_id][row.versao_politica]
        assert decisao.estrategia == politica.estrategia, f"{row.id}: decided by another policy than it says"
    else:
        assert row.versao_politica == 1, f"{row.id}: of a version that there is not"


def _conferir_que_ha_uma_para_cada(rows: list[DecisaoRow], eventos: list[EventoRow]) -> None:
    apagados = {um.ticket_id for um in eventos if um.tipo == "ticket_excluido"}  # and what is known of them with them
    dadas = Counter((row.ticket_id, row.atendente_id) for row in rows if row.tipo == "atribuicao")
    atribuidos = Counter(
        (um.ticket_id, json.loads(um.dados)["atendente"]["id"])
        for um in eventos
        if um.tipo == "ticket_atribuido" and um.ticket_id not in apagados
    )
    assert dadas == atribuidos, "what was given, and what was written down of it"


def _conferir_prazos(eventos: Iterable[EventoRow], rows: Iterable[DecisaoRow], versoes: Versoes) -> None:
    """An offer stands for as long as the policy says by which it was made."""
    de_quais = defaultdict[tuple[str, int], list[int]](list)
    for row in rows:
        if row.tipo == "oferta":
            segundos = versoes[row.fila_id][row.versao_politica].oferta.segundos
            de_quais[row.ticket_id, row.em].append(segundos * 1000)
    for evento in eventos:
        deviam = de_quais.get((evento.ticket_id or "", evento.em))
        if evento.tipo == "oferta" and deviam is not None:  # of a ticket that was deleted nothing is kept
            dura = ms_de(json.loads(evento.dados)["ate"]) - evento.em
            assert dura in deviam, f"{evento.ticket_id}: an offer of {dura} ms, and not of {deviam}"
