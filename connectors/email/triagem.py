"""What a mail is to us: a message of somebody, a report about a mail of ours, or nothing.

Never a loop: our own mails are known by their Message-ID, our own address as a sender counts only where the mail names
whom to answer instead (a form on the company's site, a group that rewrites senders), and what no person wrote, or
another canal of the empresa has sent, is said to be ``automatica``, so that it neither opens a ticket nor is answered
by a rule. What people write in bulk opens tickets, and only says that no rule may answer it.
"""

from __future__ import annotations

from msgspec import Struct

from connectors.email import automatico, devolucao, enderecos
from connectors.email.carta import Carta
from connectors.email.enderecos import Pessoa
from connectors.email.marcas import Marcas, sem_etiqueta
from engine.conector.entradas import StatusRecebido

_REESCRITOS = ("x-original-from", "x-original-sender", "reply-to")
"""Where a group, or a form, says who really wrote."""


class Nada(Struct, frozen=True):
    """Nobody's message; ``motivo`` is for the log."""

    motivo: str


class Relatos(Struct, frozen=True):
    """A report about mails of ours."""

    status: tuple[StatusRecebido, ...]


class Escrita(Struct, frozen=True):
    """A message. ``responde_a``: the Message-ID that it answers. ``automatica``: why no person wrote it;
    ``sem_resposta``: why nothing automatic may answer it, though a person may have written it.
    """

    de: Pessoa | None
    responde_a: str | None
    automatica: str | None
    sem_resposta: str | None = None


Decisao = Nada | Relatos | Escrita


def triar(carta: Carta, marcas: Marcas, endereco: str, em: int) -> Decisao:
    """What a mail is. ``endereco``: the canal's own, canonical; ``em``: when it came, ms since the epoch."""
    if marcas.do_id(carta.id) is not None:
        return Nada("sent by this canal")
    relato = devolucao.ler(carta, marcas, em)
    if relato is not None:
        return Relatos(relato.status) if not relato.sem_dono else Nada("a report about a mail that is not known")
    de = carta.de
    if de is not None and _propria(de.email, endereco):
        de = _verdadeiro(carta, endereco)
        if de is None:
            return Nada("from the canal's own address")
    motivo = automatico.motivo(carta) or ("balcao" if _da_empresa(carta, marcas) else None)
    return Escrita(de, responde_a(carta, marcas), motivo, automatico.sem_resposta(carta, endereco))


def responde_a(carta: Carta, marcas: Marcas) -> str | None:
    """Which message a mail answers: the last of ours that it names, what the tag of its address says, or as it says."""
    ditos = [*carta.em_resposta_a, *reversed(carta.referencias)]
    nosso = next((n for n in map(marcas.do_id, ditos) if n is not None), None) or marcas.da_etiqueta(
        carta.destinatarios
    )
    if nosso is not None:
        return nosso.id
    return ditos[0] if ditos else None


def _da_empresa(carta: Carta, marcas: Marcas) -> bool:
    """Whether another canal of ours has sent it: it stands in a ticket there."""
    return any(valor.strip() == marcas.da_empresa for valor in carta.cabecalhos.todos("x-balcao"))


def _propria(email: str, endereco: str) -> bool:
    return sem_etiqueta(email) == sem_etiqueta(endereco)


def _verdadeiro(carta: Carta, endereco: str) -> Pessoa | None:
    """Who wrote what bears our own address."""
    ditos = (pessoa for nome in _REESCRITOS for pessoa in enderecos.ler(carta.cabecalhos.cru(nome)))
    return next((pessoa for pessoa in ditos if not _propria(pessoa.email, endereco)), None)
