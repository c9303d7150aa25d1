"""Webhooks that we send to other systems: signature, filter, answers and when to try again.

The signature is that of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, "Symmetric"):
``webhook-id`` is the same in every attempt, ``webhook-timestamp`` is the second of this one, ``webhook-signature`` is
``v1,<base64 of HMAC-SHA256(id.timestamp.body)>``, once for each secret while one replaces another.
"""

from __future__ import annotations

import binascii
import difflib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct

from engine.eventos import e_interno

PREFIXO: Final = "whsec_"
SEGREDO_BYTES: Final = 32
SEGREDOS_MAXIMO: Final = 4
"""Secrets that sign at once: the new one, and those that it replaces."""
TOLERANCIA_S: Final = 300
"""Seconds by which a receiver's clock may differ from the sender's."""
_ASSINATURAS_MAXIMO: Final = 16

DESISTIR_MS: Final = 3 * 86_400_000
_ESPERAS_MS: Final = (5_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000)
"""After the first failures: 5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h; then every 12 h."""
_DEPOIS_MS: Final = 43_200_000
_ACASO: Final = 0.1
"""A wait is longer by up to this part of it, so that what failed together does not come back together."""

_e_filtro = re.compile(r"\*|[a-z][a-z0-9_:.]{0,63}\*?").fullmatch


# -- signature ---------------------------------------------------------------------------------------------------------


def novo_segredo(sortear: Callable[[int], bytes]) -> str:
    """A secret, ``whsec_…``; ``sortear`` gives so many random bytes."""
    return PREFIXO + b64encode(sortear(SEGREDO_BYTES)).decode()


def cabecalhos(segredos: Sequence[str], id_: str, segundo: int, corpo: bytes) -> dict[str, str]:
    """The three headers of a delivery. Raises ValueError if there is no secret, or one that is none."""
    if not 1 <= len(segredos) <= SEGREDOS_MAXIMO:
        raise ValueError(f"between 1 and {SEGREDOS_MAXIMO} secrets sign")
    assinado = _assinado(id_, str(segundo), corpo)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(segundo),
        "webhook-signature": " ".join(_marca(_chave(segredo), assinado) for segredo in segredos),
    }


def confere(segredos: Iterable[str], recebidos: Mapping[str, str], corpo: bytes, agora_s: int) -> bool:
    """What a receiver does: whether a delivery was signed with one of the secrets, and lately. ``recebidos`` are its
    headers, with names in lower case.
    """
    id_, segundo = recebidos.get("webhook-id", ""), recebidos.get("webhook-timestamp", "")
    if not id_ or "." in id_ or not (segundo.isascii() and segundo.isdigit() and len(segundo) <= 12):
        return False
    if abs(agora_s - int(segundo)) > TOLERANCIA_S:
        return False
    assinado = _assinado(id_, segundo, corpo)
    dadas = recebidos.get("webhook-signature", "").split(" ")[:_ASSINATURAS_MAXIMO]
    certas = [_marca(_chave(segredo), assinado).encode() for segredo in segredos]
    return any(hmac.compare_digest(certa, _bytes(dada)) for certa in certas for dada in dadas)


def _assinado(id_: str, segundo: str, corpo: bytes) -> bytes:
    if "." in id_:
        raise ValueError("an id with a full stop could be read as another id and time")
    return _bytes(f"{id_}.{segundo}.") + corpo


def _bytes(texto: str) -> bytes:
    """Also of what came as broken UTF-8."""
    return texto.encode("utf-8", "surrogatepass")


def _marca(chave: bytes, assinado: bytes) -> str:
    return "v1," + b64encode(hmac.digest(chave, assinado, sha256)).decode()


def _chave(segredo: str) -> bytes:
    """Raises ValueError, which does not say the secret."""
    try:
        chave = b64decode(segredo.removeprefix(PREFIXO), validate=True)
    except (binascii.Error, ValueError):
        chave = b""
    if not segredo.startswith(PREFIXO) or not 24 <= len(chave) <= 64:
        raise ValueError(f"a secret is {PREFIXO} and 24 to 64 bytes in base64")
    return chave


# -- filter ------------------------------------------------------------------------------------------------------------


def filtro_valido(filtro: str) -> bool:
    """Whether it is the name of an event, the beginning of names (``ticket_*``), or all (``*``)."""
    return _e_filtro(filtro) is not None


def problema_do_filtro(filtro: str, eventos: Collection[str]) -> str | None:
    """Why a filter (:func:`filtro_valido`) lets none of these events through, as a sentence; None: it lets some.

    >>> problema_do_filtro("ticket_criad", ["ticket_criado", "nova_mensagem"])
    'nenhum evento se chama ticket_criad; você quis dizer ticket_criado?'
    >>> problema_do_filtro("tiket_*", ["ticket_criado", "nova_mensagem"])
    'nenhum evento começa por tiket_; você quis dizer ticket_*?'
    """
    if any(interessa(evento, (filtro,)) for evento in eventos):
        return None
    internos = [evento for evento in eventos if filtro.endswith("*") and evento.startswith(filtro[:-1])]
    if internos:
        return f"{' e '.join(internos)} são da equipe, e só vão a quem os pede pelo nome inteiro, sem *"
    comecos = {f"{evento.partition('_')[0]}_*" for evento in eventos} if filtro.endswith("*") else ()
    perto = difflib.get_close_matches(filtro, [*eventos, *sorted(comecos)], n=1, cutoff=0.6)
    sugestao = f"você quis dizer {perto[0]}?" if perto else "os nomes estão em docs/realtime.md; * são todos"
    como = f"começa por {filtro[:-1]}" if filtro.endswith("*") else f"se chama {filtro}"
    return f"nenhum evento {como}; {sugestao}"


def interessa(evento: str, filtros: Collection[str]) -> bool:
    """Whether some filter lets an event through; without filters none does. What is internal passes by its full name
    only: who asks for everything does not know that it would be told what people say among themselves.

    >>> interessa("ticket_criado", ["ticket_*"]), interessa("nova_mensagem", ["ticket_*", "mensagem_status"])
    (True, False)
    >>> interessa("nota_interna", ["*", "nota_*"]), interessa("nota_interna", ["nota_interna"])
    (False, True)
    """
    if e_interno(evento):
        return evento in filtros
    return any(evento.startswith(f[:-1]) if f.endswith("*") else evento == f for f in filtros)


# -- answers -----------------------------------------------------------------------------------------------------------

Situacao = Literal["entregue", "tentar", "desativar"]


class Entrega(Struct, frozen=True, kw_only=True):
    """One delivery: ``id`` is the same in every attempt, without a full stop; ``corpo`` is JSON as it is sent."""

    id: str
    url: str
    corpo: bytes
    segredos: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Entrega(id={self.id!r})"


class ResultadoDaEntrega(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What became of one attempt: ``desativar`` says that the receiver is not there any more. ``resposta``: the
    beginning of what it said; ``erro``: why it failed, for people, in Portuguese. ``tentar_em_ms``: how long the
    receiver asks us to wait.
    """

    situacao: Situacao
    duracao_ms: int
    status: int | None = None
    resposta: str = ""
    codigo: str | None = None
    erro: str | None = None
    tentar_em_ms: int | None = None


def situacao_de(status: int) -> Situacao:
    """What an answer means: only 2xx is success, 410 asks for nothing more, and a redirect is not followed: the address
    is to be corrected by whoever gave it.
    """
    if 200 <= status < 300:
        return "entregue"
    return "desativar" if status == 410 else "tentar"


def espera_ms(tentativa: int, desde_a_primeira_ms: int, acaso: float, pedida_ms: int | None = None) -> int | None:
    """How long to wait after the attempt of this number (from 1) failed; None: three days are over.

    ``desde_a_primeira_ms``: how long ago the first one was; ``acaso``: a random number of [0, 1); ``pedida_ms``: what
    the receiver asked for (``Retry-After``), which is not undercut.
    """
    base = _ESPERAS_MS[tentativa - 1] if 1 <= tentativa <= len(_ESPERAS_MS) else _DEPOIS_MS
    espera = max(int(base * (1 + _ACASO * acaso)), pedida_ms or 0)
    return espera if desde_a_primeira_ms + espera <= DESISTIR_MS else None
