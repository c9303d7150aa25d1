"""Requests can be followed: counted and timed by route; each in the log at debug, and what failed by us always."""

from __future__ import annotations

import logging

import pytest
import trio
from prometheus_client import CollectorRegistry, generate_latest

from engine.errors import InternalFailure
from engine.versao import VERSAO
from tests.servidor import NovoServidor
from tests.sistema.cliente import fio, http
from tests.web.rest_apoio import Servidor, com_servidor
from web.metricas._pedidos import Pedidos


def exposto(pedidos: Pedidos) -> list[str]:
    registro = CollectorRegistry()
    registro.register(pedidos)
    return generate_latest(registro).decode().splitlines()


def test_answers_are_counted_by_route_and_status_and_timed_by_route() -> None:
    pedidos = Pedidos()
    for status, segundos in ((201, 0.004), (201, 0.02), (409, 0.2), (503, 7.0)):
        pedidos.pedido("POST", "/atendimento/tickets", status, segundos, "e", None)
    linhas = exposto(pedidos)
    rotulos = 'method="POST",route="/atendimento/tickets"'
    assert f'balcao_http_requests_total{{{rotulos},status="201"}} 2.0' in linhas
    assert f'balcao_http_requests_total{{{rotulos},status="503"}} 1.0' in linhas
    for ate, quantos in (("0.0025", 0), ("0.005", 1), ("0.025", 2), ("0.25", 3), ("5", 3), ("+Inf", 4)):
        assert f'balcao_http_request_seconds_bucket{{le="{ate}",{rotulos}}} {float(quantos)}' in linhas
    assert f"balcao_http_request_seconds_count{{{rotulos}}} 4.0" in linhas
    assert f"balcao_http_request_seconds_sum{{{rotulos}}} 7.224" in linhas


def test_frames_are_counted_by_event_and_by_what_became_of_them() -> None:
    pedidos = Pedidos()
    for resultado in ("ok", "ok", "ticket_nao_encontrado"):
        pedidos.quadro("mensagem:enviar", resultado, 0.003)
    linhas = exposto(pedidos)
    assert 'balcao_frames_total{event="mensagem:enviar",result="ok"} 2.0' in linhas
    assert 'balcao_frame_seconds_count{event="mensagem:enviar"} 3.0' in linhas


def test_what_failed_because_of_us_has_a_line_and_the_rest_only_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    pedidos = Pedidos()
    falha = InternalFailure()
    falha.__cause__ = RuntimeError("atendimento_tickets 23514")
    with caplog.at_level(logging.INFO, "web.metricas._pedidos"):
        pedidos.pedido("POST", "/atendimento/tickets", 404, 0.001, "e", None)
        pedidos.pedido("POST", "/atendimento/tickets", 500, 0.0123, "empresa-1", falha)
        pedidos.pedido("GET", "/saude/pronto", 503, 0.001, None, None)
    assert [(registro.levelname, registro.getMessage()) for registro in caplog.records] == [
        ("ERROR", "POST /atendimento/tickets -> 500 in 12.3 ms, empresa empresa-1: atendimento_tickets 23514"),
        ("WARNING", "GET /saude/pronto -> 503 in 1.0 ms, empresa -"),
    ]
    caplog.clear()
    with caplog.at_level(logging.DEBUG, "web.metricas._pedidos"):
        pedidos.pedido("GET", "/saude", 200, 0.001, None, None)
    assert [registro.levelname for registro in caplog.records] == ["DEBUG"]


def test_what_strangers_ask_for_does_not_become_a_label(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        u = s.usuario()
        ticket = (await u("POST", "/tickets", {"contato_nome": "Ana", "contato_telefone": "5511999998888"})).ok(201)
        await u("GET", f"/tickets/{ticket['id']}")
        for n in range(20):
            await s.pedir("GET", f"/nada/{n}")
        await s.pedir("BREW", "/atendimento/tickets")
        linhas = (await s.pedir("GET", "/metrics")).corpo.decode().splitlines()
        series = [linha for linha in linhas if linha.startswith("balcao_http_requests_total")]
        assert any('route="/atendimento/tickets/<ticket_id>"' in serie for serie in series)
        assert not any("/nada" in serie or "BREW" in serie or ticket["id"] in serie for serie in series)
        assert any('route="nenhuma",status="404"} 2' in serie for serie in series)

    com_servidor(dsn, teste)


async def test_a_server_tells_of_its_process_its_version_and_its_connections_and_when_it_starts_and_stops(
    novo_servidor: NovoServidor,
) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admin = servidor.nova_empresa()
    async with http(servidor, admin) as adm, fio(servidor, admin) as tela:
        ticket_id = await adm.ticket()
        assert (await tela.pedir("mensagem:enviar", {"ticketId": ticket_id, "conteudo": "oi"}))["ok"]
        texto = (await adm.pedir("GET", "/metrics")).corpo.decode()
    for serie in (
        'balcao_info{python="', f'version="{VERSAO}"', "process_resident_memory_bytes ", "process_open_fds ",
        'balcao_connections{kind="realtime"} 1.0', 'balcao_frames_total{event="mensagem:enviar",result="ok"} 1.0',
        "balcao_banco_disponivel 1.0",
    ):  # fmt: skip
        assert serie in texto, serie
    assert await trio.to_thread.run_sync(servidor.parar) == 0
    assert f"started: balcao {VERSAO}" in servidor.registro
    assert "stopped" in servidor.registro
