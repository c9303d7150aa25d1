"""Spreading the load over REST, and the note that goes with a transfer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id

NOVO = {"contato_nome": "João Silva", "contato_telefone": "5511999998888"}


async def carregada(s: Servidor, quantos: int = 4) -> tuple[Usuario, str, list[str], list[str]]:
    """Ana has what came before Bia did: the admin, the fila, both agents, the tickets."""
    admin = s.usuario()
    fila = (await admin("POST", "/filas", {"nome": "Vendas"})).ok(201)["id"]
    gente, tickets = [], list[str]()
    for nome in ("ana", "bia"):
        corpo = {"nome": nome, "email": f"{nome}@example.com"}
        gente.append((await admin("POST", "/atendentes", corpo)).ok(201)["id"])
        (await admin("POST", f"/filas/{fila}/atendentes/{gente[-1]}")).ok(204)
        (await admin("PATCH", f"/atendentes/{gente[-1]}/status", {"online": True})).ok()
        while len(tickets) < quantos:
            tickets.append((await admin("POST", "/tickets", NOVO | {"filaId": fila})).ok(201)["id"])
        await ate_ter_dono(admin, tickets[-1])
    return admin, fila, gente, tickets


async def ate_ter_dono(admin: Usuario, ticket: str) -> None:
    for _ in range(500):
        if (await admin("GET", f"/tickets/{ticket}")).ok()["atendente"] is not None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it is nobody's")


def test_what_is_rehearsed_is_done_and_told_and_the_second_time_there_is_nothing(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, fila, (ana, bia), tickets = await carregada(s)
        pedido = {"filaId": fila, "incluirAtribuidos": True}
        ensaio = (await admin("POST", "/distribuicao/balancear", pedido | {"simular": True})).ok()
        feito = (await admin("POST", "/distribuicao/balancear", pedido)).ok()
        assert (ensaio["simulado"], feito["simulado"]) == (True, False)
        assert ensaio["movidos"] == feito["movidos"]
        assert [(um["ticketId"], um["deAtendenteId"], um["paraAtendenteId"]) for um in feito["movidos"]] == [
            (tickets[3], ana, bia), (tickets[2], ana, bia),
        ]  # fmt: skip
        assert (await admin("POST", "/distribuicao/balancear", pedido)).ok()["movidos"] == []
        historico = (await admin("GET", f"/tickets/{tickets[3]}/historico?limit=100")).ok()["data"]
        transferido = next(um for um in historico if um["tipo"] == "ticket_transferido")
        assert transferido["dados"]["motivo"].startswith("Balanceamento de carga: ana tem mais a fazer que bia")
        explicado = (await admin("GET", f"/tickets/{tickets[3]}/explicacao")).ok()["texto"]
        assert "Balanceamento de carga" in explicado

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    ("corpo", "campo"),
    [
        ({"limite": 0}, "limite"),
        ({"limite": 501}, "limite"),
        ({"limite": "10"}, "limite"),
        ({"simular": "sim"}, "simular"),
        ({"incluirAtribuidos": 1}, "incluirAtribuidos"),
        ({"filaId": "vendas"}, "filaId"),
        ({"atendenteId": 7}, "atendenteId"),
        ({"dryRun": True}, "dryRun"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(dsn: str, corpo: dict[str, Any], campo: str) -> None:
    async def teste(s: Servidor) -> None:
        recusa = (await s.usuario()("POST", "/distribuicao/balancear", corpo)).erro(400)
        assert [um["campo"] for um in recusa["detalhes"]] == [campo]

    com_servidor(dsn, teste)


def test_what_is_not_there_is_404_and_it_is_for_who_supervises(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        (await admin("POST", "/distribuicao/balancear", {"filaId": novo_id()})).erro(404, "fila_nao_encontrada")
        recusa = await admin("POST", "/distribuicao/balancear", {"atendenteId": novo_id()})
        recusa.erro(404, "atendente_nao_encontrado")
        for papel in ("atendente", "conector"):
            quem = s.usuario(papel, empresa=admin.empresa)
            (await quem("POST", "/distribuicao/balancear", {})).erro(403)
        supervisor = s.usuario("supervisor", empresa=admin.empresa)
        assert (await supervisor("POST", "/distribuicao/balancear", {})).ok()["movidos"] == []

    com_servidor(dsn, teste)


def test_a_note_goes_with_a_transfer_into_the_history_and_is_no_message(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, fila, (_, bia), (ticket, *_) = await carregada(s)
        nota = "Já confirmei o CPF.\n\tQuer a segunda via. 👩‍👩‍👧"
        corpo = {"filaId": fila, "atendenteId": bia, "nota": nota}
        (await admin("PATCH", f"/tickets/{ticket}/transferir", corpo)).ok()
        visto = (await admin("GET", f"/tickets/{ticket}")).ok()
        assert (visto["mensagens"], nota in str(visto)) == ([], False)
        historico = (await admin("GET", f"/tickets/{ticket}/historico?limit=100")).ok()["data"]
        assert [um["dados"]["nota"] for um in historico if um["tipo"] == "ticket_transferido"] == [nota]

    com_servidor(dsn, teste)


@pytest.mark.parametrize("nota", ["x" * 2001, "a\u0000b", "a\u0007b", "a\u001b[2Jb", "a\u0085b", 7, ["x"]])
def test_a_note_is_text_of_lines_and_bounded(dsn: str, nota: object) -> None:
    async def teste(s: Servidor) -> None:
        admin, _, (_, bia), (ticket, *_) = await carregada(s, 1)
        corpo = {"atendenteId": bia, "nota": nota}
        recusa = (await admin("PATCH", f"/tickets/{ticket}/transferir", corpo)).erro(400)
        assert [um["campo"] for um in recusa["detalhes"]] == ["nota"]

    com_servidor(dsn, teste)


def test_who_is_full_is_409_with_what_to_do(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, _, (_, bia), (ticket, *_) = await carregada(s, 1)
        (await admin("PATCH", f"/atendentes/{bia}", {"capacidade": 0})).ok()
        recusa = (await admin("PATCH", f"/tickets/{ticket}/atribuir", {"atendenteId": bia})).erro(
            409, "atendente_lotado"
        )
        assert '"forcar": true' in recusa["detalhes"][0]["problema"]
        (await admin("PATCH", f"/tickets/{ticket}/atribuir", {"atendenteId": bia, "forcar": True})).ok()

    com_servidor(dsn, teste)
