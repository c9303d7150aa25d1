"""The connector sends, over real sockets, to a Graph API that fails in every way."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from connectors.fakes.graph import Comportamento, Falta, GraphFalso, NumeroFalso, graph_no_ar
from connectors.fakes.servidor_http import CAIR, Cair, Pedido, Resposta, resposta_json, servindo
from connectors.whatsapp.conector import ConectorWhatsApp
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, Envio, Trabalho
from tests.connectors.whatsapp import canal, conector_para, dito, envio_para, trabalho_de_envio


@asynccontextmanager
async def cena(**comportamento: Any) -> AsyncIterator[tuple[GraphFalso, ConectorWhatsApp]]:
    async with graph_no_ar(comportamento=Comportamento(**comportamento)) as graph, conector_para(graph) as conector:
        yield graph, conector


@asynccontextmanager
async def arquivo_no_ar(conteudo: bytes, status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """Where a file of ours can be read, and who read it."""
    lidos: list[str] = []

    async def atender(pedido: Pedido) -> Resposta:
        assert "authorization" not in pedido.cabecalhos, "the token of Meta goes to Meta alone"
        lidos.append(pedido.caminho)
        return Resposta(status=status, corpo=conteudo)

    async with servindo(atender) as servidor:
        yield servidor.base, lidos


async def test_a_text_is_accepted_under_the_id_of_its_job() -> None:
    async with cena() as (graph, conector):
        trabalho = trabalho_de_envio(envio_para(conteudo="Olá, ação! 👍"))
        resultado = await conector.fazer(trabalho)
        aceita = graph.livro.de("+5511999998888")[0]
        assert (resultado.desfecho, resultado.id_externo, resultado.tentativa) == ("aceito", aceita.id, 1)
        assert (aceita.texto, aceita.trabalho, aceita.corpo["to"]) == ("Olá, ação! 👍", trabalho.id, "+5511999998888")


async def test_every_kind_of_message_is_taken() -> None:
    pedido = {"nome": "pedido_enviado", "idioma": "pt_BR", "parametros": ["Ana", "42"], "cabecalho": "42"}
    lista = {"botao": "Ver", "secoes": [{"linhas": [{"id": "1", "titulo": "Azul"}]}]}
    ditas: list[dict[str, Any]] = [
        {"modelo": pedido | {"botoes": ["abc"]}},
        {"interativo": {"botoes": [{"id": "s", "titulo": "Sim"}]}},
        {"interativo": {"lista": lista}},
        {"reacao": {"a": "wamid.0", "emoji": "👍"}},
    ]
    async with cena() as (graph, conector):
        for opcoes in ditas:
            assert (await conector.fazer(trabalho_de_envio(envio_para(opcoes=opcoes)))).desfecho == "aceito"
        assert [aceita.tipo for aceita in graph.livro.aceitas] == ["template", "interactive", "interactive", "reaction"]
        por_id = Envio(para=Endereco("usuario", "BR.13491208655302741918"), conteudo="x")
        assert (await conector.fazer(trabalho_de_envio(por_id))).desfecho == "aceito"
        assert graph.livro.de("BR.13491208655302741918")[0].corpo["recipient"] == "BR.13491208655302741918"


async def test_a_receipt_and_typing_are_signals() -> None:
    async with cena() as (graph, conector):
        for sinal in ("lida", "digitando"):
            envio = envio_para(conteudo="", opcoes={"sinal": sinal, "a": "wamid.0"})
            assert (await conector.fazer(trabalho_de_envio(envio, "sinalizar"))).desfecho == "aceito"
        assert [("typing_indicator" in sinal) for sinal in graph.livro.sinais] == [False, True]
        assert graph.livro.aceitas == []
        graph.roteiro.proximas("mensagens", Falta(cair="antes"))
        repetivel = envio_para(opcoes={"sinal": "lida", "a": "wamid.0"})
        assert dito(await conector.fazer(trabalho_de_envio(repetivel, "sinalizar"))) == ("falhou", "tentar", None)


@pytest.mark.parametrize(
    ("falta", "esperado"),
    [
        (Falta(codigo=130429), ("falhou", "numero", "130429")),
        (Falta(codigo=131056), ("falhou", "contato", "131056")),
        (Falta(codigo=190), ("falhou", "canal", "190")),
        (Falta(codigo=131047), ("falhou", "modelo", "131047")),
        (Falta(codigo=131049), ("falhou", "amanha", "131049")),
        (Falta(codigo=131026), ("falhou", "final", "131026")),
        (Falta(codigo=131000), ("falhou", "tentar", "131000")),
        (Falta(http=502), ("desconhecido", None, None)),
        (Falta(http=429), ("falhou", "tentar", None)),
        (Falta(http=200), ("desconhecido", None, None)),
        (Falta(cair="antes"), ("desconhecido", None, None)),
        (Falta(cair="depois"), ("desconhecido", None, None)),
    ],
)
async def test_each_failure_is_what_the_table_says_and_is_not_tried_again(
    falta: Falta, esperado: tuple[str, str | None, str | None]
) -> None:
    async with cena() as (graph, conector):
        graph.roteiro.proximas("mensagens", falta)
        trabalho = trabalho_de_envio(envio_para())
        resultado = await conector.fazer(trabalho)
        assert dito(resultado) == esperado
        assert resultado.erro
        assert len(graph.livro.do_trabalho(trabalho.id)) == (falta.cair == "depois")


async def test_retry_after_is_passed_on() -> None:
    async with cena() as (graph, conector):
        graph.roteiro.proximas("mensagens", Falta(codigo=130429, espera_s=30))
        assert (await conector.fazer(trabalho_de_envio(envio_para()))).tentar_em_ms == 30_000


async def test_what_was_never_sent_can_be_tried_again() -> None:
    async with conector_para(None, dito=canal(urlBase="http://127.0.0.1:9")) as conector:
        assert dito(await conector.fazer(trabalho_de_envio(envio_para()))) == ("falhou", "tentar", None)


async def test_an_answer_that_never_comes_is_given_up(mock_clock: MockClock) -> None:
    chegou = trio.Event()

    async def nunca(_: Pedido) -> Resposta | Cair:
        chegou.set()
        await trio.sleep_forever()
        return CAIR

    async with servindo(nunca) as servidor, conector_para(None, dito=canal(urlBase=servidor.base)) as conector:

        async def depois() -> None:
            await chegou.wait()
            mock_clock.jump(61)

        async with trio.open_nursery() as grupo:
            grupo.start_soon(depois)
            assert dito(await conector.fazer(trabalho_de_envio(envio_para()))) == ("desconhecido", None, None)


@pytest.mark.parametrize(
    "resposta",
    [
        Resposta(corpo=b"[]"),
        Resposta(corpo=b"{}"),
        Resposta(corpo=b'{"messages":[]}'),
        Resposta(corpo=b'{"messages":[{"id":""}]}'),
        Resposta(corpo=b"[" * 100_000),
        Resposta(corpo=b"\xff\x00" * 5_000_000),
        resposta_json({"messages": [{"id": "x"}]}, cabecalhos={"content-encoding": "gzip"}),
    ],
    ids=lambda resposta: repr(resposta.corpo[:20]),
)
async def test_a_success_that_makes_no_sense_is_of_unknown_outcome(resposta: Resposta) -> None:
    async def atender(_: Pedido) -> Resposta:
        return resposta

    async with servindo(atender) as servidor, conector_para(None, dito=canal(urlBase=servidor.base)) as conector:
        resultado = await conector.fazer(trabalho_de_envio(envio_para()))
        assert resultado.desfecho == ("aceito" if b'"x"' in resposta.corpo else "desconhecido")


async def test_what_can_be_seen_to_be_impossible_is_never_sent() -> None:
    async with cena() as (graph, conector):
        longo = await conector.fazer(trabalho_de_envio(envio_para(conteudo="x" * 5_000)))
        assert dito(longo) == ("falhou", "final", None)
        assert longo.erro == "O texto tem 5000 caracteres; o WhatsApp aceita 4096"
        outro = Trabalho(id="t", tentativa=1, canal_id="c", trabalho="enviar_email", prazo=0, envio=envio_para())
        assert dito(await conector.fazer(outro)) == ("falhou", "final", None)
        assert graph.livro.aceitas == []
        assert graph.livro.recusadas == 0


async def test_a_canal_that_lacks_something_is_paused_with_a_reason() -> None:
    for falta in ({"phoneNumberId": None}, {"accessToken": ""}, {"urlBase": "abc"}, {"phoneNumberId": "../x"}):
        async with conector_para(None, dito=canal(**falta)) as conector:
            resultado = await conector.fazer(trabalho_de_envio(envio_para()))
            assert dito(resultado) == ("falhou", "canal", None)
            assert resultado.erro


# -- files ------------------------------------------------------------------------------------------------------------


def com_arquivo(base: str, tamanho: int, mime: str = "image/png") -> Trabalho:
    arquivo = ArquivoParaEnviar("foto.png", mime, tamanho, f"{base}/atendimento/arquivos/1?expira=1&assinatura=a")
    return trabalho_de_envio(envio_para(conteudo="Veja", arquivo=arquivo), "enviar_arquivo")


async def test_a_file_is_uploaded_once_and_named_by_its_id() -> None:
    async with cena() as (graph, conector), arquivo_no_ar(b"conteudo\r\n--x") as (base, lidos):
        for _ in range(3):
            assert (await conector.fazer(com_arquivo(base, 13))).desfecho == "aceito"
        aceitas = graph.livro.aceitas
        assert len(lidos) == 1
        assert len({aceita.corpo["image"]["id"] for aceita in aceitas}) == 1
        assert aceitas[0].corpo["image"]["caption"] == "Veja"
        async with conector_para(graph) as outro:
            midia = aceitas[0].corpo["image"]["id"]
            ficha = await outro._graph.pedir("GET", midia)
            assert ficha["file_size"] == 13


async def test_many_that_want_the_same_file_at_once_wait_for_one_upload() -> None:
    async with cena(por_segundo=None) as (graph, conector), arquivo_no_ar(b"x" * 100) as (base, lidos):
        async with trio.open_nursery() as grupo:
            for _ in range(20):
                grupo.start_soon(conector.fazer, com_arquivo(base, 100))
        assert len(graph.livro.aceitas) == 20
        assert len(lidos) == 1


async def test_an_id_that_is_no_good_is_forgotten() -> None:
    async with cena() as (graph, conector), arquivo_no_ar(b"x" * 100) as (base, lidos):
        await conector.fazer(com_arquivo(base, 100))
        graph.roteiro.proximas("mensagens", Falta(codigo=131053))
        assert dito(await conector.fazer(com_arquivo(base, 100))) == ("falhou", "final", "131053")
        await conector.fazer(com_arquivo(base, 100))
        assert len(lidos) == 2


@pytest.mark.parametrize(
    ("falta", "esperado"),
    [
        (Falta(http=502), ("falhou", "tentar", None)),
        (Falta(cair="depois"), ("falhou", "tentar", None)),
        (Falta(codigo=190), ("falhou", "canal", "190")),
        (Falta(codigo=131053), ("falhou", "final", "131053")),
    ],
)
async def test_an_upload_that_fails_has_sent_nothing(falta: Falta, esperado: tuple[str, str, str | None]) -> None:
    async with cena() as (graph, conector), arquivo_no_ar(b"x" * 100) as (base, _):
        graph.roteiro.proximas("envio_de_midia", falta)
        assert dito(await conector.fazer(com_arquivo(base, 100))) == esperado
        assert graph.livro.aceitas == []


@pytest.mark.parametrize(("status", "classe"), [(404, "final"), (500, "tentar"), (403, "tentar")])
async def test_a_file_of_ours_that_cannot_be_read_is_not_sent(status: int, classe: str) -> None:
    async with cena() as (graph, conector), arquivo_no_ar(b"x", status) as (base, _):
        assert dito(await conector.fazer(com_arquivo(base, 1))) == ("falhou", classe, None)
        assert dito(await conector.fazer(com_arquivo("http://127.0.0.1:9", 1))) == ("falhou", "tentar", None)
        assert graph.livro.aceitas == []


async def test_a_file_of_another_size_than_told_is_not_sent() -> None:
    async with cena() as (graph, conector), arquivo_no_ar(b"x" * 100) as (base, _):
        for tamanho in (99, 101):
            assert dito(await conector.fazer(com_arquivo(base, tamanho))) == ("falhou", "tentar", None)
        assert graph.livro.aceitas == []


async def test_a_file_is_not_uploaded_for_a_message_that_cannot_go() -> None:
    async with cena() as (_, conector), arquivo_no_ar(b"x" * 100) as (base, lidos):
        arquivo = ArquivoParaEnviar("foto.png", "image/png", 100, base)
        longa = envio_para(conteudo="x" * 2_000, arquivo=arquivo)
        for envio in (longa, Envio(para=Endereco("email", "a@b.c"), arquivo=arquivo)):
            assert dito(await conector.fazer(trabalho_de_envio(envio, "enviar_arquivo"))) == ("falhou", "final", None)
        assert lidos == []


# -- the fake itself, and secrets -------------------------------------------------------------------------------------


async def test_the_fake_holds_numbers_to_their_rate_and_contacts_to_theirs(mock_clock: MockClock) -> None:
    async with cena(por_segundo=10) as (graph, conector):
        um = [dito(await conector.fazer(trabalho_de_envio(envio_para(f"+55119{i:08d}")))) for i in range(11)]
        assert um == [("aceito", None, None)] * 10 + [("falhou", "numero", "130429")]
        graph.comportamento.por_segundo = None
        outro = [dito(await conector.fazer(trabalho_de_envio(envio_para()))) for _ in range(46)]
        assert outro == [("aceito", None, None)] * 45 + [("falhou", "contato", "131056")]


async def test_a_planted_secret_is_in_no_error_log_or_representation(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    segredo = "EAAsegredoplantado0123456789"
    numero = NumeroFalso(token=segredo)
    async with graph_no_ar(numero) as graph:
        ditos = []
        for dito_canal in (
            canal(graph, numero),
            canal(graph, numero, accessToken=segredo + "\n\nx"),
            canal(graph, numero, accessToken=segredo + "ç"),
        ):
            async with conector_para(graph, dito=dito_canal) as conector:
                for falta in (Falta(), Falta(codigo=190), Falta(http=502), Falta(cair="antes"), Falta(http=302)):
                    graph.roteiro.proximas("mensagens", falta)
                    ditos.append(repr(await conector.fazer(trabalho_de_envio(envio_para()))))
                ditos += [*await conector.testar(), repr(conector._configuracao), repr(conector), repr(conector._graph)]
        tudo = "\n".join([*ditos, caplog.text])
        assert segredo not in tudo
        assert "segredoplantado" not in tudo
