"""The names of variables: which there are, and what to say of one that was likely meant to be another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from balcao.ajustes.campos import VARIAVEIS
from balcao.ajustes.leitores import mais_parecido
from balcao.erros import ErroDeUso

_SEM_USO: Final = (
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_PASSWORD",
)
"""Names of the mission page that are accepted and have no effect yet."""

_DOS_CLIENTES: Final = ("BALCAO_URL",)
"""Where clients find the server, in the examples: nothing of ours, and no mistake."""

_PREFIXO: Final = "BALCAO_"
_NOME_QUE_SE_CONFUNDE: Final = 6
"""Letters of a name from which on likeness to one of ours is hardly chance."""
_NOMES: Final = (*(variavel.nome for variavel in VARIAVEIS.values()), "NODE_ENV", *_SEM_USO)


def nomes_errados(brutos: Mapping[str, str]) -> Iterator[ErroDeUso]:
    """``BALCAO_*`` is our own prefix: a name there that we do not know is a mistake."""
    for nome in sorted(brutos):
        if nome.startswith(_PREFIXO) and nome not in (*_NOMES, *_DOS_CLIENTES):
            perto = _nome_parecido(nome.removeprefix(_PREFIXO))
            remedio = "retire-a" if perto is None else f"você quis dizer {perto}?"
            yield ErroDeUso(f"{nome}: não existe esta variável", remedio)


def _nome_parecido(resto: str) -> str | None:
    """The variable meant by what follows our prefix: one of another name (BALCAO_PORT), or a misspelt one of ours."""
    nossas = tuple(nome.removeprefix(_PREFIXO) for nome in _NOMES if nome.startswith(_PREFIXO))
    outra = mais_parecido(resto, _NOMES, corte=0.85)
    nossa = mais_parecido(resto, nossas)
    return outra or (None if nossa is None else _PREFIXO + nossa)


def avisos_de_nomes(brutos: Mapping[str, str], do_arquivo: Mapping[str, str]) -> Iterator[str]:
    """What to say of variables that are set and have no effect."""
    for nome in _SEM_USO:
        if nome in brutos:
            yield f"{nome} foi aceita, mas ainda não tem uso"
    if "DATABASE_HOST" not in brutos:
        ociosas = [
            nome for nome in _NOMES if nome.startswith("DATABASE_") and nome != "DATABASE_URL" and nome in brutos
        ]
        if ociosas:
            yield f"{', '.join(ociosas)} sem efeito: falta DATABASE_HOST"
    for nome in sorted(set(brutos) - set(_NOMES)):
        perto = mais_parecido(nome, _NOMES, corte=0.85)
        if perto is not None and perto not in brutos and len(nome) >= _NOME_QUE_SE_CONFUNDE:
            onde = ".env" if nome in do_arquivo else "ambiente"
            yield f"{onde}: {nome} não é usada; você quis dizer {perto}?"
