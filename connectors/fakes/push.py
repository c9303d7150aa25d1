"""A push service and the browsers behind it: it checks what RFC 8030 and 8292 ask for, opens what was sealed for its
browsers (RFC 8291), and keeps a book.
"""

from __future__ import annotations

import os
from itertools import count
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import DecodeError, Struct, json, to_builtins

from connectors.fakes.roteiro import Roteiro
from connectors.fakes.servidor_http import Cair, Pedido, Resposta, resposta_json
from connectors.push._cifra import chaves_de
from engine.conector.vapid import de_base64url, em_base64url, ponto_de

INSCREVER: Final = "/_falso/inscrever"
LIVRO: Final = "/_falso/livro"
_CABECALHO: Final = 86
_CORPO_MAXIMO: Final = 4_096
_UM_DIA_S: Final = 86_400


class Inscricao(Struct, frozen=True):
    """What a browser tells the server that wants to reach it."""

    endpoint: str
    p256dh: str
    auth: str


class Notificacao(Struct, frozen=True):
    """What a browser was given. ``dados`` is what was sealed."""

    endpoint: str
    dados: dict[str, str]
    ttl: int
    urgencia: str
    topico: str


class _Navegador(Struct, frozen=True):
    chave: ec.EllipticCurvePrivateKey
    segredo: bytes
    publica: str
    """The server's key that it subscribed with."""


class PushFalso:
    """``agora_s``: what time it is there; ``base``: where it is, once it is served."""

    def __init__(self, agora_s: int = 1_767_225_600) -> None:
        self.base = ""
        self.agora_s = agora_s
        self.livro: list[Notificacao] = []
        self.roteiro = Roteiro()
        self._navegadores: dict[str, _Navegador] = {}
        self._sairam: set[str] = set()
        self._numeros = count(1)

    def inscrever(self, publica: str) -> Inscricao:
        """A new browser, that subscribes with the server's public key."""
        caminho = f"/push/{next(self._numeros)}"
        chave, segredo = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self._navegadores[caminho] = _Navegador(chave, segredo, publica)
        return Inscricao(self.base + caminho, em_base64url(ponto_de(chave.public_key())), em_base64url(segredo))

    def sair(self, inscricao: Inscricao) -> None:
        """The browser is not subscribed any more."""
        self._sairam.add(inscricao.endpoint.removeprefix(self.base))

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        """A push message; or, for who plays with it, a browser that subscribes (POST, its body the server's public key)
        and the book (GET).
        """
        if pedido.caminho == INSCREVER:
            return resposta_json(to_builtins(self.inscrever(pedido.corpo.decode().strip())))
        if pedido.caminho == LIVRO:
            return resposta_json(to_builtins(self.livro))
        falha = self.roteiro.proxima()
        if falha is not None and not falha.depois:
            return falha.resposta
        if pedido.caminho in self._sairam:
            return Resposta(status=410)
        navegador = self._navegadores.get(pedido.caminho)
        if navegador is None:
            return Resposta(status=404)
        status = self._recusa(pedido, navegador)
        if status is not None:
            return Resposta(status=status)
        self._guardar(pedido, _aberto(pedido.corpo, navegador))
        mensagem = {"location": f"{self.base}/mensagens/{len(self.livro)}"}
        return Resposta(status=201, cabecalhos=mensagem) if falha is None else falha.resposta

    def _recusa(self, pedido: Pedido, navegador: _Navegador) -> int | None:
        if len(pedido.corpo) > _CORPO_MAXIMO:
            return 413
        if not pedido.cabecalhos.get("ttl", "").isdigit() or len(pedido.cabecalhos.get("topic", "")) > 32:
            return 400
        if pedido.cabecalhos.get("content-encoding") != "aes128gcm":
            return 415
        return None if self._conhece(pedido.cabecalhos.get("authorization", ""), navegador.publica) else 403

    def _conhece(self, autorizacao: str, publica: str) -> bool:
        """Whether it is the server that the browser subscribed with (RFC 8292 §4.2)."""
        esquema, _, resto = autorizacao.partition(" ")
        partes = dict(parte.strip().split("=", 1) for parte in resto.split(",") if "=" in parte)
        try:
            assinado, _, assinatura = partes["t"].rpartition(".")
            chave = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), de_base64url(partes["k"]))
            bruta = de_base64url(assinatura)
            dss = encode_dss_signature(int.from_bytes(bruta[:32]), int.from_bytes(bruta[32:]))
            chave.verify(dss, assinado.encode(), ec.ECDSA(SHA256()))
            dados = json.decode(de_base64url(assinado.partition(".")[2]), type=dict[str, str | int])
        except (KeyError, ValueError, InvalidSignature, DecodeError):
            return False
        validade = dados.get("exp")
        return (
            esquema == "vapid"
            and partes["k"] == publica
            and dados.get("aud") == self.base
            and isinstance(validade, int)
            and self.agora_s < validade <= self.agora_s + _UM_DIA_S
            and str(dados.get("sub", "")).startswith(("mailto:", "https:"))
        )

    def _guardar(self, pedido: Pedido, claro: bytes) -> None:
        self.livro.append(
            Notificacao(
                endpoint=self.base + pedido.caminho,
                dados=json.decode(claro, type=dict[str, str]),
                ttl=int(pedido.cabecalhos["ttl"]),
                urgencia=pedido.cabecalhos.get("urgency", ""),
                topico=pedido.cabecalhos.get("topic", ""),
            )
        )


def _aberto(corpo: bytes, navegador: _Navegador) -> bytes:
    try:
        return abrir(corpo, navegador.chave, navegador.segredo)
    except (InvalidTag, ValueError) as erro:
        raise AssertionError("what was sent cannot be opened by the browser that it is for") from erro


def abrir(corpo: bytes, chave: ec.EllipticCurvePrivateKey, segredo: bytes) -> bytes:
    """What a browser does with a body of one record. Raises InvalidTag, ValueError."""
    sal, tamanho, nosso_ponto = corpo[:16], corpo[20], corpo[21:_CABECALHO]
    if tamanho != len(nosso_ponto):
        raise ValueError("another key than of P-256")
    deles = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), nosso_ponto)
    comum = chave.exchange(ec.ECDH(), deles)
    chaves = chaves_de(comum, segredo, ponto_de(chave.public_key()), nosso_ponto, sal)
    claro = AESGCM(chaves.conteudo).decrypt(chaves.nonce, corpo[_CABECALHO:], None).rstrip(b"\x00")
    if claro[-1:] != b"\x02":
        raise ValueError("the last record does not end")
    return claro[:-1]
