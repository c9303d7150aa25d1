"""Kinds of fields: what a value must be, and how it is normalised. Each reader says what is wrong in Portuguese.

The limits stand in ``msgspec.Meta`` so that a schema made from the Structs shows them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from engine.caracteres import BRANCOS, CONTROLES, INVISIVEIS, VISIVEL, sem_invisiveis
from engine.ids import is_uuid
from engine.politica.marcas import idioma_escrito
from engine.politica.modelo import HabilidadeExigida, Nivel
from engine.telefones import ESCRITO, PAISES, limpo
from engine.tempo import ms_de

Leitor = Callable[[object], object]
"""Turns what was sent into the value of the field. Raises Problema."""


class Problema(ValueError):
    """What is wrong with one value; the text is shown to the caller after the name of the field."""


class Ler(Struct, frozen=True):
    """Annotation: the field is read by this, not by what its type says."""

    leitor: Leitor


class UmaLinha(Struct, frozen=True):
    """Annotation of a text: one line, without surrounding blanks."""


class VariasLinhas(Struct, frozen=True):
    """Annotation of a text: lines and tabs, and no other control character."""


def _em_qualquer_caixa(letra: str) -> str:
    """The countries whose name begins so, as a regular expression: ``[Bb][RrSs]``."""
    segundas = "".join(sorted(sigla[1] for sigla in PAISES if sigla[0] == letra))
    return f"[{letra}{letra.lower()}][{segundas}{segundas.lower()}]"


_DE_EMAIL: Final = rf"@<>()\[\],;:\\\"{CONTROLES}{BRANCOS}{INVISIVEIS}"
"""What an address has none of, as part of a class in a regular expression."""

_COM_PALAVRA: Final = rf"^[^{CONTROLES}]*{VISIVEL}[^{CONTROLES}]*$"
_SEM_CONTROLE: Final = rf"^[^{CONTROLES}]*$"
_PAIS: Final = f"^({'|'.join(_em_qualquer_caixa(letra) for letra in sorted({sigla[0] for sigla in PAISES}))})$"
_TELEFONE_MAXIMO: Final = 60
_SEM_NUL: Final = r"^[^\u0000]*$"
_CONTROLES_DE_LINHAS: Final = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
"""Those that are neither the end of a line nor a tab."""
_SO_LINHAS: Final = rf"^[^{_CONTROLES_DE_LINHAS}]*$"
_LINHAS_COM_PALAVRA: Final = rf"^[^{_CONTROLES_DE_LINHAS}]*{VISIVEL}[^{_CONTROLES_DE_LINHAS}]*$"
_NADA: Final = f"[{INVISIVEIS}]*"
_EMAIL: Final = (
    rf"({_NADA}[^{_DE_EMAIL}]){{1,64}}{_NADA}@({_NADA}[^{_DE_EMAIL}.])+{_NADA}(\.({_NADA}[^{_DE_EMAIL}.])+{_NADA})+"
)

_INSTANTE = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII).fullmatch
_tem_controle = re.compile(f"[{CONTROLES}]").search
_tem_controle_de_linhas = re.compile(f"[{_CONTROLES_DE_LINHAS}]").search
_e_email = re.compile(rf"[^{_DE_EMAIL}]{{1,64}}@[^{_DE_EMAIL}.]+(\.[^{_DE_EMAIL}.]+)+").fullmatch


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


def varias_linhas(valor: object) -> str:
    lido = texto(valor)
    if _tem_controle_de_linhas(lido) is not None:
        raise Problema("só pode ter, de caracteres de controle, quebras de linha e tabulações: retire os demais")
    return lido


def uuid(valor: object) -> str:
    if isinstance(valor, str):
        minusculo = valor.lower()
        if is_uuid(minusculo):
            return minusculo
    raise Problema("deve ser um UUID, como 0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c")


def email(valor: object) -> str:
    """As it was written, without what cannot be seen in it."""
    escrito = sem_invisiveis(uma_linha(valor)).strip()
    if len(str(valor)) > 254 or _e_email(escrito) is None:
        raise Problema("deve ser um endereço de e-mail de até 254 caracteres, como joao@example.com")
    return escrito


def telefone(valor: object) -> str:
    """Its digits, and the plus before them. Which number that is depends on where it is dialled: the empresa knows."""
    escrito = texto(valor)
    lido = limpo(escrito) if len(escrito) <= _TELEFONE_MAXIMO else None
    if lido is None:
        raise Problema(
            "deve ser um telefone com DDI e DDD, como 5511999998888 ou +55 (11) 99999-8888, sem letras e sem ramal"
        )
    return lido


def telefone_na_url(valor: object) -> str:
    """In an address a plus that nobody escaped arrives as a blank."""
    return telefone("+" + valor[1:] if isinstance(valor, str) and valor.startswith(" ") else valor)


def pais(valor: object) -> str:
    sigla = texto(valor).upper()
    if sigla not in PAISES:
        raise Problema("deve ser um país, pela sigla de duas letras (ISO 3166), como BR, PT ou US")
    return sigla


def idioma(valor: object) -> str:
    escrito = idioma_escrito(texto(valor))
    if escrito is None:
        raise Problema("deve ser um idioma, como pt, pt-BR ou es")
    return escrito


def instante(valor: object) -> str:
    escrito = texto(valor)
    try:
        if not _INSTANTE(escrito):
            raise ValueError
        ms_de(escrito)
    except ValueError:
        raise Problema("deve ser uma data e hora em UTC que existe, como 2025-12-11T10:00:00Z") from None
    return escrito


Uuid = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"), Ler(uuid)]
Email = Annotated[
    str,
    Meta(min_length=3, max_length=254, pattern=f"^[{BRANCOS}{INVISIVEIS}]*{_EMAIL}[{BRANCOS}{INVISIVEIS}]*$"),
    Ler(email),
]
_DE_TELEFONE: Final = Meta(
    min_length=4,
    max_length=_TELEFONE_MAXIMO,
    pattern=ESCRITO,
    description=(
        "Telefone com DDI e DDD, como 5511999998888, ou como se disca no país da empresa (paisPadrao), como "
        "(11) 99999-8888; com + na frente, o DDI é o que vem depois dele. É devolvido em E.164, sem o +."
    ),
)
Telefone = Annotated[str, _DE_TELEFONE, Ler(telefone)]
TelefoneNaUrl = Annotated[str, _DE_TELEFONE, Ler(telefone_na_url)]
Pais = Annotated[
    str, Meta(pattern=_PAIS, description="País dos telefones que vêm sem DDI: ISO 3166-1 alfa-2."), Ler(pais)
]
Nome = Annotated[str, Meta(min_length=1, max_length=200, pattern=_COM_PALAVRA), UmaLinha()]
Assunto = Annotated[str, Meta(max_length=500, pattern=_SEM_CONTROLE), UmaLinha()]
Motivo = Annotated[str, Meta(max_length=500, pattern=_SEM_NUL)]
Descricao = Annotated[str, Meta(max_length=500, pattern=_SEM_NUL)]
Observacao = Annotated[str, Meta(max_length=2000, pattern=_SEM_NUL)]
Nota = Annotated[str, Meta(max_length=2000, pattern=_SO_LINHAS), VariasLinhas()]
NotaInterna = Annotated[str, Meta(min_length=1, max_length=4096, pattern=_LINHAS_COM_PALAVRA), VariasLinhas()]
Conteudo = Annotated[str, Meta(max_length=4096, pattern=_SEM_NUL)]
Busca = Annotated[str, Meta(min_length=1, max_length=100, pattern=_COM_PALAVRA), UmaLinha()]
Codigo = Annotated[str, Meta(min_length=1, max_length=100, pattern=_COM_PALAVRA), UmaLinha()]
"""What a provider calls a failure."""
Rotulo = Annotated[str, Meta(min_length=1, max_length=60, pattern=_COM_PALAVRA), UmaLinha()]
"""A short label: an ``estado``, a skill."""
Habilidades = Annotated[tuple[Rotulo, ...], Meta(max_length=50)]
Estados = Annotated[tuple[Rotulo, ...], Meta(max_length=50)]
Niveis = Annotated[dict[Rotulo, Nivel], Meta(max_length=50)]
"""The proficiency in skills, by their names."""
Etiquetas = Annotated[tuple[Rotulo, ...], Meta(max_length=20)]
Pedidas = Annotated[tuple[HabilidadeExigida, ...], Meta(max_length=20)]
Idioma = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$",
        description="Idioma (BCP 47): a língua e, se importa, a escrita e a região, como pt, pt-BR ou zh-Hant.",
    ),
    Ler(idioma),
]

Instante = Annotated[
    str,
    Meta(
        max_length=30,
        pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z$",
        description="Data e hora em UTC, ISO 8601, como 2025-12-11T10:00:00Z.",
    ),
    Ler(instante),
]

PAGINA_MAXIMA: Final = 1_000_000
Pagina = Annotated[int, Meta(ge=1, le=PAGINA_MAXIMA)]
Limite = Annotated[int, Meta(ge=1, le=100)]
Capacidade = Annotated[int, Meta(ge=0, le=100)]
PrioridadeDeFila = Annotated[int, Meta(ge=1, le=10)]
Numero = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""The number of a version."""
Minutos = Annotated[int, Meta(ge=0, le=525_600)]
"""Up to a year."""
