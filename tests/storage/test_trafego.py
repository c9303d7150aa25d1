"""What came once, as its events tell of it, for a simulation."""

from __future__ import annotations

import asyncio
import json

from engine.ids import NINGUEM, UuidV7, menor_id
from engine.ports import TicketPassado
from engine.tempo import VirtualClock
from tests.storage.linhas import AGORA, Escritor, aberto, novo_id

MINUTO = 60_000


def test_tickets_of_an_interval_are_told_as_their_events_have_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outra = await Escritor.de(banco), await Escritor.de(banco)
            relogio = VirtualClock(AGORA - 1)
            ids = UuidV7(relogio)
            nascidos = []
            for minuto in range(4):
                relogio.advance_to(AGORA + minuto * MINUTO)
                nascidos.append(escritor.ticket(id=ids.novo(), canal_id=None, prioridade="BAIXA", fila_id=novo_id()))
            apagado = escritor.ticket(id=ids.novo(), excluido_em=AGORA, status="FECHADO")
            ana, bia = novo_id(), novo_id()
            eventos = [
                escritor.evento(
                    row.id, 1 + n, em=AGORA + n * MINUTO, dados=json.dumps({"ticket": {"prioridade": "URGENTE"}})
                )
                for n, row in enumerate([*nascidos, apagado])
            ]
            for tipo, em, quem in (
                ("ticket_atribuido", 5, ana),
                ("ticket_atribuido", 7, bia),
                ("ticket_encerrado", 9, None),
                ("ticket_encerrado", 11, None),
            ):
                eventos.append(
                    escritor.evento(nascidos[1].id, len(eventos) + 1, tipo=tipo, em=AGORA + em, atendente_id=quem)
                )
            await banco.store.commit(escritor.lote(*nascidos, apagado, *eventos))

            ler = banco.leituras.trafego
            achados = await ler(escritor.id, menor_id(AGORA + MINUTO), menor_id(AGORA + 3 * MINUTO), 10)
            de_onde = escritor.fila_id  # as it came, wherever it is now
            assert achados == [
                TicketPassado(nascidos[2].id, AGORA + 2 * MINUTO, de_onde, "URGENTE", None, None, None, None),
                TicketPassado(nascidos[1].id, AGORA + MINUTO, de_onde, "URGENTE", None, ana, AGORA + 5, AGORA + 9),
            ]
            assert [um.id for um in await ler(escritor.id, NINGUEM, nascidos[3].id, 1)] == [nascidos[2].id]
            assert await ler(outra.id, NINGUEM, menor_id(AGORA + 9 * MINUTO), 10) == []

    asyncio.run(main())
