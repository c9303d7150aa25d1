"""Reports about mails that we sent: that they failed, arrived or were read (RFC 3464, RFC 3798, and what is sent
instead of these).

What failed for good must be said so: by the ``Action`` of a report, or, where there is none, by its subject, a server's
answer or words in its text. That a mail is late, was passed on to a system that reports nothing, or went to a list is
no failure (RFC 3464, section 2.3.3).

A report names the mail by its Message-ID, in what it returns of it; or our sign (:mod:`connectors.email.marcas`) stands
somewhere in it, which also finds it in those that keep to no standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from connectors.email import carta as cartas
from connectors.email import codigos, mime
from connectors.email.carta import Carta, sem_volta
from connectors.email.codigos import Motivo
from connectors.email.marcas import Marcas, Nosso
from connectors.email.mime import Cabecalhos, Parte
from engine.conector.entradas import EstadoExterno, StatusRecebido

_PARTE: Final = 256 * 1024
"""Bytes of a part that are searched."""
_GRUPOS: Final = 50
_DEVOLVIDAS: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
"""What a report returns of the mail."""
_DE_ENTREGA: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
"""The latter with addresses in UTF-8 (RFC 6533)."""
_DE_LEITURA: Final = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
_ACOES: Final[tuple[tuple[str, EstadoExterno | None], ...]] = (
    ("fail", "falhou"), ("delay", None), ("deliver", "entregue"), ("relay", None), ("expand", "entregue"),
)  # fmt: skip
"""What the values of ``Action`` begin with: some software writes ``failure``, or goes on in a comment."""
_entre_grupos: Final = re.compile(rb"\n[ \t]*\n")
_remetente: Final = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|microsoftexchange\w*)@", re.IGNORECASE
)
_falha: Final = re.compile(
    r"\s*(?:undeliver(?:ed|able)|delivery status notification \(failure|failure notice|returned mail|"
    r"mail (?:delivery (?:failed|failure)|could not be delivered|system error - returned)|"
    r"delivery (?:failure|has failed|failed)|n[ãa]o (?:foi |[ée] )?(?:entregue|poss[íi]vel entregar)|"
    r"notifica[çc][ãa]o d[eo] (?:status|estado) d[ea] entrega \(falha|mensagem n[ãa]o entregue|falha (?:na|de) entrega|"
    r"aviso de n[ãa]o entrega|unzustellbar|onbestelbaar|no se puede entregar|non remis|recapito non riuscito)",
    re.IGNORECASE,
)
"""How a subject begins that says that it failed; what it was about may follow."""
_aviso: Final = re.compile(
    r"\s*(?:delivery (?:status )?(?:notification|report|incomplete|delayed)|mail delivery (?:system|status)|"
    r"(?:warning: )?(?:could not send )?message .{0,80}\bdelayed|message you sent .{0,80}\bdelayed|warning: |"
    r"delayed mail|successful mail delivery|relayed:|entrega atrasada|(?:mensagem|entrega) .{0,40}atras|"
    r"notifica[çc][ãa]o d[eo] (?:status|estado) d[ea] entrega|postmaster notify)",
    re.IGNORECASE,
)
"""A report of some kind; of which, the rest says."""
_sem_falha: Final = re.compile(
    r"\b(?:delay(?:ed)?|atras(?:o|ada)|incomplete|could not send|still being retried|relay(?:ed)?|success(?:ful)?|"
    r"sucesso|expanded)\b",
    re.IGNORECASE,
)
"""In the subject of such a report."""
_vai_tentar: Final = re.compile(
    r"warning message only|this is a warning|will (?:be retried|keep trying|retry|continue (?:to try|trying))|"
    r"(?:do not|don't|no) need to (?:resend|re-send)|successfully (?:delivered|relayed)|n[ãa]o [ée] necess[áa]rio "
    r"reenviar|continuar[áa] (?:a tentar|tentando)|tentar[áa] novamente",
    re.IGNORECASE,
)
_para_sempre: Final = re.compile(
    r"permanent(?:ly)? (?:error|failure|failed)|permanent fatal errors?|could(?: not|n't) be delivered|"
    r"was(?:n't| not) delivered|unable to deliver|giving up|gave up|delivery (?:has )?failed|user unknown|"
    r"n[ãa]o (?:foi|p[ôo]de ser) entregue|n[ãa]o foi poss[íi]vel entregar|doesn't have an? \S+ account",
    re.IGNORECASE,
)
_TEMPORARIOS: Final = frozenset({"5.2.2", "5.3.1"})
"""Permanent to the letter, but a full mailbox is emptied one day."""
_PALAVRAS: Final = (
    ("1.1", "o endereço não existe"),
    ("1.10", "o endereço não existe"),
    ("1.2", "o domínio do endereço não existe"),
    ("1", "o endereço não é válido"),
    ("2.1", "a caixa postal está desativada"),
    ("2.2", "a caixa postal está cheia"),
    ("2.3", "a mensagem é grande demais para a caixa postal"),
    ("3.4", "a mensagem é grande demais para o servidor de destino"),
    ("4", "o servidor de destino não pôde ser alcançado"),
    ("7", "o servidor de destino recusou a mensagem por suas regras (spam, reputação ou autenticação)"),
)


class Relato(Struct, frozen=True):
    """What a mail tells of others. ``sem_dono``: it is a report, and does not say of what."""

    status: tuple[StatusRecebido, ...]
    sem_dono: bool = False


def ler(carta: Carta, marcas: Marcas, em: int) -> Relato | None:
    """The report that a mail is; None if it is none. ``em``: when it came, ms since the epoch."""
    if carta.raiz.tipo == "multipart/report":
        especie = carta.raiz.parametros.get("report-type", "").lower()
        if especie == "disposition-notification" or _parte(carta, _DE_LEITURA):
            return _leitura(carta, marcas, em)
        if especie == "delivery-status" or _parte(carta, _DE_ENTREGA):
            return _entrega(carta, marcas, em)
    if _parte(carta, _DE_ENTREGA) and _de_maquina(carta):
        return _entrega(carta, marcas, em)
    if _parece_devolucao(carta):
        return _fora_do_padrao(carta, marcas, em)
    return _de_outra_lingua(carta, marcas, em) if _de_correio(carta) else None


def em_palavras(codigo: str | None, dizeres: str) -> str:
    """Why a mail did not arrive, for people. ``codigo`` as in RFC 3463."""
    resto = (codigo or "").partition(".")[2]
    motivo = next((texto for prefixo, texto in _PALAVRAS if resto == prefixo or resto.split(".")[0] == prefixo), "")
    frase = f"E-mail devolvido: {motivo or 'o servidor de destino não o aceitou'}"
    return f"{frase} ({dizeres})" if dizeres else frase


def _entrega(carta: Carta, marcas: Marcas, em: int) -> Relato:
    estados = list(_grupos(carta))
    if not estados:
        return _fora_do_padrao(carta, marcas, em)
    estado, grupo = next(((e, g) for e, g in estados if e == "falhou"), estados[0])
    if estado is None:
        return Relato(())
    motivo = codigos.do_relato(grupo.cru("status") or "", grupo.texto("diagnostic-code"))
    return _relato(estado, _original(carta, marcas), motivo, em)


def _leitura(carta: Carta, marcas: Marcas, em: int) -> Relato:
    """A read receipt (RFC 3798)."""
    parte = _parte(carta, _DE_LEITURA)
    campos = mime.ler_cabecalhos(parte.corpo(_PARTE)) if parte else Cabecalhos([])
    if "displayed" not in (campos.cru("disposition") or "").lower():
        return Relato(())
    ids = cartas.ids([campos.cru("original-message-id") or ""])
    nosso = marcas.do_id(ids[0]) if ids else None
    original = nosso or (Nosso(ids[0], None) if ids else _original(carta, marcas))
    return _relato("lido", original, Motivo(None, ""), em)


def _fora_do_padrao(carta: Carta, marcas: Marcas, em: int) -> Relato:
    """What a report says that has no fields, or has lost them on the way."""
    texto = carta.corpo.texto[:_PARTE]
    motivo = codigos.do_texto(texto)
    if not _falhou(carta, codigos.sem_devolvida(texto), motivo.codigo):
        return Relato(())
    return _relato("falhou", _original(carta, marcas), motivo, em)


def _falhou(carta: Carta, texto: str, codigo: str | None) -> bool:
    """Whether it is for good: the subject says more than the text, and words more than a number."""
    if _falha.match(carta.assunto):
        return True
    if _sem_falha.search(carta.assunto) or _vai_tentar.search(texto):
        return False
    certo = carta.cabecalhos.ha("x-failed-recipients") or _para_sempre.search(texto)
    return bool(certo) or (codigo or "").startswith("5")


def _relato(estado: EstadoExterno, original: Nosso | None, motivo: Motivo, em: int) -> Relato:
    if original is None:
        return Relato((), sem_dono=True)
    codigo, dizeres = motivo.codigo, motivo.dizeres
    falhou = estado == "falhou"
    classe: Literal["tentar", "final"] = (
        "tentar" if codigo and (codigo.startswith("4") or codigo in _TEMPORARIOS) else "final"
    )
    status = StatusRecebido(
        estado=estado,
        em=em,
        trabalho_id=original.trabalho_id,
        id_externo=original.id,
        classe=classe if falhou else None,
        codigo=codigo if falhou else None,
        erro=em_palavras(codigo, dizeres) if falhou else None,
    )
    return Relato((status,))


def _grupos(carta: Carta) -> Iterator[tuple[EstadoExterno | None, Cabecalhos]]:
    """What became of each recipient (RFC 3464, section 2.3)."""
    parte = _parte(carta, _DE_ENTREGA)
    texto = parte.corpo(_PARTE).replace(b"\r", b"") if parte else b""
    for bloco in _entre_grupos.split(texto, _GRUPOS)[:_GRUPOS]:
        campos = mime.ler_cabecalhos(bloco.lstrip(b"\n"))
        acao = (campos.cru("action") or "").lower()
        dita = next((estado for estado in _ACOES if acao.startswith(estado[0])), None)
        if dita is not None:
            yield dita[1], campos
        elif campos.ha("status"):  # no action that is known: a class of 5 is for good
            yield "falhou" if (campos.cru("status") or "").startswith("5") else None, campos


def _original(carta: Carta, marcas: Marcas) -> Nosso | None:
    """Which mail the report is about: by our sign anywhere in it, or by the Message-ID of what is returned."""
    folhas = sorted(carta.raiz.folhas(), key=lambda p: p.tipo not in _DEVOLVIDAS)[:_GRUPOS]
    textos = [p.corpo(_PARTE).decode("latin-1") for p in folhas]
    cabecalhos = [*carta.referencias, *carta.em_resposta_a, *carta.destinatarios]
    for texto in [*textos, " ".join(cabecalhos)]:
        nosso = marcas.no_texto(texto)
        if nosso is not None:
            return nosso
    campos = [mime.ler_cabecalhos(p.corpo(_PARTE)) for p in folhas if p.tipo in _DEVOLVIDAS]
    ids = cartas.ids(c.cru("message-id") or "" for c in campos) or carta.em_resposta_a
    return Nosso(ids[0], None) if ids else None


def _de_outra_lingua(carta: Carta, marcas: Marcas, em: int) -> Relato | None:
    """By a server's final word about a mail that is ours: its subject is in words that are not known here."""
    codigo = codigos.do_texto(carta.corpo.texto[:_PARTE]).codigo
    relato = _fora_do_padrao(carta, marcas, em) if (codigo or "").startswith("5") else None
    return relato if relato is not None and relato.status else None


def _parece_devolucao(carta: Carta) -> bool:
    """Both who sends it and what it is about must say so: people write about returned mails, too."""
    dito = carta.cabecalhos.ha("x-failed-recipients") or _falha.match(carta.assunto) or _aviso.match(carta.assunto)
    return bool(dito) and _de_maquina(carta)


def _de_maquina(carta: Carta) -> bool:
    return sem_volta(carta.cabecalhos) or _de_correio(carta)


def _de_correio(carta: Carta) -> bool:
    return carta.de is not None and _remetente.match(carta.de.email) is not None


def _parte(carta: Carta, tipos: frozenset[str]) -> Parte | None:
    return next((parte for parte in carta.raiz.folhas() if parte.tipo in tipos), None)
