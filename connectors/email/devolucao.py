"""Reports about mails that we sent: that they failed, arrived or were read (RFC 3464, RFC 3798, and what is sent
instead of these).

A report names the mail by its Message-ID, in what it returns of it; or our sign (:mod:`connectors.email.marcas`) stands
somewhere in it, which also finds it in those that keep to no standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from connectors.email import carta as cartas
from connectors.email import mime
from connectors.email.carta import Carta
from connectors.email.marcas import Marcas, Nosso
from connectors.email.mime import Cabecalhos, Parte
from connectors.email.palavras import uma_linha
from engine.conector.entradas import EstadoExterno, StatusRecebido

_PARTE: Final = 256 * 1024
"""Bytes of a part that are searched."""
_GRUPOS: Final = 50
_DEVOLVIDAS: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
"""What a report returns of the mail."""
_DIZERES: Final = 300
_ESTADOS: Final[dict[str, EstadoExterno | None]] = {
    "failed": "falhou", "delayed": None, "delivered": "entregue", "relayed": None, "expanded": "entregue",
}  # fmt: skip
_codigo: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_tres: Final = re.compile(r"(?:^|[\s;:#(])([45])\d\d(?=[\s-])")
_remetente: Final = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|microsoftexchange\w*)@", re.IGNORECASE
)
_assunto: Final = re.compile(
    r"\s*(?:undeliver(?:ed|able)|delivery status notification|mail delivery (?:failed|failure|system)|failure notice|"
    r"returned mail|delivery (?:failure|has failed)|n[ãa]o (?:foi )?(?:entregue|poss[íi]vel entregar)|"
    r"mensagem n[ãa]o entregue|falha na entrega|aviso de n[ãa]o entrega|message you sent .* delayed|"
    r"warning: message .* delayed|mail could not be delivered|unzustellbar|no se puede entregar)",
    re.IGNORECASE,
)
_demora: Final = re.compile(r"\b(?:delayed|atras(?:o|ada)|delay\b|still being retried|will be retried)", re.IGNORECASE)
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
        if especie == "disposition-notification":
            return _leitura(carta, marcas, em)
        if especie == "delivery-status" or _parte(carta, "message/delivery-status"):
            return _entrega(carta, marcas, em)
    if _parte(carta, "message/delivery-status") and _de_maquina(carta):
        return _entrega(carta, marcas, em)
    return _fora_do_padrao(carta, marcas, em) if _parece_devolucao(carta) else None


def em_palavras(codigo: str | None, dizeres: str) -> str:
    """Why a mail did not arrive, for people. ``codigo`` as in RFC 3463."""
    resto = (codigo or "").partition(".")[2]
    motivo = next((texto for prefixo, texto in _PALAVRAS if resto == prefixo or resto.split(".")[0] == prefixo), "")
    frase = f"E-mail devolvido: {motivo or 'o servidor de destino não o aceitou'}"
    return f"{frase} ({dizeres})" if dizeres else frase


def _entrega(carta: Carta, marcas: Marcas, em: int) -> Relato:
    estados = list(_grupos(carta))
    estado, grupo = next(((e, g) for e, g in estados if e == "falhou"), estados[0] if estados else (None, None))
    if not estados:
        estado = "falhou"
    if estado is None:
        return Relato(())  # it is delayed, and goes on trying
    dizeres = "" if grupo is None else uma_linha((grupo.texto("diagnostic-code")).partition(";")[2], _DIZERES)
    codigo = _achado(_codigo, "" if grupo is None else f"{grupo.cru('status') or ''} {dizeres}")
    return _relato(estado, _original(carta, marcas), codigo, dizeres, em)


def _leitura(carta: Carta, marcas: Marcas, em: int) -> Relato:
    """A read receipt (RFC 3798)."""
    parte = _parte(carta, "message/disposition-notification")
    campos = mime.ler_cabecalhos(parte.corpo(_PARTE)) if parte else Cabecalhos([])
    if "displayed" not in (campos.cru("disposition") or "").lower():
        return Relato(())
    ids = cartas.ids([campos.cru("original-message-id") or ""])
    nosso = marcas.do_id(ids[0]) if ids else None
    original = nosso or (Nosso(ids[0], None) if ids else _original(carta, marcas))
    return _relato("lido", original, None, "", em)


def _fora_do_padrao(carta: Carta, marcas: Marcas, em: int) -> Relato:
    texto = carta.corpo.texto[:_PARTE]
    if _demora.search(carta.assunto):
        return Relato(())
    dizeres = next((linha for linha in texto.split("\n") if _codigo.search(linha) or _tres.search(linha)), "")
    codigo = _achado(_codigo, dizeres) or {"4": "4.0.0", "5": "5.0.0"}.get(_achado(_tres, dizeres) or "")
    return _relato("falhou", _original(carta, marcas), codigo, uma_linha(dizeres, _DIZERES), em)


def _relato(estado: EstadoExterno, original: Nosso | None, codigo: str | None, dizeres: str, em: int) -> Relato:
    if original is None:
        return Relato((), sem_dono=True)
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
    parte = _parte(carta, "message/delivery-status")
    texto = parte.corpo(_PARTE).replace(b"\r\n", b"\n") if parte else b""
    for bloco in texto.split(b"\n\n", _GRUPOS)[:_GRUPOS]:
        campos = mime.ler_cabecalhos(bloco.lstrip(b"\n"))
        acao = (campos.cru("action") or "").lower().partition(" ")[0].strip(";")
        if acao in _ESTADOS:
            yield _ESTADOS[acao], campos


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


def _parece_devolucao(carta: Carta) -> bool:
    """Both who sends it and what it is about must say so: people write about returned mails, too."""
    dito = carta.cabecalhos.ha("x-failed-recipients") or _assunto.match(carta.assunto) is not None
    return dito and _de_maquina(carta)


def _de_maquina(carta: Carta) -> bool:
    sem_volta = (carta.cabecalhos.cru("return-path") or "").strip() == "<>"
    return sem_volta or (carta.de is not None and _remetente.match(carta.de.email) is not None)


def _parte(carta: Carta, tipo: str) -> Parte | None:
    return next((parte for parte in carta.raiz.folhas() if parte.tipo == tipo), None)


def _achado(padrao: re.Pattern[str], texto: str) -> str | None:
    achado = padrao.search(texto)
    return achado[1] if achado else None
