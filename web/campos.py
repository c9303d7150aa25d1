"""Kinds of fields: what a value must be, and how it is normalised. Each reader says what is wrong in Portuguese.

The limits stand in ``msgspec.Meta`` so that a schema made from the Structs shows them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from engine.ids import is_uuid

Leitor = Callable[[object], object]
"""Turns what was sent into the value of the field. Raises Problema."""


class Problema(ValueError):
    """What is wrong with one value; the text is shown to the caller after the name of the field."""


class Ler(Struct, frozen=True):
    """Annotation: the field is read by this, not by what its type says."""

    leitor: Leitor


class UmaLinha(Struct, frozen=True):
    """Annotation of a text: one line, without surrounding blanks."""


_CONTROLES: Final = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_BRANCOS: Final = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ENTRE_DIGITOS: Final = r"[ \u00a0().\-]"
_DE_EMAIL: Final = rf"@<>()\[\],;:\\\"{_CONTROLES}{_BRANCOS}"
"""What an address has none of. All of these are parts of classes in regular expressions, in the words that Python and
ECMAScript (which JSON Schema refers to) have in common."""

_COM_PALAVRA: Final = rf"^[^{_CONTROLES}]*[^{_CONTROLES}{_BRANCOS}][^{_CONTROLES}]*$"
_SEM_CONTROLE: Final = rf"^[^{_CONTROLES}]*$"
_SEM_NUL: Final = r"^[^\u0000]*$"
_EMAIL: Final = rf"[^{_DE_EMAIL}]{{1,64}}@[^{_DE_EMAIL}.]+(\.[^{_DE_EMAIL}.]+)+"
_TELEFONE: Final = rf"^{_ENTRE_DIGITOS}*\+?({_ENTRE_DIGITOS}*[0-9]){{8,15}}{_ENTRE_DIGITOS}*$"

_tem_controle = re.compile(f"[{_CONTROLES}]").search
_e_email = re.compile(_EMAIL).fullmatch
_e_telefone = re.compile(_TELEFONE.strip("^$")).fullmatch
_nao_digitos = re.compile("[^0-9]+")


def texto(valor: object) -> str:
    """Any text that UTF-8 and PostgreSQL can hold, as it is: combining marks, emoji and right-to-left writing too."""
    if not isinstance(valor, str):
        raise Problema("deve ser um texto")
    if "\0" in valor:
        raise Problema("não pode ter o caractere NUL")
    if not valor.isascii():
        try:
            valor.encode()
        except UnicodeEncodeError:
            raise Problema("tem um caractere Unicode incompleto (surrogate)") from None
    return valor


def uma_linha(valor: object) -> str:
    lido = texto(valor)
    if _tem_controle(lido) is not None:
        raise Problema("não pode ter quebras de linha nem caracteres de controle")
    return lido.strip()


def uuid(valor: object) -> str:
    if isinstance(valor, str):
        minusculo = valor.lower()
        if is_uuid(minusculo):
            return minusculo
    raise Problema("deve ser um UUID, como 0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c")


def email(valor: object) -> str:
    limpo = uma_linha(valor)
    if len(str(valor)) > 254 or _e_email(limpo) is None:
        raise Problema("deve ser um endereço de e-mail de até 254 caracteres, como joao@example.com")
    return limpo


def telefone(valor: object) -> str:
    """Digits only, with country and area code, as the mission shows them."""
    escrito = texto(valor)
    if len(escrito) > 30 or _e_telefone(escrito) is None:
        raise Problema("deve ser um telefone de 8 a 15 dígitos com DDI e DDD, como 5511999998888")
    return _nao_digitos.sub("", escrito)


Uuid = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"), Ler(uuid)]
Email = Annotated[
    str, Meta(min_length=3, max_length=254, pattern=f"^[{_BRANCOS}]*{_EMAIL}[{_BRANCOS}]*$"), Ler(email)
]  # fmt: skip
Telefone = Annotated[str, Meta(min_length=8, max_length=30, pattern=_TELEFONE), Ler(telefone)]
Nome = Annotated[str, Meta(min_length=1, max_length=200, pattern=_COM_PALAVRA), UmaLinha()]
Assunto = Annotated[str, Meta(max_length=500, pattern=_SEM_CONTROLE), UmaLinha()]
Motivo = Annotated[str, Meta(max_length=500, pattern=_SEM_NUL)]
Descricao = Annotated[str, Meta(max_length=500, pattern=_SEM_NUL)]
Observacao = Annotated[str, Meta(max_length=2000, pattern=_SEM_NUL)]
Conteudo = Annotated[str, Meta(max_length=4096, pattern=_SEM_NUL)]
Busca = Annotated[str, Meta(min_length=1, max_length=100, pattern=_COM_PALAVRA), UmaLinha()]
Rotulo = Annotated[str, Meta(min_length=1, max_length=60, pattern=_COM_PALAVRA), UmaLinha()]
"""A short label: an ``estado``, a skill."""
Habilidades = Annotated[tuple[Rotulo, ...], Meta(max_length=50)]

PAGINA_MAXIMA: Final = 1_000_000
Pagina = Annotated[int, Meta(ge=1, le=PAGINA_MAXIMA)]
Limite = Annotated[int, Meta(ge=1, le=100)]
Capacidade = Annotated[int, Meta(ge=0, le=100)]
PrioridadeDeFila = Annotated[int, Meta(ge=1, le=10)]
Minutos = Annotated[int, Meta(ge=0, le=525_600)]
"""Up to a year."""
