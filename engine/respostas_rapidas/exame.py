"""What keeps a document from being a quick reply, beyond the types of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from engine import textos
from engine.caracteres import BRANCOS, CONTROLES, INVISIVEIS
from engine.documentos.cenario import Cenario, desconhecidos, repetidos
from engine.errors import Detalhe
from engine.respostas_rapidas.busca import chave_do_atalho
from engine.respostas_rapidas.modelo import RespostaRapida
from engine.respostas_rapidas.preenchimento import VARIAVEIS

TIPO: Final = "resposta_rapida"
_e_atalho: Final = re.compile(rf"/?[^/{CONTROLES}{BRANCOS}{INVISIVEIS}]+").fullmatch


def problemas(resposta: RespostaRapida, cenario: Cenario) -> Iterable[Detalhe]:
    """Each with the path of the field and the remedy."""
    yield from _do_atalho(resposta.atalho, cenario)
    yield from textos.problemas(resposta.texto, VARIAVEIS)
    yield from desconhecidos("filas", resposta.filas, cenario.filas, "fila desta empresa")
    yield from repetidos("filas", resposta.filas)
    yield from desconhecidos("equipes", resposta.equipes, cenario.equipes, "equipe desta empresa")
    yield from repetidos("equipes", resposta.equipes)


def _do_atalho(atalho: str, cenario: Cenario) -> Iterator[Detalhe]:
    qual = chave_do_atalho(atalho)
    if _e_atalho(atalho) is None or not qual:
        yield Detalhe("atalho", "deve ser uma palavra só, como /saudacao: sem espaços, e sem outra barra")
        return
    for vizinho in cenario.de(TIPO).values():
        outra = vizinho.documento
        if isinstance(outra, RespostaRapida) and chave_do_atalho(outra.atalho) == qual:
            yield Detalhe("atalho", f'já é o de "{vizinho.nome}", sem contar maiúsculas e acentos; escolha outro')
