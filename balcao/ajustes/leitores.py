"""Readers: the text of a setting to its value.

Each takes the text and returns the value, or raises :class:`ValorInvalido` with the reason and the nearest right value.
Durations become integer milliseconds, the unit of the engine.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

Leitor = Callable[[str], object]

_MS_POR_UNIDADE: Final[Mapping[str, int]] = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
_DURACAO: Final = re.compile(r"([0-9]{1,15})\s*([a-z]*)")
_DURACAO_MAXIMA: Final = 3_650 * _MS_POR_UNIDADE["d"]
_PORTA_PADRAO: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_VERDADEIROS: Final = ("true", "1", "yes", "on", "sim")
_DE_URL: Final = str.maketrans("-_", "+/")
_FALSOS: Final = ("false", "0", "no", "off", "nao", "não")


class ValorInvalido(Exception):
    """The text is not a value of this kind. ``remedio`` tells a right one."""

    def __init__(self, motivo: str, remedio: str) -> None:
        super().__init__(f"{motivo} — {remedio}")
        self.motivo = motivo
        self.remedio = remedio


def mais_parecido(texto: str, opcoes: tuple[str, ...], corte: float = 0.6) -> str | None:
    """The option nearest to a misspelt text, or None when nothing is near."""
    perto = get_close_matches(texto, opcoes, n=1, cutoff=corte)
    return perto[0] if perto else None


def texto(valor: str) -> str:
    return valor


def pasta(valor: str) -> Path:
    try:
        return Path(valor).expanduser()
    except RuntimeError:
        raise ValorInvalido(f"{valor!r}: não se sabe a pasta desse usuário", "escreva o caminho inteiro") from None


def inteiro(minimo: int, maximo: int) -> Callable[[str], int]:
    def ler(valor: str) -> int:
        # int() also takes "1_000" and other scripts' digits; a setting is plain decimal
        if not re.fullmatch(r"-?[0-9]{1,18}", valor):
            raise ValorInvalido(f"{valor!r} não é um número inteiro", f"use um número de {minimo} a {maximo}")
        numero = int(valor)
        if not minimo <= numero <= maximo:
            perto = min(max(numero, minimo), maximo)
            raise ValorInvalido(f"{numero} está fora de {minimo}–{maximo}", f"o mais próximo permitido é {perto}")
        return numero

    return ler


def booleano(valor: str) -> bool:
    minusculo = valor.lower()
    if minusculo in _VERDADEIROS:
        return True
    if minusculo in _FALSOS:
        return False
    perto = mais_parecido(minusculo, _VERDADEIROS + _FALSOS)
    dica = "use true ou false" if perto is None else f"você quis dizer {perto!r}?"
    raise ValorInvalido(f"{valor!r} não é verdadeiro nem falso", dica)


def escolha(opcoes: Mapping[str, str]) -> Callable[[str], str]:
    """One of the keys of ``opcoes``, in any case; the value is what it means (synonyms share one)."""

    def ler(valor: str) -> str:
        minusculo = valor.lower()
        if minusculo in opcoes:
            return opcoes[minusculo]
        perto = mais_parecido(minusculo, tuple(opcoes))
        dica = f"use {', '.join(opcoes)}" if perto is None else f"você quis dizer {perto!r}?"
        raise ValorInvalido(f"{valor!r} não é uma das opções", dica)

    return ler


def duracao(valor: str) -> int:
    """``"7d"``, ``"24h"``, ``"30s"``, ``"500ms"``, ``"1h30m"`` → milliseconds, more than 0 and at most ten years."""
    minusculo = valor.lower().strip()
    partes = _DURACAO.findall(minusculo)
    if not partes or _DURACAO.sub("", minusculo).strip():
        raise ValorInvalido(f"{valor!r} não é uma duração", "escreva como 30s, 15m, 24h ou 7d")
    total = 0
    for numero, unidade in partes:
        if unidade not in _MS_POR_UNIDADE:
            raise ValorInvalido(*_unidade_errada(valor, numero, unidade))
        total += int(numero) * _MS_POR_UNIDADE[unidade]
    if not 0 < total <= _DURACAO_MAXIMA:
        raise ValorInvalido(f"{valor!r} está fora do que se aceita", "use mais que 0 e até 3650d")
    return total


def _unidade_errada(valor: str, numero: str, unidade: str) -> tuple[str, str]:
    if not unidade:
        return f"{valor!r} não diz a unidade", f"você quis dizer {numero}s ({numero} segundos)?"
    perto = next((u for u in ("ms", "s", "m", "h", "d", "w") if unidade.startswith(u)), None)
    dica = "as unidades são ms, s, m, h, d e w" if perto is None else f"você quis dizer {numero}{perto}?"
    return f"{valor!r}: não há a unidade {unidade!r}", dica


def url(*esquemas: str) -> Callable[[str], str]:
    """A URL with a host and one of these schemes. The value is never shown: it may hold a password."""

    def ler(valor: str) -> str:
        try:
            partes = urlsplit(valor)
            _ = partes.port
        except ValueError:
            raise ValorInvalido("a URL está malformada", "confira a porta e os colchetes do endereço") from None
        if partes.scheme not in esquemas:
            perto = mais_parecido(partes.scheme, esquemas) or esquemas[0]
            raise ValorInvalido(
                f"a URL não começa por {' nem '.join(f'{e}://' for e in esquemas)}",
                f"comece por {perto}://",
            )
        if not partes.hostname and not partes.query:
            raise ValorInvalido("a URL não diz o servidor", f"escreva como {partes.scheme}://servidor:porta")
        return valor

    return ler


def origem(valor: str) -> str:
    """A browser origin, as browsers write it in the ``Origin`` header."""
    url("http", "https")(valor)
    partes = urlsplit(valor)
    host = (partes.hostname or "").lower()
    porta = "" if partes.port in {None, _PORTA_PADRAO[partes.scheme]} else f":{partes.port}"
    exata = f"{partes.scheme}://{f'[{host}]' if ':' in host else host}{porta}"
    if partes.username is not None or partes.path.strip("/") or partes.query or partes.fragment:
        raise ValorInvalido("a origem tem mais que servidor e porta", f"você quis dizer {exata}?")
    return exata


def rede(valor: str) -> str:
    """An address or a network, as CIDR."""
    try:
        return str(ip_network(valor, strict=False))
    except ValueError:
        raise ValorInvalido(f"{valor!r} não é um endereço IP nem uma rede", "escreva como 10.0.0.0/8 ou ::1") from None


def lista(ler: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Values between commas, each read by ``ler``."""

    def ler_todos(valor: str) -> tuple[str, ...]:
        partes = [parte.strip() for parte in valor.split(",")]
        return tuple(dict.fromkeys(ler(parte) for parte in partes if parte))

    return ler_todos


def chaves(tamanho: int) -> Callable[[str], tuple[bytes, ...]]:
    """Keys of so many bytes each, in Base64 (or that of URLs, RFC 4648 §5), between commas or blanks. They are never
    shown.
    """
    remedio = f"gere uma com: openssl rand -base64 {tamanho}"

    def ler(valor: str) -> tuple[bytes, ...]:
        lidas = []
        for n, parte in enumerate(filter(None, re.split(r"[,\s]+", valor)), 1):
            try:
                chave = base64.b64decode(parte.translate(_DE_URL), validate=True)
            except (binascii.Error, ValueError):
                raise ValorInvalido(f"a {n}ª chave não é Base64", remedio) from None
            if len(chave) != tamanho:
                raise ValorInvalido(f"a {n}ª chave tem {len(chave)} bytes, e não {tamanho}", remedio)
            lidas.append(chave)
        if not lidas:
            raise ValorInvalido("não há chave nenhuma", remedio)
        return tuple(lidas)

    return ler
