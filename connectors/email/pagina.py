"""HTML of mails: cleaned to be shown, and as text.

nh3 (html5ever) reads whatever comes and writes what is well formed; only that is then read by Python's own parser,
which takes quadratic time on some broken input. html5ever itself does so on thousands of open elements: such a page is
stripped to text by a regular expression.
"""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

import nh3

from connectors.email import limites

_ETIQUETAS: Final = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "del", "div", "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p",
    "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
})  # fmt: skip
_ATRIBUTOS: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start"},
}
_SEM_CONTEUDO: Final = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math"}
_ABERTOS: Final = 400
"""Elements open at once."""
_etiqueta: Final = re.compile(r"<(/?)(?!(?:br|img|hr|meta|link|input|col|p|li|td|th|tr|dd|dt|option)\b)[a-zA-Z]")
_qualquer: Final = re.compile(r"<(?:style|script|title)\b[^<]*(?:</?[a-z]+>)?|<[^<>]{0,2000}>", re.IGNORECASE)
_BLOCOS: Final = frozenset({
    "blockquote", "caption", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "table", "tr", "ul",
})  # fmt: skip
_SEPARADOS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"})
"""Blocks with a blank line before and after."""
_brancos: Final = re.compile(r"[ \t\n\r\f\u00a0]+")
_vazias: Final = re.compile(r"\n{3,}")
_ELO: Final = 500
"""Characters of an address that is shown in a text; what counts clicks is longer."""
_CITACOES: Final = 5
"""Levels of quotation that are shown."""


def limpa(pagina: str) -> str:
    """The page without what acts, hides or calls home: no scripts, styles, forms or frames, and no image from elsewhere
    (its ``alt`` stays). Images that came with the mail keep their ``cid:`` address.
    """
    pagina = pagina[: limites.PAGINA]
    if _funda(pagina):
        return f"<pre>{escape(unescape(_qualquer.sub(' ', pagina)), quote=False)}</pre>"
    return nh3.clean(
        pagina,
        tags=set(_ETIQUETAS),
        clean_content_tags=set(_SEM_CONTEUDO),
        attributes={etiqueta: set(nomes) for etiqueta, nomes in _ATRIBUTOS.items()},
        attribute_filter=_atributo,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


def _atributo(_etiqueta: str, nome: str, valor: str) -> str | None:
    if nome == "src" and not valor.strip().lower().startswith("cid:"):
        return None
    return valor if nome != "href" or not valor.strip().lower().startswith("cid:") else None


def _funda(pagina: str) -> bool:
    """Whether more elements are open at once than any honest page has."""
    abertos = 0
    for achada in _etiqueta.finditer(pagina):
        abertos = max(0, abertos - 1) if achada[1] else abertos + 1
        if abertos > _ABERTOS:
            return True
    return False


def texto(limpa: str) -> str:
    """A page that was cleaned, as text: blocks are lines, quotations begin with ``>``, links show where they lead."""
    leitor = _Leitor()
    leitor.feed(limpa)
    leitor.close()
    return leitor.texto()


class _Leitor(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._linhas: list[str] = []
        self._linha: list[str] = []
        self._citacoes = 0
        self._preservado = 0
        self._elo: tuple[str, int] | None = None

    def texto(self) -> str:
        self._quebrar()
        return _vazias.sub("\n\n", "\n".join(self._linhas)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCOS:
            self._bloco(tag)
        atributos = dict(attrs)
        if tag == "br":
            self._quebrar(mesmo_vazia=True)
        elif tag == "li":
            self._linha.append("- ")
        elif tag in {"td", "th"} and self._linha:
            self._linha.append("  ")
        elif tag == "img" and atributos.get("alt"):
            self._linha.append(f"[{atributos['alt']}]")
        elif tag == "a":
            self._elo = (atributos.get("href") or "", len(self._linha))
        self._contar(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._elo is not None:
            self._fim_do_elo(*self._elo)
            self._elo = None
        if tag in _BLOCOS:
            self._bloco(tag)
        self._contar(tag, -1)

    def handle_data(self, data: str) -> None:
        if not self._preservado:
            self._linha.append(_brancos.sub(" ", data))
            return
        primeira, *outras = data.split("\n")
        self._linha.append(primeira)
        for linha in outras:
            self._quebrar(mesmo_vazia=True)
            self._linha.append(linha)

    def _contar(self, tag: str, passo: int) -> None:
        if tag == "blockquote":
            self._citacoes = max(0, self._citacoes + passo)
        elif tag == "pre":
            self._preservado = max(0, self._preservado + passo)

    def _bloco(self, tag: str) -> None:
        self._quebrar()
        if tag in _SEPARADOS and self._linhas and self._linhas[-1].strip("> "):
            self._linhas.append(self._margem().rstrip())

    def _fim_do_elo(self, destino: str, desde: int) -> None:
        """Where a link leads, unless its text says so or it is only an anchor."""
        dito = "".join(self._linha[desde:]).strip()
        alvo = destino.removeprefix("mailto:").removeprefix("tel:").strip()
        if dito and 0 < len(alvo) <= _ELO and alvo.rstrip("/") not in dito and dito.rstrip("/") not in alvo:
            self._linha.append(f" <{alvo}>")

    def _quebrar(self, *, mesmo_vazia: bool = False) -> None:
        linha = "".join(self._linha)
        self._linha.clear()
        if self._elo is not None:
            self._elo = (self._elo[0], 0)
        if not self._preservado:
            linha = re.sub(" {3,}", "  ", linha).strip()
        if linha.strip() or mesmo_vazia:
            self._linhas.append((self._margem() + linha).rstrip())

    def _margem(self) -> str:
        return "> " * min(self._citacoes, _CITACOES)
