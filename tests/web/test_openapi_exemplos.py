"""The examples of the API's reference are what a real server answers. ``make exemplos`` writes them anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validator_for

from tests.servidor import Servidor
from tests.web.exemplos import ROTAS, gravar
from web.openapi import documento
from web.rotas import TODAS

ARQUIVO = Path(__file__).parents[2] / "web" / "openapi" / "exemplos.json"
GRAVAR = "GRAVAR_EXEMPLOS"


def guardados() -> dict[str, Any]:
    lidos: dict[str, Any] = json.loads(ARQUIVO.read_text(encoding="utf-8"))
    return lidos


def test_the_examples_are_what_the_server_answers(servidor: Servidor) -> None:
    vistos = gravar(servidor)
    assert vistos.keys() == ROTAS.keys()
    if os.environ.get(GRAVAR):
        ARQUIVO.write_text(json.dumps(vistos, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for nome, visto in vistos.items():
        assert guardados().get(nome) == visto, f"{nome}: make exemplos"


@pytest.mark.parametrize("nome", ROTAS)
def test_every_operation_has_an_example_that_fits_its_schema(nome: str) -> None:
    exemplos = guardados()
    exemplo = exemplos[nome]
    feito = documento(TODAS, exemplos)
    (operacao,) = (
        uma for metodos in feito["paths"].values() for uma in metodos.values() if uma["operationId"] == nome
    )  # fmt: skip
    sucesso = operacao["responses"][str(ROTAS[nome].status)].get("content", {}).get("application/json")
    assert ("resposta" in exemplo) is (sucesso is not None)
    if sucesso is not None:
        assert sucesso["example"] == exemplo["resposta"]
        validador = validator_for({**sucesso["schema"], "components": feito["components"]}, validate_formats=True)
        validador.validate(exemplo["resposta"])
    if "corpo" in exemplo:
        (conteudo,) = operacao["requestBody"]["content"].values()
        validador = validator_for({**conteudo["schema"], "components": feito["components"]}, validate_formats=True)
        validador.validate(conteudo["example"])
