"""The answer to "why him?" and "why is this still waiting?", as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.distribuicao.esperando import Esperando
from engine.explicacao.espera import frases_da_espera
from engine.explicacao.palavras import Nomes
from engine.explicacao.vista import DecisaoVista

_AINDA: Final = frozenset({"recusa", "sem_resposta", "devolucao", "transbordo", "oferta", "retirada"})
"""What tells of a ticket that waits why it waits again."""


def explicacao(
    espera: Esperando | None, decisoes: Sequence[DecisaoVista], nomes: Nomes, escritas: Mapping[str, str]
) -> list[str]:  # fmt: skip
    """``decisoes`` are the last few, the latest first. Of what waits, what it waits for, and how it came back if it
    did; of anything else, why whoever has it, or had it last, was given it, or what was decided last if nobody was.
    """
    if espera is not None:
        antes = [uma.texto for uma in decisoes[:1] if uma.tipo in _AINDA]
        return [*frases_da_espera(espera, nomes, escritas), *antes]
    ultima = next((uma for uma in decisoes if uma.tipo == "atribuicao"), decisoes[0] if decisoes else None)
    return ["Nada foi decidido sobre este ticket que ainda esteja guardado."] if ultima is None else [ultima.texto]
