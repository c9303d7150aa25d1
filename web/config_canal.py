"""The ``config`` of a canal: what it may hold, and which of it is secret.

What a channel needs to work differs from one to the next, so ``config`` is a flat JSON object of names and plain
values. What is secret in it is known by its name: it is written and replaced, and never answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta

from engine.vistas import json_text
from web.campos import Ler, Problema, texto

Valor = str | int | float | bool | None

_NOMES_MAXIMO: Final = 50
_TEXTO_MAXIMO: Final = 4096
_BYTES_MAXIMO: Final = 16_384
_NUMERO_MAXIMO: Final = 2**53 - 1
"""Up to here a number is the same to everybody who reads JSON (RFC 8259 §6)."""

_NOME: Final = r"[A-Za-z][A-Za-z0-9_]{0,59}"
_e_nome = re.compile(_NOME).fullmatch
_PARTES_SECRETAS: Final = ("token", "secret", "segredo", "senha", "password", "apikey", "private")


def e_secreto(nome: str) -> bool:
    """True for the name of a secret: ``accessToken``, ``API_KEY``, ``senhaSmtp``."""
    junto = nome.lower().replace("_", "")
    return any(parte in junto for parte in _PARTES_SECRETAS)


def separar(config: Mapping[str, Valor]) -> tuple[str, str]:
    """What is shown and what is secret of a ``config``, each as the text of a JSON object."""
    aberto = {nome: valor for nome, valor in config.items() if not e_secreto(nome)}
    secreto = {nome: valor for nome, valor in config.items() if e_secreto(nome)}
    return json_text(aberto), json_text(secreto)


def ler_config(valor: object) -> Mapping[str, Valor]:
    """A ``config`` as it was sent. Raises Problema, which names the entry but does not show its value."""
    if not isinstance(valor, dict):
        raise Problema("deve ser um objeto JSON")
    if len(valor) > _NOMES_MAXIMO:
        raise Problema(f"deve ter no máximo {_NOMES_MAXIMO} nomes; tem {len(valor)}")
    for nome, entrada in valor.items():
        _exigir_nome(nome)
        _exigir_valor(nome, entrada)
    if len(json_text(valor).encode()) > _BYTES_MAXIMO:
        raise Problema(f"deve ter no máximo {_BYTES_MAXIMO} bytes")
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


Config = Annotated[
    dict[
        Annotated[str, Meta(pattern=f"^{_NOME}$")],
        Annotated[str, Meta(max_length=_TEXTO_MAXIMO, pattern=r"^[^\u0000]*$")]
        | Annotated[float, Meta(ge=-_NUMERO_MAXIMO, le=_NUMERO_MAXIMO)]
        | bool
        | None,
    ],
    Meta(
        max_length=_NOMES_MAXIMO,
        description=(
            "Configuração do canal: um objeto de nomes e valores simples, até 16 KB. São segredos os nomes que contêm "
            "token, secret, segredo, senha, password, apikey (ou api_key) ou private, sem diferenciar maiúsculas: os "
            "valores deles são guardados à parte e nunca são devolvidos; as respostas dizem só os nomes, em segredos. "
            "Em uma alteração, config substitui tudo o que não é segredo; um segredo só muda se for mandado, e null o "
            "apaga."
        ),
    ),
    Ler(ler_config),
]
