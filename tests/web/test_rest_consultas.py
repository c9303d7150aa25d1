"""How much a GET asks of the database: as much for a hundred things as for one."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from tests.web.rest_apoio import Servidor, servidor
from tests.web.rest_gerado import Cena, montar, nome, tudo
from web.pedido.rota import Rota
from web.rotas import TODAS

LEITURAS = [rota for rota in TODAS if rota.metodo == "GET" and not rota.caminho.endswith("/posicao")]
"""All but what is told of tickets that wait alone, and asks nothing of the database."""
UMA: Final = {"GET /tickets", "GET /tickets/<ticket_id>", "GET /contatos", "GET /contatos/<contato_id>"}
"""Lists and details of what is not in memory."""
EXAMES: Final = {
    "GET /ops/invariantes",
    *(nome(rota) for rota in LEITURAS if rota.caminho.startswith("/atendimento/relatorios/")),
}
"""What is asked seldom, and looks at much."""
_DE_LEITURA: Final = b"application_name\0balcao ler"
_EXECUTAM: Final = frozenset(b"EQ")
"""Execute and Query (https://www.postgresql.org/docs/current/protocol-message-formats.html)."""


VEZES: Final = 40
"""So often a GET is looked at that seems to need more than it should."""


class Contador:
    """A Unix socket in front of PostgreSQL's, that counts the statements of the connections that read."""

    def __init__(self, destino: Path) -> None:
        self._destino = destino
        self._tarefas: set[asyncio.Task[None]] = set()
        self.quantas = 0

    async def atender(self, do_cliente: asyncio.StreamReader, ao_cliente: asyncio.StreamWriter) -> None:
        do_banco, ao_banco = await asyncio.open_unix_connection(str(self._destino))
        volta = asyncio.create_task(_passar(do_banco, ao_cliente))
        self._tarefas.add(volta)
        try:
            ao_banco.write(inicio := await _mensagem(do_cliente))
            while True:
                tipo = await do_cliente.readexactly(1)
                self.quantas += tipo[0] in _EXECUTAM and _DE_LEITURA in inicio
                ao_banco.write(tipo + await _mensagem(do_cliente))
        except asyncio.IncompleteReadError:  # the client is gone
            ao_banco.close()
            await volta

    def fechar(self) -> None:
        for tarefa in self._tarefas:
            tarefa.cancel()


async def _mensagem(de: asyncio.StreamReader) -> bytes:
    """The length of a message, and the rest of it."""
    tamanho = await de.readexactly(4)
    return tamanho + await de.readexactly(int.from_bytes(tamanho) - 4)


async def _passar(de: asyncio.StreamReader, para: asyncio.StreamWriter) -> None:
    while dados := await de.read(65_536):
        para.write(dados)
    para.close()


@asynccontextmanager
async def contado(dsn: str) -> AsyncIterator[tuple[Servidor, Contador]]:
    """A node on the database, and what counts its reads."""
    partes = urlsplit(dsn)
    pasta = Path(tempfile.mkdtemp(prefix="conta-"))  # a socket's path must be short
    contador = Contador(Path(parse_qs(partes.query)["host"][0]) / ".s.PGSQL.5432")
    escuta = await asyncio.start_unix_server(contador.atender, str(pasta / ".s.PGSQL.5432"))
    try:
        async with servidor(partes._replace(query=f"host={quote(str(pasta), safe='')}").geturl()) as s:
            yield s, contador
    finally:
        contador.fechar()
        escuta.close()
        await escuta.wait_closed()
        shutil.rmtree(pasta)


async def contagem(cena: Cena, contador: Contador, bastam: Mapping[str, int]) -> dict[str, int]:
    """How many statements each GET needs, once its connection knows them.

    What the node asks of itself meanwhile (jobs, pruning) goes through the same door and can only add: so it is the
    least of many, and whoever needs no more than ``bastam`` is looked at no longer.
    """
    return {nome(rota): await _o_menos(cena, contador, rota, bastam[nome(rota)]) for rota in LEITURAS}


async def _o_menos(cena: Cena, contador: Contador, rota: Rota, basta: int) -> int:
    vistos = [await _statements(cena, contador, rota) for _ in range(2)]
    while min(vistos) > basta and len(vistos) < VEZES:
        vistos.append(await _statements(cena, contador, rota))
    return min(vistos)


async def _statements(cena: Cena, contador: Contador, rota: Rota) -> int:
    contador.quantas = 0
    assert (await montar(rota, cena.ids, cena.outros).de(cena.admin)).status == 200
    return contador.quantas


async def encher(cena: Cena) -> None:
    """More of everything."""
    novo = {"contato_nome": "Outra pessoa", "filaId": cena.ids["fila_id"], "canalId": cena.ids["canal_id"]}
    for n in range(20):
        (await cena.admin("POST", "/tickets", novo | {"contato_telefone": f"55113333{n:04d}"})).ok(201)
        for caminho in ("/filas", "/equipes"):
            (await cena.admin("POST", caminho, {"nome": f"Mais {n}"})).ok(201)
        mensagem = {"ticketId": cena.ids["ticket_id"], "conteudo": "Olá!", "direcao": "recebida"}
        (await cena.admin("POST", "/mensagens", mensagem)).ok(201)


def test_a_get_asks_the_database_once_however_much_there_is(dsn: str) -> None:
    async def main() -> None:
        async with contado(dsn) as (s, contador):
            cena = await tudo(s)
            poucas = await contagem(cena, contador, {nome(rota): int(nome(rota) in UMA) for rota in LEITURAS})
            await encher(cena)
            muitas = await contagem(cena, contador, poucas)
            assert {rota: muitas[rota] for rota in muitas if muitas[rota] > poucas[rota]} == {}
            assert {rota: poucas[rota] for rota in UMA} == dict.fromkeys(UMA, 1)
            assert max(quantas for rota, quantas in poucas.items() if rota not in EXAMES) <= 2, poucas

    asyncio.run(main())
