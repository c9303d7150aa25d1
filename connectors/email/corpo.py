"""Which parts of a mail are its text, which its page, and which are files (RFC 2046; RFC 2387; RFC 3676)."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from msgspec import Struct

from connectors.email import limites, pagina
from connectors.email.mime import NAO_LIDA, Parte
from connectors.email.palavras import decodificar

_ASSINATURAS: Final = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys",
})  # fmt: skip
_OUTRAS_FORMAS: Final = frozenset({"text/x-amp-html", "text/enriched", "text/richtext", "text/rtf", "text/watch-html"})
"""What says the same as the text beside it."""
_ANEXADA: Final = "attachment"
_em_branco: Final = re.compile(r"\s*\Z")


class Corpo(Struct, frozen=True):
    """What a mail, or a part of one, holds. ``pagina`` is cleaned HTML; ``omitidas`` are parts that say nothing to a
    person (signatures of machines). ``cortado``: there was more text than is read.
    """

    texto: str = ""
    pagina: str = ""
    anexos: tuple[Parte, ...] = ()
    omitidas: tuple[Parte, ...] = ()
    cortado: bool = False

    def com_texto(self) -> Corpo:
        """With a text made from the page, if there was none."""
        if not _em_branco.match(self.texto) or not self.pagina:
            return self
        return Corpo(pagina.texto(self.pagina), self.pagina, self.anexos, self.omitidas, self.cortado)


def escolher(parte: Parte) -> Corpo:
    """What there is in ``parte``, and in the parts within it."""
    if not parte.partes:
        return _folha(parte)
    if parte.tipo == "multipart/alternative":
        return _alternativas([escolher(filha) for filha in parte.partes])
    if parte.tipo == "multipart/related":
        return _relacionadas(parte)
    return _em_sequencia([escolher(filha) for filha in parte.partes])


def _folha(parte: Parte) -> Corpo:
    if parte.tipo in _ASSINATURAS or parte.tipo in _OUTRAS_FORMAS:
        return Corpo(omitidas=(parte,))
    if parte.tipo == NAO_LIDA:
        return Corpo()
    if parte.disposicao == _ANEXADA or parte.nome or parte.tipo not in {"text/plain", "text/html"}:
        return Corpo(anexos=(parte,)) if parte.fim > parte.inicio else Corpo()
    cortado = parte.fim - parte.inicio > limites.PARTE_DE_TEXTO
    lido = decodificar(parte.corpo(limites.PARTE_DE_TEXTO), parte.parametros.get("charset"))
    if parte.tipo == "text/html":
        return Corpo(pagina=pagina.limpa(lido), cortado=cortado or len(lido) > limites.PAGINA)
    return Corpo(texto=_corrido(lido, parte), cortado=cortado)


def _alternativas(formas: list[Corpo]) -> Corpo:
    """The same thing in several forms, the best one last: its first text and its last page, and what only one has."""
    texto = next((forma.texto for forma in formas if not _em_branco.match(forma.texto)), "")
    melhor = next((forma.pagina for forma in reversed(formas) if forma.pagina), "")
    return _junto(texto, melhor, formas).com_texto()


def _relacionadas(parte: Parte) -> Corpo:
    """A page and what it shows. Its root is the first part, or the one that ``start`` names."""
    inicial = parte.parametros.get("start", "")
    raiz = next((p for p in parte.partes if inicial and p.cabecalhos.cru("content-id") == inicial), parte.partes[0])
    outras = [Corpo(anexos=tuple(filha.folhas())) for filha in parte.partes if filha is not raiz]
    principal = escolher(raiz)
    return _junto(principal.texto, principal.pagina, [principal, *outras])


def _em_sequencia(trechos: list[Corpo]) -> Corpo:
    """One after the other: texts between pictures, the footer of a mailing list."""
    trechos = [trecho.com_texto() for trecho in trechos]
    texto = "\n\n".join(trecho.texto.strip("\n") for trecho in trechos if trecho.texto.strip())
    if not any(trecho.pagina for trecho in trechos):
        return _junto(texto, "", trechos)
    paginas = (trecho.pagina or _como_pagina(trecho.texto) for trecho in trechos if trecho.texto or trecho.pagina)
    return _junto(texto, "\n".join(paginas), trechos)


def _junto(texto: str, melhor: str, trechos: list[Corpo]) -> Corpo:
    return Corpo(
        texto[: limites.PAGINA],
        melhor if len(melhor) <= 2 * limites.PAGINA else "",
        tuple(anexo for trecho in trechos for anexo in trecho.anexos),
        tuple(omitida for trecho in trechos for omitida in trecho.omitidas),
        any(trecho.cortado for trecho in trechos) or len(texto) > limites.PAGINA or len(melhor) > 2 * limites.PAGINA,
    )


def _como_pagina(texto: str) -> str:
    return f"<pre>{escape(texto, quote=False)}</pre>" if texto.strip() else ""


def _corrido(texto: str, parte: Parte) -> str:
    """Undo the wrapping of ``format=flowed``: a line that ends in a blank goes on in the next one, if both are quoted
    as deeply (RFC 3676, section 4).
    """
    if parte.parametros.get("format", "").lower() != "flowed":
        return texto
    sem_branco = parte.parametros.get("delsp", "").lower() == "yes"
    pedacos: list[str] = []
    nivel_anterior = -1  # of a line that goes on
    for crua in texto.split("\n"):
        linha = crua.lstrip(">")
        nivel, linha = len(crua) - len(linha), linha.removeprefix(" ")
        if linha == "-- " or nivel != nivel_anterior:
            pedacos.append(("\n" if pedacos else "") + ("> " if nivel else ""))
        continua = linha.endswith(" ") and linha != "-- "
        pedacos.append(linha[:-1] if continua and sem_branco else linha)
        nivel_anterior = nivel if continua else -1
    return "".join(pedacos)
