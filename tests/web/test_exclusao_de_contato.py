"""A deleted contact is nowhere: also not in its tickets, which stay with what was said in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg

from engine.exclusao import e_exclusao, sem_o_excluido
from storage.consultas import sql
from tests.web.arquivos_apoio import Casa, em_casa
from tests.web.rest_apoio import Usuario
from tests.web.test_exclusao_de_conteudo import eventos, lido, no_banco

PESSOAIS = (
    "Maria Secreta", "11987654321", "secreta@exemplo.com", "maria", "secreta", "Mariana Oculta", "oculta", "87654321",
    "21976543210", "outra@exemplo.com", "Gêmea", "gemea", "so-achada",
)  # fmt: skip


async def cenario(c: Casa, u: Usuario) -> tuple[str, list[str]]:
    """A contact, renamed, that was merged with another; a closed ticket of each; an address it is only found by."""
    tickets = []
    for nome, telefone, email in (
        ("Maria Secreta", "5511987654321", "secreta@exemplo.com"),
        ("Gêmea", "5521976543210", "outra@exemplo.com"),
    ):
        corpo = {"contato_nome": nome, "contato_telefone": telefone, "contato_email": email, "assunto": "nota 2024-001"}
        tickets.append((await u("POST", "/tickets", corpo, idempotency_key=nome.encode().hex())).ok(201))
    um, dois = (ticket["contatoId"] for ticket in tickets)
    so_achada = {"contato_nome": "X", "contato_telefone": "5511987654321", "contato_email": "so-achada@exemplo.com"}
    tickets.append((await u("POST", "/tickets", so_achada)).ok(201))
    await u("POST", "/mensagens", {"ticketId": tickets[0]["id"], "conteudo": "o que se disse"})
    (await u("PATCH", f"/contatos/{um}", {"nome": "Mariana Oculta"})).ok()
    (await u("POST", f"/contatos/{um}/unir", {"contatoId": dois}, idempotency_key="u")).ok()
    for ticket in tickets:
        (await u("POST", f"/tickets/{ticket['id']}/encerrar")).ok()
    return um, [ticket["id"] for ticket in tickets]


def rodar(dsn: str, teste: Callable[[Casa, Usuario, str, list[str]], Awaitable[None]]) -> None:
    async def main(c: Casa) -> None:
        u = c.servidor.usuario()
        await teste(c, u, *await cenario(c, u))

    em_casa(dsn, main)


def achados(texto: str) -> list[str]:
    return [pessoal for pessoal in PESSOAIS if pessoal in texto]


def test_who_was_deleted_is_in_no_ticket_event_word_address_or_kept_answer(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, contato_id: str, ids: list[str]) -> None:
        antes = await eventos(c)
        assert set(achados(await no_banco(c))) == set(PESSOAIS)
        (await u("DELETE", f"/contatos/{contato_id}")).ok(204)
        assert achados(await no_banco(c)) == []
        assert [e.seq for e in await eventos(c)] == list(range(1, len(antes) + 2))
        ticket = (await u("GET", f"/tickets/{ids[0]}")).ok()
        assert (ticket["contato_nome"], ticket["contato_telefone"], ticket["contato_email"]) == ("", None, None)
        assert ticket["assunto"] == "nota 2024-001"

    rodar(dsn, teste)


def test_its_tickets_keep_what_was_said_and_are_found_by_what_is_left(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, contato_id: str, ids: list[str]) -> None:
        (await u("DELETE", f"/contatos/{contato_id}")).ok(204)
        (mensagem,) = (await u("GET", f"/tickets/{ids[0]}/mensagens")).ok()["data"]
        assert mensagem["conteudo"] == "o que se disse"
        historico = (await u("GET", f"/tickets/{ids[0]}/historico")).ok()["data"]
        assert {"ticket_criado", "ticket_atualizado", "nova_mensagem", "ticket_encerrado"} <= {
            e["tipo"] for e in historico
        }
        assert achados(str(historico)) == []
        for busca, quantos in (("2024-001", 2), ("maria", 0), ("87654321", 0), ("oculta", 0), ("so-achada", 0)):
            assert (await u("GET", f"/tickets?busca={busca}")).ok()["total"] == quantos, busca

    rodar(dsn, teste)


def test_who_was_deleted_is_not_in_what_was_pruned_from_the_log(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, contato_id: str, _: list[str]) -> None:
        con = await asyncpg.connect(c.dsn)
        try:
            await con.fetchval(sql("eventos_podar"), c.servidor.empresa, 0, 2**62, 500)
        finally:
            await con.close()
        (await u("DELETE", f"/contatos/{contato_id}")).ok(204)
        assert achados(await no_banco(c)) == []

    rodar(dsn, teste)


def test_events_in_memory_forget_a_deleted_contact_as_those_that_are_stored(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, contato_id: str, _: list[str]) -> None:
        antes = await eventos(c)
        (await u("DELETE", f"/contatos/{contato_id}")).ok(204)
        depois = await eventos(c)
        (exclusao,) = filter(e_exclusao, depois)
        assert [lido(sem_o_excluido(e, exclusao)) for e in antes] == [lido(e) for e in depois[: len(antes)]]

    rodar(dsn, teste)


def test_more_tickets_than_one_statement_takes_lose_the_contact_in_the_same_commit(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, contato_id: str, ids: list[str]) -> None:
        con = await asyncpg.connect(c.dsn)
        try:
            colunas = [nome for (nome,) in await con.fetch(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = 'atendimento_tickets'::regclass"
                " AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'numero')"
            )]  # fmt: skip
            await con.execute(
                f"INSERT INTO atendimento_tickets (id, numero, {', '.join(colunas)})"
                f" SELECT gen_random_uuid(), 1000 + n, {', '.join(colunas)}"
                " FROM atendimento_tickets, generate_series(1, 1200) n WHERE id = $1",
                ids[1],
            )
        finally:
            await con.close()
        (await u("DELETE", f"/contatos/{contato_id}")).ok(204)
        assert achados(await no_banco(c)) == []

    rodar(dsn, teste)


def test_a_message_to_a_closed_ticket_of_somebody_deleted_makes_nobody_without_a_name(dsn: str) -> None:
    async def teste(c: Casa, u: Usuario, contato_id: str, ids: list[str]) -> None:
        (await u("DELETE", f"/contatos/{contato_id}")).ok(204)
        mensagem = {"ticketId": ids[0], "conteudo": "voltei", "direcao": "recebida"}
        (await u("POST", "/mensagens", mensagem)).erro(409, "contato_excluido")
        assert (await u("GET", "/contatos")).ok()["total"] == 0
        volta = {"contato_nome": "Maria", "contato_telefone": "5511987654321"}
        assert (await u("POST", "/tickets", volta)).ok(201)["contatoId"] != contato_id

    rodar(dsn, teste)
