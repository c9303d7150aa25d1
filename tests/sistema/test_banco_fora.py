"""PostgreSQL away under load: refusals that say so, bounded memory, and everything accepted there when it is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from storage import PostgresEmbutido
from tests.postgres import apagar_banco
from tests.servidor import Servidor
from tests.sistema.banco import consultar
from tests.sistema.carga import Carga
from tests.sistema.cliente import Http, ate, http, novo_ticket
from tests.sistema.conferencia import conferir

FORA_S = 10.0
"""How long the database is away."""
RESPOSTA_S = 12.0
"""The longest a write waits. The deadline of a request is five seconds; the rest is for a machine that is busy."""
PRONTO_S = 60.0
"""When it is given up that the server is ready after its database."""
MEMORIA_KB = 64 * 1024
"""How much the server may grow while the database is away."""


class Banco:
    """A PostgreSQL of the test's own, which it may stop."""

    def __init__(self, pasta: Path) -> None:
        self._pasta = pasta
        self._embutido = PostgresEmbutido(pasta)
        self.dsn = self._embutido.iniciar()

    async def parar(self) -> None:
        await trio.to_thread.run_sync(self._embutido.parar)

    async def iniciar(self) -> None:
        assert await trio.to_thread.run_sync(self._embutido.iniciar) == self.dsn

    def fechar(self) -> None:
        self._embutido.parar()
        apagar_banco(self._pasta)


@pytest.fixture
def banco(tmp_path: Path) -> Iterator[Banco]:
    banco = Banco(tmp_path / "banco")
    yield banco
    banco.fechar()


@pytest.fixture
def servidor(banco: Banco, tmp_path: Path) -> Iterator[Servidor]:
    with Servidor(tmp_path / "servidor", banco.dsn) as servidor:
        yield servidor


async def test_ten_seconds_without_postgres_cost_refusals_and_nothing_else(servidor: Servidor, banco: Banco) -> None:
    carga = Carga(servidor)
    async with http(servidor, carga.admin) as vigia, trio.open_nursery() as bercario:
        await carga.comecar(bercario)
        await carga.mais(200)
        antes_kb = memoria_kb(servidor)
        await banco.parar()
        with trio.move_on_after(FORA_S):
            await ver_fora(vigia)
        depois_kb = memoria_kb(servidor)
        await banco.iniciar()
        await ate_pronto(vigia)
        await carga.mais(200)
        carga.encerrar()

    assert depois_kb - antes_kb < MEMORIA_KB
    assert carga.respostas
    assert max(segundos for segundos, _ in carga.respostas) < RESPOSTA_S
    for _, resposta in carga.respostas:
        assert resposta.erro(503)["codigo"] in {"banco_indisponivel", "resultado_incerto"}
    await conferir(carga)
    await conferir_incertas(carga, banco.dsn)


async def test_a_write_that_meets_a_database_just_gone_is_answered_and_kept(servidor: Servidor, banco: Banco) -> None:
    """With no load, nothing has told the journal that the database is away: it takes one write, and says so."""
    async with http(servidor, servidor.nova_empresa()) as adm:
        await adm.ticket()
        await banco.parar()
        with trio.fail_after(RESPOSTA_S):
            # of a contact that is at hand: to find out about another is refused before anything is taken
            incerta = await adm.pedir("POST", "/atendimento/tickets", novo_ticket("outra vez"))
            recusada = await adm.pedir(
                "POST", "/atendimento/tickets", {"contato_nome": "Ana", "contato_email": "a@b.co"}
            )
        assert incerta.erro(503)["codigo"] == "resultado_incerto"
        assert recusada.erro(503)["codigo"] == "banco_indisponivel"
        await banco.iniciar()
        await ate_pronto(adm)
        assert [ticket["assunto"] for ticket in await adm.tudo("/tickets")] == ["outra vez", None]
        assert (await adm.post("/tickets", {"contato_nome": "Bia", "contato_email": "b@b.co"}))["numero"] == 3


async def ver_fora(vigia: Http) -> None:
    """What the server says of itself while its database is away."""
    while True:
        assert (await vigia.pedir("GET", "/saude")).status == 200
        (await vigia.pedir("GET", "/saude/pronto")).erro(503)
        (await vigia.pedir("GET", "/atendimento/tickets")).erro(503)
        assert (await vigia.pedir("GET", "/metrics")).status == 200
        await trio.sleep(0.5)


async def ate_pronto(vigia: Http) -> None:
    """Until the server says that it is ready, which it must."""

    async def pronto() -> bool:
        return (await vigia.pedir("GET", "/saude/pronto")).status == 200

    await ate(pronto, PRONTO_S)


async def conferir_incertas(carga: Carga, dsn: str) -> None:
    """A write of unknown outcome was accepted: it is there."""
    achadas = set(
        await consultar(
            dsn,
            "SELECT conteudo FROM atendimento_mensagens WHERE empresa_id = $1 "
            "UNION SELECT assunto FROM atendimento_tickets WHERE empresa_id = $1",
            carga.admin.empresa_id,
        )
    )
    livros = [*carga.de_tickets, *(livro for livros in carga.de_mensagens.values() for livro in livros)]
    incertas = {t.marca for livro in livros for t in livro.tentativas if t.destino == "incerta"}
    assert incertas <= achadas


def memoria_kb(servidor: Servidor) -> int:
    estado = Path(f"/proc/{servidor.pid}/status").read_text()
    achado = re.search(r"VmRSS:\s+(\d+) kB", estado)
    assert achado is not None
    return int(achado[1])
