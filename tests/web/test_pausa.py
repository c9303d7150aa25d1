"""A machine that slept, or a process that was paused: whoever asks as it goes on is served, not refused."""

from __future__ import annotations

import asyncio

from engine.saude import agora
from tests.web.rest_apoio import Servidor, com_servidor

DORMIU_S = 600.0


def test_who_asks_as_the_machine_wakes_is_served(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        novo = [{"contato_nome": "João", "contato_telefone": f"55119999988{n:02}"} for n in range(10)]
        (await admin("POST", "/tickets", novo[0])).ok(201)
        s.no.saude.agora = lambda: agora() + DORMIU_S
        assert not s.no.saude.pulsa
        respostas = await asyncio.gather(*(admin("POST", "/tickets", um) for um in novo[1:]), admin("GET", "/tickets"))
        assert [resposta.status for resposta in respostas] == [201] * 9 + [200]

    com_servidor(dsn, teste)
