"""The host's client calls our own server for files, and for nothing else that an address inside may give."""

from __future__ import annotations

import socket

import httpx2
import pytest

from connectors.cliente import ClienteDoHospedeiro
from connectors.fakes.servidor_http import Pedido, Resposta, servindo
from connectors.rede import buscar
from connectors.tcp import EnderecoRecusado, e_desta_maquina
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


LOOPBACK = ["127.0.0.0/8", "::1/128"]
DAQUI = ["127.0.0.1", "127.0.0.2", "localhost", "0x7f.1", "2130706433", "017700000001", "0.0.0.0", "[::1]", "[::]"]


@pytest.mark.parametrize("host", [*DAQUI, "[::ffff:127.0.0.1]"])
async def test_nor_where_this_machine_may_be_called_however_it_is_written(servidor: Servidor, host: str) -> None:
    redes = [*LOOPBACK, "0.0.0.0/8", "::/128", "::ffff:0:0/96"]
    async with ClienteDoHospedeiro([servidor.url], redes) as http:
        for metodo, da_configuracao in (("GET", False), ("POST", True)):
            for cliente in (http, http.de_fora):
                url = f"http://{host}:{servidor.porta}/metrics"
                with pytest.raises((EnderecoRecusado, httpx2.UnsupportedProtocol)):
                    await buscar(cliente, metodo, url, maximo=1, segundos=20, da_configuracao=da_configuracao)


async def test_what_else_is_on_this_machine_is_called_where_it_may_be() -> None:
    async def atender(_: Pedido) -> Resposta:
        return Resposta(corpo=b"oi")

    async with servindo(atender) as fake:
        async with ClienteDoHospedeiro(["http://127.0.0.1:1"], LOOPBACK) as http:
            for da_configuracao in (False, True):
                lida = await buscar(http, "GET", fake.base, maximo=9, segundos=20, da_configuracao=da_configuracao)
                assert lida.corpo == b"oi"
        async with ClienteDoHospedeiro(["http://127.0.0.1:1"], LOOPBACK, [fake.porta]) as http:
            with pytest.raises(EnderecoRecusado):
                await buscar(http, "GET", fake.base, maximo=9, segundos=20)


def test_addresses_of_this_machine_are_known_whatever_network_they_are_of() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as soquete:
        try:
            soquete.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("there is no network")
        proprio = soquete.getsockname()[0]
    assert e_desta_maquina(proprio)
    assert not e_desta_maquina("192.0.2.1")
    assert not e_desta_maquina("nada")
