"""How fast a number may send: in all, and to one contact."""

from __future__ import annotations

from typing import Final

from connectors.fakes.graph.erros import ErroDoFalso
from connectors.fakes.graph.modelo import Comportamento
from engine.balde import SEGUNDO, Balde, Taxa, taxa

_POR_CONTATO: Final = Taxa(6 * SEGUNDO, 45 * 6 * SEGUNDO)
_CONTATOS_MAXIMO: Final = 100_000


class Limites:
    """Those of all numbers."""

    def __init__(self, comportamento: Comportamento) -> None:
        self._comportamento = comportamento
        self._numeros: dict[str, Balde] = {}
        self._contatos: dict[tuple[str, str], Balde] = {}

    def tomar(self, numero: str, para: str, agora_s: float) -> None:
        """Raises ErroDoFalso. ``agora_s`` of a clock that never goes back."""
        agora = int(agora_s * SEGUNDO)
        por_segundo = self._comportamento.por_segundo
        if por_segundo and self._balde(numero, por_segundo).tomar(agora):
            raise ErroDoFalso(130429, "Cloud API message throughput has been reached.")
        if self._comportamento.por_contato and self._do_contato(numero, para).tomar(agora):
            raise ErroDoFalso(131056, "Too many messages sent from the sender phone number to the same recipient")

    def _balde(self, numero: str, por_segundo: int) -> Balde:
        if numero not in self._numeros:
            self._numeros[numero] = Balde(taxa(por_segundo, por_segundo))
        return self._numeros[numero]

    def _do_contato(self, numero: str, para: str) -> Balde:
        chave = (numero, para)
        if chave not in self._contatos:
            if len(self._contatos) >= _CONTATOS_MAXIMO:
                self._contatos.clear()
            self._contatos[chave] = Balde(_POR_CONTATO)
        return self._contatos[chave]
