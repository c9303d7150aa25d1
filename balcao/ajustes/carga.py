"""Reading the settings: the environment, then the ``.env`` file, then the defaults. What is wrong is told at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from balcao.ajustes import dotenv
from balcao.ajustes.campos import AMBIENTES, VARIAVEIS, Ajustes
from balcao.ajustes.de_fora import avisos_de_producao, avisos_de_proxies
from balcao.ajustes.leitores import ValorInvalido
from balcao.ajustes.nomes import avisos_de_nomes, nomes_errados
from balcao.ajustes.segredo import avisos_do_segredo, de_onde, segredo_jwt
from balcao.erros import AjustesInvalidos, ErroDeUso


def carregar(
    ambiente: Mapping[str, str] | None = None,
    arquivo: Path | None = None,
    trocas: Mapping[str, str] | None = None,
    *,
    criar: bool = True,
) -> Ajustes:
    """The settings of this process.

    Args:
        ambiente: environment variables; by default those of the process.
        arquivo: the ``.env`` file; by default that of the current folder.
        trocas: variables that win over both (options of the command line).
        criar: False: nothing is made, and the secret may be empty.

    Raises:
        AjustesInvalidos: with every problem found.
    """
    do_arquivo = dotenv.ler_arquivo(arquivo or Path(".env"))
    do_ambiente = dict(os.environ if ambiente is None else ambiente)
    brutos = {nome: valor for nome, valor in (do_arquivo | do_ambiente | dict(trocas or {})).items() if valor != ""}
    problemas = list(nomes_errados(brutos))
    valores = _ler_todos(brutos, problemas)
    producao = valores.get("ambiente") == "production"
    segredo = brutos.get("JWT_SECRET")
    if producao or segredo is not None or not problemas:  # else this writes a file: not beside other mistakes
        try:
            dados = msgspec.convert(valores.get("dados", Path(".balcao")), Path)
            host = msgspec.convert(valores.get("host", "127.0.0.1"), str)
            valores["jwt_secret_de"] = de_onde(dados, do_ambiente, do_arquivo, criar=criar)
            valores["jwt_secret"] = segredo_jwt(segredo, dados, host, producao=producao, criar=criar)
        except ErroDeUso as problema:
            problemas.append(problema)
    if problemas:
        raise AjustesInvalidos(problemas)
    ajustes = msgspec.convert(valores, Ajustes)
    avisos = (
        *avisos_de_nomes(brutos, do_arquivo),
        *_avisos_de_producao(ajustes),
        *avisos_do_segredo(segredo),
        *avisos_de_proxies(ajustes.proxy_confiavel),
    )
    return replace(ajustes, avisos=avisos)


def _ler_todos(brutos: Mapping[str, str], problemas: list[ErroDeUso]) -> dict[str, object]:
    """The values of the variables that are set, by field; what cannot be read is added to ``problemas``."""
    valores: dict[str, object] = {}
    for campo, variavel in VARIAVEIS.items():
        nome = variavel.nome
        # production wins whichever of the two names says it
        if campo == "ambiente" and ("BALCAO_ENV" not in brutos or _diz_producao(brutos.get("NODE_ENV", ""))):
            nome = "NODE_ENV"
        if nome not in brutos:
            continue
        try:
            valores[campo] = variavel.ler(brutos[nome])
        except ValorInvalido as erro:
            problemas.append(ErroDeUso(f"{nome}: {erro.motivo}", erro.remedio))
    return valores


def _diz_producao(valor: str) -> bool:
    return AMBIENTES.get(valor.lower()) == "production"


def _avisos_de_producao(ajustes: Ajustes) -> Iterator[str]:
    if ajustes.producao:
        yield from avisos_de_producao(ajustes.backend_url or ajustes.url, banco_proprio=ajustes.dsn is None)
