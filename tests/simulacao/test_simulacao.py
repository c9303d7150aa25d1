"""The engine under random histories.

``make simulate SEEDS=5000`` runs more of them, ``SEED=1234 make test ARGS=tests/simulacao`` replays one.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import get_args

import pytest

from engine.conector.trabalhos import Desfecho
from engine.modelo import EnvioRow, EstadoEnvio
from tests.simulacao.simulacao import Simulacao, rodar

SEMENTES = int(os.environ.get("SEEDS", "300"))
UMA = os.environ.get("SEED")
POR_TESTE = 25
RARAS = (76, 91)
"""Histories of what happens seldom: somebody takes a ticket that another has just taken."""


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


def conferir(semente: int) -> Simulacao:
    try:
        return rodar(semente)
    except Exception as erro:
        erro.add_note(f"seed {semente}: replay it alone with SEED={semente} make test ARGS=tests/simulacao")
        raise


def lotes() -> list[range]:
    if UMA is not None:
        return [range(int(UMA), int(UMA) + 1)]
    return [range(inicio, min(inicio + POR_TESTE, SEMENTES)) for inicio in range(0, SEMENTES, POR_TESTE)]


@pytest.mark.parametrize("sementes", lotes(), ids=lambda lote: f"{lote.start}-{lote.stop - 1}")
def test_every_invariant_holds_after_every_step_of_a_random_history(sementes: range) -> None:
    for semente in sementes:
        conferir(semente)


@pytest.mark.parametrize("semente", [3, 11, 29])
def test_the_same_seed_twice_gives_the_same_events_to_the_byte(semente: int) -> None:
    primeira, segunda = conferir(semente), conferir(semente)
    assert primeira.bytes()
    assert primeira.bytes() == segunda.bytes()


def test_the_histories_reach_what_they_are_meant_to_test() -> None:
    """A simulation that only ever refuses, or never fails, proves nothing."""
    corridas = [conferir(semente) for semente in (*range(60), *RARAS)]
    tipos = {evento.tipo for corrida in corridas for evento in corrida.registro}
    assert {"ticket_criado", "ticket_atribuido", "ticket_transferido", "ticket_encerrado", "nova_mensagem",
            "atendente_status", "fila_excluida", "atendente_excluido", "mensagem_status", "canal_excluido",
            "equipe_excluida", "equipe_fila_vinculada", "equipe_membro_removido", "ticket_excluido",
            "mensagem_excluida", "mensagens_lidas", "contato_unido", "contato_excluido",
            "canal_novidade", "envios_reenviados", "envios_descartados", "webhook_criado", "webhook_atualizado",
            "webhook_desativado", "webhook_excluido"} <= tipos  # fmt: skip
    assert sum(corrida.supervisor.dead_letters_total for corrida in corridas) > 50
    recusas = {codigo for corrida in corridas for codigo in corrida.recusas}
    assert {"banco_indisponivel", "empresa_em_outro_no", "erro_interno", "atendente_lotado", "fila_em_uso",
            "atendente_em_uso", "canal_em_uso", "equipe_em_uso", "contato_em_uso", "atendente_fora_da_fila",
            "ticket_ja_atribuido", "estado_invalido", "janela_fechada", "trabalho_perdido", "mensagem_automatica",
            "canal_inativo", "entrega_em_curso"} <= recusas  # fmt: skip
    desfechos = {desfecho for corrida in corridas for desfecho in corrida.conectores.desfechos}
    assert desfechos == set(get_args(Desfecho))
    envios = [row for corrida in corridas for row in corrida.loja.tabelas[EnvioRow].values()]
    assert {estado for corrida in corridas for estado in corrida.estados} == set(get_args(EstadoEnvio))
    assert any(isinstance(row, EnvioRow) and "#" in row.raia for row in envios)
    entregas = [row for row in envios if isinstance(row, EnvioRow) and row.trabalho == "entregar_webhook"]
    assert sum(row.estado == "entregue" for row in entregas) > 1_000
    assert any(row.estado == "falhou" for row in entregas)
    assert sum(len(corrida.entradas.aceitas) for corrida in corridas) > 500
    assert sum(corrida.conectores.provedores.enviados.total() for corrida in corridas) > 200
    assert sum(corrida.antecipados for corrida in corridas) > 0
    assert sum(corrida.conectores.repetidas for corrida in corridas) > 50
    mudancas = [evento.mudancas or "" for corrida in corridas for evento in corrida.registro]
    assert sum('"statusEntrega":["enviado","pendente"]' in uma for uma in mudancas) > 5
    assert any(corrida.loja.incertos for corrida in corridas)
    assert sum(corrida.supervisor.restarts["Distribuidor"] for corrida in corridas) > 10
