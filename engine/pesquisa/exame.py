"""What keeps a document from being a survey, beyond the types of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.documentos.cenario import Cenario
from engine.errors import Detalhe
from engine.pesquisa.modelo import Pesquisa
from engine.politica.mensagem_de_espera import LEVAM
from engine.sla.exame import de_quando

_CAMPO: Final = "quando.canais"


def problemas(pesquisa: Pesquisa, cenario: Cenario) -> Iterator[Detalhe]:
    """Each with the path of the field and the remedy."""
    yield from de_quando(pesquisa.quando, cenario)
    for posicao, tipo in enumerate(pesquisa.quando.canais):
        if tipo not in LEVAM:
            levam = ", ".join(sorted(LEVAM))
            yield Detalhe(f"{_CAMPO}[{posicao}]", f"por {tipo} não se pergunta nada ao contato; use um destes: {levam}")
