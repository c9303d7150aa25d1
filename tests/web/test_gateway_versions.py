"""An event that was written in an older shape is replayed in the one of now."""

from __future__ import annotations

import asyncio
import json

from engine.modelo import Quem
from engine.tempo import SystemClock
from tests.evento_inventado import ESCRITOS, LIDOS, inventado
from tests.storage.linhas import Escritor, aberto, fila, novo_id
from tests.web.gateway_apoio import FORMATO, LONGE, SEM_LIMITES, Cliente, no_de
from tests.web.rest_apoio import Servidor, com_servidor
from web.gateway import Gateway, Recepcao
from web.portaria.acessos import Acessos, Guarda
from web.portaria.limites import Limitador


async def escrever(dsn: str) -> tuple[str, str]:
    """An empresa and its ticket, of which programs of several times have told."""
    async with aberto(dsn) as banco:
        escritor = await Escritor.de(banco)
        ticket = escritor.ticket()
        eventos = [
            escritor.evento(ticket.id, n, tipo="inventado", versao=versao, dados=dados)
            for n, (versao, dados) in enumerate(ESCRITOS.items(), escritor.seq + 1)
        ]
        await banco.store.commit(escritor.lote(ticket, fila(escritor.id, id=escritor.fila_id), *eventos))
        return escritor.id, ticket.id


def test_what_older_programs_wrote_is_replayed_in_the_shape_of_now(dsn: str) -> None:
    async def main() -> None:
        empresa_id, _ = await escrever(dsn)
        async with aberto(dsn) as banco:
            gateway, acessos = Gateway(), Acessos(banco.leituras.acessos, banco.saude)
            async with no_de(banco.store, gateway, acessos) as (no, _):
                cliente, quem = Cliente(), Quem(empresa_id, novo_id(), "admin")
                recepcao = Recepcao(
                    gateway, no, banco.leituras, SystemClock(), Guarda(acessos, no), Limitador(SEM_LIMITES)
                )
                await recepcao.identificar(recepcao.chegou(FORMATO, cliente), quem, LONGE, 0, ())
                await cliente.ate_evento("retomado")
        assert [f["data"] for f in cliente.eventos("inventado")] == [json.loads(lido) for lido in LIDOS]

    with inventado():
        asyncio.run(main())


def test_the_history_of_a_ticket_is_in_the_shape_of_now(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        empresa_id, ticket_id = await escrever(dsn)
        historico = await s.usuario(empresa=empresa_id)("GET", f"/tickets/{ticket_id}/historico")
        assert [evento["dados"] for evento in historico.ok()["data"]] == [json.loads(lido) for lido in LIDOS]

    with inventado():
        com_servidor(dsn, teste)
