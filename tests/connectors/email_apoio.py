"""What the tests of the e-mail channel share: a motor that writes down, servers on real sockets, mails."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.base import ArquivoRecusado
from connectors.email import ConectorEmail
from connectors.email import carta as cartas
from connectors.email.carta import Carta
from connectors.email.leitor import Espera
from connectors.email.marcas import Marcas
from connectors.fakes.imap import ImapFalso
from connectors.fakes.smtp import SmtpFalso
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import CanalDoConector, ItemAnotado
from engine.conector.redes import TUDO
from engine.conector.trabalhos import Envio, Resultado, Trabalho
from engine.modelo import NomeDoTrabalho

SUPORTE = "suporte@empresa.com.br"
ANA = "ana@exemplo.com"
SENHA = "uma senha plantada"
CHAVE = "a chave das conversas"
PACIENCIA_S = 30.0


def crua(corpo: str = "Olá", /, **campos: str | None) -> bytes:
    """A mail of Ana's; names of fields with ``_`` for ``-``; None leaves one out."""
    todos: dict[str, str | None] = {
        "From": f"Ana Souza <{ANA}>",
        "To": SUPORTE,
        "Subject": "Pedido",
        "Message-ID": f"<{uuid4().hex}@exemplo.com>",
        "Date": "Fri, 27 Nov 2026 10:00:00 -0300",
        "Content-Type": "text/plain; charset=utf-8",
    }
    todos |= {nome.replace("_", "-"): valor for nome, valor in campos.items()}
    cabecalho = "".join(f"{nome}: {valor}\r\n" for nome, valor in todos.items() if valor is not None)
    return f"{cabecalho}\r\n{corpo}".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def lida(texto: str = "Olá", /, **campos: str | None) -> Carta:
    return cartas.ler(crua(texto, **campos))


def marcas() -> Marcas:
    return Marcas(b"k" * 32, SUPORTE, empresa_id="e")


class MotorAnotador:
    """A motor that writes down what it is given. Every text is taken as new the first time."""

    def __init__(self) -> None:
        self.mensagens: list[MensagemRecebida] = []
        self.status: list[StatusRecebido] = []
        self.novidades: list[NovidadeDoCanal] = []
        self.arquivos: dict[str, tuple[str, str | None, bytes]] = {}
        self.repetidas = 0
        self.recusar: Callable[[MensagemRecebida], str | None] = lambda _mensagem: None
        self.recusar_arquivo: Callable[[str], str | None] = lambda _nome: None
        self.antes: Callable[[Sequence[MensagemRecebida]], None] = lambda _mensagens: None
        self.portao: trio.Event | None = None
        self._mudou = trio.Event()

    async def entregar(
        self,
        mensagens: Sequence[MensagemRecebida] = (),
        status: Sequence[StatusRecebido] = (),
        novidades: Sequence[NovidadeDoCanal] = (),
        modelos: Sequence[Modelo] | None = None,
    ) -> Sequence[ItemAnotado]:
        self.antes(mensagens)
        if self.portao is not None:
            await self.portao.wait()
        await trio.lowlevel.checkpoint()
        respostas = [self._anotar(mensagem) for mensagem in mensagens]
        self.status += status
        self.novidades += novidades
        self._mudou.set()
        self._mudou = trio.Event()
        return respostas

    def _anotar(self, mensagem: MensagemRecebida) -> ItemAnotado:
        recusa = self.recusar(mensagem)
        if recusa is not None:
            return ItemAnotado(id=mensagem.id, situacao="recusada", message=recusa)
        if any(outra.id == mensagem.id for outra in self.mensagens):
            self.repetidas += 1
            return ItemAnotado(id=mensagem.id, situacao="repetida")
        self.mensagens.append(mensagem)
        return ItemAnotado(id=mensagem.id, situacao="nova", ticket_id="t")

    async def guardar(self, nome: str, tipo: str | None, conteudo: bytes) -> str:
        await trio.lowlevel.checkpoint()
        recusa = self.recusar_arquivo(nome)
        if recusa is not None:
            raise ArquivoRecusado(recusa)
        ficha = f"ficha-{len(self.arquivos) + 1}"
        self.arquivos[ficha] = (nome, tipo, conteudo)
        return ficha

    async def ate(self, pronto: Callable[[], bool]) -> None:
        """Wait until something is so."""
        with trio.fail_after(PACIENCIA_S):
            while not pronto():
                await self._mudou.wait()


async def ate(pronto: Callable[[], bool]) -> None:
    """Wait until something is so that nobody tells of."""
    with trio.fail_after(PACIENCIA_S):
        while not pronto():  # noqa: ASYNC110 (a server of another's has no event)
            await trio.sleep(0.005)


def canal(smtp: int | None = None, imap: int | None = None, **mais: Any) -> CanalDoConector:
    config: dict[str, Any] = {"endereco": SUPORTE, "nomeRemetente": "Suporte da Empresa"}
    if smtp is not None:
        config |= {"smtpHost": "localhost", "smtpPort": smtp, "smtpTls": "nenhum", "smtpUsuario": SUPORTE}
    if imap is not None:
        config |= {"imapHost": "localhost", "imapPort": imap, "imapTls": "nenhum", "imapUsuario": SUPORTE}
    segredos = {"smtpSenha": SENHA, "imapSenha": SENHA, "chaveConversa": CHAVE}
    segredos |= {nome: mais.pop(nome) for nome in list(mais) if nome in segredos}
    return CanalDoConector(
        id=str(uuid4()), empresa_id=str(uuid4()), nome="E-mail", tipo="email", config=config | mais, segredos=segredos
    )


@asynccontextmanager
async def conector(
    canal: CanalDoConector,
    motor: MotorAnotador | None = None,
    contexto: ssl.SSLContext | None = None,
    http: httpx2.AsyncClient | None = None,
) -> AsyncIterator[ConectorEmail]:
    """A connector that does nothing of its own yet."""
    async with httpx2.AsyncClient() as proprio:
        espera = Espera(idle=5.0, sem_idle=0.01)
        yield ConectorEmail(
            canal, motor or MotorAnotador(), http or proprio, contexto=contexto, espera=espera, regras=TUDO
        )


@asynccontextmanager
async def servindo(feito: ConectorEmail) -> AsyncIterator[trio.CancelScope]:
    """The mailbox is read until the end, and connections are kept."""
    async with trio.open_nursery() as nursery:
        nursery.start_soon(feito.servir)
        yield nursery.cancel_scope
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def servidores(*falsos: SmtpFalso | ImapFalso) -> AsyncIterator[list[int]]:
    """Their ports."""
    async with trio.open_nursery() as nursery:
        yield [await nursery.start(falso.servir) for falso in falsos]
        nursery.cancel_scope.cancel()


def trabalho(envio: Envio | None = None, nome: NomeDoTrabalho = "enviar_email", **mais: Any) -> Trabalho:
    padrao = Envio(para=Endereco("email", ANA), conteudo="Bom dia", assunto="Pedido")
    campos: dict[str, Any] = {
        "id": str(uuid4()),
        "tentativa": 1,
        "canal_id": "c",
        "trabalho": nome,
        "prazo": 2**40,
    } | mais
    return Trabalho(envio=envio or padrao, **campos)


def resumo(resultado: Resultado) -> tuple[str, str | None]:
    return resultado.desfecho, resultado.classe


def certificados(pasta: Path, nome: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own for ``nome``, and a client's that trusts it."""
    chave = ec.generate_private_key(ec.SECP256R1())
    sujeito = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "uma autoridade de teste")])
    agora = datetime.now(UTC)
    certificado = (
        x509.CertificateBuilder()
        .subject_name(sujeito)
        .issuer_name(sujeito)
        .public_key(chave.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(agora - timedelta(days=1))
        .not_valid_after(agora + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nome)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(chave, hashes.SHA256())
    )
    em_pem = certificado.public_bytes(serialization.Encoding.PEM)
    (pasta / "certificado.pem").write_bytes(em_pem)
    (pasta / "chave.pem").write_bytes(
        chave.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    servidor = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    servidor.load_cert_chain(pasta / "certificado.pem", pasta / "chave.pem")
    return servidor, ssl.create_default_context(cadata=em_pem.decode())
