"""How many may be connected: strangers make room, whoever has shown a token keeps its place."""

from __future__ import annotations

import asyncio
import re
import resource
import socket
from collections.abc import Callable
from pathlib import Path

from balcao.ajustes.campos import Ajustes
from balcao.porta.catraca import Catraca, Falta, Lugares
from balcao.servidor.montagem import lugares
from tests.seguranca.http_apoio import PACIENCIA_S, Linha, NoAr, ate, cabeca, descritores, no_ar, quadro
from tests.servidor import Servidor, novo_id
from web.portaria.endereco_do_cliente import EnderecoDoCliente

ESTRANHOS = 8


class Cliente:
    def __init__(self, *, ociosa: bool = True) -> None:
        self.ociosa = ociosa
        self.cortado = False

    def abortar(self) -> None:
        self.cortado = True


def lotacao(total: int = 100, por_endereco: int = 2, proxies: tuple[str, ...] = ()) -> tuple[Catraca, list[Falta]]:
    faltas: list[Falta] = []
    limites = Lugares(total=total, por_endereco=por_endereco)
    return Catraca(limites, EnderecoDoCliente(proxies), lambda motivo, _: faltas.append(motivo)), faltas


def entrar(quadro_: Catraca, endereco: str, *, ociosa: bool = True) -> Cliente | None:
    if not quadro_.abrir_lugar(endereco):
        return None
    cliente = Cliente(ociosa=ociosa)
    quadro_.ocupar(cliente, endereco)
    return cliente


def test_the_stranger_that_has_been_idle_for_longest_makes_room_for_the_next_of_its_address() -> None:
    quadro_, faltas = lotacao()
    ocupada, ociosa, outra = (entrar(quadro_, "10.0.0.1", ociosa=o) for o in (False, True, True))
    assert isinstance(ociosa, Cliente)
    assert isinstance(ocupada, Cliente)
    assert isinstance(outra, Cliente)
    assert (ocupada.cortado, ociosa.cortado, outra.cortado, faltas) == (False, True, False, ["endereco"])
    outra.ociosa = False
    assert entrar(quadro_, "10.0.0.1") is not None
    assert (ocupada.cortado, outra.cortado) == (True, False)  # all were busy: the oldest
    assert entrar(quadro_, "10.0.0.2") is not None
    assert not outra.cortado


def test_addresses_of_one_subscriber_count_together_and_a_trusted_proxy_does_not_count() -> None:
    quadro_, faltas = lotacao(proxies=("10.9.0.0/16",))
    for n in range(20):
        entrar(quadro_, f"2001:db8::{n:x}")
        assert isinstance(entrar(quadro_, "10.9.0.1"), Cliente)
    assert quadro_.estranhas == 2
    assert faltas == ["endereco"] * 18


def test_whoever_has_shown_a_token_is_no_stranger_and_keeps_its_place() -> None:
    quadro_, faltas = lotacao(total=5)
    conhecidos = []
    for _ in range(4):
        conhecido = entrar(quadro_, "10.0.0.1")
        assert isinstance(conhecido, Cliente)
        assert quadro_.identificar(conhecido, "e")
        conhecidos.append(conhecido)
    assert (quadro_.estranhas, faltas) == (0, [])
    for n in range(50):
        assert isinstance(entrar(quadro_, f"10.0.1.{n}"), Cliente)
    assert len(quadro_) == 5
    assert set(faltas) == {"lotacao"}
    assert not any(conhecido.cortado for conhecido in conhecidos)
    (ultimo,) = (cliente for cliente in quadro_._todas if cliente not in conhecidos)
    assert quadro_.identificar(ultimo, "e")
    assert entrar(quadro_, "10.0.0.9") is None
    quadro_.desocupar(ultimo)
    assert entrar(quadro_, "10.0.0.9") is not None
    for conhecido in conhecidos:
        quadro_.desocupar(conhecido)
    assert len(quadro_) == 1


def test_what_an_empresa_has_beyond_its_part_gives_way_until_there_is_a_place_of_its_own() -> None:
    faltas: list[Falta] = []
    limites = Lugares(total=6, por_endereco=0, por_empresa=2)
    quadro_ = Catraca(limites, EnderecoDoCliente(), lambda motivo, _: faltas.append(motivo))
    dela = [cliente for n in range(4) if isinstance(cliente := entrar(quadro_, f"10.0.0.{n}"), Cliente)]
    assert [quadro_.identificar(cliente, "cheia") for cliente in dela] == [True, True, False, False]
    assert [quadro_.identificar(cliente, "cheia") for cliente in dela] == [True, True, False, False]
    assert (quadro_.estranhas, faltas) == (2, ["empresa"] * 2)  # told once of each
    outras = [cliente for n in range(4) if isinstance(cliente := entrar(quadro_, f"10.0.1.{n}"), Cliente)]
    assert [quadro_.identificar(cliente, f"outra-{n}") for n, cliente in enumerate(outras)] == [True] * 4
    assert [cliente.cortado for cliente in dela] == [False, False, True, True]
    quadro_.desocupar(dela[0])
    nova = entrar(quadro_, "10.0.0.9")
    assert isinstance(nova, Cliente)
    assert quadro_.identificar(nova, "cheia")
    for cliente in (*dela, nova, *outras):
        quadro_.desocupar(cliente)
    assert [len(quadro_), quadro_.estranhas] == [0, 0]
    assert [*quadro_._por_empresa, *quadro_._empresas, *quadro_._alem] == []


def test_without_a_part_an_empresa_may_have_all_places() -> None:
    quadro_ = Catraca(Lugares(total=5, por_empresa=0), EnderecoDoCliente(), lambda *_: None)
    for n in range(5):
        cliente = entrar(quadro_, f"10.0.0.{n}")
        assert isinstance(cliente, Cliente)
        assert quadro_.identificar(cliente, "e")
    assert entrar(quadro_, "10.0.0.9") is None


def test_one_token_shown_on_every_connection_shuts_nobody_out(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn, Lugares(total=8, por_empresa=4)) as ar:
            token, outro = (f"Authorization: Bearer {ar.servidor.usuario(empresa=novo_id()).token}" for _ in range(2))
            linhas = []
            for _ in range(20):
                linhas.append(await ar.ligar())
                linhas[-1].escritor.write(cabeca("GET", "/atendimento/filas", token))
                assert await linhas[-1].status() == 200
            assert len(ar.porteira.catraca) == 8
            for _ in range(3):
                linhas.append(await ar.ligar())
                linhas[-1].escritor.write(cabeca("GET", "/atendimento/filas", outro))
                assert await linhas[-1].status() == 200
            exposto = (await ar.pedir(cabeca("GET", "/metrics", "Connection: close"))).decode()
            assert re.search(r'balcao_conexoes_recusadas_total\{motivo="empresa"\} [1-9]', exposto)
            for linha in linhas:
                linha.sair()

    asyncio.run(main())


async def calados(ar: NoAr, quantos: int) -> list[Linha]:
    return [await ar.ligar() for _ in range(quantos)]


def test_silent_strangers_shut_nobody_out(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn, Lugares(total=1_000, por_endereco=ESTRANHOS)) as ar:
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            cliente, tela = await ar.ligar(), await ar.websocket("/atendimento/ws", token)
            cliente.escritor.write(cabeca("GET", "/atendimento/filas", token))
            assert await cliente.status() == 200
            await ate(lambda: ar.porteira.catraca.estranhas == 0, "their being known")
            mudos = await calados(ar, 10 * ESTRANHOS)
            await ate(lambda: ar.porteira.catraca.estranhas <= ESTRANHOS, "the end of those that are too many")
            cliente.escritor.write(cabeca("GET", "/atendimento/filas", token))
            assert await cliente.status() == 200
            tela.escritor.write(quadro(9, b"vive?"))
            assert b"vive?" in await tela.leitor.readuntil(b"vive?")
            novo = await ar.ligar()
            novo.escritor.write(cabeca("GET", "/atendimento/filas", token))
            assert await novo.status() == 200
            exposto = (await ar.pedir(cabeca("GET", "/metrics", "Connection: close"))).decode()
            achado = re.search(r'balcao_conexoes_recusadas_total\{motivo="endereco"\} (\S+)', exposto)
            assert achado is not None
            assert float(achado[1]) >= 9 * ESTRANHOS
            for linha in (*mudos, cliente, tela, novo):
                linha.sair()

    asyncio.run(main())


def test_a_token_in_a_frame_makes_a_connection_known_on_both_edges(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            token = ar.servidor.usuario().token
            plana = await ar.websocket()
            sio = await ar.websocket("/socket.io/?EIO=4&transport=websocket")
            assert ar.porteira.catraca.estranhas == 2
            plana.escritor.write(quadro(1, b'{"event":"autenticar","data":{"token":"%b"}}' % token.encode()))
            sio.escritor.write(quadro(1, b'40/atendimento,{"token":"%b"}' % token.encode()))
            await ate(lambda: ar.porteira.catraca.estranhas == 0, "their being known")
            plana.sair()
            sio.sair()

    asyncio.run(main())


def test_strangers_with_a_request_under_way_shut_nobody_out_either(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn, Lugares(por_endereco=2)) as ar:
            telas = [await ar.websocket() for _ in range(2)]  # a WebSocket is a request under way
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            novo = await ar.ligar()
            novo.escritor.write(cabeca("GET", "/atendimento/filas", token))
            assert await novo.status() == 200
            assert not (await telas[0].leitor.read(-1)).startswith(b"\x88")  # the oldest was cut
            for linha in (*telas, novo):
                linha.sair()

    asyncio.run(main())


def test_where_everybody_is_known_the_next_one_is_told_why_it_is_refused(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn, Lugares(total=1)) as ar:
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            conhecido = await ar.ligar()
            conhecido.escritor.write(cabeca("GET", "/atendimento/filas", token))
            assert await conhecido.status() == 200
            resposta = await ar.pedir(b"")
            assert resposta.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after" in resposta
            conhecido.sair()
            await ate(lambda: not len(ar.porteira.catraca), "the end of the one that left")
            assert (await ar.pedir(cabeca("GET", "/saude", "Connection: close"))).startswith(b"HTTP/1.1 200 ")

    asyncio.run(main())


def test_the_total_leaves_descriptors_for_what_is_no_client() -> None:
    ajustes = Ajustes(jwt_secret="x" * 32)
    assert lugares(ajustes, 1_048_576) == Lugares(total=20_000, por_endereco=1_024, por_empresa=15_000)
    assert lugares(ajustes, 1_024) == Lugares(total=768, por_endereco=1_024, por_empresa=576, ate_os_descritores=True)
    assert lugares(ajustes, 256).total == 128


def test_out_of_descriptors_it_says_so_once_and_goes_on_when_there_are_some(
    novo_banco: Callable[[], str], tmp_path: Path
) -> None:
    """Its limit is lowered to what it has open, as if something else had taken the rest."""
    servidor = Servidor(tmp_path / "s", novo_banco())
    with servidor:
        _limitar(servidor.pid, descritores(servidor.pid) + 10)
        soquetes = [socket.create_connection(("127.0.0.1", servidor.porta), PACIENCIA_S) for _ in range(60)]
        for soquete in soquetes:
            soquete.sendall(cabeca("GET", "/saude"))
        respondidos = sum(1 for soquete in soquetes if _responde(soquete))
        assert respondidos > 10  # idle ones made room for others
        for soquete in soquetes:
            soquete.close()
        with socket.create_connection(("127.0.0.1", servidor.porta), PACIENCIA_S) as soquete:
            soquete.sendall(cabeca("GET", "/metrics", "Connection: close"))
            exposto = b"".join(iter(lambda: soquete.recv(65_536), b"")).decode()
        achado = re.search(r'balcao_conexoes_recusadas_total\{motivo="descritores"\} (\S+)', exposto)
        assert achado is not None
        assert float(achado[1]) > 0
        assert servidor.registro.count("out of file descriptors") == 1
        assert "ulimit -n" in servidor.registro


def _limitar(pid: int, descritores: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (descritores, descritores))


def _responde(soquete: socket.socket) -> bool:
    try:
        return soquete.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
