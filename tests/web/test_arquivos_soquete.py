"""Files through real sockets, and through the death of the server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import httpx2
import pytest

import storage
from balcao.porta import escuta
from balcao.porta.configuracao import configuracao
from balcao.porta.porta import Porta
from engine.tempo import SystemClock, VirtualClock
from storage.arquivos import CredenciaisS3, abrir
from storage.faxina import Faxina
from tests.servidor import NaoIniciou, NovoServidor, Usuario
from tests.servidor import Servidor as Processo
from tests.web.arquivos_apoio import MULTIPART, Casa, Sobras, caminho, casa, formulario, png, png_de

NADA = Sobras()
MAXIMO = 16_777_216


@asynccontextmanager
async def servindo(dsn: str) -> AsyncIterator[Casa]:
    """A node that answers on a socket."""
    async with casa(dsn) as c:
        soquete = escuta.abrir("127.0.0.1", 0)
        porta = soquete.getsockname()[1]
        porteira = Porta(c.servidor.app, configuracao(soquete))
        await porteira.abrir()
        try:
            yield Casa(c.servidor, c.dsn, c.dados, porta)
        finally:
            await porteira.recusar()
            await porteira.fechar(1)


def cabeca(token: str, tamanho: int, *mais: str) -> bytes:
    linhas = [
        "POST /atendimento/mensagens/arquivo HTTP/1.1", "Host: x", f"Authorization: Bearer {token}",
        f"Content-Type: {MULTIPART}", f"Content-Length: {tamanho}", *mais,
    ]  # fmt: skip
    return "\r\n".join([*linhas, "", ""]).encode()


async def resposta(leitor: asyncio.StreamReader) -> tuple[int, dict[str, object]]:
    async with asyncio.timeout(20):
        linhas = (await leitor.readuntil(b"\r\n\r\n")).decode("latin1").lower().split("\r\n")
        tamanho = next(int(linha.partition(":")[2]) for linha in linhas if linha.startswith("content-length:"))
        return int(linhas[0].split()[1]), json.loads(await leitor.readexactly(tamanho))


def test_a_file_of_the_largest_size_goes_up_and_comes_down(dsn: str) -> None:
    async def main() -> None:
        async with servindo(dsn) as c, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{c.porta}", timeout=30) as http:
            u = c.servidor.usuario()
            conteudo = png_de(MAXIMO)
            enviada = await http.post(
                "/atendimento/mensagens/arquivo",
                headers={"Authorization": f"Bearer {u.token}"},
                data={"ticketId": await c.ticket(u)},
                files={"arquivo": ("grande.png", conteudo)},
            )
            assert enviada.status_code == 201, enviada.text
            baixada = await http.get(caminho(enviada.json()["arquivoUrl"]))
            assert baixada.content == conteudo

    asyncio.run(main())


def test_a_client_reads_that_its_file_is_too_large_before_it_has_sent_it(dsn: str) -> None:
    async def main() -> None:
        async with servindo(dsn) as c:
            token = c.servidor.usuario().token
            leitor, escritor = await asyncio.open_connection("127.0.0.1", c.porta)
            escritor.write(cabeca(token, 3_000_000_000))
            status, corpo = await resposta(leitor)
            assert (status, corpo["codigo"]) == (413, "arquivo_grande_demais")
            escritor.close()

    asyncio.run(main())


def test_a_client_that_sends_on_reads_the_refusal_too(dsn: str) -> None:
    async def main() -> None:
        async with servindo(dsn) as c, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{c.porta}", timeout=30) as http:
            u = c.servidor.usuario()
            for cabecalhos, status in (
                ({"Authorization": f"Bearer {u.token}"}, 413), ({}, 401), ({"Authorization": "Bearer x.y.z"}, 401),
            ):  # fmt: skip
                recusa = await http.post(
                    "/atendimento/mensagens/arquivo",
                    headers=cabecalhos,
                    data={"ticketId": await c.ticket(u)},
                    files={"arquivo": ("grande.png", png_de(MAXIMO + 1_000_000))},
                )
                assert recusa.status_code == status
                assert recusa.json()["statusCode"] == status
            assert await c.sobras() == NADA

    asyncio.run(main())


def test_a_file_larger_than_it_was_said_to_be_is_refused_as_it_comes(dsn: str) -> None:
    async def main() -> None:
        async with servindo(dsn) as c:
            token = c.servidor.usuario().token
            leitor, escritor = await asyncio.open_connection("127.0.0.1", c.porta)
            inicio = cabeca(token, 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
            pedaco = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
            frente = formulario(("arquivo", ("a.png", b"")), fim=False)[:-2]
            escritor.write(inicio + f"{len(frente):x}\r\n".encode() + frente + b"\r\n")
            respondida = asyncio.create_task(resposta(leitor))
            for _ in range(MAXIMO // 65_536 + 8):
                escritor.write(pedaco)
                await escritor.drain()
            status, corpo = await respondida
            assert (status, corpo["codigo"]) == (413, "arquivo_grande_demais")
            escritor.write(b"0\r\n\r\n")
            escritor.close()
            assert await c.sobras() == NADA

    asyncio.run(main())


def test_a_client_that_leaves_half_way_leaves_nothing_and_gives_its_place_back(dsn: str) -> None:
    async def main() -> None:
        async with servindo(dsn) as c:
            u = c.servidor.usuario()
            corpo = formulario(("ticketId", await c.ticket(u)), ("arquivo", ("a.png", png_de(1_000_000))))
            for _ in range(3):
                for _ in range(8):  # as many as there are places
                    _, escritor = await asyncio.open_connection("127.0.0.1", c.porta)
                    escritor.write(cabeca(u.token, len(corpo)) + corpo[:500_000])
                    await escritor.drain()
                    escritor.close()
                    await escritor.wait_closed()
            leitor, escritor = await asyncio.open_connection("127.0.0.1", c.porta)
            status = 429
            async with asyncio.timeout(30):
                while status == 429:  # until the server has noticed
                    escritor.write(cabeca(u.token, len(corpo)) + corpo)
                    status, _ = await resposta(leitor)
            assert status == 201
            escritor.close()
            assert await c.sobras() == Sobras(objetos=1, arquivos=1)
            assert [pasta.name for pasta in c.dados.iterdir()] == ["arquivos"]

    asyncio.run(main())


def test_a_client_that_falls_silent_is_told_and_let_go(dsn: str) -> None:
    async def main() -> None:
        async with servindo(dsn) as c:
            c.servidor.app.silencio = 0.05
            leitor, escritor = await asyncio.open_connection("127.0.0.1", c.porta)
            escritor.write(cabeca(c.servidor.usuario().token, 1000) + b"--")
            status, corpo = await resposta(leitor)
            assert (status, corpo["codigo"]) == (408, "tempo_esgotado")
            escritor.close()

    asyncio.run(main())


def test_a_refused_client_that_never_ends_does_not_hold_its_connection(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pedido.entrada._ESCOAR_BYTES", 1_000_000)

    async def main() -> None:
        async with servindo(dsn) as c:
            leitor, escritor = await asyncio.open_connection("127.0.0.1", c.porta)
            escritor.write(cabeca("x.y.z", 10_000_000_000))
            status, _ = await resposta(leitor)
            assert status == 401
            async with asyncio.timeout(20):
                with suppress(ConnectionError):
                    while not leitor.at_eof():
                        escritor.write(b"x" * 65_536)
                        await escritor.drain()
            escritor.close()

    asyncio.run(main())


# -- the death of the server -------------------------------------------------------------------------------------------

_QUEM_ESPERA = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'atendimento_mensagens'::regclass"


def _ticket(servidor: Processo, quem: Usuario) -> str:
    corpo = {"contato_nome": "João", "contato_telefone": "5511999998888"}
    feito = httpx2.post(f"{servidor.url}/atendimento/tickets", json=corpo, headers=quem.cabecalhos)
    ticket_id: str = feito.json()["id"]
    return ticket_id


def _arquivos(pasta: Path) -> list[Path]:
    return [um for um in pasta.rglob("*") if um.is_file()]


@pytest.mark.parametrize(
    ("url", "remedio"),
    [
        ("ftp://x/y", "use file:///pasta ou s3://bucket/prefixo"),
        ("file:///proc/nenhuma", "aponte ARQUIVOS_URL para uma pasta em que se possa escrever"),
    ],
)
def test_a_server_that_cannot_keep_files_does_not_start_and_says_what_to_do(
    novo_servidor: NovoServidor, url: str, remedio: str
) -> None:
    with pytest.raises(NaoIniciou) as falha:
        novo_servidor({"ARQUIVOS_URL": url})
    assert falha.value.codigo != 0
    assert remedio in falha.value.texto
    assert "Traceback" not in falha.value.texto


def test_a_server_killed_while_a_file_comes_leaves_nothing_on_the_disk(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    quem = servidor.nova_empresa()
    ticket_id = _ticket(servidor, quem)
    corpo = formulario(("ticketId", ticket_id), ("arquivo", ("a.png", png_de(5_000_000))))

    async def main() -> None:
        leitor, escritor = await asyncio.open_connection("127.0.0.1", servidor.porta)
        escritor.write(cabeca(quem.token, len(corpo), "Expect: 100-continue"))
        assert b" 100 " in await leitor.readuntil(b"\r\n\r\n")
        escritor.write(corpo[:4_000_000])
        await escritor.drain()
        await asyncio.to_thread(servidor.matar)
        escritor.close()

    asyncio.run(main())
    assert _arquivos(servidor.dados) == []


def test_the_sweep_removes_what_a_crash_left_between_the_object_and_its_message(novo_servidor: NovoServidor) -> None:
    """The commit is held up by a lock on its table, and the server killed: the object is there, the message is not."""
    servidor = novo_servidor()
    quem = servidor.nova_empresa()
    ticket_id = _ticket(servidor, quem)
    assert servidor.dsn is not None
    dsn = servidor.dsn

    def mandar() -> None:
        with pytest.raises(httpx2.HTTPError):
            httpx2.post(
                f"{servidor.url}/atendimento/mensagens/arquivo", headers=quem.cabecalhos,
                data={"ticketId": ticket_id}, files={"arquivo": ("a.png", png())}, timeout=30,
            )  # fmt: skip

    async def main() -> None:
        con = await asyncpg.connect(dsn)
        transacao = con.transaction()
        await transacao.start()
        await con.execute("LOCK TABLE atendimento_mensagens IN EXCLUSIVE MODE")
        enviando = threading.Thread(target=mandar)
        enviando.start()
        async with asyncio.timeout(20):
            while not await con.fetchval(_QUEM_ESPERA):
                pass
        await asyncio.to_thread(servidor.matar)
        await asyncio.to_thread(enviando.join)
        await con.execute(
            f"SELECT pg_terminate_backend(pid) FROM ({_QUEM_ESPERA}) AS q (pid)"
        )  # or it would commit yet
        await transacao.rollback()
        await con.close()
        assert len(_arquivos(servidor.dados / "arquivos")) == 1
        objetos = abrir((servidor.dados / "arquivos").as_uri(), CredenciaisS3())
        banco = await storage.abrir(dsn, no="faxina", cofre=storage.Cofre([]))
        try:
            await Faxina(banco.store, SystemClock(), objetos.remover).limpar()
            assert len(_arquivos(servidor.dados / "arquivos")) == 1, "too young to be given up"
            depois = VirtualClock(SystemClock().now() + 3_700_000)
            await Faxina(banco.store, depois, objetos.remover).limpar()
            assert _arquivos(servidor.dados / "arquivos") == []
            assert await banco.store.arquivos_abandonados(depois.now(), 10) == []
        finally:
            await banco.fechar()

    asyncio.run(main())
