"""The host's client calls our own server for files, and for nothing else that an address inside may give."""

from __future__ import annotations

import httpx2
import pytest

from connectors.cliente import ClienteDoHospedeiro
from tests.servidor import Servidor, novo_id


async def test_files_of_our_own_server_are_had_though_it_is_inside(servidor: Servidor) -> None:
    async with ClienteDoHospedeiro([servidor.url]) as http:
        resposta = await http.get(f"{servidor.url}/atendimento/arquivos/{novo_id()}?a=1", timeout=20)
        assert resposta.status_code in {400, 401, 403, 404}
        resposta = await http.post(f"{servidor.url}/conectores/arquivos", content=b"x", timeout=20)
        assert resposta.status_code == 401


@pytest.mark.parametrize("caminho", ["/metrics", "/health", "/atendimento/tickets", "/atendimento/arquivos/../metrics"])
async def test_nothing_else_of_our_own_server_is(servidor: Servidor, caminho: str) -> None:
    async with ClienteDoHospedeiro([servidor.url]) as http:
        for metodo in ("GET", "POST"):
            with pytest.raises(httpx2.TransportError):
                await http.request(metodo, servidor.url + caminho, timeout=20)
