"""Frames of connectors, read. What is wrong with one is told with its place, and with what may stand there."""

from __future__ import annotations

import re
from typing import Final, Generic, TypeVar, get_args

import msgspec
from msgspec import Raw, Struct

from engine.conector import protocolo
from engine.conector.enderecos import TipoDeEndereco
from engine.conector.entradas import (
    EstadoExterno,
    MensagemRecebida,
    Modelo,
    NovidadeDoCanal,
    StatusRecebido,
    TipoDeNovidade,
)
from engine.conector.trabalhos import ClasseDeErro, Desfecho
from engine.errors import Invalid
from engine.modelo import TipoCanal, TipoMensagem

_INVALIDO: Final = "Quadro inválido: "
_NAO_DECODIFICA: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
_PALAVRAS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"tipo", ("ola", "assinar", "largar", "resultado", "entrada", "testado", "batida")),
    (r"desfecho", get_args(Desfecho)),
    (r".*classe", get_args(ClasseDeErro)),
    (r".*estado", get_args(EstadoExterno)),
    (r".*(?:de|tambem\[\d*\])\.tipo", get_args(TipoDeEndereco)),
    (r"novidades\[\d*\]\.tipo", get_args(TipoDeNovidade)),
    (r"tipos\[\d*\]", get_args(TipoCanal)),
    (r".*tipo", get_args(TipoMensagem)),
)
"""What may stand at a place (a regular expression)."""
_TIPOS: Final = {
    "int": "um número inteiro", "float": "um número", "str": "um texto", "bool": "true ou false", "null": "null",
    "object": "um objeto", "array": "uma lista",
}  # fmt: skip
_lugar = re.compile(r" - at `\$\.?(.*)`$").search
_falta = re.compile(r"Object missing required field `(.+?)`").match
_outro_valor = re.compile(r"Invalid (?:enum )?value (.+)$", re.DOTALL).match
_outro_tipo = re.compile(r"Expected `(.+?)`(?:, got `(.+?)`)?").match

T = TypeVar("T")


class EntradaParcial(Struct, frozen=True):
    """An ``entrada`` of which some messages cannot be read: ``erradas``, each by its place among all."""

    quadro: protocolo.Entrada
    erradas: dict[int, protocolo.ItemAnotado]

    def com(self, anotadas: tuple[protocolo.ItemAnotado, ...]) -> tuple[protocolo.ItemAnotado, ...]:
        """What became of all of them, in their order."""
        boas = iter(anotadas)
        return tuple(self.erradas.get(n) or next(boas) for n in range(len(anotadas) + len(self.erradas)))


class _Leitor(Generic[T]):
    """Raises Invalid."""

    def __init__(self, tipo: type[T] | object) -> None:
        self._decodificar = msgspec.json.Decoder(tipo).decode

    def __call__(self, texto: str | Raw, onde: str = "") -> T:
        try:
            lido: T = self._decodificar(texto)
        except _NAO_DECODIFICA as erro:
            raise Invalid("quadro_invalido", f"{_INVALIDO}{explicado(str(erro), onde)}") from None
        return lido


class _EntradaCrua(Struct, frozen=True, rename="camel", tag="entrada", tag_field="tipo", kw_only=True):
    ref: int
    canal_id: str
    mensagens: tuple[Raw, ...] = ()
    status: tuple[StatusRecebido, ...] = ()
    novidades: tuple[NovidadeDoCanal, ...] = ()
    modelos: tuple[Modelo, ...] | None = None


class _SoRef(Struct, frozen=True, tag="entrada", tag_field="tipo"):
    ref: int


class _SoId(Struct, frozen=True):
    id: str = ""


_ler_quadro: Final = _Leitor[protocolo.DoConector](protocolo.DoConector)
_ler_crua: Final = _Leitor[_EntradaCrua](_EntradaCrua)
_ler_mensagem: Final = _Leitor[MensagemRecebida](MensagemRecebida)
_ler_ref: Final = _Leitor[_SoRef](_SoRef)
_ler_id: Final = _Leitor[_SoId](_SoId)


def ler_quadro(texto: str) -> protocolo.DoConector | EntradaParcial:
    """One frame. Raises Invalid, which says what is wrong where."""
    try:
        return _ler_quadro(texto)
    except Invalid as erro:
        try:
            crua = _ler_crua(texto)
        except Invalid:
            raise erro from None
        return _parcial(crua)


def recusa_do_quadro(texto: str, erro: Invalid) -> protocolo.Ack | protocolo.Recusado:
    """What is said of a frame that could not be read: an ``entrada`` is waited for by its ``ref``."""
    try:
        ref = _ler_ref(texto).ref
    except Invalid:
        return protocolo.Recusado(codigo=erro.codigo, message=erro.message, canal_id=None)
    return protocolo.Ack(ref=ref, ok=False, codigo=erro.codigo, message=erro.message)


def explicado(erro: str, onde: str = "") -> str:
    """What the decoder says, for who wrote the frame. ``onde``: in which part of it.

    >>> explicado("Invalid enum value 'zap' - at `$.desfecho`")
    "desfecho: 'zap' não serve; use aceito, entregue, lido, falhou, desconhecido ou devolvido"
    """
    achado = _lugar(erro)
    lugar = ".".join(parte for parte in (onde, achado[1].replace("[...]", "[]") if achado else "") if parte)
    dito = erro[: achado.start()] if achado else erro
    if falta := _falta(dito):
        return f"falta {'.'.join(parte for parte in (lugar, falta[1]) if parte)}"
    if outro := _outro_valor(dito):
        return f"{lugar}: {outro[1][:100]} não serve; use {_palavras(lugar)}"
    if tipo := _outro_tipo(dito):
        veio = f"; veio {_TIPOS.get(tipo[2], tipo[2])}" if tipo[2] else ""
        return f"{lugar or 'ele'} deve ser {' ou '.join(_TIPOS.get(um, um) for um in tipo[1].split(' | '))}{veio}"
    return "não é um objeto JSON em UTF-8"


def _palavras(lugar: str) -> str:
    palavras = next((palavras for onde, palavras in _PALAVRAS if re.fullmatch(onde, lugar)), ())
    return " ou ".join(parte for parte in (", ".join(palavras[:-1]), *palavras[-1:]) if parte)


def _parcial(crua: _EntradaCrua) -> EntradaParcial:
    boas: list[MensagemRecebida] = []
    erradas: dict[int, protocolo.ItemAnotado] = {}
    for n, texto in enumerate(crua.mensagens):
        try:
            boas.append(_ler_mensagem(texto, f"mensagens[{n}]"))
        except Invalid as erro:
            erradas[n] = protocolo.ItemAnotado(
                id=_id_de(texto), situacao="recusada", message=erro.message.removeprefix(_INVALIDO)
            )
    quadro = protocolo.Entrada(
        ref=crua.ref,
        canal_id=crua.canal_id,
        mensagens=tuple(boas),
        status=crua.status,
        novidades=crua.novidades,
        modelos=crua.modelos,
    )
    return EntradaParcial(quadro, erradas)


def _id_de(mensagem: Raw) -> str:
    try:
        return _ler_id(mensagem).id[:512]
    except Invalid:
        return ""
