"""What was deleted cannot be read any more, wherever it had been: the events stay, and say nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec

from engine.exclusao import e_exclusao, sem_o_excluido
from engine.modelo import EventoRow
from storage.consultas import sql
from tests.web.arquivos_apoio import Casa, Sobras, em_casa, enviar, png
from tests.web.rest_apoio import Usuario

SEGREDOS = (
    "o cpf dele", "Maria Secreta", "5511987654321", "secreta@exemplo.com", "assunto secreto", "foto-secreta",
    "etiqueta secreta", "habilidade secreta", "nota secreta",
)  # fmt: skip


async def no_banco(c: Casa) -> str:
    """Everything that is kept of the empresa, as text."""
    con = await asyncpg.connect(c.dsn)
    try:
        tabelas = [nome for (nome,) in await con.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'atendimento\\_%'"
            " AND relname <> 'atendimento_migracoes'"
        )]  # fmt: skip
        linhas = [
            str(tuple(linha))
            for nome in tabelas
            for linha in await con.fetch(f"SELECT t::text FROM {nome} t WHERE empresa_id = $1", c.servidor.empresa)
        ]
    finally:
        await con.close()
    return "\n".join(linhas)


async def eventos(c: Casa) -> list[EventoRow]:
    con = await asyncpg.connect(c.dsn)
    try:
        return [EventoRow(*linha) for linha in await con.fetch(sql("ler_eventos"), c.servidor.empresa, 0, 2**62, 1000)]
    finally:
        await con.close()


def achados(texto: str) -> list[str]:
    return [segredo for segredo in SEGREDOS if segredo in texto]


async def cenario(c: Casa, u: Usuario) -> tuple[str, str, str]:
    """A ticket, a message of it, and its contact; all of them asked for with keys."""
    corpo = {
        "contato_nome": "Maria Secreta", "contato_telefone": "5511987654321", "contato_email": "secreta@exemplo.com",
        "assunto": "assunto secreto", "etiquetas": ["etiqueta secreta"],
        "habilidades": [{"nome": "habilidade secreta"}],
    }  # fmt: skip
    ticket = (await u("POST", "/tickets", corpo, idempotency_key="t")).ok(201)
    await u("PATCH", f"/tickets/{ticket['id']}", {"assunto": "outro assunto secreto"})
    fila = (await u("POST", "/filas", {"nome": "Outra"})).ok(201)["id"]
    (await u("PATCH", f"/tickets/{ticket['id']}/transferir", {"filaId": fila, "nota": "nota secreta"})).ok()
    texto = {"ticketId": ticket["id"], "conteudo": "o cpf dele"}
    mensagem = (await u("POST", "/mensagens", texto, idempotency_key="m")).ok(201)
    return ticket["id"], mensagem["id"], ticket["contatoId"]


def rodar(dsn: str, teste: Callable[[Casa, Usuario, tuple[str, str, str]], Awaitable[None]]) -> None:
    async def main(c: Casa) -> None:
        u = c.servidor.usuario()
        await teste(c, u, await cenario(c, u))

    em_casa(dsn, main)


def test_the_text_of_a_deleted_message_is_nowhere(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, ids: tuple[str, str, str]) -> None:
        ticket_id, mensagem_id, _ = ids
        antes = await eventos(c)
        assert (await u("DELETE", f"/mensagens/{mensagem_id}")).status == 204
        historico = (await u("GET", f"/tickets/{ticket_id}/historico")).ok()
        assert "o cpf dele" not in str(historico)
        assert [e["tipo"] for e in historico["data"]].count("nova_mensagem") == 1
        assert "o cpf dele" not in await no_banco(c)
        assert [e.seq for e in await eventos(c)] == list(range(1, len(antes) + 2))

    rodar(dsn, teste)


def test_a_kept_answer_about_a_deleted_message_has_no_text_any_more(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, ids: tuple[str, str, str]) -> None:
        ticket_id, mensagem_id, _ = ids
        await u("DELETE", f"/mensagens/{mensagem_id}")
        texto = {"ticketId": ticket_id, "conteudo": "o cpf dele"}
        de_novo = (await u("POST", "/mensagens", texto, idempotency_key="m")).ok(201)
        assert (de_novo["id"], de_novo["conteudo"]) == (mensagem_id, "")
        assert (await u("GET", f"/tickets/{ticket_id}/mensagens")).ok()["total"] == 0

    rodar(dsn, teste)


def test_a_deleted_ticket_leaves_nothing_that_was_written_in_it(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, ids: tuple[str, str, str]) -> None:
        ticket_id, _, contato_id = ids
        await enviar(u, ("arquivo", ("foto-secreta.png", png())), ("ticketId", ticket_id))
        assert (await u("DELETE", f"/tickets/{ticket_id}")).status == 204
        assert (await u("DELETE", f"/contatos/{contato_id}")).status == 204
        assert achados(await no_banco(c)) == []
        assert await c.sobras() == Sobras(
            objetos=1, arquivos=0, pendentes=1
        )  # the file itself goes with the next sweep
        todos = await eventos(c)
        assert [e.seq for e in todos] == list(range(1, len(todos) + 1))

    rodar(dsn, teste)


def test_a_deleted_contact_is_in_no_event_of_its_own(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, _: tuple[str, str, str]) -> None:
        corpo = {"nome": "Ana Reservada", "telefone": "5511911112222", "observacao": "deve 500"}
        um = (await u("POST", "/contatos", corpo, idempotency_key="c")).ok(201)
        await u("PATCH", f"/contatos/{um['id']}", {"observacao": "deve 700"})
        assert (await u("DELETE", f"/contatos/{um['id']}")).status == 204
        guardado = await no_banco(c)
        assert not any(texto in guardado for texto in ("Ana Reservada", "deve 500", "deve 700"))
        de_novo = (await u("POST", "/contatos", corpo, idempotency_key="c")).ok(201)
        assert (de_novo["id"], de_novo["nome"]) == (um["id"], "")

    rodar(dsn, teste)


def test_who_is_catching_up_from_memory_reads_what_the_database_would_say(dsn: str) -> None:
    """Events in memory are blanked by the same rule as those that are stored."""

    async def teste(c: Casa, u: Usuario, ids: tuple[str, str, str]) -> None:
        ticket_id, mensagem_id, contato_id = ids
        antes = await eventos(c)
        for caminho in (f"/mensagens/{mensagem_id}", f"/tickets/{ticket_id}", f"/contatos/{contato_id}"):
            assert (await u("DELETE", caminho)).status == 204
        depois = await eventos(c)
        esperados = antes
        for exclusao in filter(e_exclusao, depois):
            esperados = [sem_o_excluido(evento, exclusao) for evento in esperados]
        assert [lido(e) for e in esperados] == [lido(e) for e in depois[: len(antes)]]

    rodar(dsn, teste)


def lido(evento: EventoRow) -> tuple[int, Any, Any]:
    mudancas = None if evento.mudancas is None else msgspec.json.decode(evento.mudancas)
    return evento.seq, msgspec.json.decode(evento.dados), mudancas


def test_an_old_message_is_found_blank_in_the_history_too(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, ids: tuple[str, str, str]) -> None:
        ticket_id, mensagem_id, _ = ids
        con = await asyncpg.connect(c.dsn)
        try:
            await con.fetchval(sql("eventos_podar"), c.servidor.empresa, 0, 2**62, 500)
        finally:
            await con.close()
        await u("DELETE", f"/mensagens/{mensagem_id}")
        historico = (await u("GET", f"/tickets/{ticket_id}/historico")).ok()["data"]
        assert [e["dados"]["conteudo"] for e in historico if e["tipo"] == "nova_mensagem"] == [""]

    rodar(dsn, teste)


def test_the_address_of_a_file_in_the_history_is_good_now(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, ids: tuple[str, str, str]) -> None:
        m = (await enviar(u, ("arquivo", ("a.png", png())), ("ticketId", ids[0]))).ok(201)
        con = await asyncpg.connect(c.dsn)
        try:
            await con.execute(
                "UPDATE atendimento_eventos SET dados = replace(dados, 'expira=', 'expira=1') WHERE empresa_id = $1",
                c.servidor.empresa,
            )
        finally:
            await con.close()
        historico = (await u("GET", f"/tickets/{ids[0]}/historico")).ok()["data"]
        (endereco,) = [e["dados"]["arquivoUrl"] for e in historico if e["dados"].get("arquivoUrl")]
        assert endereco == m["arquivoUrl"]

    rodar(dsn, teste)
