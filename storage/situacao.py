"""How the outbox stands, from the rows of ``ler_situacao_dos_envios``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from engine.envios.situacao import CONTADOS, CORPO_MOSTRADO, Contados, SituacaoDoTrabalho
from engine.modelo import NomeDoTrabalho

CARACTERES_DO_CORPO: Final = CORPO_MOSTRADO // 3 * 4 + len('{"corpo":"') + 4
"""Of what a webhook's job carries: all that is shown of the body in base64, and a little more, which tells that there
is.
"""
_CAMPOS: Final = {"enviando": "em_curso", "desconhecido": "em_duvida", "falhou": "mortos"}


def situacoes(linhas: Iterable[Any]) -> list[SituacaoDoTrabalho]:
    """By canal and job. Of a line that is longer than what is counted, each job says that there may be more of it."""
    linhas = list(linhas)
    das_linhas: dict[tuple[str, str], int] = {}
    for canal_id, grupo, _, quantos, *_ in linhas:
        das_linhas[canal_id, grupo] = das_linhas.get((canal_id, grupo), 0) + quantos
    feitas: dict[tuple[str, NomeDoTrabalho], SituacaoDoTrabalho] = {}
    for canal_id, grupo, trabalho, quantos, esperam, desde in linhas:
        antes = feitas.get((canal_id, trabalho)) or SituacaoDoTrabalho(canal_id=canal_id, trabalho=trabalho)
        ha_mais = das_linhas[canal_id, grupo] > CONTADOS
        if grupo in _CAMPOS:
            depois = replace(antes, **{_CAMPOS[grupo]: Contados(min(quantos, CONTADOS), ha_mais)})
        else:
            depois = replace(antes, esperam=Contados(min(esperam, CONTADOS), ha_mais), mais_antigo=desde)
        feitas[canal_id, trabalho] = depois
    return [feitas[chave] for chave in sorted(feitas)]
