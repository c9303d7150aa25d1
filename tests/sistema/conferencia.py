"""The last word after a load: what the clients were told, against what the API and the database say."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.sistema.banco import consultar, dsn_de, violacoes
from tests.sistema.carga import Carga
from tests.sistema.cliente import Http, http
from tests.sistema.livro import Livro
from tests.sistema.ouvinte import Ouvinte

_EVENTOS = "SELECT seq FROM atendimento_eventos WHERE empresa_id = $1 ORDER BY seq"
_NUMEROS = "SELECT numero FROM atendimento_tickets WHERE empresa_id = $1 ORDER BY numero"
_ASSUNTOS = "SELECT assunto, id::text FROM atendimento_tickets WHERE empresa_id = $1 ORDER BY numero"
_CONTEUDOS = (
    "SELECT conteudo, id::text FROM atendimento_mensagens WHERE empresa_id = $1 AND ticket_id = $2 ORDER BY seq"
)
_DO_AUTOR = (
    "SELECT dados FROM atendimento_eventos WHERE empresa_id = $1 AND ticket_id = $2 AND ator_id = $3 AND tipo = $4 "
    "ORDER BY seq"
)
_PARA_OUVIR = (
    "SELECT seq, tipo FROM atendimento_eventos WHERE empresa_id = $1 AND seq > $2 AND seq <= $3 "
    "AND (tipo NOT IN ('nova_mensagem', 'mensagem_status') OR ticket_id = ANY($4::uuid[])) ORDER BY seq"
)


async def conferir(carga: Carga) -> None:
    """Nothing acknowledged is lost, nothing is doubled, order is kept, and no number is missing."""
    dsn = dsn_de(carga.servidor)
    empresa = carga.admin.empresa_id
    async with http(carga.servidor, carga.admin) as api:
        await _tickets(carga, dsn, empresa, api)
        for ticket_id, livros in carga.de_mensagens.items():
            await _mensagens(dsn, empresa, ticket_id, livros, api)
        await _mudancas(carga, dsn, empresa, api)
    seqs = await consultar(dsn, _EVENTOS, empresa)
    assert seqs == list(range(1, len(seqs) + 1))
    numeros = await consultar(dsn, _NUMEROS, empresa)
    assert numeros == list(range(1, len(numeros) + 1))
    assert await violacoes(dsn) == {}


async def conferir_ouvinte(carga: Carga, ouvinte: Ouvinte, salas: list[str]) -> None:
    """It got every event that is for it, once and in order, however often it was cut off."""
    para_ele = await consultar(
        dsn_de(carga.servidor), _PARA_OUVIR, carga.admin.empresa_id, ouvinte.inicio, ouvinte.ultimo, salas
    )
    assert ouvinte.recebidos == para_ele


async def _tickets(carga: Carga, dsn: str, empresa: str, api: Http) -> None:
    gravados = await consultar(dsn, _ASSUNTOS, empresa)
    pela_api = [(ticket["assunto"], ticket["id"]) for ticket in reversed(await api.tudo("/tickets"))]
    assert pela_api == gravados
    for livro in carga.de_tickets:
        _do_livro(livro, gravados)


async def _mensagens(dsn: str, empresa: str, ticket_id: str, livros: list[Livro], api: Http) -> None:
    gravadas = await consultar(dsn, _CONTEUDOS, empresa, ticket_id)
    pela_api = [(m["conteudo"], m["id"]) for m in await api.tudo(f"/tickets/{ticket_id}/mensagens")]
    assert pela_api == gravadas
    for livro in livros:
        _do_livro(livro, gravadas)


def _do_livro(livro: Livro, gravadas: list[tuple[str, str]]) -> None:
    """Those of one author, also under the ids that were acknowledged."""
    suas = {id_: marca for marca, id_ in gravadas if (marca or "").startswith(f"{livro.autor} ")}
    livro.conferir(list(suas.values()))
    assert all(suas[t.id] == t.marca for t in livro.tentativas if t.id is not None)


async def _mudancas(carga: Carga, dsn: str, empresa: str, api: Http) -> None:
    """What a change leaves is its event, and the last one the state."""
    quem, ticket_id, livro = carga.de_status
    feitas = [
        _ler(d)["ticket"] for d in await consultar(dsn, _DO_AUTOR, empresa, ticket_id, quem.id, "ticket_atualizado")
    ]
    livro.conferir([ticket["assunto"] for ticket in feitas])
    assert (await api.get(f"/tickets/{ticket_id}"))["assunto"] == feitas[-1]["assunto"]

    quem, ticket_id, livro = carga.de_donos
    donos = [
        _ler(d)["atendente"]["id"]
        for d in await consultar(dsn, _DO_AUTOR, empresa, ticket_id, quem.id, "ticket_atribuido")
    ]
    livro.conferir(donos)
    assert (await api.get(f"/tickets/{ticket_id}"))["atendenteId"] == donos[-1]


def _ler(dados: str) -> Any:
    return msgspec.json.decode(dados)
