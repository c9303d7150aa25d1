"""A survey, from the document to the answer: by the API and the web chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.servidor import Servidor
from tests.web.chat_apoio import AMBIENTE, Chat, Visitante, chat

PESQUISA: dict[str, Any] = {
    "nome": "Satisfação", "pergunta": "De 1 a 5, como foi?", "agradecimento": "Obrigado!", "comentario": "Por quê?",
    "aposSegundos": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def casa_do_chat(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    with Servidor(tmp_path_factory.mktemp("pesquisa"), novo_banco(), AMBIENTE) as servidor:
        yield servidor


async def perguntado(c: Chat) -> tuple[Visitante, str]:
    await c.api("POST", "/pesquisas", PESQUISA)
    v = await c.visitante().comecar()
    await v.escreve("bom dia")
    (ticket,) = await c.tickets()
    async with v.soquete() as tela:
        await tela.evento("em_dia")
        await c.api("PATCH", f"/tickets/{ticket['id']}", {"status": "RESOLVIDO"})
        await tela.ate(lambda quadro: quadro.get("data", {}).get("texto") == PESQUISA["pergunta"])
    return v, ticket["id"]


async def visto(c: Chat, ticket_id: str) -> dict[str, Any]:
    return dict(await c.api("GET", f"/tickets/{ticket_id}"))


async def test_a_visitor_is_asked_answers_and_says_why(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v, ticket_id = await perguntado(c)
        antes = (await visto(c, ticket_id))["pesquisa"]
        assert (antes["tipo"], antes["nota"], antes["comentario"]) == ("csat", None, None)
        await v.escreve("⭐⭐⭐⭐")
        await v.escreve("a Ana foi ótima")
        depois = await visto(c, ticket_id)
        assert (depois["status"], depois["pesquisa"]["nota"]) == ("RESOLVIDO", 4)
        assert depois["pesquisa"]["comentario"] == "a Ana foi ótima"
        assert depois["pesquisa"]["respondidaEm"] is not None
        assert await v.textos() == [
            "bom dia", "De 1 a 5, como foi?", "⭐⭐⭐⭐", "Obrigado!", "Por quê?", "a Ana foi ótima",
        ]  # fmt: skip
        historico = (await c.api("GET", f"/tickets/{ticket_id}/historico?limit=100"))["data"]
        (evento,) = (um for um in historico if um["tipo"] == "pesquisa_respondida")
        assert (evento["dados"]["nota"], "comentario" in evento["dados"]) == (4, False)
        assert len(await c.tickets()) == 1


@pytest.mark.parametrize("o_que", ["mensagem", "contato"])
async def test_a_comment_is_gone_with_what_it_is_part_of_and_the_note_stays(casa_do_chat: Servidor, o_que: str) -> None:
    async with chat(casa_do_chat) as c:
        v, ticket_id = await perguntado(c)
        await v.escreve("2 - muito demorado")
        antes = await visto(c, ticket_id)
        assert antes["pesquisa"]["comentario"] == "2 - muito demorado"
        (dita,) = (um for um in antes["mensagens"] if um["conteudo"] == "2 - muito demorado")
        onde = f"/mensagens/{dita['id']}" if o_que == "mensagem" else f"/contatos/{antes['contato']['id']}"
        await c.api("DELETE", onde)
        depois = (await visto(c, ticket_id))["pesquisa"]
        assert (depois["nota"], depois["comentario"] or None) == (2, None)


async def test_what_a_survey_cannot_be_is_said_with_its_field(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        errados: list[tuple[dict[str, Any], str]] = [
            ({"pergunta": ""}, "pergunta"),
            ({"tipo": "ces"}, "tipo"),
            ({"aposSegundos": 86_401}, "aposSegundos"),
            ({"quando": {"canais": ["push"]}}, "quando.canais[0]"),
            ({"quando": {"filas": [c.canal]}}, "quando.filas[0]"),
        ]
        for campos, campo in errados:
            resposta = await c.http.request(
                "POST", "/atendimento/pesquisas", headers=c.admin.cabecalhos, json=PESQUISA | campos
            )
            assert resposta.status_code == 400, campos
            assert [um["campo"] for um in resposta.json()["detalhes"]] == [campo]
