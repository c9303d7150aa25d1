"""``POST /atendimento/mensagens/arquivo``: a message with a file, or a clear refusal and nothing left of it."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from engine.errors import Unavailable
from tests.web.arquivos_apoio import (
    MULTIPART,
    Casa,
    Parte,
    Sobras,
    caminho,
    em_casa,
    enviar,
    enviar_corpo,
    formulario,
    mp4,
    pdf,
    png,
    png_de,
    zip_de,
)
from tests.web.rest_apoio import Usuario, novo_id
from tests.web.test_arquivos_tipos import GUARDADOS, RECUSADOS

UMA = Sobras(objetos=1, arquivos=1)
NADA = Sobras()


def test_a_file_becomes_a_message_as_the_mission_shows_it(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket_id = await c.ticket(u)
        m = (await enviar(u, ("arquivo", ("screenshot.png", png(30, 20))), ("ticketId", ticket_id))).ok(201)
        assert (m["arquivoNome"], m["tipo"], m["direcao"], m["conteudo"]) == ("screenshot.png", "imagem", "enviada", "")
        assert (m["arquivoTipo"], m["arquivoTamanho"]) == ("image/png", len(png(30, 20)))
        assert (m["largura"], m["altura"]) == (30, 20)
        assert m["arquivoUrl"].startswith(f"http://127.0.0.1:{c.porta}/atendimento/arquivos/")
        assert (m["ticketId"], m["remetenteId"]) == (ticket_id, u.id)
        assert (await u("GET", f"/tickets/{ticket_id}")).ok()["mensagens"] == [m]
        assert (await u("GET", f"/tickets/{ticket_id}/mensagens")).ok()["data"] == [m]
        assert await c.sobras() == UMA

    em_casa(dsn, teste)


def test_a_file_may_have_a_caption_and_come_from_the_contact(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario("conector")
        partes = (
            ("ticketId", await c.ticket(u)), ("empresaId", c.servidor.empresa), ("conteudo", "veja só 👀"),
            ("direcao", "recebida"), ("arquivo", ("vídeo.mp4", mp4(b"mp42", b"vide"))),
        )  # fmt: skip
        m = (await enviar(u, *partes)).ok(201)
        assert (m["conteudo"], m["direcao"], m["tipo"]) == ("veja só 👀", "recebida", "video")
        assert (m["arquivoNome"], m["remetenteId"], m["largura"]) == ("vídeo.mp4", None, None)

    em_casa(dsn, teste)


def test_what_is_stored_is_what_was_sent_to_the_byte(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        conteudo = png_de(700_001)
        await enviar(u, ("arquivo", ("a.png", conteudo)), ("ticketId", await c.ticket(u)))
        (objeto,) = (c.dados / "arquivos" / c.servidor.empresa).iterdir()
        assert objeto.read_bytes() == conteudo

    em_casa(dsn, teste)


def test_a_file_as_large_as_allowed_is_taken_and_one_byte_more_is_not(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket = ("ticketId", await c.ticket(u))
        erro = (await enviar(u, ticket, ("arquivo", ("a.png", png_de(300_001))))).erro(413, "arquivo_grande_demais")
        assert "passa de 292,9 KB" in erro["message"]
        assert await c.sobras() == NADA
        (await enviar(u, ticket, ("arquivo", ("a.png", png_de(300_000))))).ok(201)
        assert await c.sobras() == UMA

    em_casa(dsn, teste, arquivo_maximo=300_000)


def test_a_body_that_announces_too_much_is_refused_before_it_is_read(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        recebida = await u(
            "POST", "/mensagens/arquivo", b"nunca", content_type=MULTIPART, content_length=str(100_000_000)
        )  # fmt: skip
        recebida.erro(413, "arquivo_grande_demais")

    em_casa(dsn, teste)


@pytest.mark.parametrize("caso", ["SVG named as text", "GIF and JavaScript", "PNG with a ZIP after it", "a program"])
def test_a_file_that_is_not_taken_leaves_nothing(dsn: str, caso: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket_id = await c.ticket(u)
        (await enviar(u, ("arquivo", RECUSADOS[caso]), ("ticketId", ticket_id))).erro(415, "arquivo_recusado")
        assert await c.sobras() == NADA
        assert (await u("GET", f"/tickets/{ticket_id}/mensagens")).ok()["total"] == 0

    em_casa(dsn, teste)


def test_a_form_that_is_wrong_is_refused_with_the_field_and_leaves_nothing(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket, arquivo = ("ticketId", await c.ticket(u)), ("arquivo", ("a.png", png()))
        casos: list[tuple[list[tuple[str, Parte]], list[str]]] = [
            ([arquivo], ["ticketId"]),
            ([ticket], ["arquivo"]),
            ([ticket, ("arquivo", ("a.png", b""))], ["arquivo"]),
            ([ticket, arquivo, arquivo], ["arquivo"]),
            ([ticket, arquivo, ("tipo", "imagem")], ["tipo"]),
            (
                [("ticketId", "1"), arquivo, ("direcao", "ida"), ("conteudo", "x" * 4097)],
                ["ticketId", "direcao", "conteudo"],
            ),
            ([ticket, arquivo, ("conteudo", "a\0b")], ["conteudo"]),
        ]
        for partes, campos in casos:
            erro = (await enviar(u, *partes)).erro(400)
            assert [detalhe["campo"] for detalhe in erro["detalhes"]] == campos, erro
        inteiro = formulario(ticket, arquivo)
        (await enviar_corpo(u, inteiro[:-10])).erro(400, "formulario_invalido")
        (await enviar_corpo(u, b"")).erro(400, "formulario_invalido")
        (await u("POST", "/mensagens/arquivo", {"ticketId": ticket[1]})).erro(415, "tipo_de_conteudo")
        (await u("POST", "/mensagens/arquivo?x=1", inteiro, content_type=MULTIPART)).erro(400)
        assert await c.sobras() == NADA

    em_casa(dsn, teste)


def test_who_may_not_see_the_ticket_may_send_it_no_file(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        admin = c.servidor.usuario()
        ticket, arquivo = ("ticketId", await c.ticket(admin)), ("arquivo", ("a.png", png()))
        de_fora = c.servidor.usuario(empresa=novo_id())
        (await enviar(de_fora, ticket, arquivo)).erro(404, "ticket_nao_encontrado")
        (await enviar(admin, ("ticketId", novo_id()), arquivo)).erro(404, "ticket_nao_encontrado")
        (await enviar(c.servidor.usuario("atendente"), ticket, arquivo)).erro(403, "ticket_sem_acesso")
        (await enviar(admin, ticket, arquivo, ("empresaId", novo_id()))).erro(403, "empresa_de_outro")
        (await enviar(c.servidor.usuario("supervisor"), ticket, arquivo, ("direcao", "recebida"))).erro(403)
        sem_token = await c.servidor.pedir(
            "POST", "/atendimento/mensagens/arquivo", formulario(ticket, arquivo), content_type=MULTIPART
        )
        sem_token.erro(401, "token_ausente")
        assert await c.sobras() == await c.sobras(de_fora.empresa) == NADA

    em_casa(dsn, teste)


def test_a_closed_ticket_takes_no_file_and_the_object_is_gone_again(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket_id = await c.ticket(u)
        (await u("POST", f"/tickets/{ticket_id}/encerrar", {})).ok()
        (await enviar(u, ("ticketId", ticket_id), ("arquivo", ("a.png", png())))).erro(409)
        assert await c.sobras() == NADA

    em_casa(dsn, teste)


def test_a_contact_s_file_to_a_closed_ticket_opens_another(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario("conector")
        ticket_id = await c.ticket(u)
        (await u("POST", f"/tickets/{ticket_id}/encerrar", {})).ok()
        partes = (("ticketId", ticket_id), ("direcao", "recebida"), ("arquivo", ("a.png", png())))
        m = (await enviar(u, *partes)).ok(201)
        assert m["ticketId"] != ticket_id
        assert (await u("GET", f"/tickets/{m['ticketId']}")).ok()["mensagens"] == [m]
        assert (await u("GET", caminho(m["arquivoUrl"]).removeprefix("/atendimento"))).corpo == png()
        assert await c.sobras() == UMA

    em_casa(dsn, teste)


def test_the_same_key_sends_a_file_once_however_the_form_is_drawn(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket, arquivo = ("ticketId", await c.ticket(u)), ("arquivo", ("a.png", png()))
        duas = await asyncio.gather(
            enviar(u, ticket, arquivo, idempotency_key="k1"), enviar(u, arquivo, ticket, idempotency_key="k1")
        )
        assert duas[0].ok(201) == duas[1].ok(201)
        assert (await enviar(u, ticket, arquivo, idempotency_key="k1")).ok(201) == duas[0].json
        assert await c.sobras() == UMA
        for outro in (("b.png", png()), ("a.png", png(9, 9))):
            recusa = await enviar(u, ticket, ("arquivo", outro), idempotency_key="k1")
            recusa.erro(422, "chave_reutilizada")
        assert await c.sobras() == UMA
        (await enviar(u, ticket, arquivo, idempotency_key="k2")).ok(201)
        assert await c.sobras() == Sobras(objetos=2, arquivos=2)

    em_casa(dsn, teste)


def test_uploads_beyond_their_places_are_told_to_come_back(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket = ("ticketId", await c.ticket(u))
        respostas = await asyncio.gather(*(enviar(u, ticket, ("arquivo", ("a.png", png()))) for _ in range(40)))
        feitas = [resposta for resposta in respostas if resposta.status == 201]
        assert len(feitas) >= 8
        for resposta in respostas:
            if resposta.status != 201:
                assert resposta.erro(429, "envios_demais")
                assert int(resposta.headers["retry-after"]) > 0
        assert await c.sobras() == Sobras(objetos=len(feitas), arquivos=len(feitas))

    em_casa(dsn, teste)


def test_a_place_that_cannot_keep_files_is_503(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        partes = (("ticketId", await c.ticket(u)), ("arquivo", ("a.png", png())))
        lugar = c.dados / "arquivos"
        lugar.rename(c.dados / "fora")
        lugar.write_text("não é uma pasta")
        recusa = await enviar(u, *partes)
        recusa.erro(503, "arquivos_indisponiveis")
        assert recusa.headers["retry-after"]
        lugar.unlink()
        (c.dados / "fora").rename(lugar)
        (await enviar(u, *partes)).ok(201)

    em_casa(dsn, teste)


def test_a_sender_who_is_gone_half_way_leaves_nothing(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u: Usuario = c.servidor.usuario()
        corpo = formulario(("ticketId", await c.ticket(u)), ("arquivo", ("a.png", png_de(400_000))))
        vindas = [
            {"type": "http.request", "body": corpo[:300_000], "more_body": True},
            {"type": "http.disconnect"},
        ]
        respostas = []

        async def receive() -> object:
            return vindas.pop(0)

        async def send(mensagem: dict[str, object]) -> None:
            respostas.append(mensagem)

        cabecalhos = {
            "authorization": f"Bearer {u.token}",
            "content-type": MULTIPART,
            "content-length": str(len(corpo)),
        }
        scope: dict[str, object] = {
            "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/atendimento/mensagens/arquivo", "root_path": "", "query_string": b"",
            "headers": [(n.encode(), v.encode()) for n, v in cabecalhos.items()],
            "client": None, "server": None, "state": {}, "extensions": {},
        }  # fmt: skip
        await c.servidor.app(scope, receive, send)
        assert respostas[0]["status"] == 400
        assert await c.sobras() == NADA
        assert not [nome for nome in c.dados.iterdir() if nome.name != "arquivos"]

    em_casa(dsn, teste)


def test_the_digest_is_that_of_the_content(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        conteudo = pdf()
        m = (await enviar(u, ("arquivo", ("a.pdf", conteudo)), ("ticketId", await c.ticket(u)))).ok(201)
        id_ = m["arquivoUrl"].rpartition("/")[2].partition("?")[0]
        recebida = await u("GET", f"/arquivos/{id_}")
        assert recebida.headers["etag"] == f'"{hashlib.sha256(conteudo).hexdigest()}"'

    em_casa(dsn, teste)


def test_an_outcome_nobody_knows_keeps_the_object(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message may exist: only the sweep may tell."""

    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket_id = await c.ticket(u)

        async def sem_resposta(*_: object) -> None:
            raise Unavailable("resultado_incerto", "Não se sabe", 2)

        monkeypatch.setattr("actors.no.no.No.pedir", sem_resposta)
        (await enviar(u, ("arquivo", ("a.png", png())), ("ticketId", ticket_id))).erro(503, "resultado_incerto")
        assert await c.sobras() == Sobras(objetos=1, pendentes=1)

    em_casa(dsn, teste)


def test_no_file_is_lost_for_its_name_or_for_being_of_a_kind_that_is_not_shown(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket = ("ticketId", await c.ticket(u))
        for nome, conteudo, mime in GUARDADOS.values():
            m = (await enviar(u, ("arquivo", (nome, conteudo)), ticket)).ok(201)
            assert (m["arquivoTipo"], m["arquivoTamanho"]) == (mime, len(conteudo)), nome
            baixado = await c.servidor.pedir("GET", caminho(m["arquivoUrl"]))
            assert baixado.corpo == conteudo
            assert baixado.headers["x-content-type-options"] == "nosniff"
            como = "inline" if m["tipo"] != "documento" else "attachment"
            assert baixado.headers["content-disposition"].startswith(f"{como};"), nome

    em_casa(dsn, teste)


def test_a_strict_installation_takes_what_is_in_its_list(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket = ("ticketId", await c.ticket(u))
        assert (await enviar(u, ("arquivo", ("blob", png())), ticket)).ok(201)["arquivoNome"] == "blob.png"
        recusa = (await enviar(u, ("arquivo", ("fotos.zip", zip_de(("a", b"x")))), ticket)).erro(
            415, "arquivo_recusado"
        )
        assert "application/zip" in recusa["message"]
        assert await c.sobras() == UMA

    em_casa(dsn, teste, arquivos_tipos="estrito")
