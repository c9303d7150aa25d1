"""What a webhook to another system is set up with: its address, its events, its secrets.

A *gancho* is such a webhook, kept as a canal of type ``webhook``: its events are in the open, its address and its
secrets are not (an address may well have a key in it, and is shown to nobody but who sets it up).
"""

from __future__ import annotations

import re
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import Struct

from engine.conector.redes import RegrasDeRede, desta_maquina, permitida, permitido, porta_livre
from engine.errors import Detalhe, Invalid

_e_hexadecimal = re.compile("0x[0-9a-f]{0,16}").fullmatch
_e_octal = re.compile("0[0-7]{1,20}").fullmatch
_e_decimal = re.compile("[0-9]{1,20}").fullmatch

URL_MAXIMA: Final = 2_048
_REMEDIO: Final = "peça a quem administra o Balcão que inclua a rede dele em REDES_PERMITIDAS"
ANTERIOR_MS: Final = 86_400_000
"""How long the secret before signs too, once another has taken its place."""
DESATIVAR_MS: Final = 3 * 86_400_000
"""After so long without a success nothing more is sent."""


class SegredosDoGancho(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What of it is not shown; empty: it was lost with its key. ``anterior`` signs too until ``anterior_ate`` (ms)."""

    url: str = ""
    segredo: str = ""
    anterior: str | None = None
    anterior_ate: int = 0

    def __repr__(self) -> str:
        """Without the secrets."""
        return "SegredosDoGancho(…)"

    def que_assinam(self, now: int) -> tuple[str, ...]:
        if self.anterior is None or now >= self.anterior_ate:
            return (self.segredo,)
        return self.segredo, self.anterior


class ConfigDoGancho(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What of it is shown, also by events: the filters by which events are told."""

    eventos: tuple[str, ...] = ()


class SituacaoDoGancho(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """How it goes. ``falhando_desde``: when it failed first after its last success (ms). ``desativado_em``: since when
    nothing is sent, because of ``motivo``.
    """

    falhando_desde: int | None = None
    desativado_em: int | None = None
    motivo: str | None = None


_ler_config: Final = msgspec.json.Decoder(ConfigDoGancho).decode
_ler_situacao: Final = msgspec.json.Decoder(SituacaoDoGancho).decode


def config_do_gancho(config: str) -> ConfigDoGancho:
    """Of a canal of type ``webhook``."""
    return _ler_config(config)


def situacao_do_gancho(situacao: str | None) -> SituacaoDoGancho:
    return SituacaoDoGancho() if situacao is None else _ler_situacao(situacao)


def marca_do_segredo(segredo: str) -> str:
    """What a secret is known by where it must not be shown."""
    return sha256(segredo.encode()).hexdigest()[:16]


def problema_da_url(url: str, regras: RegrasDeRede) -> str | None:
    """Why an address can never be called, as a sentence; None: it may be. What a name stands for is looked at each time
    that it is connected to.

    >>> problema_da_url("https://exemplo.com/gancho", RegrasDeRede())
    >>> problema_da_url("http://169.254.169.254/", RegrasDeRede())
    'aponta para dentro da rede; use um endereço na internet pública, ou peça a quem administra o Balcão que inclua a \
rede dele em REDES_PERMITIDAS'
    """
    try:
        partes = urlsplit(url)
        porta = partes.port
    except ValueError:
        return "não é um endereço válido"
    problema = _problema_das_partes(url, partes)
    if problema is not None:
        return problema
    porta = (443 if partes.scheme == "https" else 80) if porta is None else porta
    return _problema_do_destino(_endereco(partes.hostname or ""), porta, regras)


def _problema_do_destino(endereco: str | None, porta: int, regras: RegrasDeRede) -> str | None:
    """``endereco`` None: a name, of which nothing is known yet."""
    if endereco is not None and porta in regras.da_casa and desta_maquina(endereco):
        return "aponta para o próprio Balcão"
    if endereco is not None and not permitido(endereco, regras):
        return f"aponta para dentro da rede; use um endereço na internet pública, ou {_REMEDIO}"
    if porta_livre(porta, regras):
        return None
    if _pode_ter_qualquer_porta(regras) if endereco is None else permitida(porta, endereco, regras):
        return None
    portas = ", ".join(map(str, sorted(regras.portas or ())))
    return f"a porta {porta} não pode ser chamada; use uma de {portas}, ou {_REMEDIO}"


def _pode_ter_qualquer_porta(regras: RegrasDeRede) -> bool:
    """Whether a name may stand for an address whose ports may all be called: those of this machine have names of their
    own.
    """
    return regras.redes_inteiras and not all(rede.is_loopback for rede in regras.redes)


def exigir_url(url: str, regras: RegrasDeRede) -> None:
    """Raise Invalid if an address can never be called."""
    problema = problema_da_url(url, regras)
    if problema is not None:
        raise Invalid("dados_invalidos", f"url: {problema}", (Detalhe("url", problema),))


def _problema_das_partes(url: str, partes: SplitResult) -> str | None:
    if len(url) > URL_MAXIMA:
        return f"deve ter no máximo {URL_MAXIMA} caracteres"
    if not url.isascii() or any(ord(letra) <= 32 or ord(letra) == 127 for letra in url) or "\\" in url:
        return "não pode ter espaços, \\ nem letras fora do ASCII: escreva-as com % (no nome, em punycode)"
    if partes.scheme not in {"http", "https"}:
        return "deve começar por https:// (ou http://)"
    if not partes.hostname:
        return "não diz em que máquina fica"
    if partes.username is not None or partes.password is not None:
        return "não pode ter usuário e senha: as entregas são assinadas"
    return "não pode ter #" if "#" in url else None


def _endereco(host: str) -> str | None:
    """What a host stands for; None: it is a name. Of these only those that always stand for this machine are known."""
    nome = host.rstrip(".").lower()
    try:
        return str(ip_address(nome))
    except ValueError:
        pass
    return "127.0.0.1" if nome == "localhost" or nome.endswith(".localhost") else _ipv4(nome)


def _ipv4(nome: str) -> str | None:
    """An IPv4 address in the other forms that machines read (``0x7f.1``, ``2130706433``): WHATWG URL, "IPv4 parser"."""
    partes = nome.split(".")
    numeros: list[int] = []
    for parte in partes:
        numero = _numero(parte)
        if numero is None or len(partes) > 4:
            return None
        numeros.append(numero)
    *altos, baixo = numeros
    if any(um > 255 for um in altos) or baixo >= 256 ** (5 - len(numeros)):
        return None
    total = baixo + sum(um << 8 * (3 - lugar) for lugar, um in enumerate(altos))
    return str(ip_address(total)) if total < 2**32 else None


def _numero(parte: str) -> int | None:
    if _e_hexadecimal(parte) is not None:
        return int(parte[2:] or "0", 16)
    if _e_octal(parte) is not None:
        return int(parte, 8)
    return int(parte) if _e_decimal(parte) is not None else None
