"""What a canal keeps secret, struck out of what others say: a provider may repeat what it was told, in any spelling.

Known are a secret as it is, as it stands in JSON, in an address (RFC 3986 §2.1), in HTML and in hexadecimal, and within
Base64 of either alphabet (RFC 4648) whatever is before and after it: ``Basic`` of HTTP, ``AUTH PLAIN`` and ``LOGIN``.
Of what is long a piece of it is enough.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final
from urllib.parse import quote, quote_plus

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.conector.entradas import NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Resultado

OCULTO: Final = "•••"
MINIMO: Final = 4
"""Characters: what is shorter stands in every text."""
PEDACO: Final = 12
"""Characters of a longer secret that tell enough of it."""
_TEXTO_MAXIMO: Final = 65_536
"""Characters: more than anybody's explanation has."""
_PROFUNDIDADE: Final = 32
_composto: Final = re.compile(r"://|[{}]").search
_parte: Final = re.compile(r"[A-Za-z0-9_+/=.-]{8,}").findall
_digito: Final = re.compile(r"\d").search
_credencial: Final = re.compile(r"(?:basic|bearer|token|key|apikey)\s+(\S+)", re.IGNORECASE).fullmatch
_userinfo: Final = re.compile(r"://([^\s/?#]+)@").search
_DE_64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_depois_em_64: Final = re.compile(r"[A-Za-z0-9+/_-]*=*").match
_COM_SEGREDOS: Final = ("url", "corpo", "cabecalhos", "urlDeTeste")
"""Entries of ``config`` in which there may be a secret."""


class _Formas(Struct, frozen=True):
    """What is looked for: in text, and in Base64. ``exatas`` whole; ``pedacos``: each of :data:`PEDACO` characters."""

    exatas: re.Pattern[str] | None
    exatas_em_64: re.Pattern[str] | None
    pedacos: frozenset[str]
    pedacos_em_64: frozenset[str]


class Sigilo:
    """The secrets of one canal. What it takes to find them is made when it is first needed."""

    def __init__(self, segredos: Iterable[object] = ()) -> None:
        self._segredos = tuple(segredos)

    def __repr__(self) -> str:
        """Without them."""
        return "Sigilo(…)"

    @cached_property
    def _formas(self) -> _Formas:
        inteiros: set[str] = set()
        longos: set[str] = set()
        for valor in self._segredos:
            for texto in _textos(valor):
                inteiros.add(texto)
                longos.update(_que_se_reconhecem(texto))
        inteiros = {um for um in inteiros | longos if len(um) >= MINIMO}
        longos = {um for um in longos if len(um) >= PEDACO}
        return _Formas(
            _qualquer(forma for um in inteiros for forma in _escritas(um)),
            _qualquer(nucleo for um in inteiros for nucleo in _em_64(um)),
            frozenset(_pedacos(forma for um in longos for forma in _escritas(um))),
            frozenset(_pedacos(nucleo for um in longos for nucleo in _em_64(um))),
        )

    def limpar(self, texto: str) -> str:
        """The text with every secret struck out.

        >>> Sigilo(["k3y-12345"]).limpar("bad key k3y-12345 (azN5LTEyMzQ1)")
        'bad key ••• (•••)'
        """
        if not self._segredos:
            return texto
        texto = texto[:_TEXTO_MAXIMO]
        formas = self._formas
        manchas = [um.span() for um in formas.exatas.finditer(texto)] if formas.exatas else []
        em_64 = [um.span() for um in formas.exatas_em_64.finditer(texto)] if formas.exatas_em_64 else []
        for i in range(len(texto) - PEDACO + 1):
            pedaco = texto[i : i + PEDACO]
            if pedaco in formas.pedacos:
                manchas.append((i, i + PEDACO))
            if pedaco in formas.pedacos_em_64:
                em_64.append((i, i + PEDACO))
        return _riscado(texto, manchas + _alargadas(texto, em_64))

    def do_resultado(self, resultado: Resultado) -> Resultado:
        """What became of a job."""
        if resultado.erro is None and resultado.codigo is None and resultado.resposta is None:
            return resultado
        return replace(
            resultado,
            erro=self._ou_nada(resultado.erro),
            codigo=self._ou_nada(resultado.codigo),
            resposta=self._ou_nada(resultado.resposta),
        )

    def do_status(self, status: StatusRecebido) -> StatusRecebido:
        """What became of a message."""
        if status.erro is None and status.codigo is None:
            return status
        return replace(status, erro=self._ou_nada(status.erro), codigo=self._ou_nada(status.codigo))

    def da_novidade(self, novidade: NovidadeDoCanal) -> NovidadeDoCanal:
        """What a provider says of the canal."""
        dados = {self.limpar(nome): self._da_arvore(valor, 0) for nome, valor in novidade.dados.items()}
        return replace(novidade, dados=dados, motivo=self._ou_nada(novidade.motivo))

    def _ou_nada(self, texto: str | None) -> str | None:
        return None if texto is None else self.limpar(texto)

    def _da_arvore(self, valor: object, profundidade: int) -> object:
        if isinstance(valor, str):
            return self.limpar(valor)
        if isinstance(valor, dict | list | tuple) and profundidade >= _PROFUNDIDADE:
            return OCULTO
        if isinstance(valor, dict):
            return {
                self.limpar(nome) if isinstance(nome, str) else nome: self._da_arvore(um, profundidade + 1)
                for nome, um in valor.items()
            }
        if isinstance(valor, list | tuple):
            return [self._da_arvore(um, profundidade + 1) for um in valor]
        return valor


def sigilo_de(canal: CanalDoConector) -> Sigilo:
    """Of what a canal keeps secret, and of what in its ``config`` may have a secret in it."""
    abertos = (canal.config.get(nome) for nome in _COM_SEGREDOS)
    return Sigilo((*canal.segredos.values(), *(um for um in abertos if um is not None)))


def _textos(valor: object, profundidade: int = 0) -> Iterator[str]:
    """Every text of a secret, which may be JSON, itself or in a text."""
    if profundidade > _PROFUNDIDADE:
        return
    if isinstance(valor, str):
        yield valor
        if valor.lstrip()[:1] in {"{", "["}:
            try:
                yield from _textos(msgspec.json.decode(valor), profundidade + 1)
            except (msgspec.DecodeError, RecursionError):
                return
    elif isinstance(valor, int) and not isinstance(valor, bool):
        yield str(valor)
    elif isinstance(valor, Mapping):
        for um in valor.values():
            yield from _textos(um, profundidade + 1)
    elif isinstance(valor, list | tuple):
        for um in valor:
            yield from _textos(um, profundidade + 1)


def _que_se_reconhecem(texto: str) -> Iterator[str]:
    """What of a text tells a secret by a piece of it: of an address, or a form to be filled, what looks like a key."""
    credencial = _credencial(texto.strip())
    if credencial:
        yield credencial[1]
    if not _composto(texto):
        yield texto
        return
    yield from filter(_digito, _parte(texto))
    userinfo = _userinfo(texto)
    if userinfo:
        yield from (userinfo[1], *userinfo[1].split(":", 1)[1:])


def _escritas(texto: str) -> set[str]:
    """A text as it may be written by others."""
    octetos = texto.encode(errors="surrogatepass")
    em_endereco = {quote(octetos, safe=""), quote(octetos), quote_plus(octetos)}
    em_json = {json.dumps(texto)[1:-1], json.dumps(texto, ensure_ascii=False)[1:-1], repr(texto)[1:-1]}
    return {
        texto,
        *em_json,
        *(um.replace("/", "\\/") for um in em_json),
        *em_endereco,
        *(re.sub(r"%[0-9A-F]{2}", lambda um: um[0].lower(), um) for um in em_endereco),
        html.escape(texto),
        octetos.hex(),
        octetos.hex().upper(),
    }


def _em_64(texto: str) -> set[str]:
    """What of the Base64 of a text is the same whatever stands before and after it: it may begin at three places."""
    octetos = texto.encode(errors="surrogatepass")
    nucleos = set()
    for antes in range(3):
        bits = 8 * antes, 8 * (antes + len(octetos))
        nucleo = b64encode(b"\0" * antes + octetos).decode()[-(-bits[0] // 6) : bits[1] // 6]
        nucleos.update({nucleo, nucleo.replace("+", "-").replace("/", "_")})
    return {nucleo for nucleo in nucleos if len(nucleo) >= MINIMO}


def _qualquer(formas: Iterable[str]) -> re.Pattern[str] | None:
    """Any of them, the longest first."""
    ordenadas = sorted({um for um in formas if len(um) >= MINIMO}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordenadas))) if ordenadas else None


def _pedacos(formas: Iterable[str]) -> Iterator[str]:
    for forma in formas:
        for i in range(len(forma) - PEDACO + 1):
            yield forma[i : i + PEDACO]


def _alargadas(texto: str, manchas: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each to all of the Base64 that it is in: its ends have bits of the secret too."""
    largas: list[tuple[int, int]] = []
    for de, fim in sorted(manchas):
        if largas and de < largas[-1][1]:
            continue
        inicio = de
        while inicio and texto[inicio - 1] in _DE_64:
            inicio -= 1
        depois = _depois_em_64(texto, fim)
        assert depois is not None, "it may be empty"
        largas.append((inicio, depois.end()))
    return largas


def _riscado(texto: str, manchas: list[tuple[int, int]]) -> str:
    """With what is between each two places struck out, once where they touch."""
    partes: list[str] = []
    ate = 0
    for inicio, fim in sorted(manchas):
        if inicio > ate or not partes:
            partes += [texto[ate:inicio], OCULTO]
        ate = max(ate, fim)
    return "".join([*partes, texto[ate:]])
