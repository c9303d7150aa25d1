"""``GET /atendimento/arquivos/:id``: who may read a file, and how it is served."""

from __future__ import annotations

import asyncpg
import pytest

from engine.tempo import SystemClock
from tests.web.arquivos_apoio import Casa, Parte, caminho, docx, em_casa, enviar, mp4, ogg, pdf, png, png_de
from tests.web.rest_apoio import Recebida, Usuario, novo_id

CONTEUDO = png_de(1000)


async def mandado(
    c: Casa, u: Usuario, arquivo: tuple[str, bytes] = ("a.png", CONTEUDO), *mais: tuple[str, Parte]
) -> tuple[str, str, str]:
    """What a file's address asks for; its id, and that of its message."""
    m = (await enviar(u, ("arquivo", arquivo), ("ticketId", await c.ticket(u)), *mais)).ok(201)
    pedido = caminho(m["arquivoUrl"])
    return pedido, pedido.rpartition("/")[2].partition("?")[0], m["id"]


async def baixar(c: Casa, pedido: str, **cabecalhos: str) -> Recebida:
    return await c.servidor.pedir("GET", pedido, **cabecalhos)


def test_an_address_is_enough_to_read_a_file(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario())
        recebida = await baixar(c, pedido)
        assert (recebida.status, recebida.corpo) == (200, CONTEUDO)
        assert recebida.headers["content-type"] == "image/png"
        assert recebida.headers["content-length"] == "1000"
        assert recebida.headers["x-content-type-options"] == "nosniff"
        assert recebida.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert recebida.headers["cache-control"].startswith("private")
        assert recebida.headers["cross-origin-resource-policy"] == "cross-origin"
        assert recebida.headers["content-disposition"] == "inline; filename=\"a.png\"; filename*=UTF-8''a.png"

    em_casa(dsn, teste)


def test_an_address_of_another_file_or_with_anything_changed_is_refused(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        pedido, id_, _ = await mandado(c, u)
        outro, outro_id, _ = await mandado(c, u)
        (await baixar(c, pedido.replace(id_, outro_id))).erro(403, "assinatura_invalida")
        (await baixar(c, pedido.replace("expira=1", "expira=2"))).erro(403, "assinatura_invalida")
        (await baixar(c, outro[:-1] + ("A" if outro[-1] != "A" else "B"))).erro(403, "assinatura_invalida")
        (await baixar(c, f"{pedido}x")).erro(403, "assinatura_invalida")
        (await baixar(c, pedido.partition("&")[0])).erro(400)
        (await baixar(c, f"{pedido}&x=1")).erro(400)
        (await baixar(c, pedido.replace(id_, "1"))).erro(400)
        (await baixar(c, f"{pedido}&empresaId={novo_id()}")).erro(403, "empresa_de_outro")
        assert (await baixar(c, f"{pedido}&empresaId={c.servidor.empresa}")).status == 200

    em_casa(dsn, teste)


def test_an_address_ends_after_eight_hours(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario())
        agora = SystemClock().now()
        with monkeypatch.context() as relogio:
            relogio.setattr(SystemClock, "now", lambda _: agora + 8 * 3_600_000)
            (await baixar(c, pedido)).erro(403, "endereco_expirado")
        assert (await baixar(c, pedido)).status == 200

    em_casa(dsn, teste)


def test_a_token_is_enough_for_who_may_see_the_ticket(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        _, id_, _ = await mandado(c, u)
        assert (await u("GET", f"/arquivos/{id_}")).corpo == CONTEUDO
        (await c.servidor.usuario("atendente")("GET", f"/arquivos/{id_}")).erro(403, "ticket_sem_acesso")
        (await c.servidor.usuario(empresa=novo_id())("GET", f"/arquivos/{id_}")).erro(404, "arquivo_nao_encontrado")
        (await u("GET", f"/arquivos/{novo_id()}")).erro(404, "arquivo_nao_encontrado")
        (await baixar(c, f"/atendimento/arquivos/{id_}")).erro(401, "token_ausente")

    em_casa(dsn, teste)


def test_who_shows_a_token_with_an_address_is_held_to_it(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario())
        relativo = pedido.removeprefix("/atendimento")
        assert (await c.servidor.usuario("supervisor")("GET", relativo)).status == 200
        (await c.servidor.usuario("atendente")("GET", relativo)).erro(403, "ticket_sem_acesso")
        (await c.servidor.usuario(empresa=novo_id())("GET", relativo)).erro(404, "arquivo_nao_encontrado")
        (await baixar(c, pedido, authorization="Bearer x.y.z")).erro(401, "token_invalido")

    em_casa(dsn, teste)


def test_a_part_of_a_file_may_be_asked_for(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario())
        inteiro = await baixar(c, pedido)
        assert inteiro.headers["accept-ranges"] == "bytes"
        parte = await baixar(c, pedido, range="bytes=10-19")
        assert (parte.status, parte.corpo) == (206, CONTEUDO[10:20])
        assert parte.headers["content-range"] == "bytes 10-19/1000"
        assert parte.headers["content-length"] == "10"
        assert (await baixar(c, pedido, range="bytes=-5")).corpo == CONTEUDO[-5:]
        assert (await baixar(c, pedido, range="bytes=990-")).corpo == CONTEUDO[990:]
        alem = await baixar(c, pedido, range="bytes=1000-")
        alem.erro(416, "faixa_invalida")
        assert alem.headers["content-range"] == "bytes */1000"
        for ignorada in ("bytes=0-1,5-6", "páginas=1", "bytes=9-1"):
            assert (await baixar(c, pedido, range=ignorada)).corpo == CONTEUDO

    em_casa(dsn, teste)


def test_what_is_there_already_is_not_sent_again(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario())
        etag = (await baixar(c, pedido)).headers["etag"]
        igual = await baixar(c, pedido, if_none_match=f'"x", {etag}')
        assert (igual.status, igual.corpo, igual.headers["etag"]) == (304, b"", etag)
        assert (await baixar(c, pedido, if_none_match='"x"')).status == 200
        assert (await baixar(c, pedido, if_range=etag, range="bytes=0-0")).status == 206
        assert (await baixar(c, pedido, if_range='"outro"', range="bytes=0-0")).corpo == CONTEUDO

    em_casa(dsn, teste)


def test_head_tells_everything_but_the_bytes(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario())
        for cabecalhos in ({}, {"range": "bytes=0-9"}):  # of which only a GET may ask for a part
            recebida = await c.servidor.pedir("HEAD", pedido, **cabecalhos)
            assert (recebida.status, recebida.corpo, recebida.headers["content-length"]) == (200, b"", "1000")

    em_casa(dsn, teste)


@pytest.mark.parametrize(
    ("nome", "conteudo", "como"),
    [
        ("a.png", png(), "inline"), ("a.ogg", ogg(), "inline"), ("a.mp4", mp4(b"mp42", b"vide"), "inline"),
        ("a.heic", mp4(b"heic", b"pict"), "attachment"), ("a.mov", mp4(b"qt  ", b"vide"), "attachment"),
        ("a.png", png(16_320, 12_240), "attachment"), ("a.xml", b"<?xml version='1.0'?><a/>", "attachment"),
        ("a.pdf", pdf(), "attachment"), ("a.docx", docx(), "attachment"), ("a.txt", b"oi", "attachment"),
    ],
)  # fmt: skip
def test_only_pictures_sound_and_video_are_shown_in_a_page(dsn: str, nome: str, conteudo: bytes, como: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario(), (nome, conteudo))
        recebida = await baixar(c, pedido)
        assert recebida.corpo == conteudo
        assert recebida.headers["content-disposition"].startswith(f"{como};")

    em_casa(dsn, teste)


def test_a_name_of_any_script_is_given_back(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, _, _ = await mandado(c, c.servidor.usuario(), ('relatório 50% "ç" שלום.txt', "olá".encode()))
        recebida = await baixar(c, pedido)
        assert recebida.headers["content-type"] == "text/plain; charset=utf-8"
        assert recebida.headers["content-disposition"] == (
            'attachment; filename="relat_rio 50_ ___ ____.txt"; '
            "filename*=UTF-8''relat%C3%B3rio%2050%25%20%22%C3%A7%22%20%D7%A9%D7%9C%D7%95%D7%9D.txt"
        )

    em_casa(dsn, teste)


def test_the_file_of_a_deleted_message_is_gone(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        pedido, id_, mensagem_id = await mandado(c, u)
        assert (await u("DELETE", f"/mensagens/{mensagem_id}")).status == 204
        (await baixar(c, pedido)).erro(404, "arquivo_nao_encontrado")
        (await u("GET", f"/arquivos/{id_}")).erro(404, "arquivo_nao_encontrado")

    em_casa(dsn, teste)


def test_the_file_of_a_deleted_ticket_is_gone(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        u = c.servidor.usuario()
        ticket_id = await c.ticket(u)
        m = (await enviar(u, ("arquivo", ("a.png", CONTEUDO)), ("ticketId", ticket_id))).ok(201)
        assert (await u("DELETE", f"/tickets/{ticket_id}")).status == 204
        (await baixar(c, caminho(m["arquivoUrl"]))).erro(404, "arquivo_nao_encontrado")

    em_casa(dsn, teste)


def test_a_file_whose_bytes_are_lost_is_404(dsn: str) -> None:
    async def teste(c: Casa) -> None:
        pedido, id_, _ = await mandado(c, c.servidor.usuario())
        (c.dados / "arquivos" / c.servidor.empresa / id_).unlink()
        (await baixar(c, pedido)).erro(404, "arquivo_nao_encontrado")

    em_casa(dsn, teste)


def test_the_read_role_sees_no_file_of_another_empresa(dsn: str) -> None:
    """The signature names the empresa, and only under it is the file looked for."""

    async def teste(c: Casa) -> None:
        _, id_, _ = await mandado(c, c.servidor.usuario())
        con = await asyncpg.connect(dsn, server_settings={"role": "balcao_leitura"})
        try:
            for empresa, quantos in ((novo_id(), 0), (c.servidor.empresa, 1)):
                await con.execute("SELECT set_config('balcao.empresa_id', $1, false)", empresa)
                assert await con.fetchval("SELECT count(*) FROM atendimento_arquivos WHERE id = $1", id_) == quantos
        finally:
            await con.close()

    em_casa(dsn, teste)
