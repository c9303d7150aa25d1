"""Silence and putting off over REST, on a whole node with real PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.tempo import SystemClock, iso
from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com

DIA = 86_400_000


def daqui_a(ms: int) -> str:
    return iso(SystemClock().now() + ms)


async def historico(quem: Usuario, ticket: str) -> list[dict[str, Any]]:
    lidos: list[dict[str, Any]] = (await quem("GET", f"/tickets/{ticket}/historico?limit=100")).ok()["data"]
    return lidos


async def ate_ser(quem: Usuario, ticket: str, status: str) -> dict[str, Any]:
    """The ticket, once it is that."""
    async with asyncio.timeout(30):
        while True:
            visto: dict[str, Any] = (await quem("GET", f"/tickets/{ticket}")).ok()
            if visto["status"] == status:
                return visto
            await asyncio.sleep(0.02)


def test_what_is_put_off_shows_until_when_and_is_back_with_a_reminder(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        ticket = await abrir(admin, filaId=await fila_com(admin, ana))
        longe = daqui_a(DIA)
        posto = (await ana("POST", f"/tickets/{ticket}/adiar", {"ate": longe, "motivo": "Ligar"})).ok()
        assert (posto["status"], posto["atendenteId"], posto["adiadoAte"]) == ("PENDENTE", ana.id, longe)
        (na_lista,) = (await ana("GET", "/tickets?adiado=true")).ok()["data"]
        assert (na_lista["id"], na_lista["adiadoAte"]) == (ticket, longe)
        ate = daqui_a(300)
        assert (await ana("POST", f"/tickets/{ticket}/adiar", {"ate": ate})).ok()["adiadoAte"] == ate
        visto = await ate_ser(ana, ticket, "EM_ANDAMENTO")
        assert (visto["adiadoAte"], visto["atendenteId"]) == (None, ana.id)
        (lembrete,) = [um for um in await historico(ana, ticket) if um["tipo"] == "ticket_lembrete"]
        assert (lembrete["dados"]["ate"], lembrete["dados"]["por"]) == (ate, ana.id)
        assert (await ana("GET", "/tickets?adiado=true")).ok() == {"data": [], "total": 0, "page": 1, "totalPages": 0}

    com_servidor(dsn, teste)


def test_taken_back_it_is_as_it_was_and_the_history_says_who_and_why(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        ticket = await abrir(admin, filaId=await fila_com(admin, ana))
        ate = daqui_a(DIA)
        (await ana("POST", f"/tickets/{ticket}/adiar", {"ate": ate, "motivo": "Volto amanhã"})).ok()
        de_volta = (await admin("DELETE", f"/tickets/{ticket}/adiar")).ok()
        assert (de_volta["status"], de_volta["atendenteId"], de_volta["adiadoAte"]) == ("EM_ANDAMENTO", ana.id, None)
        com = [um for um in await historico(admin, ticket) if "adiadoAte" in (um["mudancas"] or {})]
        ditos = {
            (um["quem"]["id"], um["mudancas"]["adiadoAte"][1], um["mudancas"]["motivoDoAdiamento"][1]) for um in com
        }
        assert ditos == {(ana.id, ate, "Volto amanhã"), (admin.id, None, None)}

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    "corpo",
    [
        {"ate": "2020-01-01T00:00:00Z"},
        {"ate": "2199-01-01T00:00:00Z"},
        {"ate": "amanhã"},
        {"ate": "2026-02-30T00:00:00Z"},
        {"ate": "2026-01-01T00:00:00"},
        {"ate": 1_800_000_000_000},
        {"ate": None},
        {},
    ],
)
def test_an_instant_that_will_not_do_is_400_and_names_the_field(dsn: str, corpo: dict[str, object]) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        erro = (await admin("POST", f"/tickets/{ticket}/adiar", corpo)).erro(400)
        assert [um["campo"] for um in erro["detalhes"]] == ["ate"]
        assert (await admin("GET", f"/tickets/{ticket}")).ok()["adiadoAte"] is None

    com_servidor(dsn, teste)


def test_what_nobody_may_see_cannot_be_put_off_and_what_is_over_neither(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, fora = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        ticket = await abrir(admin, filaId=await fila_com(admin, ana))
        await chegar(fora)
        corpo = {"ate": daqui_a(DIA)}
        (await fora("POST", f"/tickets/{ticket}/adiar", corpo)).erro(403, "ticket_sem_acesso")
        (await s.usuario(empresa=novo_id())("POST", f"/tickets/{ticket}/adiar", corpo)).erro(404)
        (await ana("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})).ok()
        (await ana("POST", f"/tickets/{ticket}/adiar", corpo)).erro(409, "ticket_encerrado")
        (await ana("DELETE", f"/tickets/{ticket}/adiar")).ok()
        (await ana("GET", "/tickets?adiado=false")).erro(400)

    com_servidor(dsn, teste)


REGRA = {
    "nome": "Chat", "canais": ["webchat"], "tempo": "util", "avisoAposSegundos": 600, "avisoTexto": "Ainda está aí?",
    "encerrarAposSegundos": 300, "statusFinal": "FECHADO", "encerramentoTexto": "Até logo, {{contato.nome}}.",
    "devolverAposSegundos": 900, "janelaReaberturaSegundos": 3600,
}  # fmt: skip


def test_a_rule_is_made_seen_replaced_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        feita = (await admin("POST", "/silencio/regras", REGRA)).ok(201)
        id_ = feita["id"]
        padrao = {"ativa": True, "canalIds": [], "filas": [], "equipes": [], "versao": 1}
        datas = {campo: feita[campo] for campo in ("createdAt", "updatedAt")}
        assert feita == REGRA | padrao | datas | {"id": id_}
        assert (await admin("GET", f"/silencio/regras/{id_}")).ok() == feita
        nova = {"nome": "Chat", "encerrarAposSegundos": 120}
        posta = (await admin("PUT", f"/silencio/regras/{id_}", nova)).ok()
        assert (posta["versao"], posta["avisoAposSegundos"], posta["statusFinal"]) == (2, None, "RESOLVIDO")
        (await admin("DELETE", f"/silencio/regras/{id_}")).ok(204)
        assert (await admin("GET", "/silencio/regras")).ok()["total"] == 0

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    ("mudanca", "campo"),
    [
        ({"avisoTexto": "{{nome}}"}, "avisoTexto"),
        ({"avisoTexto": None}, "avisoTexto"),
        ({"avisoAposSegundos": 59}, "avisoAposSegundos"),
        ({"encerrarAposSegundos": -1}, "encerrarAposSegundos"),
        ({"filas": [novo_id()]}, "filas[0]"),
        ({"canais": ["fax"]}, "canais[0]"),
        ({"tempo": "lunar"}, "tempo"),
        ({"statusFinal": "ABERTO"}, "statusFinal"),
        ({"inventado": 1}, "inventado"),
    ],
)
def test_a_rule_that_cannot_be_is_400_and_names_the_field(dsn: str, mudanca: dict[str, object], campo: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        erro = (await admin("POST", "/silencio/regras", REGRA | mudanca)).erro(400)
        assert campo in [um["campo"] for um in erro["detalhes"]]
        assert (await admin("GET", "/silencio/regras")).ok()["total"] == 0
        (await s.usuario("atendente")("POST", "/silencio/regras", REGRA)).erro(403)

    com_servidor(dsn, teste)
