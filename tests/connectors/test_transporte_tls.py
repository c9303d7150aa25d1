"""TLS of the transport: with a certificate that is trusted, and with one that is not."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.transporte import Transporte


@pytest.fixture(scope="module")
def certificado(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, in one file."""
    chave = ec.generate_private_key(ec.SECP256R1())
    nome = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "teste")])
    agora = datetime.now(UTC)
    dito = (
        x509.CertificateBuilder()
        .subject_name(nome)
        .issuer_name(nome)
        .public_key(chave.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(agora - timedelta(days=1))
        .not_valid_after(agora + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(chave, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    sem_senha = serialization.NoEncryption()
    escrita = chave.private_bytes(pem, serialization.PrivateFormat.PKCS8, sem_senha) + dito.public_bytes(pem)
    arquivo = tmp_path_factory.mktemp("tls") / "certificado.pem"
    arquivo.write_bytes(escrita)
    return arquivo


@asynccontextmanager
async def servidor_tls(certificado: Path) -> AsyncIterator[str]:
    async def atender(corrente: trio.SSLStream[trio.SocketStream]) -> None:
        with suppress(trio.BrokenResourceError):
            async with corrente:
                while await corrente.receive_some():
                    await corrente.send_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    contexto = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    contexto.load_cert_chain(certificado)
    async with trio.open_nursery() as grupo:
        escutas = await grupo.start(trio.serve_ssl_over_tcp, atender, 0, contexto)
        yield f"https://127.0.0.1:{escutas[0].transport_listener.socket.getsockname()[1]}"
        grupo.cancel_scope.cancel()


async def test_a_certificate_that_is_trusted_is_spoken_to_and_the_connection_kept(certificado: Path) -> None:
    confia = ssl.create_default_context(cafile=str(certificado))
    async with (
        servidor_tls(certificado) as base,
        httpx2.AsyncClient(transport=Transporte(ligacoes=1, tls=confia), trust_env=False) as http,
    ):
        for _ in range(3):
            assert (await http.post(base, content=b"x" * 1_000)).text == "ok"


async def test_one_that_is_not_trusted_or_of_another_name_is_not(certificado: Path) -> None:
    confia = ssl.create_default_context(cafile=str(certificado))
    async with servidor_tls(certificado) as base:
        for tls, endereco in ((None, base), (confia, base.replace("127.0.0.1", "localhost"))):
            async with httpx2.AsyncClient(transport=Transporte(ligacoes=1, tls=tls), trust_env=False) as http:
                for _ in range(2):
                    with pytest.raises(httpx2.ConnectError):
                        await http.get(endereco)
