"""The connector takes what came in to the engine, with its files; real sockets, a fake that goes wrong."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from trio.testing import MockClock

from connectors.fakes.graph import Falta, GraphFalso, graph_no_ar
from connectors.fakes.servidor_http import Pedido, Resposta, resposta_json, servindo
from connectors.whatsapp.conector import ConectorWhatsApp
from connectors.whatsapp.midia_recebida import e_da_meta, resumo_dito
from connectors.whatsapp.numero_proprio import algarismos
from engine.conector.entradas import MensagemRecebida
from engine.conector.trabalhos import Resultado, Trabalho
from tests.connectors.whatsapp import (
    MARIA,
    MotorGravador,
    canal,
    conector_para,
    conversa,
    dito,
    estados,
    mensagem,
    trabalho_de_webhook,
    webhook_de,
)

JOAO = "5521988887777"
FOTO = b"\xff\xd8\xff\xe0" + b"foto" * 100


@asynccontextmanager
async def cena(motor: MotorGravador | None = None) -> AsyncIterator[tuple[GraphFalso, ConectorWhatsApp, MotorGravador]]:
    motor = motor or MotorGravador()
    async with (
        graph_no_ar() as graph,
        conector_para(graph, motor) as conector,
    ):
        yield graph, conector, motor


def foto(graph: GraphFalso, de: str = MARIA, identidade: str = "wamid.foto", **dita: Any) -> dict[str, Any]:
    midia = graph.midias.nova(FOTO, "image/jpeg")
    for nome, valor in dita.items():
        setattr(midia, nome, valor)
    resumo = b64encode(sha256(FOTO).digest()).decode()
    carga = {"id": midia.id, "mime_type": "image/jpeg", "sha256": resumo, "caption": "Veja"}
    return mensagem("image", carga) | {"from": de, "id": identidade}


def texto(corpo: str, de: str = MARIA, segundos: int = 1_799_999_995) -> dict[str, Any]:
    return mensagem("text", {"body": corpo}) | {"from": de, "id": f"wamid.{corpo}", "timestamp": f"{segundos}"}


async def processar(conector: ConectorWhatsApp, *mensagens: Any, tentativa: int = 1) -> Resultado:
    return await conector.fazer(trabalho_de_webhook(webhook_de(conversa(*mensagens, contatos=[])), tentativa))


async def test_a_message_its_status_and_news_are_handed_over() -> None:
    async with cena() as (graph, conector, motor):
        valor = conversa(texto("Oi"), foto(graph)) | {"statuses": estados({"id": "w", "status": "sent"})["statuses"]}
        valor |= {"errors": [{"code": 131031, "title": "Locked"}]}
        assert dito(await conector.fazer(trabalho_de_webhook(webhook_de(valor)))) == ("aceito", None, None)
        imagem, oi = motor.mensagens
        assert (oi.conteudo, imagem.conteudo, imagem.tipo, imagem.arquivo) == ("Oi", "Veja", "imagem", "ficha-0")
        assert motor.arquivos["ficha-0"] == ("imagem.jpg", "image/jpeg", FOTO)
        assert [status.estado for status in motor.status] == ["enviado"]
        assert [novidade.pausar for novidade in motor.novidades] == [True]


async def test_a_batch_goes_in_parts_of_a_thousand_and_in_order() -> None:
    async with cena() as (_, conector, motor):
        lote = [texto(f"{i}", segundos=1_799_000_000 + i) for i in range(1_500)]
        valor = conversa(*reversed(lote), contatos=[]) | {"statuses": [{"id": "w", "status": "sent"}] * 700}
        assert (await conector.fazer(trabalho_de_webhook(webhook_de(valor)))).desfecho == "aceito"
        assert motor.vezes == [1_000, 1_000, 200]
        assert [m.conteudo for m in motor.mensagens] == [f"{i}" for i in range(1_500)]
        assert len(motor.status) == 700


async def test_what_cannot_be_read_is_told_after_the_rest_was_handed_over() -> None:
    async with cena() as (_, conector, motor):
        resultado = await processar(conector, texto("a"), {"id": "x"}, 7, texto("b"))
        assert dito(resultado) == ("falhou", "final", None)
        assert "2 item(ns)" in (resultado.erro or "")
        assert "messages 1" in (resultado.erro or "")
        assert [m.conteudo for m in motor.mensagens] == ["a", "b"]


@pytest.mark.parametrize("corpo", [b"", b"{", b"[" * 100_000, b"\xff", b'{"object":"page"}'])
async def test_a_body_that_cannot_be_read_fails_for_good_with_a_reason(corpo: bytes) -> None:
    async with cena() as (_, conector, motor):
        resultado = await conector.fazer(trabalho_de_webhook(corpo))
        assert dito(resultado) == ("falhou", "final", None)
        assert "O webhook não pôde ser lido" in (resultado.erro or "")
        assert motor.vezes == []


async def test_a_job_without_a_webhook_or_with_one_that_is_not_base64_fails_for_good() -> None:
    async with cena() as (_, conector, _motor):
        certo = trabalho_de_webhook(b"{}")
        assert certo.webhook is not None
        vazio = Trabalho(id="t", tentativa=1, canal_id="c", trabalho="processar_webhook", prazo=0)
        assert dito(await conector.fazer(vazio)) == ("falhou", "final", None)


async def test_webhooks_are_processed_even_where_nothing_could_be_sent() -> None:
    motor = MotorGravador()
    for token in ("", "ç", "a\nb"):
        async with graph_no_ar() as graph, conector_para(graph, motor, canal(graph, accessToken=token)) as conector:
            resultado = await processar(conector, texto(f"Oi{token}", JOAO), foto(graph))
            assert (resultado.desfecho, resultado.classe) == ("falhou", "tentar")
    assert [m.conteudo for m in motor.mensagens] == ["Oi", "Oiç", "Oia\nb"]
    async with conector_para(None, motor, canal(phoneNumberId=None)) as conector:
        assert dito(await processar(conector, texto("Oi"))) == ("falhou", "canal", None)


async def test_news_of_another_number_of_the_account_are_not_ours() -> None:
    async with cena() as (graph, conector, motor):
        meu = (await conector._graph.pedir("GET", "100000000000001"))["display_phone_number"]
        for campo in ("phone_number_quality_update", "phone_number_name_update"):
            for numero in ("+55 (21) 90000-0000", meu, meu.replace("+", "").replace(" ", "")):
                valor = {"display_phone_number": numero, "event": "FLAGGED", "current_limit": "TIER_1K"}
                assert (await conector.fazer(trabalho_de_webhook(webhook_de(valor, campo)))).desfecho == "aceito"
        assert [algarismos(uma.dados["value"]["display_phone_number"]) for uma in motor.novidades] == [
            algarismos(meu)
        ] * 4
    async with cena() as (graph, conector, motor):
        graph.roteiro.sempre("numero", Falta(http=500))
        valor = {"display_phone_number": "1", "event": "FLAGGED"}
        await conector.fazer(trabalho_de_webhook(webhook_de(valor, "phone_number_quality_update")))
        assert len(motor.novidades) == 1  # whose it is cannot be known


# -- files ------------------------------------------------------------------------------------------------------------


def sem_arquivo(motor: MotorGravador) -> MensagemRecebida:
    lida = motor.mensagens[0]
    assert (lida.tipo, lida.arquivo) == ("texto", None)
    assert lida.conteudo.startswith("Veja\n(O arquivo não pôde ser obtido: ")
    assert lida.metadados["erroMidia"]
    assert lida.metadados["image"]["id"]
    return lida


async def test_an_address_that_expired_is_asked_for_again() -> None:
    async with cena() as (graph, conector, motor):
        graph.roteiro.proximas("conteudo_de_midia", Falta(http=404))
        assert (await processar(conector, foto(graph))).desfecho == "aceito"
        assert motor.mensagens[0].arquivo == "ficha-0"


async def test_a_file_that_is_gone_leaves_its_message() -> None:
    async with cena() as (graph, conector, motor):
        graph.roteiro.proximas("conteudo_de_midia", Falta(http=404), vezes=2)
        assert (await processar(conector, foto(graph))).desfecho == "aceito"
        assert "não tem mais o arquivo" in sem_arquivo(motor).conteudo
    async with cena() as (graph, conector, motor):
        perdida = foto(graph)
        perdida["image"]["id"] = "404"
        assert (await processar(conector, perdida)).desfecho == "aceito"
        sem_arquivo(motor)


async def test_an_address_expires_with_time(mock_clock: MockClock) -> None:
    async with cena() as (graph, conector, _):
        graph.comportamento.url_de_midia_s = 60
        midia = foto(graph)["image"]["id"]
        ficha = await conector._graph.pedir("GET", midia)
        async with httpx2.AsyncClient() as http:
            token = {"authorization": "Bearer token-do-falso"}
            assert (await http.get(ficha["url"])).status_code == 401
            assert (await http.get(ficha["url"], headers=token)).content == FOTO
            mock_clock.jump(61)
            assert (await http.get(ficha["url"], headers=token)).status_code == 404


FALTAS = [
    *(Falta(http=status) for status in (401, 403, 408, 429, 500, 502, 503)),
    *(Falta(codigo=codigo) for codigo in (0, 1, 2, 3, 4, 10, 190, 200, 368, 80007, 130429, 131000, 131016, 131056)),
    Falta(codigo=131000, http=500),
    Falta(codigo=190, http=401),
    Falta(cair="antes"),
]


@pytest.mark.parametrize("chamada", ["ficha_de_midia", "conteudo_de_midia"])
@pytest.mark.parametrize("falta", FALTAS, ids=str)
async def test_a_file_that_cannot_be_had_now_holds_up_only_whoever_sent_it(chamada: Any, falta: Falta) -> None:
    async with cena() as (graph, conector, motor):
        lote = [texto("antes", segundos=1_799_999_000), foto(graph), texto("depois"), texto("outro", JOAO)]
        graph.roteiro.sempre(chamada, falta)
        for tentativa in (1, 2, 3, 9):  # the engine tries no more after the third, but a person may
            resultado = await processar(conector, *lote, tentativa=tentativa)
            assert (resultado.desfecho, resultado.classe) == ("falhou", "tentar")
            assert "1 arquivo(s) por buscar" in (resultado.erro or "")
        assert [m.conteudo for m in motor.mensagens] == ["antes", "outro"]
        graph.roteiro.limpar()
        assert dito(await processar(conector, *lote, tentativa=10)) == ("aceito", None, None)
        assert [m.conteudo for m in motor.mensagens] == ["antes", "outro", "Veja", "depois"]
        assert motor.mensagens[2].arquivo


async def test_a_file_whose_transfer_is_cut_off_is_waited_for() -> None:
    async with cena() as (graph, conector, motor):
        assert (await processar(conector, foto(graph, cortada_em=10), tentativa=3)).classe == "tentar"
        assert motor.mensagens == []


@pytest.mark.parametrize("chamada", ["ficha_de_midia", "conteudo_de_midia"])
async def test_the_service_says_how_long_to_wait_for_a_file(chamada: Any) -> None:
    async with cena() as (graph, conector, _):
        graph.roteiro.proximas(chamada, Falta(http=429, espera_s=7))
        assert (await processar(conector, foto(graph))).tentar_em_ms == 7_000


async def test_what_a_service_repeats_of_the_token_is_in_no_message() -> None:
    async def repete(pedido: Pedido) -> Resposta:
        erro = {"code": 100, "message": f"no {pedido.cabecalhos['authorization']}"}
        return resposta_json({"error": erro}, 400)

    motor = MotorGravador()
    async with servindo(repete) as servidor, graph_no_ar() as graph:
        dito_do_canal = canal(None, urlBase=servidor.base, accessToken="EAAGplantado0123456789")
        async with conector_para(None, motor, dito_do_canal) as conector:
            assert (await processar(conector, foto(graph))).desfecho == "aceito"
    assert "•••" in sem_arquivo(motor).conteudo
    assert "plantado" not in repr(motor.mensagens)


@pytest.mark.parametrize(
    "dita",
    [
        {"sha256_dito": "0" * 64},
        {"tamanho_dito": 5},
        {"tamanho_dito": len(FOTO) + 1},
        {"conteudo": b"outra coisa"},
    ],
)
async def test_a_file_that_is_not_what_was_said_is_not_kept(dita: dict[str, Any]) -> None:
    async with cena() as (graph, conector, motor):
        assert (await processar(conector, foto(graph, **dita), tentativa=3)).desfecho == "aceito"
        sem_arquivo(motor)
        assert motor.arquivos == {}


async def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    async with cena() as (graph, conector, motor):
        grande = foto(graph, conteudo=b"x" * (17 * 1024 * 1024))
        del grande["image"]["sha256"]
        assert (await processar(conector, grande)).desfecho == "aceito"
        assert "mais de 16 MB" in sem_arquivo(motor).conteudo


async def test_a_file_that_the_engine_refuses_leaves_its_message() -> None:
    async with cena(MotorGravador(recusar_arquivos=True)) as (graph, conector, motor):
        assert (await processar(conector, foto(graph))).desfecho == "aceito"
        assert "executável" in sem_arquivo(motor).conteudo


async def test_the_token_goes_nowhere_but_to_meta() -> None:
    pedidos: list[Pedido] = []

    async def alheio(pedido: Pedido) -> Resposta:
        pedidos.append(pedido)
        return Resposta(corpo=FOTO)

    async with servindo(alheio) as servidor, cena() as (graph, conector, motor):
        for url in (servidor.base, "http://169.254.169.254/latest", "file:///etc/passwd", "abc", "http://[::1"):
            assert (await processar(conector, foto(graph, url_dita=url))).desfecho == "aceito"
            sem_arquivo(motor)
            motor.mensagens.clear()
        assert pedidos == []


async def test_a_redirect_is_not_followed() -> None:
    async with cena() as (graph, conector, motor):
        graph.roteiro.sempre("conteudo_de_midia", Falta(http=302))
        assert (await processar(conector, foto(graph))).desfecho == "aceito"
        sem_arquivo(motor)


@pytest.mark.parametrize(
    ("url", "e_dela"),
    [
        ("https://lookaside.fbsbx.com/whatsapp/x", True),
        ("https://mmg.whatsapp.net/x", True),
        ("https://graph.facebook.com/v24.0/x", True),
        ("http://graph.facebook.com/x", False),
        ("https://graph.facebook.com:444/x", False),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("https://evilfbsbx.com/x", False),
        ("https://lookaside.fbsbx.com.evil.com/x", False),
        ("https://lookaside.fbsbx.com@evil.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://facebook.com/x", False),
    ],
)
def test_where_meta_keeps_its_files(url: str, e_dela: bool) -> None:
    assert e_da_meta(httpx2.URL(url), httpx2.URL("https://graph.facebook.com")) == e_dela


def test_a_sum_is_read_in_hexadecimal_and_in_base64() -> None:
    soma = sha256(FOTO)
    escritas = (soma.hexdigest(), soma.hexdigest().upper(), b64encode(soma.digest()).decode())
    assert {resumo_dito(escrita) for escrita in escritas} == {soma.digest()}
    assert {resumo_dito(escrita) for escrita in ("", "x", "z" * 64, "á" * 44, "AAAA")} == {None}
