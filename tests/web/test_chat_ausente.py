"""Where there is no chat: people read so in words, programs by a code."""

from __future__ import annotations

from tests.servidor import NovoServidor, Servidor, novo_id
from tests.web.chat_apoio import chat

TEXTO = "Este chat não está disponível"


async def test_a_wrong_address_of_a_page_is_answered_in_words(servidor: Servidor) -> None:
    async with chat(servidor) as c:
        zap = (await c.api("POST", "/canais", {"nome": "Zap", "tipo": "whatsapp"}))["id"]
        desligado = await c.novo_canal()
        await c.api("PATCH", f"/canais/{desligado}", {"ativo": False})
        for caminho in ("", "/", "/nada", f"/{novo_id()}", f"/{zap}", f"/{desligado}", f"/{c.canal}/mais"):
            resposta = await c.http.get(f"/chat{caminho}")
            assert (resposta.status_code, resposta.headers["content-type"]) == (404, "text/html; charset=utf-8")
            assert TEXTO in resposta.text
            assert "codigo" not in resposta.text
            assert resposta.headers["cache-control"] == "no-store"  # switched on again, it is there
            politica = resposta.headers["content-security-policy"]
            assert "default-src 'none'" in politica
            assert "frame-ancestors" not in politica  # a frame of a site shows why it is empty
        for caminho in (f"/{c.canal}", f"/{c.canal}/", f"/{c.canal.upper()}"):
            assert (await c.http.get(f"/chat{caminho}")).status_code == 200
        cabeca = await c.http.head("/chat/nada")
        assert (cabeca.status_code, cabeca.content) == (404, b"")
        assert (await c.http.post(f"/chat/{c.canal}")).status_code == 405


async def test_a_program_is_told_by_code(servidor: Servidor) -> None:
    async with chat(servidor) as c:
        for canal in ("nada", novo_id(), "%20", "x" * 200):
            resposta = await c.http.get(f"/webchat/{canal}/config")
            assert (resposta.status_code, resposta.json()["codigo"]) == (404, "canal_nao_encontrado"), canal
        for caminho in ("/webchat/nada", "/webchat/nada/nada", f"/webchat/{c.canal}/nada", "/chat/pagina/nada.mjs"):
            resposta = await c.http.get(caminho)
            assert (resposta.status_code, resposta.json()["codigo"]) == (404, "rota_nao_encontrada"), caminho


async def test_a_page_that_is_asked_for_too_often_says_so_in_words_and_when_to_come(
    novo_servidor: NovoServidor,
) -> None:
    async with chat(novo_servidor({"LIMITE_ENDERECO": "5"})) as c:
        for _ in range(100):
            resposta = await c.http.get(f"/chat/{c.canal}")
            if resposta.status_code == 429:
                break
        assert resposta.status_code == 429
        assert int(resposta.headers["retry-after"]) >= 1
        assert "Tentar de novo" in resposta.text
