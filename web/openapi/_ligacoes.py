"""Links: with the id of what was just created, what can be done next.

Whatever is created at a path is at the same path with its id; so the operations there are linked from its creation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ID: Final = re.compile(r"\{(\w+)\}")


def ligar(caminhos: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the links to the answers of all creations."""
    for caminho, metodos in caminhos.items():
        criacao = metodos.get("post", {}).get("responses", {}).get("201")
        if criacao is not None and not _ID.search(caminho):
            ligacoes = dict(_seguintes(caminho, caminhos))
            if ligacoes:
                criacao["links"] = ligacoes


def _seguintes(caminho: str, caminhos: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            operacao["operationId"],
            {"operationId": operacao["operationId"], "parameters": {ids[0]: "$response.body#/id"}},
        )
        for outro, metodos in caminhos.items()
        if outro.startswith(caminho + "/{") and len(ids := _ID.findall(outro)) == 1
        for operacao in metodos.values()
    ]
