"""Metrics: the mission's five by their exact names and labels, counted from committed events."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from actors.ticket.ticket import Ticket
from engine.distribuicao.estimativa import Erro
from engine.modelo import EventoRow
from engine.ports import Panorama
from engine.runtime import Dispatcher, ManualLoop
from engine.saude import NAO_RESPONDE, Saude
from engine.tarefas import Tarefas
from web.metricas import Exposicao, Metricas
from web.metricas import _metricas as modulo

E1, E2 = "0190d3a8-5c4e-7b1a-9c3f-000000000001", "0190d3a8-5c4e-7b1a-9c3f-000000000002"


def evento(tipo: str, dados: str, mudancas: str | None = None, empresa: str = E1) -> EventoRow:
    return EventoRow(empresa, 1, tipo, 0, None, None, None, None, None, None, "sistema", dados, mudancas)


def amostras(metricas: Metricas) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    metricas.fotografar()
    familias = text_string_to_metric_families(generate_latest(metricas.registro).decode())
    return {(a.name, frozenset(a.labels.items())): a.value for familia in familias for a in familia.samples}


def chave(nome: str, **rotulos: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return nome, frozenset(rotulos.items())


def no_de(*diretorios: Any, dispatcher: Dispatcher | None = None) -> Any:
    return SimpleNamespace(empresas=lambda: list(diretorios), dispatcher=dispatcher or ManualLoop().dispatcher)


def test_events_move_the_mission_counters() -> None:
    metricas = Metricas()
    com_canal = SimpleNamespace(tipo_do_canal={"c": "whatsapp"}.get)
    metricas.observar(
        SimpleNamespace(empresas=list, diretorio={E2: com_canal}.get, dispatcher=ManualLoop().dispatcher),
        SimpleNamespace(pending=0, health=Saude()),
    )
    criado = evento("ticket_criado", '{"ticket":{"id":"x","canalId":null}}')
    mensagem = '{"id":"x","tipo":"%s","direcao":"%s"}'
    metricas.publish([criado, criado, evento("ticket_criado", '{"ticket":{"canalId":"c"}}', empresa=E2)])
    metricas.publish([
        evento("nova_mensagem", mensagem % ("texto", "enviada"), '{"tempoPrimeiraRespostaSegundos":[null,45.2]}'),
        evento("nova_mensagem", mensagem % ("texto", "enviada")),
        evento("nova_mensagem", mensagem % ("imagem", "recebida")),
        evento("nova_mensagem", mensagem % ("audio", "enviada"), '{"statusEntrega":[null,"pendente"]}'),
        evento("nova_mensagem", mensagem % ("video", "enviada"), '{"statusEntrega":[null,"pendente"]}'),
        evento("mensagem_status", '{"id":"x"}', '{"statusEntrega":["pendente","enviado"],"enviada":[null,"audio"]}'),
        evento("mensagem_status", '{"id":"x"}', '{"statusEntrega":["enviado","lido"]}'),
        evento("mensagem_status", '{"id":"x"}'),
        evento("ticket_atualizado", "{}"),
    ])  # fmt: skip
    lidas = amostras(metricas)
    assert lidas[chave("tickets_criados_total", empresa_id=E1, canal="api")] == 2
    assert lidas[chave("tickets_criados_total", empresa_id=E2, canal="whatsapp")] == 1
    assert lidas[chave("mensagens_enviadas_total", empresa_id=E1, tipo="texto")] == 2
    assert lidas[chave("mensagens_enviadas_total", empresa_id=E1, tipo="audio")] == 1, "its provider has it"
    for tipo in ("imagem", "video"):
        assert chave("mensagens_enviadas_total", empresa_id=E1, tipo=tipo) not in lidas
    assert lidas[chave("tempo_primeira_resposta_segundos_sum", empresa_id=E1)] == 45.2
    assert lidas[chave("tempo_primeira_resposta_segundos_count", empresa_id=E1)] == 1


def test_gauges_and_engine_figures_are_read_when_scraped() -> None:
    laco = ManualLoop()
    laco.dispatcher._stats[Ticket] = [7, 0.5]
    laco.dispatcher.supervisor.restarts["Fila"] = 2
    diretorio = SimpleNamespace(empresa_id=E1, tickets_abertos=lambda: 4, atendentes_online=lambda: 2)
    metricas = Metricas()
    metricas.observar(
        no_de(diretorio, dispatcher=laco.dispatcher), cast("Any", SimpleNamespace(pending=11, health=Saude()))
    )
    metricas.batch(40, 90, 0.004)
    lidas = amostras(metricas)
    assert lidas[chave("tickets_abertos", empresa_id=E1)] == 4
    assert lidas[chave("atendentes_online", empresa_id=E1)] == 2
    assert lidas[chave("balcao_turns_total", actor="Ticket")] == 7
    assert lidas[chave("balcao_turn_seconds_total", actor="Ticket")] == 0.5
    assert lidas[chave("balcao_actor_restarts_total", actor="Fila")] == 2
    assert lidas[chave("balcao_dead_letters_total")] == 0
    assert lidas[chave("balcao_mailbox_depth")] == 0
    assert lidas[chave("balcao_journal_pending")] == 11
    assert lidas[chave("balcao_journal_batch_turns_sum")] == 40
    assert lidas[chave("balcao_commit_seconds_sum")] == 0.004


def test_empresas_beyond_the_bound_share_one_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modulo, "EMPRESAS_MAXIMO", 1)
    metricas = Metricas()
    for empresa in (E1, E2, E1, "outra ainda"):
        metricas.publish([evento("ticket_criado", '{"ticket":{}}', empresa=empresa)])
    lidas = amostras(metricas)
    assert lidas[chave("tickets_criados_total", empresa_id=E1, canal="api")] == 2
    assert lidas[chave("tickets_criados_total", empresa_id="outras", canal="api")] == 2


def test_open_tickets_and_who_is_online_are_told_of_each_empresa_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(modulo, "EMPRESAS_MAXIMO", 1)
    metricas = Metricas()
    ativa = SimpleNamespace(empresa_id=E1, tickets_abertos=lambda: 4, atendentes_online=lambda: 2)
    metricas.observar(no_de(ativa), cast("Any", SimpleNamespace(pending=0, health=Saude())))
    metricas.conhecer([Panorama(E1, 3, 1), Panorama(E2, 5, 0), Panorama("outra ainda", 7, 1)])
    lidas = amostras(metricas)
    abertos = {empresa: lidas[chave("tickets_abertos", empresa_id=empresa)] for empresa in (E1, E2, "outra ainda")}
    assert abertos == {E1: 4, E2: 5, "outra ainda": 7}, "who is active speaks for itself"
    assert lidas[chave("atendentes_online", empresa_id="outra ainda")] == 1
    assert chave("tickets_abertos", empresa_id="outras") not in lidas


def test_what_has_left_this_node_is_read_again_at_the_next_scrape_and_not_kept_as_it_was_before() -> None:
    lidos = [[Panorama(E1, 3, 1), Panorama(E2, 5, 0)], [Panorama(E2, 6, 0)]]

    async def ler() -> list[Panorama]:
        return lidos.pop(0)

    async def nada() -> list[Any]:
        return []

    async def main() -> None:
        metricas = Metricas()
        metricas.observar(no_de(), cast("Any", SimpleNamespace(pending=0, health=Saude())))
        exposicao = Exposicao(metricas, ler, nada, nada, Tarefas("metrics", Saude()))
        for _ in range(2):
            assert b'tickets_abertos{empresa_id="%s"} 3.0' % E1.encode() in await exposicao.texto()
        metricas.dropped(E1)
        texto = await exposicao.texto()
        assert E1.encode() not in b"".join(linha for linha in texto.splitlines() if b"tickets_abertos" in linha)
        assert b'tickets_abertos{empresa_id="%s"} 6.0' % E2.encode() in texto

    asyncio.run(main())


def test_loop_lag_is_measured_until_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modulo, "_MEDIR_A_CADA_S", 0.0)
    metricas = Metricas()

    async def main() -> None:
        tarefa = asyncio.create_task(metricas.medir_atraso())
        for _ in range(5):
            await asyncio.sleep(0)
        assert amostras(metricas)[chave("balcao_loop_lag_seconds_count")] > 0
        tarefa.cancel()
        with pytest.raises(asyncio.CancelledError):
            await tarefa

    asyncio.run(main())


def test_an_outage_of_the_database_and_requests_for_another_node_are_figures() -> None:
    metricas, saude = Metricas(), Saude()
    metricas.observar(no_de(), cast("Any", SimpleNamespace(pending=0, health=saude)))
    bom = amostras(metricas)
    assert (bom[chave("balcao_banco_disponivel")], bom[chave("balcao_banco_fora_segundos")]) == (1, 0)
    saude.falhou("gravacoes", NAO_RESPONDE, saude.agora() - 38)
    saude.outro_no += 2
    fora = amostras(metricas)
    assert fora[chave("balcao_banco_disponivel")] == 0
    assert fora[chave("balcao_banco_fora_segundos")] >= 38
    assert fora[chave("balcao_outro_no_total")] == 2


def test_how_far_off_an_estimated_wait_was_is_counted() -> None:
    metricas = Metricas()
    for ms, dentro in ((-20_000, True), (90_000, False)):
        metricas.espera_errou(Erro(ms, dentro))
    vistas = amostras(metricas)
    assert vistas[chave("balcao_espera_estimada_erro_segundos_sum")] == 110
    assert vistas[chave("balcao_espera_estimada_erro_segundos_bucket", le="30.0")] == 1
    assert vistas[chave("balcao_espera_estimada_total", p90="dentro")] == 1
    assert vistas[chave("balcao_espera_estimada_total", p90="fora")] == 1
