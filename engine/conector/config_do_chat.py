"""What the ``config`` of a canal of tipo ``webchat`` may say. What is wrong has no effect, and ``testar`` tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.origens import e_origem, origem_de

ORIGENS_NO_MAXIMO: Final = 50
TEXTOS: Final[Mapping[str, int]] = {"titulo": 80, "saudacao": 1_000, "horario": 500}
"""Texts that visitors see, and how many characters they may have."""
NOMES: Final = ("primeiro", "completo", "nenhum")
"""What visitors may see of who answers them."""

e_cor = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})").fullmatch


def problemas_do_chat(config: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Name and problem of each entry that is wrong; null, and nothing, are as good as absent."""
    for nome, valor in config.items():
        problema = None if valor is None or valor == "" else _problema(nome, valor)
        if problema is not None:
            yield nome, problema


def _problema(nome: str, valor: object) -> str | None:
    if nome == "origens":
        return _das_origens(valor)
    if nome in TEXTOS:
        cabe = isinstance(valor, str) and len(valor.strip()) <= TEXTOS[nome]
        return None if cabe else f"deve ser um texto de até {TEXTOS[nome]} caracteres"
    if nome == "cor":
        certa = isinstance(valor, str) and e_cor(valor.strip()) is not None
        return None if certa else "deve ser uma cor como #1f6feb"
    if nome == "nomes":
        return None if valor in NOMES else f"deve ser {', '.join(NOMES[:-1])} ou {NOMES[-1]}"
    if nome in {"arquivosAntes", "mostrarPosicao"}:
        return None if isinstance(valor, bool) else "deve ser true ou false"
    return None


def _das_origens(valor: object) -> str | None:
    if not isinstance(valor, str):
        return "deve ser um texto: endereços de páginas, entre vírgulas"
    ditas = [parte.strip() for parte in valor.split(",") if parte.strip()]
    if len(ditas) > ORIGENS_NO_MAXIMO:
        return f"deve ter no máximo {ORIGENS_NO_MAXIMO} endereços; tem {len(ditas)}"
    errada = next((dita for dita in ditas if not e_origem(origem_de(dita))), None)
    if errada is None:
        return None
    if "@" in errada:
        return "não pode ter usuário nem senha: escreva só o endereço do site, como https://www.empresa.com"
    return f"{errada[:100]!r} não é o endereço de um site: escreva-o inteiro, como https://www.empresa.com"
