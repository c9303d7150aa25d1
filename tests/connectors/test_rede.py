"""HTTP to addresses that somebody else named, over real sockets and with a resolver that lies."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.fakes.servidor_http import Cair, Pedido, Resposta, servindo
from connectors.rede import ClienteGuardado, buscar, exigir_guarda
from connectors.tcp import EnderecoRecusado
from engine.conector.redes import RegrasDeRede, regras

LOOPBACK = regras(["127.0.0.1"], portas=None)


class ResolverHostil:
    """Answers each question with the next of its answers, and counts them."""

    def __init__(self, *respostas: Sequence[str]) -> None:
        self._respostas = list(respostas)
        self.perguntas = 0

    async def __call__(self, host: str, porta: int) -> Sequence[str]:
        self.perguntas += 1
        return self._respostas.pop(0) if len(self._respostas) > 1 else self._respostas[0]


class Servico:
    """Something inside, that remembers who reached it."""

    def __init__(self) -> None:
        self.pedidos: list[Pedido] = []

    async def __call__(self, pedido: Pedido) -> Resposta | Cair:
        self.pedidos.append(pedido)
        if pedido.caminho == "/desvio":
            return Resposta(status=302, cabecalhos={"location": "/segredo", "set-cookie": "a=b; Path=/"})
        if pedido.caminho == "/grande":
            return Resposta(corpo=b"z" * 1_000_000)
        if pedido.caminho == "/bomba":
            return Resposta(corpo=b"nao e gzip", cabecalhos={"content-encoding": "gzip"})
        if pedido.caminho == "/mudo":
            await trio.sleep_forever()
        return Resposta(corpo=b"certo")


async def pedir(http: httpx2.AsyncClient, url: str, maximo: int = 1_000, segundos: float = 30.0) -> bytes:
    return (await buscar(http, "GET", url, maximo=maximo, segundos=segundos)).corpo


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "127.1", "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)
async def test_nothing_inside_is_reached_by_any_form_of_its_address(host: str) -> None:
    servico = Servico()
    async with servindo(servico) as servidor, ClienteGuardado(regras(portas=None)) as http:
        with pytest.raises((httpx2.ConnectError, httpx2.InvalidURL)):
            await pedir(http, f"http://{host}:{servidor.porta}/")
    assert servico.pedidos == []


async def test_a_name_that_means_the_inside_is_refused_and_the_reason_does_not_tell_what_it_means() -> None:
    resolver = ResolverHostil(["10.77.0.5", "169.254.169.254", "fd00:ec2::254", "nonsense"])
    async with ClienteGuardado(resolver=resolver) as http:
        with pytest.raises(EnderecoRecusado) as recusa:
            await pedir(http, "http://metadados.example/latest/meta-data")
    assert "metadados.example" in str(recusa.value)
    assert "10.77" not in str(recusa.value)


async def test_what_was_judged_is_what_is_connected_to() -> None:
    """A resolver that means another address by the second answer finds nobody who asks a second time."""
    servico = Servico()
    resolver = ResolverHostil(["127.0.0.1"], ["10.0.0.1"])
    async with servindo(servico) as servidor, ClienteGuardado(LOOPBACK, resolver=resolver) as http:
        assert await pedir(http, f"http://muda.example:{servidor.porta}/") == b"certo"
    assert resolver.perguntas == 1
    assert servico.pedidos[0].cabecalhos["host"] == f"muda.example:{servidor.porta}"


async def test_of_several_addresses_only_the_good_ones_are_tried() -> None:
    servico = Servico()
    resolver = ResolverHostil(["10.0.0.1", "::ffff:127.0.0.1", "127.0.0.1"])
    async with servindo(servico) as servidor, ClienteGuardado(LOOPBACK, resolver=resolver) as http:
        assert await pedir(http, f"http://mistura.example:{servidor.porta}/") == b"certo"


async def test_the_next_address_is_tried_where_nobody_listens_at_the_first() -> None:
    rede = regras(["127.0.0.0/8"], portas=None)
    async with servindo(Servico()) as servidor:
        async with ClienteGuardado(rede, resolver=ResolverHostil(["127.0.0.9", "127.0.0.1"])) as http:
            assert await pedir(http, f"http://dois.example:{servidor.porta}/") == b"certo"
        async with ClienteGuardado(rede, resolver=ResolverHostil(["127.0.0.9"])) as http:
            with pytest.raises(httpx2.ConnectError):
                await pedir(http, f"http://um.example:{servidor.porta}/")


async def test_what_the_configuration_names_has_rules_and_connections_of_its_own() -> None:
    async with servindo(Servico()) as servidor, ClienteGuardado() as http:
        lida = await buscar(http, "GET", servidor.base, maximo=10, segundos=30, da_configuracao=True)
        assert lida.corpo == b"certo"
        with pytest.raises(EnderecoRecusado):
            await pedir(http, servidor.base)  # though there is a connection to it, open and idle
    async with servindo(Servico()) as servidor, ClienteGuardado(da_configuracao=RegrasDeRede(portas=None)) as http:
        with pytest.raises(EnderecoRecusado):
            await buscar(http, "GET", servidor.base, maximo=10, segundos=30, da_configuracao=True)


async def test_networks_of_its_own_open_their_ports_and_no_others() -> None:
    rede = regras(["127.0.0.0/8"], redes_inteiras=True)
    async with servindo(Servico()) as servidor:
        async with ClienteGuardado(rede) as http:
            assert await pedir(http, servidor.base) == b"certo"
        async with ClienteGuardado(rede, resolver=ResolverHostil(["8.8.8.8"])) as http:
            with pytest.raises(EnderecoRecusado, match=r"a porta 9000 de fora\.example .* REDES_PERMITIDAS"):
                await pedir(http, "http://fora.example:9000/")


async def test_a_port_that_is_not_on_the_list_is_not_called() -> None:
    async with ClienteGuardado(RegrasDeRede(redes=LOOPBACK.redes)) as http:
        with pytest.raises(EnderecoRecusado, match="25"):
            await pedir(http, "http://127.0.0.1:25/")


@pytest.mark.parametrize("url", ["ftp://example.com/", "ws://example.com/", "file:///etc/passwd"])
async def test_only_http_is_spoken(url: str) -> None:
    async with ClienteGuardado() as http:
        with pytest.raises((httpx2.UnsupportedProtocol, EnderecoRecusado)):
            await pedir(http, url)


async def test_a_redirect_is_an_answer_and_cookies_are_forgotten() -> None:
    servico = Servico()
    async with servindo(servico) as servidor, ClienteGuardado(LOOPBACK) as http:
        lida = await buscar(http, "GET", f"{servidor.base}/desvio", maximo=10, segundos=30)
        assert lida.status == 302
        await pedir(http, servidor.base)
    assert [pedido.caminho for pedido in servico.pedidos] == ["/desvio", "/"]
    assert "cookie" not in servico.pedidos[1].cabecalhos


async def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with servindo(Servico()) as servidor, ClienteGuardado(LOOPBACK) as http:
        assert await pedir(http, servidor.base) == b"certo"


async def test_of_a_large_answer_only_so_much_is_read() -> None:
    async with servindo(Servico()) as servidor, ClienteGuardado(LOOPBACK) as http:
        lida = await buscar(http, "GET", f"{servidor.base}/grande", maximo=1_000, segundos=30)
        assert (len(lida.corpo), lida.cortado) == (1_000, True)
        assert not (await buscar(http, "GET", servidor.base, maximo=5, segundos=30)).cortado


async def test_nothing_is_unpacked() -> None:
    async with servindo(Servico()) as servidor, ClienteGuardado(LOOPBACK) as http:
        assert await pedir(http, f"{servidor.base}/bomba") == b"nao e gzip"


async def test_whoever_does_not_answer_is_not_waited_for_beyond_the_time() -> None:
    async with servindo(Servico()) as servidor, ClienteGuardado(LOOPBACK) as http:
        with pytest.raises(httpx2.ReadTimeout):
            await pedir(http, f"{servidor.base}/mudo", segundos=0.05)
        assert await pedir(http, servidor.base) == b"certo"


async def test_a_resolver_that_does_not_answer_is_not_waited_for_either() -> None:
    async def mudo(_host: str, _porta: int) -> Sequence[str]:
        await trio.sleep_forever()
        return []

    async with ClienteGuardado(resolver=mudo) as http:
        http.timeout = httpx2.Timeout(0.05)
        with pytest.raises(httpx2.ConnectTimeout):
            await http.get("http://mudo.example/")


async def test_a_name_that_does_not_exist_is_an_error_of_connecting() -> None:
    async def ninguem(host: str, _porta: int) -> Sequence[str]:
        raise OSError(host)

    async with ClienteGuardado(resolver=ninguem) as http:
        with pytest.raises(httpx2.ConnectError):
            await pedir(http, "http://ninguem.example/")


async def test_tls_checks_the_name_and_not_the_address(tmp_path: Path) -> None:
    do_servidor, do_cliente = certificado(tmp_path, "certo.example")
    async with trio.open_nursery() as grupo:
        escutas = await grupo.start(servir_tls, do_servidor)
        transporte = escutas[0].transport_listener
        assert isinstance(transporte, trio.SocketListener)
        porta = transporte.socket.getsockname()[1]
        async with ClienteGuardado(LOOPBACK, resolver=ResolverHostil(["127.0.0.1"]), tls=do_cliente) as http:
            assert await pedir(http, f"https://certo.example:{porta}/") == b"certo"
            with pytest.raises(httpx2.ConnectError):
                await pedir(http, f"https://outro.example:{porta}/")
            with pytest.raises(httpx2.ConnectError):
                await http.get(f"https://outro.example:{porta}/", extensions={"sni_hostname": "certo.example"})
        grupo.cancel_scope.cancel()


async def test_an_address_with_a_key_in_it_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with servindo(Servico()) as servidor, ClienteGuardado(LOOPBACK) as http:
        await pedir(http, f"{servidor.base}/desvio?chave=s3gredo-plantado")
    assert "s3gredo-plantado" not in caplog.text


def test_a_client_that_is_not_guarded_is_refused() -> None:
    with pytest.raises(TypeError):
        exigir_guarda(httpx2.AsyncClient())


def certificado(pasta: Path, nome: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, and that of a client that trusts it alone."""
    chave = ec.generate_private_key(ec.SECP256R1())
    sujeito = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nome)])
    agora = datetime.now(UTC)
    feito = (
        x509.CertificateBuilder()
        .subject_name(sujeito)
        .issuer_name(sujeito)
        .public_key(chave.public_key())
        .serial_number(1)
        .not_valid_before(agora - timedelta(days=1))
        .not_valid_after(agora + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nome)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(chave, hashes.SHA256())
    )
    privada = chave.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    arquivo = pasta / "certificado.pem"
    arquivo.write_bytes(feito.public_bytes(serialization.Encoding.PEM) + privada)
    servidor = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    servidor.load_cert_chain(arquivo)
    return servidor, ssl.create_default_context(cafile=str(arquivo))


async def servir_tls(
    tls: ssl.SSLContext,
    *,
    task_status: trio.TaskStatus[list[trio.SSLListener[trio.SocketStream]]] = trio.TASK_STATUS_IGNORED,
) -> None:
    async def responder(corrente: trio.SSLStream[trio.SocketStream]) -> None:
        try:
            await corrente.receive_some(10_000)
            await corrente.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ncerto")
            await corrente.aclose()
        except trio.BrokenResourceError:
            return

    escutas = await trio.open_ssl_over_tcp_listeners(0, tls, host="127.0.0.1", https_compatible=True)
    await trio.serve_listeners(responder, escutas, task_status=task_status)
