"""The life of a ticket over REST: its dates on every path, its deletion, what takes over when a thing is deleted."""

from typing import Any

import pytest

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com

DATAS = ("dataPrimeiraResposta", "dataResolucao", "dataFechamento")


async def ver(quem: Usuario, ticket: str) -> Any:
    return (await quem("GET", f"/tickets/{ticket}")).ok()


async def seguir(quem: Usuario, ticket: str, passo: str) -> None:
    """One step of a ticket's life: a status, ``encerrar``, ``reabrir``, ``resposta`` or ``recebida``."""
    if passo in {"encerrar", "reabrir"}:
        (await quem("POST", f"/tickets/{ticket}/{passo}")).ok()
    elif passo in {"resposta", "recebida"}:
        direcao = {"direcao": "recebida"} if passo == "recebida" else {}
        (await quem("POST", "/mensagens", {"ticketId": ticket, "conteudo": "oi"} | direcao)).ok(201)
    else:
        (await quem("PATCH", f"/tickets/{ticket}", {"status": passo})).ok()


@pytest.mark.parametrize(
    ("passos", "status", "tem"),
    [
        ("", "ABERTO", ""),
        ("recebida", "ABERTO", ""),
        ("resposta", "ABERTO", "dataPrimeiraResposta"),
        ("PENDENTE", "PENDENTE", ""),
        ("PENDENTE recebida", "ABERTO", ""),
        ("RESOLVIDO", "RESOLVIDO", "dataResolucao"),
        ("resposta RESOLVIDO", "RESOLVIDO", "dataPrimeiraResposta dataResolucao"),
        ("RESOLVIDO reabrir", "ABERTO", ""),
        ("RESOLVIDO recebida", "ABERTO", ""),
        ("resposta RESOLVIDO reabrir", "ABERTO", "dataPrimeiraResposta"),
        ("RESOLVIDO ABERTO RESOLVIDO", "RESOLVIDO", "dataResolucao"),
        ("encerrar", "FECHADO", "dataFechamento"),
        ("FECHADO", "FECHADO", "dataFechamento"),
        ("RESOLVIDO encerrar", "FECHADO", "dataResolucao dataFechamento"),
        ("resposta RESOLVIDO FECHADO", "FECHADO", "dataPrimeiraResposta dataResolucao dataFechamento"),
        ("RESOLVIDO reabrir encerrar", "FECHADO", "dataFechamento"),
    ],
)
def test_the_dates_are_right_on_every_path(dsn: str, passos: str, status: str, tem: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        for passo in passos.split():
            await seguir(admin, ticket, passo)
        visto = await ver(admin, ticket)
        assert visto["status"] == status
        datas = {campo: visto[campo] for campo in DATAS if visto[campo] is not None}
        assert datas.keys() == set(tem.split())
        assert all(visto["createdAt"] <= data <= visto["updatedAt"] for data in datas.values())
        (na_lista,) = (await admin("GET", "/tickets")).ok()["data"]
        assert {campo: visto[campo] for campo in na_lista} == na_lista

    com_servidor(dsn, teste)


def test_a_deleted_ticket_is_gone_from_everywhere_and_is_deleted_by_an_admin_only(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        fica, sai, fechado = [await abrir(admin) for _ in range(3)]
        (await admin("POST", f"/tickets/{fechado}/encerrar")).ok()
        mensagem = {"ticketId": sai, "conteudo": "oi", "direcao": "recebida"}
        id_ = (await admin("POST", "/mensagens", mensagem)).ok(201)["id"]
        for papel in ("supervisor", "atendente", "conector"):
            (await s.usuario(papel)("DELETE", f"/tickets/{sai}")).erro(403, "papel_sem_permissao")
        assert (await admin("GET", f"/atendentes/{ana.id}")).ok()["atendimentosAtivos"] == 2
        for ticket in (sai, fechado):
            (await admin("DELETE", f"/tickets/{ticket}")).ok(204)
        assert (await admin("GET", f"/atendentes/{ana.id}")).ok()["atendimentosAtivos"] == 1
        for metodo, caminho, corpo in (
            ("GET", f"/tickets/{sai}", None), ("DELETE", f"/tickets/{sai}", None),
            ("GET", f"/tickets/{sai}/mensagens", None), ("GET", f"/tickets/{sai}/historico", None),
            ("PATCH", f"/tickets/{sai}", {"assunto": "x"}),
            ("PATCH", f"/tickets/{sai}/atribuir", {"atendenteId": ana.id}),
            ("POST", f"/tickets/{sai}/encerrar", None), ("POST", f"/tickets/{sai}/reabrir", None),
            ("POST", "/mensagens", mensagem), ("POST", f"/tickets/{sai}/mensagens/lidas", None),
            ("PATCH", f"/mensagens/{id_}/lida", None), ("DELETE", f"/mensagens/{id_}", None),
            ("DELETE", f"/tickets/{fechado}", None), ("POST", "/mensagens", mensagem | {"ticketId": fechado}),
        ):  # fmt: skip
            (await admin(metodo, caminho, corpo)).erro(404)
        lista = (await admin("GET", "/tickets")).ok()
        assert ([t["id"] for t in lista["data"]], lista["total"]) == ([fica], 1)
        assert (await admin("GET", "/tickets?busca=joao")).ok()["total"] == 1
        assert (await admin("GET", "/tickets?status=FECHADO")).ok()["total"] == 0
        assert (await admin("GET", "/contatos")).ok()["total"] == 1

    com_servidor(dsn, teste)


def test_an_atendente_with_tickets_is_deleted_only_when_another_takes_them(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        await chegar(ana)
        tickets = [await abrir(admin) for _ in range(3)]
        await chegar(rui, online=False)
        erro = (await admin("DELETE", f"/atendentes/{ana.id}")).erro(409)
        assert any("3" in detalhe["problema"] for detalhe in erro["detalhes"]), erro
        (await admin("DELETE", f"/atendentes/{ana.id}?realocar={novo_id()}")).erro(404)
        assert (await admin("DELETE", f"/atendentes/{ana.id}?realocar={ana.id}")).status in {400, 409}
        (await admin("DELETE", f"/atendentes/{ana.id}?realocar=ninguem")).erro(400)
        (await admin("DELETE", f"/atendentes/{ana.id}?realocar={rui.id}")).ok(204)
        vistos = [await ver(admin, ticket) for ticket in tickets]
        assert {(t["atendenteId"], t["status"]) for t in vistos} == {(rui.id, "EM_ANDAMENTO")}
        assert (await admin("GET", f"/atendentes/{rui.id}")).ok()["atendimentosAtivos"] == 3
        (await admin("GET", f"/atendentes/{ana.id}")).erro(404)
        historico = (await admin("GET", f"/tickets/{tickets[0]}/historico")).ok()["data"]
        assert historico[-1]["mudancas"]["atendenteId"] == [ana.id, rui.id]

    com_servidor(dsn, teste)


def test_a_fila_in_use_is_deleted_only_when_another_takes_its_place_everywhere(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana, online=False)
        fila, outra = await fila_com(admin), await fila_com(admin, nome="Outra")
        tickets = [await abrir(admin, filaId=fila) for _ in range(2)]
        canal = (await admin("POST", "/canais", {"nome": "C", "tipo": "api", "filaId": fila})).ok(201)["id"]
        equipe = (await admin("POST", "/equipes", {"nome": "E"})).ok(201)["id"]
        (await admin("POST", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        erro = (await admin("DELETE", f"/filas/{fila}")).erro(409)
        assert len(erro["detalhes"]) == 3, erro  # open tickets, canais, equipes
        (await admin("DELETE", f"/filas/{fila}?realocar={novo_id()}")).erro(404)
        assert (await admin("DELETE", f"/filas/{fila}?realocar={fila}")).status in {400, 409}
        (await admin("DELETE", f"/filas/{fila}?realocar={outra}")).ok(204)
        assert {(await ver(admin, ticket))["filaId"] for ticket in tickets} == {outra}
        assert (await admin("GET", f"/canais/{canal}")).ok()["filaId"] == outra
        assert [f["id"] for f in (await admin("GET", f"/equipes/{equipe}")).ok()["filas"]] == [outra]
        assert (await admin("GET", f"/tickets?filaId={outra}")).ok()["total"] == 2
        assert (await admin("GET", f"/filas/{outra}")).ok()["aguardando"] == 2

    com_servidor(dsn, teste)
