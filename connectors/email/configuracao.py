"""What the config and the secrets of a canal of type ``email`` say (contract: "Canais: what config holds")."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import scrypt, sha256
from ipaddress import ip_address
from typing import Any, Final, Literal, get_args

import idna
from msgspec import Struct

from connectors.email import enderecos, limites
from connectors.email.palavras import uma_linha
from engine.conector.protocolo import CanalDoConector
from engine.conector.redes import RegrasDeRede
from engine.emails import canonico

SO_PUBLICOS: Final = RegrasDeRede(portas=None)
Seguranca = Literal["starttls", "tls", "nenhum"]
_PORTAS_SMTP: Final[dict[Seguranca, int]] = {"starttls": 587, "tls": 465, "nenhum": 25}
_PORTAS_IMAP: Final[dict[Seguranca, int]] = {"starttls": 143, "tls": 993, "nenhum": 143}
_NOME: Final = 253
"""Octets of a name of the name system (RFC 1035, section 2.3.4)."""
_rotulo: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\Z")
_controles: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DOMINIO: Final = b"balcao/conversas por e-mail/1"
_CUSTO: Final = 2**14


class ConfiguracaoErrada(Exception):
    """The canal cannot work as it is configured; each of ``problemas`` says what to do, in Portuguese."""

    def __init__(self, problemas: list[str]) -> None:
        super().__init__("; ".join(problemas))
        self.problemas = problemas


class Servidor(Struct, frozen=True, kw_only=True):
    """Where to connect to, and as whom. ``usuario`` empty: without a login. ``regras``: what of the network may be
    connected to, for who configures a canal is not who runs the machine.
    """

    host: str
    porta: int
    seguranca: Seguranca
    usuario: str = ""
    senha: str = ""
    regras: RegrasDeRede = SO_PUBLICOS

    def sem_segredo(self, dito: str) -> str:
        """What the server said, without the password: some repeat the command that they refuse."""
        if not self.senha:
            return dito
        formas = (self.senha, _b64(self.senha), _b64(f"\0{self.usuario}\0{self.senha}"))
        for forma in sorted(formas, key=len, reverse=True):
            dito = dito.replace(forma, "…")
        return dito

    def __repr__(self) -> str:
        """Without the password."""
        return f"Servidor({self.host}:{self.porta}, {self.seguranca})"


class Configuracao(Struct, frozen=True, kw_only=True):
    """A canal's settings, checked. ``smtp`` and ``imap`` are None where they are not configured: such a canal only
    receives, or only sends. ``chave`` signs addresses and Message-IDs. ``com_etiqueta`` (``etiqueta`` is not "nao"):
    the mailbox takes mails to its address with a plus and a tag, as nearly all do (RFC 5233).
    """

    empresa_id: str
    endereco: str
    nome: str
    smtp: Servidor | None
    imap: Servidor | None
    pasta: str
    chave: bytes
    com_etiqueta: bool = True

    def __repr__(self) -> str:
        """Without secrets."""
        return f"Configuracao({self.endereco})"


def ler(canal: CanalDoConector, regras: RegrasDeRede = SO_PUBLICOS) -> Configuracao:
    """The settings of a canal. Raises ConfiguracaoErrada."""
    problemas: list[str] = []
    endereco = canonico(_texto(canal.config, "endereco"))
    if not enderecos.valido(endereco) or not _e_nome(endereco.rpartition("@")[2]):
        problemas.append("Preencha 'endereco' com o endereço de e-mail do canal, como suporte@suaempresa.com.br.")
    _sem_controles(canal, problemas)
    smtp = _servidor(canal, "smtp", _PORTAS_SMTP, regras, problemas)
    imap = _servidor(canal, "imap", _PORTAS_IMAP, regras, problemas)
    if smtp is None and imap is None and not problemas:
        problemas.append("Preencha 'smtpHost' para enviar e 'imapHost' para receber e-mails.")
    if problemas:
        raise ConfiguracaoErrada(problemas)
    return Configuracao(
        empresa_id=canal.empresa_id,
        endereco=endereco,
        nome=uma_linha(_texto(canal.config, "nomeRemetente"), limites.NOME),
        smtp=smtp,
        imap=imap,
        pasta=_texto(canal.config, "imapPasta") or "INBOX",
        chave=_chave(canal),
        com_etiqueta=_texto(canal.config, "etiqueta").lower() not in {"nao", "não", "false"},
    )


def _servidor(
    canal: CanalDoConector, qual: str, portas: Mapping[Seguranca, int], regras: RegrasDeRede, problemas: list[str]
) -> Servidor | None:
    config = canal.config
    host = _texto(config, f"{qual}Host").removeprefix("[").removesuffix("]")
    if f"{qual}Host" in canal.segredos:
        problemas.append(f"'{qual}Host' deve ser só o nome do servidor, sem usuário e senha.")
    if not host:
        return None
    if not _e_nome(host):
        problemas.append(f"'{qual}Host' deve ser o nome de um servidor, como {qual}.suaempresa.com.br.")
    seguranca = _seguranca(_texto(config, f"{qual}Tls"), _texto(config, f"{qual}Port"))
    if seguranca is None:
        problemas.append(f"'{qual}Tls' deve ser starttls, tls ou nenhum.")
        seguranca = "tls"
    porta = _texto(config, f"{qual}Port") or str(portas[seguranca])
    if not (porta.isascii() and porta.isdecimal() and 0 < int(porta[:6]) < 65_536):
        problemas.append(f"'{qual}Port' deve ser o número de uma porta, como {portas[seguranca]}.")
        porta = "1"
    return Servidor(
        host=host,
        porta=int(porta),
        seguranca=seguranca,
        usuario=_texto(config, f"{qual}Usuario"),
        senha=_texto(canal.segredos, f"{qual}Senha"),
        regras=regras,
    )


def _e_nome(nome: str) -> bool:
    """Whether a server can have this name, or this address."""
    try:
        ip_address(nome)
    except ValueError:
        try:
            escrito = nome if nome.isascii() else idna.encode(nome, uts46=True).decode()
        except idna.IDNAError:
            return False
        return len(escrito) <= _NOME and all(map(_rotulo.match, escrito.removesuffix(".").split(".")))
    return True


def _sem_controles(canal: CanalDoConector, problemas: list[str]) -> None:
    """What is pasted over two lines would be two commands to a server."""
    ditos = [(nome, _texto(canal.config, nome)) for nome in ("smtpUsuario", "imapUsuario", "imapPasta")]
    ditos += [(nome, _texto(canal.segredos, nome)) for nome in ("smtpSenha", "imapSenha")]
    problemas += [
        f"'{nome}' deve ser uma linha só, sem caracteres invisíveis." for nome, dito in ditos if _controles.search(dito)
    ]


def _seguranca(dita: str, porta: str) -> Seguranca | None:
    """As it is said; where nothing is, by the port, and never in the clear."""
    if not dita:
        return "starttls" if porta in {"587", "143", "25", "2525"} else "tls"
    return next((valor for valor in get_args(Seguranca) if valor == dita.lower()), None)


def _chave(canal: CanalDoConector) -> bytes:
    """The key of the canal's own (``chaveConversa``), if it has one. Otherwise one made of its password, so slowly
    (RFC 7914) that nobody who gets a mail can try passwords by it.
    """
    propria = _texto(canal.segredos, "chaveConversa")
    if propria:
        return sha256(_DOMINIO + propria.encode()).digest()
    senha = _texto(canal.segredos, "smtpSenha") or _texto(canal.segredos, "imapSenha")
    sal = f"{canal.empresa_id}/{canal.id}".encode()
    return scrypt(_DOMINIO + senha.encode(), salt=sal, n=_CUSTO, r=8, p=1, dklen=32)


def _b64(texto: str) -> str:
    return b64encode(texto.encode()).decode()


def _texto(onde: Mapping[str, Any], nome: str) -> str:
    """A setting as text: a port may be a number, and people leave blanks around what they paste."""
    valor = onde.get(nome)
    return str(valor).strip() if isinstance(valor, str | int) else ""
