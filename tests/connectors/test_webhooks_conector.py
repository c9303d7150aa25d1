"""Webhooks to a receiver, over real sockets."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import trio

from connectors.fakes.receptor import ReceptorFalso
from connectors.fakes.roteiro import Falha, cai, responde
from connectors.fakes.servidor_http import Cair, Pedido, Resposta, servindo
from connectors.rede import ClienteGuardado
from connectors.webhook import ConectorWebhook
from connectors.webhook import _conector as modulo
from engine.conector.redes import regras
from engine.conector.webhooks_de_saida import Entrega, novo_segredo
from engine.tempo import VirtualClock

SEGREDO = novo_segredo(os.urandom)
AGORA_S = 1_767_225_600
LOOPBACK = regras(["127.0.0.1"], portas=None)
CORPO = '{"evento":"ticket_criado","dados":{"nome":"Ção"}}'.encode()


def entrega(base: str, id_: str = "ev-1", segredos: tuple[str, ...] = (SEGREDO,)) -> Entrega:
    return Entrega(id=id_, url=f"{base}/gancho?a=1", corpo=CORPO, segredos=segredos)


@asynccontextmanager
async def receptor() -> AsyncIterator[tuple[ReceptorFalso, str, ConectorWebhook]]:
    fake = ReceptorFalso(SEGREDO, AGORA_S)
    async with servindo(fake.atender) as servidor, ClienteGuardado(LOOPBACK) as http:
        yield fake, servidor.base, ConectorWebhook(http, VirtualClock(AGORA_S * 1000))


async def test_a_delivery_is_signed_and_arrives() -> None:
    async with receptor() as (fake, base, conector):
        resultado = await conector.fazer(entrega(base))
        assert (resultado.situacao, resultado.status, resultado.erro) == ("entregue", 204, None)
        assert (fake.livro[0].id, fake.livro[0].corpo) == ("ev-1", CORPO)


async def test_the_receiver_believes_the_old_secret_while_it_is_replaced() -> None:
    async with receptor() as (fake, base, conector):
        assert (
            await conector.fazer(entrega(base, segredos=(novo_segredo(os.urandom), SEGREDO)))
        ).situacao == "entregue"
        outra = await conector.fazer(entrega(base, segredos=(novo_segredo(os.urandom),)))
        assert (outra.situacao, outra.status, len(fake.recusados)) == ("tentar", 401, 1)


async def test_every_fault_says_what_to_do() -> None:
    desvio = Falha(Resposta(status=302, cabecalhos={"location": "/outro"}))
    grande = Falha(Resposta(status=500, corpo=b"\0\xff" + b"x" * 100_000))
    async with receptor() as (fake, base, conector):
        fake.roteiro.programar(responde(503, "60"), desvio, grande, cai(depois=True), cai(depois=False), responde(410))
        cedo = await conector.fazer(entrega(base))
        assert (cedo.situacao, cedo.tentar_em_ms) == ("tentar", 60_000)
        desviado = await conector.fazer(entrega(base))
        assert (desviado.situacao, desviado.status) == ("tentar", 302)
        assert "desvio" in (desviado.erro or "")
        longo = await conector.fazer(entrega(base))
        assert (longo.situacao, len(longo.resposta), longo.resposta[:3]) == ("tentar", 1_024, "��x")
        for _ in range(2):
            caido = await conector.fazer(entrega(base))
            assert (caido.situacao, caido.status, caido.codigo) == ("tentar", None, "conexao_perdida")
        assert (await conector.fazer(entrega(base))).situacao == "desativar"
        assert (await conector.fazer(entrega(base))).situacao == "entregue"
        assert len(fake.livro) == 2  # the first of them is the one whose answer was dropped
        assert [um.id for um in fake.unicos] == ["ev-1"]


async def test_who_does_not_answer_is_not_waited_for_beyond_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def mudo(_pedido: Pedido) -> Resposta | Cair:
        await trio.sleep_forever()
        return Resposta()

    monkeypatch.setattr(modulo, "SEGUNDOS", 0.05)
    async with servindo(mudo) as servidor, ClienteGuardado(LOOPBACK) as http:
        resultado = await ConectorWebhook(http).fazer(entrega(servidor.base))
        assert (resultado.situacao, resultado.codigo) == ("tentar", "sem_resposta")


async def test_nothing_inside_is_called_and_nobody_there_is_said() -> None:
    fake = ReceptorFalso(SEGREDO, AGORA_S)
    async with servindo(fake.atender) as servidor:
        base = servidor.base
        async with ClienteGuardado(regras(portas=None)) as http:
            dentro = await ConectorWebhook(http).fazer(entrega(base))
            assert (dentro.situacao, dentro.codigo) == ("tentar", "endereco_recusado")
    assert fake.livro == []
    assert fake.recusados == []
    async with ClienteGuardado(LOOPBACK) as http:
        assert (await ConectorWebhook(http).fazer(entrega(base))).codigo == "sem_conexao"
        assert (await ConectorWebhook(http).fazer(entrega("http://a:b"))).codigo == "endereco_invalido"


async def test_why_nobody_was_reached_names_the_host_and_the_port_and_not_the_path() -> None:
    async with servindo(ReceptorFalso(SEGREDO, AGORA_S).atender) as servidor:
        porta = servidor.porta
        async with ClienteGuardado(LOOPBACK) as http:
            sem_tls = await ConectorWebhook(http).fazer(entrega(f"https://127.0.0.1:{porta}/chave"))
    async with ClienteGuardado(LOOPBACK) as http:
        ninguem = await ConectorWebhook(http).fazer(entrega(f"http://127.0.0.1:{porta}/chave"))
        sem_nome = await ConectorWebhook(http).fazer(entrega("https://nao-existe.invalid:8443/chave"))
    assert (sem_tls.codigo, sem_tls.erro) == (
        "sem_conexao",
        f"127.0.0.1, porta {porta}, não fala TLS (https) como se espera",
    )
    assert (ninguem.codigo, ninguem.erro) == ("sem_conexao", f"Ninguém atende em 127.0.0.1, porta {porta}")
    assert (sem_nome.codigo, sem_nome.erro) == (
        "sem_conexao",
        "O nome nao-existe.invalid não existe, ou o DNS não responde",
    )


async def test_an_answer_shows_no_secret() -> None:
    async with receptor() as (_, base, conector):
        resultado = await conector.fazer(entrega(base))
        assert SEGREDO not in repr(resultado)
        assert SEGREDO not in repr(entrega(base))


def test_an_unguarded_client_is_not_taken() -> None:
    with pytest.raises(TypeError):
        ConectorWebhook(httpx2.AsyncClient())
