"""The engine under random histories.

``make simulate SEEDS=5000`` runs more of them, ``SEED=1234 make test ARGS=tests/simulacao`` replays one.
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest
from msgspec import Struct

from engine.conector.trabalhos import Desfecho
from engine.eventos import FimDaOferta
from engine.modelo import DecisaoRow, EnvioRow, EstadoEnvio, TipoDecisao
from tests.simulacao.simulacao import Simulacao, rodar

SEMENTES = int(os.environ.get("SEEDS", "200"))
UMA = os.environ.get("SEED")
POR_TESTE = 25
RARAS = (61, 81, 85, 90, 91, 100, 102, 107, 110)
"""Histories of what happens seldom: an equipe or a document that is in use is to be deleted, a status comes before its
answer, a webhook is deleted, jobs are given up, of several who are offered something one takes it.
"""


@pytest.fixture(autouse=True)
def _crashes_are_expected() -> Iterator[None]:
    """The tracebacks of injected crashes would bury the one line that matters."""
    registros = [logging.getLogger(nome) for nome in ("engine", "actors")]
    antes = [registro.level for registro in registros]
    for registro in registros:
        registro.setLevel(logging.CRITICAL + 1)
    yield
    for registro, nivel in zip(registros, antes, strict=True):
        registro.setLevel(nivel)


class Alcance(Struct, frozen=True):
    """What a history has reached. ``bytes`` is all that left its nodes."""

    bytes: bytes
    tipos: set[str]
    recusas: set[str]
    decisoes: set[str]
    fins: set[str]
    desfechos: set[str]
    estados: set[EstadoEnvio]
    raias: bool
    entregues: int
    falhou: bool
    quantas: Counter[str]


def conferir(semente: int) -> Simulacao:
    try:
        return rodar(semente)
    except Exception as erro:
        erro.add_note(f"seed {semente}: replay it alone with SEED={semente} make test ARGS=tests/simulacao")
        raise


@cache
def alcance(semente: int) -> Alcance:
    """Run it, or remember that it was. Raises what is amiss in it."""
    corrida = conferir(semente)
    envios = [row for row in corrida.loja.tabelas[EnvioRow].values() if isinstance(row, EnvioRow)]
    entregas = [row for row in envios if row.trabalho == "entregar_webhook"]
    mudancas = [evento.mudancas or "" for evento in corrida.registro]
    decisoes = [row for row in corrida.loja.tabelas[DecisaoRow].values() if isinstance(row, DecisaoRow)]
    ofertas = [json.loads(um.dados) for um in corrida.registro if um.tipo == "oferta_expirada"]
    return Alcance(
        corrida.bytes(),
        {evento.tipo for evento in corrida.registro},
        set(corrida.recusas),
        {row.tipo for row in decisoes},
        {oferta["motivo"] for oferta in ofertas},
        set(corrida.conectores.desfechos),
        corrida.estados,
        any("#" in row.raia for row in envios),
        sum(row.estado == "entregue" for row in entregas),
        any(row.estado == "falhou" for row in entregas),
        Counter(
            letras_mortas=corrida.supervisor.dead_letters_total,
            aceitas=len(corrida.entradas.aceitas),
            enviados=corrida.conectores.provedores.enviados.total(),
            antecipados=corrida.antecipados,
            repetidas=corrida.conectores.repetidas,
            de_novo=sum('"statusEntrega":["enviado","pendente"]' in uma for uma in mudancas),
            incertos=corrida.loja.incertos,
            refeitas=corrida.supervisor.restarts["Distribuidor"],
            decididas=sum('"lado":"ticket"' in row.dados or '"lado":"atendente"' in row.dados for row in decisoes),
            avisados=sum(um.avisados for um in corrida.silencios.values()),
            encerrados=sum(um.encerrados for um in corrida.silencios.values()),
            lembrados=sum(um.lembrados for um in corrida.silencios.values()),
            ditos=sum(um.ditos for um in corrida.avisos.values()),
            escalados=sum(um.escalonamentos.feitos for um in corrida.prazos.values()),
            alertados=sum(evento.tipo == "sla_alerta" for evento in corrida.registro),
            violados=sum(evento.tipo == "sla_violado" for evento in corrida.registro),
            tardios=sum(
                evento.tipo.startswith("sla_") and '"atrasado":true' in evento.dados for evento in corrida.registro
            ),
            cumpridos=sum('["correndo","cumprido"]' in uma for uma in mudancas),
            cancelados=sum('["correndo","cancelado"]' in uma for uma in mudancas),
            puxadas=sum('"pedida":true' in row.dados for row in decisoes),
            caladas=sum('"silencio":[null,"contato_' in uma for uma in mudancas),
        ),
    )


def lotes() -> list[range]:
    if UMA is not None:
        return [range(int(UMA), int(UMA) + 1)]
    return [range(inicio, min(inicio + POR_TESTE, SEMENTES)) for inicio in range(0, SEMENTES, POR_TESTE)]


@pytest.mark.parametrize("sementes", lotes(), ids=lambda lote: f"{lote.start}-{lote.stop - 1}")
def test_every_invariant_holds_after_every_step_of_a_random_history(sementes: range) -> None:
    for semente in sementes:
        alcance(semente)


@pytest.mark.parametrize("semente", [3, 11, 29])
def test_the_same_seed_twice_gives_the_same_events_to_the_byte(semente: int) -> None:
    assert alcance(semente).bytes
    assert alcance(semente).bytes == conferir(semente).bytes()


def test_the_histories_reach_what_they_are_meant_to_test() -> None:
    """A simulation that only ever refuses, or never fails, proves nothing."""
    corridas = [alcance(semente) for semente in (*range(60), *RARAS)]
    tipos = set[str]().union(*(corrida.tipos for corrida in corridas))
    assert {"ticket_criado", "ticket_atribuido", "ticket_transferido", "ticket_encerrado", "nova_mensagem",
            "atendente_status", "fila_excluida", "atendente_excluido", "mensagem_status", "canal_excluido",
            "equipe_excluida", "equipe_fila_vinculada", "equipe_membro_removido", "ticket_excluido",
            "mensagem_excluida", "mensagens_lidas", "contato_unido", "contato_excluido",
            "configuracao_atualizada", "sla_alerta", "sla_violado", "ticket_lembrete", "notificacao", "nota_interna",
            "mencao",
            "canal_novidade", "envios_reenviados", "envios_descartados", "webhook_criado", "webhook_atualizado",
            "webhook_desativado", "webhook_excluido", "politica_atualizada", "oferta",
            "oferta_expirada"} <= tipos  # fmt: skip
    recusas = set[str]().union(*(corrida.recusas for corrida in corridas))
    assert {"banco_indisponivel", "empresa_em_outro_no", "erro_interno", "atendente_lotado", "fila_em_uso",
            "atendente_em_uso", "canal_em_uso", "equipe_em_uso", "contato_em_uso", "atendente_fora_da_fila",
            "ticket_ja_atribuido", "estado_invalido", "janela_fechada", "trabalho_perdido", "mensagem_automatica",
            "canal_inativo", "entrega_em_curso", "oferta_expirada", "nenhum_ticket", "versao_da_politica",
            "limite_de_pendentes", "atendente_sem_habilidade", "documento_invalido", "adiamento_invalido",
            "documento_em_uso"} <= recusas  # fmt: skip
    assert set[str]().union(*(corrida.decisoes for corrida in corridas)) == set(get_args(TipoDecisao))
    assert set[str]().union(*(corrida.fins for corrida in corridas)) == set(get_args(FimDaOferta))
    assert set[str]().union(*(corrida.desfechos for corrida in corridas)) == set(get_args(Desfecho))
    assert set[str]().union(*(corrida.estados for corrida in corridas)) == set(get_args(EstadoEnvio))
    assert any(corrida.raias for corrida in corridas)
    assert sum(corrida.entregues for corrida in corridas) > 1_000
    assert any(corrida.falhou for corrida in corridas)
    quantas = sum((corrida.quantas for corrida in corridas), Counter[str]())
    ao_menos = {"letras_mortas": 50, "aceitas": 500, "enviados": 200, "antecipados": 1, "repetidas": 50, "de_novo": 5,
                "incertos": 1, "refeitas": 10, "decididas": 800, "puxadas": 10, "avisados": 3, "encerrados": 3,
                "lembrados": 10, "ditos": 10, "escalados": 30, "alertados": 200, "violados": 200, "tardios": 50,
                "cumpridos": 50, "cancelados": 50}  # fmt: skip
    assert {qual: quantas[qual] for qual in ao_menos if quantas[qual] < ao_menos[qual]} == {}
