"""What visitors send: bodies, queries and frames. Fields are of the same kinds, and refused in the same words, as those
of the API.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from engine.errors import Detalhe, Invalid
from web.pedido.campos import Conteudo, Email, Ler, Nome, Problema, Uuid, texto
from web.pedido.validacao import Dados, Esquema

ID_MAXIMO: Final = 64
_CURSOR_MAXIMO: Final = 200
_LETRAS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def _id(valor: object) -> str:
    lido = texto(valor)
    if not 1 <= len(lido) <= ID_MAXIMO or not _LETRAS.issuperset(lido):
        raise Problema(f"deve ter de 1 a {ID_MAXIMO} letras, dígitos, _ ou -; um UUID serve")
    return lido


IdDoCliente = Annotated[str, Ler(_id)]
"""The visitor's own id for a message: sent twice, it is stored once."""
Cursor = Annotated[str, Meta(max_length=_CURSOR_MAXIMO)]


class Mensagem(Dados, frozen=True, kw_only=True):
    """``nome`` and ``email`` are as the visitor calls itself: nobody has checked them."""

    id: IdDoCliente
    texto: Conteudo
    nome: Nome | None = None
    email: Email | None = None

    def problemas(self) -> Iterable[Detalhe]:
        if not self.texto:
            yield Detalhe("texto", "não pode ser vazio")


class Nada(Dados, frozen=True, kw_only=True):
    """Nothing is asked for."""


class Lida(Dados, frozen=True, kw_only=True):
    """All up to ``cursor`` was read."""

    cursor: Cursor


class Desde(Dados, frozen=True, kw_only=True):
    cursor: Cursor | None = None


class Envio(Dados, frozen=True, kw_only=True):
    """The query of a file."""

    id: IdDoCliente
    nome: Annotated[str, Meta(max_length=255)] = "arquivo"


class Autenticar(Dados, frozen=True, kw_only=True):
    """The first frame of a socket. ``canal``, if it is said, must be the token's."""

    token: Annotated[str, Meta(max_length=512)]
    canal: Uuid | None = None
    cursor: Cursor | None = None


class Aperto(Dados, frozen=True, kw_only=True):
    """The query of a socket's address. ``canal``: its pages are known before the connection is accepted."""

    canal: Annotated[str, Meta(max_length=36)] | None = None


MENSAGEM: Final = Esquema(Mensagem)
NADA: Final = Esquema(Nada)
LIDA: Final = Esquema(Lida)
AUTENTICAR: Final = Esquema(Autenticar)
DESDE: Final = Esquema(Desde, de_texto=True)
ENVIO: Final = Esquema(Envio, de_texto=True)
APERTO: Final = Esquema(Aperto, de_texto=True)


class Quadro(Struct):
    """A frame."""

    event: str
    data: dict[str, Any] = {}
    ack: Annotated[int, Meta(ge=0, le=2**53)] | None = None


_ler_quadro: Final = msgspec.json.Decoder(Quadro).decode


def ler_quadro(texto_: str) -> Quadro:
    """Raises Invalid."""
    try:
        return _ler_quadro(texto_)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Invalid("quadro_invalido", 'Quadro inválido: deve ser {"event":"…","data":{…},"ack":1}') from None
