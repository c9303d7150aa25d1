"""The web chat: visitors write, are answered, go and come back; each sees its own conversation and nothing else."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator

import httpx2
import pytest

from tests.servidor import Servidor, novo_id
from tests.web.chat_apoio import AMBIENTE, LOJA, PNG, chat


@pytest.fixture(scope="module")
def casa_do_chat(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    """A server behind a proxy, so that each visitor has an address of its own."""
    with Servidor(tmp_path_factory.mktemp("chat"), novo_banco(), AMBIENTE) as servidor:
        yield servidor


async def test_a_visitor_writes_and_a_ticket_is_born_of_a_contact_of_its_own(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        feita = await v.escreve("bom dia", nome="João", email="joao@example.com")
        assert not feita["repetida"]
        (ticket,) = await c.tickets()
        assert (ticket["contato_nome"], ticket["contato_email"], ticket["canalId"]) == ("João", None, c.canal)
        (mensagem,) = await c.mensagens(ticket["id"])
        assert (mensagem["conteudo"], mensagem["direcao"]) == ("bom dia", "recebida")
        assert mensagem["metadados"]["emailInformado"] == "joao@example.com"  # said, not known: it joins nobody


async def test_a_message_sent_twice_is_stored_once_and_another_under_its_id_is_refused(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        primeira, segunda = await v.escreve("oi", "m-1"), await v.escreve("oi", "m-1")
        assert (primeira["repetida"], segunda["repetida"]) == (False, True)
        outra = await v.pedir("POST", "/mensagens", {"id": "m-1", "texto": "outra"})
        assert (outra.status_code, outra.json()["codigo"]) == (422, "id_ja_usado")
        assert await v.textos() == ["oi"]
        w = await c.visitante().comecar()  # another visitor's id is its own
        assert not (await w.escreve("oi", "m-1"))["repetida"]


async def test_two_visitors_never_see_each_other(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        a, b = await c.visitante().comecar(), await c.visitante().comecar()
        await a.escreve("sou a")
        await b.escreve("sou b")
        de_a, de_b = await c.tickets()
        await c.responde(de_a["id"], "olá, a")
        await c.responde(de_b["id"], "olá, b")
        assert await a.textos() == ["sou a", "olá, a"]
        assert await b.textos() == ["sou b", "olá, b"]
        cursor = (await a.le())["cursor"]
        alheio = await b.pedir("GET", f"/mensagens?cursor={cursor}")
        assert (alheio.status_code, alheio.json()["codigo"]) == (400, "cursor_invalido")


async def test_a_visitor_who_says_anothers_email_does_not_get_its_conversation(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        a, b = await c.visitante().comecar(), await c.visitante().comecar()
        await a.escreve("segredo", nome="Ana", email="ana@example.com")
        await b.escreve("oi", nome="Ana", email="ana@example.com")
        assert len(await c.tickets()) == 2
        assert await b.textos() == ["oi"]


async def test_merged_by_an_agent_two_sessions_still_read_only_their_own(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        a, b = await c.visitante().comecar(), await c.visitante().comecar()
        await a.escreve("da casa")
        await b.escreve("do celular")
        de_a, de_b = await c.tickets()
        await c.api("POST", f"/tickets/{de_b['id']}/encerrar", {"motivo": "o mesmo"})
        await c.api("POST", f"/contatos/{de_a['contatoId']}/unir", {"contatoId": de_b["contatoId"]})
        await b.escreve("continuo aqui")
        await c.responde(de_a["id"], "para o celular")
        await a.escreve("e eu aqui")
        await c.responde(de_a["id"], "para a casa")
        assert await a.textos() == ["da casa", "e eu aqui", "para a casa"]
        assert await b.textos() == ["do celular", "continuo aqui", "para o celular"]


async def test_what_was_said_while_the_visitor_was_away_is_there_and_is_told_as_delivered_then(
    casa_do_chat: Servidor,
) -> None:
    async with chat(casa_do_chat) as c:
        ana = await c.agente()
        v = await c.visitante().comecar()
        await v.escreve("oi")
        cursor = (await v.le())["cursor"]
        (ticket,) = await c.tickets()
        dita = await c.responde(ticket["id"], "volte logo", ana)
        assert dita["statusEntrega"] == "enviado"
        pagina = await v.le(cursor)
        assert [(um["texto"], um["de"], um["nome"]) for um in pagina["mensagens"]] == [
            ("volte logo", "atendente", "Ana")
        ]
        assert (await c.mensagens(ticket["id"]))[-1]["statusEntrega"] == "entregue"
        assert (await v.le(pagina["cursor"]))["mensagens"] == []
        assert (await v.pedir("POST", "/lidas", {"cursor": pagina["cursor"]})).status_code == 204
        assert (await c.mensagens(ticket["id"]))[-1]["statusEntrega"] == "lido"
        await v.le()  # all of it again
        assert (await c.mensagens(ticket["id"]))[-1]["statusEntrega"] == "lido"  # it never goes back


async def test_a_long_conversation_is_read_in_pages_without_a_gap(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        await v.escreve("0")
        (ticket,) = await c.tickets()
        for n in range(1, 131):
            await c.responde(ticket["id"], str(n))
        lidos, cursor, mais = [], None, True
        while mais:
            pagina = await v.le(cursor)
            lidos += [um["texto"] for um in pagina["mensagens"]]
            cursor, mais = pagina["cursor"], pagina["mais"]
        assert lidos == [str(n) for n in range(131)]


async def test_the_state_of_the_conversation_is_told(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        assert (await v.le())["conversa"]["situacao"] == "nova"
        await v.escreve("oi")
        assert (await v.le())["conversa"] == {"situacao": "aguardando", "atendente": None, "podeEnviarArquivo": False}
        ana = await c.agente()
        (ticket,) = await c.tickets()
        await c.responde(ticket["id"], "oi", ana)
        assert (await v.le())["conversa"] == {
            "situacao": "em_atendimento", "atendente": "Ana", "podeEnviarArquivo": True,
        }  # fmt: skip
        await c.api("POST", f"/tickets/{ticket['id']}/encerrar", {"motivo": "feito"})
        assert (await v.le())["conversa"]["situacao"] == "encerrada"
        await v.escreve("de novo")
        assert len(await c.tickets()) == 2
        assert await v.textos() == ["oi", "oi", "de novo"]


# -- who may not -------------------------------------------------------------------------------------------------------


async def test_a_token_that_is_forged_foreign_or_missing_is_refused(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        bom = v.token or ""
        for mostrado, codigo in (
            (None, "sessao_ausente"), ("x", "sessao_invalida"), (bom[:-9] + "xxxxxxxxx", "sessao_invalida"),
            (c.admin.token, "sessao_invalida"), ("v1." + "A" * 400, "sessao_invalida"), ("v1.=.=", "sessao_invalida"),
        ):  # fmt: skip
            v.token = None
            cabecalho = {} if mostrado is None else {"authorization": f"Bearer {mostrado}"}
            resposta = await v.pedir("GET", "/mensagens", headers=cabecalho)
            assert (resposta.status_code, resposta.json()["codigo"]) == (401, codigo), mostrado
        outro = c.visitante(await c.novo_canal())
        outro.token = bom
        assert (await outro.pedir("GET", "/mensagens")).json()["codigo"] == "sessao_invalida"
        nossa = c.visitante(origem=None)
        nossa.token = bom
        assert (await nossa.pedir("GET", "/mensagens")).json()["codigo"] == "sessao_invalida"


async def test_only_pages_of_its_origins_and_our_own_may_use_a_canal(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens=f"{LOJA}, https://www.loja.example/") as c:
        for origem in (LOJA, "https://www.loja.example"):
            resposta = await c.visitante(origem=origem).pedir("GET", "/config")
            assert resposta.headers["access-control-allow-origin"] == origem
            previa = await c.visitante(origem=origem).pedir("OPTIONS", "/mensagens")
            assert (previa.status_code, previa.headers["access-control-allow-origin"]) == (204, origem)
        for nossa in (None, casa_do_chat.url):
            resposta = await c.visitante(origem=nossa).pedir("GET", "/config")
            assert resposta.status_code == 200
            assert "access-control-allow-origin" not in resposta.headers
        for origem in ("https://mau.example", "http://loja.example", "https://loja.example.mau.example", "null", "x"):
            v = c.visitante(origem=origem)
            for metodo, caminho in (("GET", "/config"), ("POST", "/sessoes"), ("OPTIONS", "/mensagens")):
                resposta = await v.pedir(metodo, caminho)
                assert (resposta.status_code, resposta.json()["codigo"]) == (403, "origem_nao_permitida")
                assert "access-control-allow-origin" not in resposta.headers


async def test_without_origins_only_our_own_page_may(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="") as c:
        assert (await c.visitante(origem=None).pedir("GET", "/config")).status_code == 200
        assert (await c.visitante(origem=LOJA).pedir("GET", "/config")).status_code == 403


async def test_what_an_error_says_may_be_read_by_a_page_that_may_ask(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        resposta = await c.visitante().pedir("GET", "/mensagens")
        assert (resposta.status_code, resposta.headers["access-control-allow-origin"]) == (401, LOJA)


async def test_a_canal_of_another_kind_or_switched_off_has_no_chat(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        zap = (await c.api("POST", "/canais", {"nome": "Zap", "tipo": "whatsapp"}))["id"]
        for canal in (zap, novo_id()):
            resposta = await c.visitante(canal).pedir("GET", "/config")
            assert (resposta.status_code, resposta.json()["codigo"]) == (404, "canal_nao_encontrado")
        v = await c.visitante().comecar()
        await c.api("PATCH", f"/canais/{c.canal}", {"ativo": False})
        assert (await v.pedir("POST", "/mensagens", {"id": "1", "texto": "oi"})).status_code == 404
        await c.api("PATCH", f"/canais/{c.canal}", {"ativo": True, "config": {"origens": "https://outra.example"}})
        assert (await v.pedir("POST", "/mensagens", {"id": "1", "texto": "oi"})).status_code == 403  # at once


@pytest.mark.parametrize(
    ("corpo", "campo"),
    [
        ({"id": "1"}, "texto"), ({"id": "1", "texto": " \n"}, "texto"), ({"id": "1", "texto": "x" * 4097}, "texto"),
        ({"texto": "oi"}, "id"), ({"id": "a:b", "texto": "oi"}, "id"), ({"id": "x" * 65, "texto": "oi"}, "id"),
        ({"id": "1", "texto": "a\0b"}, "texto"), ({"id": "1", "texto": "oi", "email": "x"}, "email"),
        ({"id": "1", "texto": "oi", "ticketId": "x"}, "ticketId"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named(casa_do_chat: Servidor, corpo: dict[str, str], campo: str) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        resposta = await v.pedir("POST", "/mensagens", corpo)
        assert resposta.status_code == 400
        assert [um["campo"] for um in resposta.json()["detalhes"]] == [campo]


async def test_broken_bodies_and_paths_are_refused_and_nothing_is_done(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        for corpo, status in ((b"{", 400), (b"[" * 50_000, 400), (b"\xff", 400), (b"x" * 70_000, 413)):
            assert (await v.pedir("POST", "/mensagens", content=corpo)).status_code == status
        for caminho, status in (
            ("", 404),
            ("/nada", 404),
            ("/mensagens/x", 404),
            ("/arquivos/x", 404),
            ("/config/x/y", 404),
        ):
            assert (await v.pedir("GET", caminho)).status_code == status
        assert (await v.pedir("DELETE", "/mensagens")).status_code == 405
        assert await c.tickets() == []


# -- what is never told ------------------------------------------------------------------------------------------------


async def test_nothing_of_the_empresa_is_in_any_answer(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        ana = await c.agente("Ana Lima Sobrenome")
        a, b = await c.visitante().comecar(), await c.visitante().comecar()
        await b.escreve("sou outro")
        await a.escreve("oi", nome="Zé")
        async with a.soquete() as t:
            await t.evento("em_dia")
            ticket = next(um for um in await c.tickets() if um["contato_nome"] == "Zé")
            dita = await c.responde(ticket["id"], "olá", ana)
            quadro = await t.ate(lambda q: q.get("event") == "mensagem" and q["data"]["de"] == "atendente")
            assert quadro["data"]["nome"] == "Ana"
            await a.le()
            await a.pedir("GET", "/config")
            await a.pedir("POST", "/mensagens", {})
            visto = " ".join(a.respostas) + json.dumps(t.recebidos)
        proibidos = {
            c.admin.empresa_id, ana.id, ticket["id"], ticket["contatoId"], ticket["filaId"], dita["id"], "Sobrenome",
            f"{ana.id}@", '"seq"', "sou outro", "empresaId", "remetenteId", "ticketId",
        }  # fmt: skip
        assert not [um for um in proibidos if um.lower() in visto.lower()]


async def test_names_are_shown_as_the_canal_says(casa_do_chat: Servidor) -> None:
    for nomes, esperado in (("completo", "Ana Lima"), ("nenhum", None)):
        async with chat(casa_do_chat, nomes=nomes) as c:
            ana = await c.agente()
            v = await c.visitante().comecar()
            await v.escreve()
            await c.responde((await c.tickets())[0]["id"], "olá", ana)
            assert (await v.le())["mensagens"][-1]["nome"] == esperado


async def test_what_was_deleted_is_not_read_any_more(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        dita = await c.responde(ticket["id"], "engano")
        await c.api("DELETE", f"/mensagens/{dita['id']}")
        assert await v.textos() == ["oi"]


async def test_config_is_kept_five_minutes_and_holds_what_a_page_needs(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, horario="seg a sex, 9h às 18h", cor="red; x", tokenSecreto="s3gr3d0") as c:
        resposta = await c.visitante().pedir("GET", "/config")
        assert resposta.headers["cache-control"] == "public, max-age=300"
        assert resposta.json() == {
            "titulo": "Loja", "cor": "#1f6feb", "saudacao": "Olá!", "horario": "seg a sex, 9h às 18h",
            "origens": [LOJA], "arquivosAntes": False,
        }  # fmt: skip


# -- files -------------------------------------------------------------------------------------------------------------


async def test_files_wait_for_an_answer_and_then_come_and_go(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        ana = await c.agente()
        v = await c.visitante().comecar()
        await v.escreve("oi")
        cedo = await v.pedir("POST", "/arquivos?id=f1&nome=foto.png", content=PNG)
        assert (cedo.status_code, cedo.json()["codigo"]) == (409, "arquivo_antes_da_resposta")
        (ticket,) = await c.tickets()
        await c.responde(ticket["id"], "mande a foto", ana)
        feita = await v.pedir("POST", "/arquivos?id=f1&nome=foto.png", content=PNG)
        assert (feita.status_code, feita.json()["tipo"]) == (201, "imagem")
        assert (await c.http.get(feita.json()["arquivo"]["url"])).content == PNG  # the page shows it at once
        de_novo = await v.pedir("POST", "/arquivos?id=f1&nome=foto.png", content=PNG)
        assert (de_novo.status_code, de_novo.json()["repetida"]) == (200, True)
        assert de_novo.json()["arquivo"] == feita.json()["arquivo"]
        arquivo = (await v.le())["mensagens"][-1]["arquivo"]
        assert (arquivo["nome"], arquivo["tipo"], arquivo["tamanho"]) == ("foto.png", "image/png", len(PNG))
        baixado = await c.http.get(arquivo["url"], headers={"x-forwarded-for": v.endereco})
        assert baixado.content == PNG
        assert baixado.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in baixado.headers["content-security-policy"]
        parte = await c.http.get(arquivo["url"], headers={"range": "bytes=0-3"})
        assert (parte.status_code, parte.content) == (206, PNG[:4])
        outro = await c.novo_canal()
        assert (await c.http.get(arquivo["url"].replace(c.canal, outro))).status_code == 404
        assert (await c.mensagens(ticket["id"]))[-1]["tipo"] == "imagem"


async def test_a_file_of_an_agent_is_shown_by_an_address_that_tells_nothing(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        enviado = await c.http.post(
            "/atendimento/mensagens/arquivo",
            headers=c.admin.cabecalhos,
            data={"ticketId": ticket["id"]},
            files={"arquivo": ("recibo.png", PNG, "image/png")},
        )
        assert enviado.status_code == 201, enviado.text
        fala = (await v.le())["mensagens"][-1]
        assert (fala["tipo"], fala["arquivo"]["nome"], fala["arquivo"]["largura"]) == ("imagem", "recibo.png", 1)
        lacrado = fala["arquivo"]["url"].rpartition("/")[2]
        assert bytes.fromhex(c.admin.empresa_id.replace("-", "")) not in urlsafe_b64decode(lacrado + "==")
        assert (await c.http.get(fala["arquivo"]["url"])).content == PNG


async def test_files_are_held_to_the_walls_of_all_files(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, arquivosAntes=True) as c:
        v = await c.visitante().comecar()
        for n, (corpo, nome, status) in enumerate(
            ((b"MZ" + b"\0" * 200, "nota.pdf", 415), (b"<svg onload=x>", "a.svg", 415), (b"", "a.png", 400))
        ):
            resposta = await v.pedir("POST", f"/arquivos?id=f{n}&nome={nome}", content=corpo)
            assert resposta.status_code == status, resposta.text
        grande = await v.pedir("POST", "/arquivos?id=g&nome=a.bin", content=b"x" * 17_000_000)
        assert grande.status_code == 413
        assert await c.tickets() == []


def test_a_body_that_is_too_long_is_told_so_to_whoever_is_still_sending(casa_do_chat: Servidor) -> None:
    """The answer is read though the body was not."""
    resposta = httpx2.post(f"{casa_do_chat.url}/webchat/{novo_id()}/arquivos", content=b"x" * 1_000_000, timeout=30)
    assert resposta.status_code == 404


async def test_what_the_agents_note_among_themselves_never_reaches_the_visitor(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        ana = await c.agente()
        v = await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        async with v.soquete() as t:
            await t.evento("em_dia")
            nota = {"conteudo": "nota interna", "mencoes": [ana.id]}
            await c.api("POST", f"/tickets/{ticket['id']}/notas", nota, ana)
            await c.responde(ticket["id"], "resposta", ana)
            await t.ate(lambda f: "resposta" in str(f))
            assert "nota interna" not in str(t.recebidos)
        assert await v.textos() == ["oi", "resposta"]
        assert "nota interna" not in str(await v.le())
