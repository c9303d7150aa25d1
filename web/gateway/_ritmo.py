"""How much a client may send: a frame counts as a request of its user does, by whatever edge it comes."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns
from typing import Final

from engine.balde import taxa
from web.gateway._ajustes import AjustesGateway
from web.gateway._conexao import INSISTENTE, Conexao
from web.gateway._observador import Observador, contar_recusa
from web.gateway._respostas import responder
from web.portaria.limites import Limitador
from web.resposta.erros import TooManyRequests

SO_AVISAM: Final = frozenset({"usuario:digitando", "ticket:sair"})
"""The events after which nothing is read or written: the empresa's budget is for those that cost it something."""


class Ritmo:
    """The frames of everybody who has shown a token. ``relogio`` gives nanoseconds."""

    __slots__ = ("_insistencia", "_limitador", "_observador", "_relogio")

    def __init__(
        self,
        limitador: Limitador,
        ajustes: AjustesGateway,
        observador: Observador,
        relogio: Callable[[], int] = monotonic_ns,
    ) -> None:
        self._observador = observador
        self._limitador = limitador
        self._insistencia = taxa(ajustes.recusas_por_segundo, ajustes.recusas)
        self._relogio = relogio

    def cabe(self, conexao: Conexao, evento: str | None, ack: int | str | None) -> bool:
        """Count a frame; ``evento`` is None where it cannot be read. False: it is one too many, and its client was told
        so; whoever insists is closed.
        """
        quem = conexao.quem
        try:
            self._limitador.quadro(quem.empresa_id, quem.id or "", grava=evento not in SO_AVISAM)
        except TooManyRequests as erro:
            self._insistiu(conexao)
            responder(conexao, evento, ack, erro)
            contar_recusa(self._observador, "frame", erro)
            return False
        return True

    def _insistiu(self, conexao: Conexao) -> None:
        agora = self._relogio()
        conexao.insistencia = self._insistencia.tomar(conexao.insistencia, agora)
        if self._insistencia.espera(conexao.insistencia, agora):
            conexao.saida.fechar(INSISTENTE)
