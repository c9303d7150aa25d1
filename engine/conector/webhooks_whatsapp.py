"""Webhooks of WhatsApp as they come: whose each change in one is, and the part of it that is somebody's.

One body may hold what concerns several numbers, and accounts, of several empresas: each is given its own and no more.
What is read here is only what says whose it is, and no more strictly than whoever reads the rest: what is wrong with
one message takes nothing from the others.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final, Literal, NamedTuple, TypeGuard

import msgspec
from msgspec import Raw, Struct

from engine.conector.json_tolerante import Ilegivel, ler_json
from engine.conector.limpeza import Objeto, limpo, objeto_de, texto_de

ALVOS_MAXIMO: Final = 1_000
"""Of one body: Meta puts that many updates into one."""
_ID_MAXIMO: Final = 64


class Alvo(NamedTuple):
    """Whom a change concerns: a number (``phone_number_id``), or an account (WABA) of several. ``valor`` is empty where
    nothing says so.
    """

    tipo: Literal["numero", "conta"]
    valor: str

    @property
    def escrito(self) -> str:
        """As one text, by which it is found again."""
        return f"{self.tipo} {self.valor}"

    @property
    def dito(self) -> str:
        """For people."""
        if not self.valor:
            return "não se sabe de quem é"
        return f"{'phone_number_id' if self.tipo == 'numero' else 'a conta'} {self.valor!r} não é de nenhum canal"


DE_NINGUEM: Final = Alvo("conta", "")


class Mudanca(Struct, frozen=True):
    """One change of a body: of which of its entries, whom it concerns, and its own JSON."""

    entrada: int
    alvo: Alvo
    json: Raw


class Envelope(Struct, frozen=True):
    """A body, and its changes, as far as they could be told apart. ``entradas``: the ``id`` of each entry, as JSON."""

    corpo: bytes
    objeto: Raw
    entradas: tuple[Raw, ...]
    mudancas: tuple[Mudanca, ...]

    @property
    def alvos(self) -> tuple[Alvo, ...]:
        """Each once, in the order of the body; none if nothing of it can be read."""
        return tuple(dict.fromkeys(mudanca.alvo for mudanca in self.mudancas))

    def parte(self, alvos: Collection[Alvo]) -> bytes:
        """What concerns these: the body as it came, if that is all of it."""
        minhas = [mudanca for mudanca in self.mudancas if mudanca.alvo in alvos]
        if len(minhas) == len(self.mudancas):
            return self.corpo
        por_entrada: dict[int, list[Raw]] = {}
        for mudanca in minhas:
            por_entrada.setdefault(mudanca.entrada, []).append(mudanca.json)
        entradas = [{"id": self.entradas[i], "changes": mudancas} for i, mudancas in por_entrada.items()]
        return msgspec.json.encode({"object": self.objeto, "entry": entradas})


class Apartado(Struct, frozen=True):
    """A webhook that is kept apart, because somebody of it is nobody of ours: ``alvos``, as :attr:`Alvo.escrito`. With
    its ``assinatura`` it can still be confirmed, once a canal has that number.
    """

    corpo: bytes
    motivo: str
    alvos: tuple[str, ...]
    assinatura: str | None


class _Entrada(Struct):
    id: Raw = Raw(b"null")
    changes: list[Raw] = []


class _Corpo(Struct):
    object: Raw = Raw(b"null")
    entry: list[_Entrada] = []


class _Metadados(Struct):
    phone_number_id: str | None = None


class _DaConta(Struct):
    waba_id: str | None = None


class _Valor(Struct):
    metadata: _Metadados | None = None
    waba_info: _DaConta | None = None


class _Mudanca(Struct):
    value: _Valor


_ler_corpo: Final = msgspec.json.Decoder(_Corpo).decode
_ler_mudanca: Final = msgspec.json.Decoder(_Mudanca).decode
_ESTRANHO: Final = (msgspec.DecodeError, UnicodeError, RecursionError)


def ler_envelope(corpo: bytes) -> Envelope:
    """Never fails: of what cannot be read, or names more than anybody sends, no change is told apart."""
    try:
        lido = _do_corpo(corpo, _ler_corpo(corpo))
    except _ESTRANHO:
        lido = _do_corpo(corpo, _tolerado(corpo))
    return lido if len(lido.alvos) <= ALVOS_MAXIMO else _do_corpo(corpo, _Corpo())


def _do_corpo(corpo: bytes, lido: _Corpo) -> Envelope:
    return Envelope(corpo, lido.object, tuple(um.id for um in lido.entry), tuple(_mudancas(lido)))


def _mudancas(lido: _Corpo) -> Iterator[Mudanca]:
    for i, entrada in enumerate(lido.entry):
        conta = _texto({"id": _valor(entrada.id)}, "id")
        for json_ in entrada.changes:
            yield Mudanca(i, _alvo(json_, conta), json_)


def _alvo(mudanca: Raw, conta: str | None) -> Alvo:
    try:
        valor = _ler_mudanca(mudanca).value
    except _ESTRANHO:
        return _alvo_tolerado(_valor(mudanca), conta)
    numero = None if valor.metadata is None else _limpo(valor.metadata.phone_number_id)
    outra = None if valor.waba_info is None else _limpo(valor.waba_info.waba_id)
    return _deste(numero, outra or conta)


def _alvo_tolerado(mudanca: object, conta: str | None) -> Alvo:
    valor = objeto_de(mudanca, "value") if _e_objeto(mudanca) else {}
    numero = _texto(objeto_de(valor, "metadata"), "phone_number_id")
    return _deste(numero, _texto(objeto_de(valor, "waba_info"), "waba_id") or conta)


def _deste(numero: str | None, conta: str | None) -> Alvo:
    if numero is not None:
        return Alvo("numero", numero)
    return DE_NINGUEM if conta is None else Alvo("conta", conta)


def _tolerado(corpo: bytes) -> _Corpo:
    try:
        lido = ler_json(corpo)
    except Ilegivel:
        return _Corpo()
    entradas = lido.get("entry") if _e_objeto(lido) else None
    if not isinstance(entradas, list):
        return _Corpo()
    return _Corpo(_json(lido.get("object")), [_entrada_tolerada(entrada) for entrada in entradas])


def _entrada_tolerada(entrada: object) -> _Entrada:
    """What is no entry is kept in its place, as a change of nobody's that is none either."""
    mudancas = entrada.get("changes") if _e_objeto(entrada) else None
    if not _e_objeto(entrada) or not isinstance(mudancas, list):
        return _Entrada(changes=[_json(entrada)])
    return _Entrada(_json(entrada.get("id")), [_json(mudanca) for mudanca in mudancas])


def _e_objeto(valor: object) -> TypeGuard[Objeto]:
    return isinstance(valor, dict)


def _json(valor: Any) -> Raw:
    """Halves of surrogate pairs are escaped, as they may have come."""
    return Raw(json.dumps(valor, separators=(",", ":")).encode())


def _valor(json_: Raw) -> object:
    try:
        return ler_json(bytes(json_))
    except Ilegivel:
        return None


def _texto(objeto: Objeto, nome: str) -> str | None:
    return texto_de(objeto, nome, _ID_MAXIMO)


def _limpo(texto: str | None) -> str | None:
    return None if texto is None else limpo(texto, _ID_MAXIMO).strip() or None
