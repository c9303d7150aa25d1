"""The ``config`` of a canal: what it may hold.

What a channel needs to work differs from one to the next, so ``config`` is a flat JSON object of names and plain
values. Which of it is shown is said in :mod:`engine.canais`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta

from engine.canais import BYTES_MAXIMO, NOMES_MAXIMO, PUBLICOS
from engine.vistas import json_text
from web.pedido.campos import Ler, Problema, texto

Valor = str | int | float | bool | None

_TEXTO_MAXIMO: Final = 4096
_NUMERO_MAXIMO: Final = 2**53 - 1
"""Up to here a number is the same to everybody who reads JSON (RFC 8259 §6)."""

_NOME: Final = r"[A-Za-z][A-Za-z0-9_]{0,59}"
_e_nome = re.compile(_NOME).fullmatch


def ler_config(valor: object) -> Mapping[str, Valor]:
    """A ``config`` as it was sent. Raises Problema, which names the entry but does not show its value."""
    if not isinstance(valor, dict):
        raise Problema("deve ser um objeto JSON")
    if len(valor) > NOMES_MAXIMO:
        raise Problema(f"deve ter no máximo {NOMES_MAXIMO} nomes; tem {len(valor)}")
    for nome, entrada in valor.items():
        _exigir_nome(nome)
        _exigir_valor(nome, entrada)
    if len(json_text(valor).encode()) > BYTES_MAXIMO:
        raise Problema(f"deve ter no máximo {BYTES_MAXIMO} bytes")
    return valor


def _exigir_nome(nome: str) -> None:
    if _e_nome(nome) is None:
        raise Problema(
            f"{nome[:60]!a} não é um nome: use até 60 letras sem acento, dígitos e _, começando por uma letra"
        )  # fmt: skip


def _exigir_valor(nome: str, valor: object) -> None:
    if isinstance(valor, str):
        try:
            texto(valor)
        except Problema as problema:
            raise Problema(f"{nome}: {problema}") from None
        if len(valor) > _TEXTO_MAXIMO:
            raise Problema(f"{nome}: deve ter no máximo {_TEXTO_MAXIMO} caracteres; tem {len(valor)}")
    elif isinstance(valor, int | float) and not isinstance(valor, bool):
        if abs(valor) > _NUMERO_MAXIMO:
            raise Problema(f"{nome}: deve ser um número de -{_NUMERO_MAXIMO} a {_NUMERO_MAXIMO}")
    elif not (valor is None or isinstance(valor, bool)):
        raise Problema(f"{nome}: deve ser texto, número, true, false ou null")


_MOSTRADOS: Final = "; ".join(f"{tipo}: {', '.join(sorted(nomes))}" for tipo, nomes in PUBLICOS.items() if nomes)

Config = Annotated[
    dict[
        Annotated[str, Meta(pattern=f"^{_NOME}$")],
        Annotated[str, Meta(max_length=_TEXTO_MAXIMO, pattern=r"^[^\u0000]*$")]
        | Annotated[float, Meta(ge=-_NUMERO_MAXIMO, le=_NUMERO_MAXIMO)]
        | bool
        | None,
    ],
    Meta(
        max_length=NOMES_MAXIMO,
        description=(
            "Configuração do canal: um objeto de nomes e valores simples, até 16 KB. São mostrados só estes nomes: "
            f"{_MOSTRADOS}. Todos os outros são segredos, como é um endereço com senha dentro: os valores deles são "
            "guardados à parte e nunca são devolvidos; as respostas dizem só os nomes, em segredos. Em uma alteração, "
            "config substitui tudo o que não é segredo; um segredo só muda se for mandado, e null o apaga."
        ),
    ),
    Ler(ler_config),
]
