"""A mail as it was understood: raw bytes in, a Struct out. No network, no clock, no settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

from msgspec import Struct

from connectors.email import citacao, corpo, enderecos, limites, mime
from connectors.email.corpo import Corpo
from connectors.email.enderecos import Pessoa
from connectors.email.mime import Cabecalhos, Parte

_id: Final = re.compile(r"<[!-;=?-~]{3,398}>")
_id_nu: Final = re.compile(r"[!-;=?-~]+@[!-;=?-~]+\Z")
_prefixo: Final = re.compile(r"\s*(?:re|res|ref|fw|fwd|enc|aw|rv|tr|wg|sv)\s*(?:\[\d{1,3}\])?\s*[:：]", re.IGNORECASE)
_PREFIXOS: Final = 50
_QUEM: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")
_sem_volta: Final = re.compile(r"<\s*(?:mailer-daemon(?:@[^<>]*)?)?\s*>", re.IGNORECASE)
_DATA: Final = 200
_ANO_MAXIMO: Final = 9_000
_ID_MINIMO: Final = 8


class Carta(Struct, frozen=True, kw_only=True):
    """``id``: the Message-ID with its angles, or a hash where there is none that can be believed. ``de``: None if
    nobody can be told to have sent it. ``escrita_em``: as its ``Date`` says, ms since the epoch. ``em_resposta_a`` and
    ``referencias``: Message-IDs, oldest first. ``aparado``: the text without history and signature. ``excessos``: the
    limits it was beyond (:mod:`connectors.email.mime`, and ``texto``).
    """

    cabecalhos: Cabecalhos
    id: str
    de: Pessoa | None
    responder_para: Pessoa | None
    destinatarios: tuple[str, ...]
    assunto: str
    escrita_em: int | None
    em_resposta_a: tuple[str, ...]
    referencias: tuple[str, ...]
    corpo: Corpo
    aparado: str
    raiz: Parte
    excessos: frozenset[str]


def ler(bruto: bytes) -> Carta:
    """Read a mail. It never fails: what is broken is read as well as it can be."""
    estrutura = mime.ler(bruto)
    cabecalhos = estrutura.raiz.cabecalhos
    escolhido = corpo.escolher(estrutura.raiz).com_texto()
    assunto = cabecalhos.texto("subject")[: limites.ASSUNTO]
    return Carta(
        cabecalhos=cabecalhos,
        id=_identidade(cabecalhos, bruto, estrutura.raiz),
        de=_primeira(cabecalhos, ("from", "sender", "reply-to", "return-path")),
        responder_para=_primeira(cabecalhos, ("reply-to",)),
        destinatarios=_destinatarios(cabecalhos),
        assunto=assunto,
        escrita_em=instante(cabecalhos.cru("date") or ""),
        em_resposta_a=ids([cabecalhos.cru("in-reply-to") or ""]),
        referencias=ids([cabecalhos.cru("references") or ""]),
        corpo=escolhido,
        aparado=citacao.aparada(escolhido.texto, assunto),
        raiz=estrutura.raiz,
        excessos=estrutura.excessos | ({"texto"} if escolhido.cortado else set()),
    )


def ids(valores: Iterable[str]) -> tuple[str, ...]:
    """The Message-IDs in some fields, each once; of too many the last ones."""
    return tuple(dict.fromkeys(achado for valor in valores for achado in _id.findall(valor)))[-limites.REFERENCIAS :]


def e_id(texto: str) -> bool:
    """Whether this is a Message-ID that can be written into a header."""
    return _id.fullmatch(texto) is not None


def sem_volta(cabecalhos: Cabecalhos) -> bool:
    """Whether a mail came with the null reverse-path, so that nothing answers it: what answers, reports and confirms
    by itself is sent so (RFC 5321, section 4.5.5; RFC 3834, section 2). Some servers write it out as MAILER-DAEMON.
    """
    return _sem_volta.fullmatch((cabecalhos.cru("return-path") or "").strip()) is not None


def assunto_base(assunto: str) -> str:
    """The subject without Re:, RES:, Fwd:, Enc: and their like."""
    for _ in range(_PREFIXOS):
        achado = _prefixo.match(assunto)
        if achado is None:
            break
        assunto = assunto[achado.end() :]
    return assunto.strip()


def instante(data: str) -> int | None:
    """A date of RFC 5322, in milliseconds since the epoch; None if it is none."""
    try:
        quando = parsedate_to_datetime(data[:_DATA])
        if quando.tzinfo is None:
            quando = quando.replace(tzinfo=UTC)
        return int(quando.timestamp() * 1000) if quando.year < _ANO_MAXIMO else None
    except (ValueError, TypeError, IndexError, OverflowError):  # the parser raises each of them on some nonsense
        return None


def _identidade(cabecalhos: Cabecalhos, bruto: bytes, raiz: Parte) -> str:
    dito = (cabecalhos.cru("message-id") or "").strip()
    if _id.fullmatch(dito) and len(dito) >= _ID_MINIMO:
        return dito
    if _id_nu.match(dito) and len(dito) <= limites.ID - 2:
        return f"<{dito}>"
    nomes = ("message-id", "from", "to", "date", "subject")
    resumo = sha256("\0".join(cabecalhos.cru(nome) or "" for nome in nomes).encode("utf-8", "replace"))
    resumo.update(memoryview(bruto)[raiz.inicio :])
    return f"sha256:{resumo.hexdigest()}"


def _primeira(cabecalhos: Cabecalhos, nomes: Iterable[str]) -> Pessoa | None:
    for nome in nomes:
        for valor in cabecalhos.todos(nome):
            pessoas = enderecos.ler(valor)
            if pessoas:
                return pessoas[0]
    return None


def _destinatarios(cabecalhos: Cabecalhos) -> tuple[str, ...]:
    valores = (valor for nome in _QUEM for valor in cabecalhos.todos(nome))
    return tuple(dict.fromkeys(pessoa.email for valor in valores for pessoa in enderecos.ler(valor)))
