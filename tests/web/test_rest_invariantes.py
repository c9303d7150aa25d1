"""Whether all is as it must be, over REST: who may ask, of whose empresa, and that what is broken is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import trio

from engine.modelo import Papel
from tests.balcao.test_doctor import executar_sql
from tests.seguranca.identidade_apoio import Casa, casa
from tests.servidor import NovoServidor, Servidor
from tests.web.conector_apoio import conector

CAMINHO = "/ops/invariantes"


async def examinar(c: Casa) -> dict[str, Any]:
    exame: dict[str, Any] = await c.feito(c.admin, "GET", CAMINHO)
    return exame


def quebrados(exame: dict[str, Any]) -> dict[int, list[str]]:
    """By the number of the invariant, what was found."""
    vistos = {um["numero"]: [achado["codigo"] for achado in um["achados"]] for um in exame["invariantes"]}
    assert exame["ok"] == (not any(vistos.values()))
    return {numero: codigos for numero, codigos in vistos.items() if codigos}


async def estragar(servidor: Servidor, texto: str) -> None:
    assert servidor.dsn is not None
    await trio.to_thread.run_sync(asyncio.run, executar_sql(servidor.dsn, texto))


async def abrir(c: Casa, n: int = 0, **campos: Any) -> dict[str, Any]:
    corpo = {"contato_nome": f"João {n}", "contato_telefone": f"551199999{n:04}", **campos}
    ticket: dict[str, Any] = await c.feito(c.admin, "POST", "/tickets", corpo)
    return ticket


async def chegar(c: Casa, nome: str, capacidade: int = 5) -> str:
    corpo = {"nome": nome, "email": f"{nome}@exemplo.com", "capacidade": capacidade}
    id_: str = (await c.feito(c.admin, "POST", "/atendentes", corpo))["id"]
    await c.feito(c.admin, "PATCH", f"/atendentes/{id_}/status", {"online": True})
    return id_


async def test_each_invariant_is_told_with_its_number_its_sentence_and_how_much_was_looked_at(
    servidor: Servidor,
) -> None:
    async with casa(servidor) as c:
        await chegar(c, "ana", capacidade=1)
        for n in range(3):
            await abrir(c, n)
        exame = await examinar(c)
        assert (exame["ok"], exame["completo"], quebrados(exame)) == (True, True, {})
        assert [um["numero"] for um in exame["invariantes"]] == list(range(1, 14))
        assert all(um["regra"] and um["olhado"] and um["ok"] and um["quantos"] == 0 for um in exame["invariantes"])
        conferidos = {um["numero"]: um["conferidos"] for um in exame["invariantes"]}
        assert (conferidos[1], conferidos[3], conferidos[8]) == (3, 2, exame["ateSeq"])
        assert exame["desdeSeq"] == 1
        assert exame["duracaoMs"] >= 0


@pytest.mark.parametrize(
    ("papel", "status"), [("admin", 200), ("supervisor", 200), ("atendente", 403), ("conector", 403)]
)
async def test_it_is_for_supervisors_and_admins(servidor: Servidor, papel: Papel, status: int) -> None:
    async with casa(servidor) as c:
        await examinar(c)
        assert (await c.pedir(c.gente(papel), "GET", CAMINHO)).status_code == status


async def test_nobody_comes_in_without_a_token_and_no_other_empresa_can_be_asked_for(servidor: Servidor) -> None:
    async with casa(servidor) as c, casa(servidor) as outra:
        await examinar(outra)
        assert (await c.http.get(f"/atendimento{CAMINHO}")).status_code == 401
        alheia = await c.pedir(c.admin, "GET", f"{CAMINHO}?empresaId={outra.empresa}")
        assert (alheia.status_code, alheia.json()["codigo"]) == (403, "empresa_de_outro")
        propria = await c.pedir(c.admin, "GET", f"{CAMINHO}?empresaId={c.empresa}")
        assert propria.status_code == 200
        assert (await c.pedir(c.admin, "GET", f"{CAMINHO}?numero=1")).status_code == 400


FORA_DE_ORDEM = """
UPDATE atendimento_envios SET ordem = 999999, prazo = 1 WHERE empresa_id = '{e}' AND estado = 'enviando';
UPDATE atendimento_envios SET atualizado_em = 0 WHERE empresa_id = '{e}' AND estado = 'pendente'
"""
TODOS_EM_CURSO = """
UPDATE atendimento_envios SET estado = 'desconhecido', prazo = 1125899906842624 WHERE empresa_id = '{e}'
"""
UM_A_MAIS = """
INSERT INTO atendimento_tickets
SELECT empresa_id, gen_random_uuid(), 99, status, prioridade, contato_nome, NULL, NULL, NULL, fila_id, NULL, NULL,
       false, 0, 0, 0, NULL, NULL, NULL
FROM atendimento_tickets WHERE empresa_id = '{e}' AND numero = 2
"""
ESTRAGOS: list[tuple[str, dict[int, list[str]]]] = [
    (
        "UPDATE atendimento_tickets SET assunto = 'outro' WHERE empresa_id = '{e}' AND numero = 2",
        {7: ["ticket_diferente"]},
    ),
    ("DELETE FROM atendimento_eventos WHERE empresa_id = '{e}' AND seq = 3", {8: ["eventos_com_buraco"] * 2}),
    (
        "UPDATE atendimento_tickets SET atendente_id = gen_random_uuid() WHERE empresa_id = '{e}' AND numero = 1",
        {7: ["ticket_diferente"], 11: ["sem_pai"]},
    ),
    (
        "UPDATE atendimento_tickets SET numero = 99 WHERE empresa_id = '{e}' AND numero = 2",
        {7: ["ticket_diferente"], 10: ["numeros_com_buraco"]},
    ),
    (
        "UPDATE atendimento_mensagens SET ticket_id = gen_random_uuid() WHERE empresa_id = '{e}'",
        {11: ["sem_pai"]},
    ),
    (UM_A_MAIS, {7: ["ticket_sem_ator"], 10: ["numeros_com_buraco"]}),
]  # fmt: skip


@pytest.mark.parametrize(("estrago", "esperados"), ESTRAGOS)
async def test_what_was_written_behind_the_server_is_told_to_its_empresa_alone(
    servidor: Servidor, estrago: str, esperados: dict[int, list[str]]
) -> None:
    async with casa(servidor) as c, casa(servidor) as outra:
        await chegar(c, "ana", capacidade=1)
        for n in range(2):
            ticket = await abrir(c, n)
            await abrir(outra, n)
        await c.feito(c.admin, "POST", "/mensagens", {"ticketId": ticket["id"], "conteudo": "Olá!"})
        await estragar(servidor, estrago.format(e=c.empresa))
        exame = await examinar(c)
        assert quebrados(exame) == esperados
        achados = [achado for um in exame["invariantes"] for achado in um["achados"]]
        assert all(achado["mensagem"] and isinstance(achado["alvo"], dict) for achado in achados)
        assert quebrados(await examinar(outra)) == {}


async def test_jobs_out_of_their_order_and_past_their_deadline_are_told(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        canal = (await c.feito(c.admin, "POST", "/canais", {"nome": "Do teste", "tipo": "api"}))["id"]
        ticket = await abrir(c, canalId=canal)
        async with conector(servidor, c.empresa) as este:
            await este.assinar(canal)
            for n in range(3):
                await c.feito(c.admin, "POST", "/mensagens", {"ticketId": ticket["id"], "conteudo": f"Olá {n}"})
            await este.trabalho()
            exame = await examinar(c)
            assert quebrados(exame) == {}
            assert {um["numero"]: um["conferidos"] for um in exame["invariantes"]}[6] == 1
            await estragar(servidor, FORA_DE_ORDEM.format(e=c.empresa))
            assert quebrados(await examinar(c)) == {6: ["fora_de_ordem"], 13: ["envio_vencido"]}
            await estragar(servidor, TODOS_EM_CURSO.format(e=c.empresa))
            assert quebrados(await examinar(c)) == {6: ["dois_em_curso"]}


async def test_only_the_first_twenty_findings_are_shown_and_all_are_counted(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        for n in range(25):
            await abrir(c, n)
        await estragar(servidor, f"UPDATE atendimento_tickets SET assunto = 'outro' WHERE empresa_id = '{c.empresa}'")
        (visto,) = (um for um in (await examinar(c))["invariantes"] if not um["ok"])
        assert (visto["numero"], visto["quantos"], len(visto["achados"])) == (7, 25, 20)


class Movimento:
    """Tickets come, are taken, written in, put off, and resolved; agents come and go; until it is told to stop."""

    def __init__(self, c: Casa, filas: list[str], agentes: list[str]) -> None:
        self._c, self._filas, self._agentes = c, filas, agentes
        self.fim = trio.Event()

    async def trabalhar(self, n: int) -> None:
        vez = 0
        while not self.fim.is_set():
            vez += 1
            ticket = await abrir(self._c, 100 * n + vez % 50, filaId=self._filas[vez % 2])
            await self._c.feito(self._c.admin, "POST", "/mensagens", {"ticketId": ticket["id"], "conteudo": "Olá!"})
            for corpo in ({"status": "PENDENTE"}, {"prioridade": "ALTA"}, {"status": "RESOLVIDO"}):
                await self._c.pedir(self._c.admin, "PATCH", f"/tickets/{ticket['id']}", corpo)

    async def ir_e_vir(self) -> None:
        while not self.fim.is_set():
            for id_ in self._agentes[:2]:
                for online in (False, True):
                    await self._c.feito(self._c.admin, "PATCH", f"/atendentes/{id_}/status", {"online": online})


async def test_a_busy_empresa_is_examined_over_and_over_and_nothing_is_found(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        filas = [(await c.feito(c.admin, "POST", "/filas", {"nome": nome}))["id"] for nome in ("A", "B")]
        agentes = [await chegar(c, f"agente{n}", capacidade=3) for n in range(4)]
        for fila_id in filas:
            for id_ in agentes:
                await c.feito(c.admin, "POST", f"/filas/{fila_id}/atendentes/{id_}")
        movimento = Movimento(c, filas, agentes)
        async with trio.open_nursery() as todos:
            for n in range(3):
                todos.start_soon(movimento.trabalhar, n)
            todos.start_soon(movimento.ir_e_vir)
            exames = [await examinar(c) for _ in range(25)]
            movimento.fim.set()
        assert [quebrados(exame) for exame in exames] == [{}] * 25
        assert exames[-1]["ateSeq"] > exames[0]["ateSeq"]


async def test_what_the_last_examinations_found_is_in_the_metrics(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    async with casa(servidor) as c:
        await abrir(c)

        async def violadas() -> dict[str, str]:
            linhas = (await c.http.get("/metrics")).text.splitlines()
            pares = [linha.rsplit(" ", 1) for linha in linhas if linha.startswith("balcao_invariantes_violadas{")]
            return {chave.partition('"')[2].rstrip('"}'): valor for chave, valor in pares}

        assert await violadas() == {}
        await examinar(c)
        assert await violadas() == {str(n): "0.0" for n in range(1, 14)}
        await estragar(servidor, "UPDATE atendimento_tickets SET assunto = 'outro'")
        await examinar(c)
        assert (await violadas())["7"] == "1.0"
