"""Packets, in and out."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from engineio import packet as engine
from msgspec import Struct
from socketio import packet

from web.gateway import Fechamento, Quadro

NAMESPACE: Final = "/atendimento"
PACOTES_POR_CORPO: Final = 256
"""Packets in the body of one POST: the client sends together what it has, up to ``maxPayload`` bytes."""

_ENTREGA: Final = f"{engine.MESSAGE}{packet.EVENT}{NAMESPACE},"
_RESPOSTA: Final = f"{engine.MESSAGE}{packet.ACK}{NAMESPACE},"
_codificar = msgspec.json.Encoder().encode
_decodificar = msgspec.json.Decoder().decode


def dumps(valor: object) -> str:
    """JSON text."""
    return _codificar(valor).decode()


class PacoteInvalido(ValueError):
    """What came is no packet, or none that is taken here."""


class PacoteGrande(PacoteInvalido):
    """It is longer than what is taken."""


class _Json:
    """The JSON module of the packet classes: ours, which is faster and bounded in depth."""

    @staticmethod
    def dumps(valor: object, **_: Any) -> str:
        return dumps(valor)

    @staticmethod
    def loads(texto: str) -> object:
        try:
            return _decodificar(texto)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as erro:
            raise PacoteInvalido(str(erro)) from None


class _PacoteEngine(engine.Packet):  # type: ignore[misc]  # the library has no types
    json = _Json


class _PacoteSocket(packet.Packet):  # type: ignore[misc]
    json = _Json


class Conectar(Struct, frozen=True):
    """A client wants into a namespace."""

    namespace: str
    auth: object


class EventoDoCliente(Struct, frozen=True):
    """``dados`` is the first argument. ``ack`` is what the answer is sent under, if one is expected."""

    nome: str
    dados: object
    ack: int | None


class Desconectar(Struct, frozen=True):
    """A client leaves the namespace."""


class Ping(Struct, frozen=True):
    """Of Engine.IO. ``sonda``: it tries out a transport."""

    sonda: bool


class Pong(Struct, frozen=True):
    """Of Engine.IO: the client is alive."""


class Subir(Struct, frozen=True):
    """Of Engine.IO: from now on by the transport that was tried out."""


class Fechar(Struct, frozen=True):
    """Of Engine.IO."""


class Nada(Struct, frozen=True):
    """Something that needs no answer: a no-op, or an ack of what was never asked."""


PacoteRecebido = Conectar | EventoDoCliente | Desconectar | Ping | Pong | Subir | Fechar | Nada


def ler(texto: str) -> PacoteRecebido:
    """One packet of a client. Raises PacoteInvalido; binary ones are not taken."""
    try:
        pacote = _PacoteEngine(encoded_packet=texto)
    except (ValueError, IndexError) as erro:
        raise PacoteInvalido(str(erro)) from None
    if pacote.binary:
        raise PacoteInvalido("binary data")
    match pacote.packet_type:
        case engine.MESSAGE:
            return _mensagem(texto[1:])
        case engine.PING:
            return Ping(sonda=texto[1:] == "probe")
        case engine.PONG:
            return Pong()
        case engine.UPGRADE:
            return Subir()
        case engine.CLOSE:
            return Fechar()
        case engine.NOOP:
            return Nada()
        case _:
            raise PacoteInvalido(f"packet type {pacote.packet_type}")


def _mensagem(texto: str) -> PacoteRecebido:
    if not texto:
        raise PacoteInvalido("empty message")
    try:
        pacote = _PacoteSocket(encoded_packet=texto)
    except (ValueError, IndexError) as erro:
        raise PacoteInvalido(str(erro)) from None
    namespace = pacote.namespace or "/"
    match pacote.packet_type:
        case packet.CONNECT:
            return Conectar(namespace, pacote.data)
        case packet.EVENT if namespace == NAMESPACE:
            return _evento(pacote.data, pacote.id)
        case packet.DISCONNECT:
            return Desconectar() if namespace == NAMESPACE else Nada()
        case packet.ACK:
            return Nada()
        case _:
            raise PacoteInvalido(f"message type {pacote.packet_type} in {namespace[:64]}")


def _evento(dados: object, ack: int | None) -> EventoDoCliente:
    if not isinstance(dados, list) or not dados or not isinstance(dados[0], str):
        raise PacoteInvalido("an event is a list that begins with its name")
    return EventoDoCliente(dados[0], dados[1] if len(dados) > 1 else None, ack)


def ler_corpo(texto: str) -> list[str]:
    """The packets in the body of a POST. Raises PacoteInvalido."""
    partes = texto.split("\x1e")
    if len(partes) > PACOTES_POR_CORPO:
        raise PacoteInvalido("too many packets")
    return partes


def corpo(textos: list[str]) -> str:
    """The body of the answer to a GET."""
    return "\x1e".join(textos)


class FormatoSocketIO:
    """How the gateway's frames are spelled here."""

    __slots__ = ()

    def evento(self, nome: str, dados: str, seq: int | None) -> Quadro:
        nome = "connected" if nome == "connect" else nome
        fim = "]" if seq is None else f",{seq}]"
        return Quadro(f'{_ENTREGA}["{nome}",{dados}{fim}')

    def resposta(self, ack: int | str, dados: str) -> Quadro:
        return Quadro(f"{_RESPOSTA}{ack}[{dados}]")


FORMATO: Final = FormatoSocketIO()


def aberto(sid: str, *, ping_ms: int, pong_ms: int, corpo_maximo: int, sobe: bool) -> Quadro:
    """The first packet of a session."""
    dados = {
        "sid": sid,
        "upgrades": ["websocket"] if sobe else [],
        "pingInterval": ping_ms,
        "pingTimeout": pong_ms,
        "maxPayload": corpo_maximo,
    }
    return _de_engine(engine.OPEN, dados)


def fechamento(porque: Fechamento) -> Quadro:
    """The event that says why the server closes."""
    return FORMATO.evento("fechamento", dumps({"codigo": porque.codigo, "motivo": porque.motivo}), None)


def entrou(sid: str) -> Quadro:
    """The client is in the namespace."""
    return _de_socket(packet.CONNECT, {"sid": sid})


def recusado(namespace: str, codigo: str, message: str) -> Quadro:
    """It is not: ``connect_error``."""
    return _de_socket(packet.CONNECT_ERROR, {"message": message, "data": {"codigo": codigo}}, namespace)


def _de_engine(tipo: int, dados: object = None) -> Quadro:
    return Quadro(_PacoteEngine(tipo, dados).encode())


def _de_socket(tipo: int, dados: object = None, namespace: str = NAMESPACE) -> Quadro:
    return Quadro(f"{engine.MESSAGE}{_PacoteSocket(tipo, dados, namespace).encode()}")


PING: Final = _de_engine(engine.PING)
PONG_DA_SONDA: Final = _de_engine(engine.PONG, "probe")
NADA: Final = _de_engine(engine.NOOP)
FIM: Final = _de_engine(engine.CLOSE)
SAIA: Final = _de_socket(packet.DISCONNECT)
"""The client is put out of the namespace, and does not connect again by itself."""
