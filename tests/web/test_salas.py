"""The rooms of ``web/`` import one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_arquitetura import importados

WEB = Path(__file__).parents[2] / "web"

PODE_IMPORTAR: dict[str, set[str]] = {
    "pedido": set(),
    "resposta": {"pedido"},
    "portaria": {"pedido", "resposta"},
    "acoes": {"pedido"},
    "gateway": {"acoes", "pedido", "portaria", "resposta"},
    "soquetes": {"gateway", "resposta"},
    "websocket": {"gateway", "pedido", "portaria", "soquetes"},
    "socketio": {"gateway", "pedido", "portaria", "resposta", "soquetes"},
    "arquivos": {"acoes", "pedido", "resposta"},
    "rotas": {"acoes", "arquivos", "pedido", "portaria", "quart_leve", "resposta"},
    "chat": {"arquivos", "conectores", "gateway", "pedido", "portaria", "resposta", "soquetes", "webhooks"},
    "conectores": {"arquivos", "gateway", "pedido", "portaria", "resposta", "soquetes"},
    "webhooks": {"pedido", "portaria", "resposta"},
    "metricas": {"portaria"},
    "openapi": {"metricas", "pedido", "resposta"},
}
"""What each room may import of the others. The loose files wire them together, and may import all."""

SOLTOS = {"__init__.py", "ajustes.py", "app.py", "quart_leve.py"}


@pytest.mark.parametrize("sala", PODE_IMPORTAR)
def test_a_room_imports_only_the_rooms_that_it_may(sala: str) -> None:
    permitidos = {sala, *PODE_IMPORTAR[sala]}
    errados = [
        f"{arquivo.relative_to(WEB)}:{linha} imports {nome}"
        for arquivo in sorted((WEB / sala).rglob("*.py"))
        for linha, nome in importados(arquivo)
        if nome.startswith("web.") and nome.split(".")[1] not in permitidos
    ]
    assert not errados, "\n".join(errados)


def test_every_file_is_in_a_room() -> None:
    assert {arquivo.name for arquivo in WEB.glob("*.py")} == SOLTOS
    assert {sala.parent.name for sala in WEB.glob("*/__init__.py")} == set(PODE_IMPORTAR)
