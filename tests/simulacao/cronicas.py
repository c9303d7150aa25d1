"""What is written down beside what happens: the versions of policies, and what agents were doing when."""

from __future__ import annotations

import json
from collections import defaultdict

from engine.modelo import AtendenteRow, EstadoAtendenteRow, FilaRow, PoliticaVersaoRow
from engine.politica.da_fila import politica_de
from engine.politica.documento import ler
from engine.politica.modelo import Politica
from tests.simulacao.loja import LojaEmMemoria

Versoes = dict[str, dict[int, Politica]]
"""The documents of each fila, by the number of the version."""


def versoes_de(loja: LojaEmMemoria, empresa_id: str) -> Versoes:
    versoes = defaultdict[str, dict[int, Politica]](dict)
    for row in loja.de(PoliticaVersaoRow, empresa_id):
        versoes[row.fila_id][row.versao] = ler(row.documento)
    return versoes


def conferir_versoes(loja: LojaEmMemoria, empresa_id: str) -> None:
    """They are numbered without a gap, and the last one is the policy; one that was restored is what it was."""
    versoes = versoes_de(loja, empresa_id)
    for fila in loja.de(FilaRow, empresa_id):
        desta = versoes.get(fila.id, {})
        assert sorted(desta) == (list(range(1, fila.versao_politica + 1)) if fila.versao_politica > 1 else [])
        assert not desta or desta[fila.versao_politica] == politica_de(fila), f"the policy of {fila.id}"
    for row in loja.de(PoliticaVersaoRow, empresa_id):
        antes = None if row.restaurada_de is None else versoes[row.fila_id].get(row.restaurada_de)
        assert antes is None or antes == ler(row.documento), f"version {row.versao} of {row.fila_id} is another"


def conferir_estados(loja: LojaEmMemoria, empresa_id: str) -> None:
    """The timeline of an agent is what the events say, and ends with what it is doing now."""
    vivos = {row.id: row for row in loja.de(AtendenteRow, empresa_id) if row.excluido_em is None}
    ditos = dict[tuple[str, int], tuple[bool, str, str | None]]()
    for evento in loja.eventos:
        if evento.empresa_id == empresa_id and evento.tipo == "atendente_status":
            dados = json.loads(evento.dados)
            if dados["id"] in vivos:
                ditos[dados["id"], evento.em] = (dados["online"], dados["estado"], dados["motivo"])
        elif evento.empresa_id == empresa_id and evento.tipo == "atendente_excluido":  # of whom nothing is kept
            ditos = {qual: um for qual, um in ditos.items() if qual[0] != evento.atendente_id}
    rows = {(um.atendente_id, um.desde): um for um in loja.de(EstadoAtendenteRow, empresa_id)}
    escritos = {qual: (um.online, um.estado, um.motivo) for qual, um in rows.items() if qual[0] in vivos}
    assert ditos.items() <= escritos.items(), "what agents were doing"
    ultimos = dict(sorted((qual[0], qual[1]) for qual in escritos))
    for id_, ultimo in ultimos.items():
        row = vivos[id_]
        assert escritos[id_, ultimo] == (row.online, row.estado, row.motivo), f"what {id_} is doing"
