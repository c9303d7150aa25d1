"""What is wrong with the connections of a canal, told to the engine when it changes: ``situacao.conexao`` of the canal.

It is told by whoever used the connection, before he goes on. What works again is told at once; a problem, after another
one, only after a while: a service that answers every other time is no news each time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

import trio

from connectors.base import EntregaRecusada, Motor
from engine.conector.entradas import NovidadeDoCanal

log = logging.getLogger(__name__)

INTERVALO_S: Final = 5.0
"""Between two times that a problem is told."""


class Saude:
    """Of one canal. ``servicos``: with what it has connections, and what the log says when one of them fails."""

    def __init__(
        self,
        canal_id: str,
        motor: Motor,
        servicos: Mapping[str, str],
        cronometro: Callable[[], float] = trio.current_time,
    ) -> None:
        self._canal_id = canal_id
        self._motor = motor
        self._servicos = servicos
        self._cronometro = cronometro
        self._problemas: dict[str, str] = {}
        self._ditos: dict[str, str] | None = None
        """None: of this canal nothing was told yet, and what is known of it may be from before."""
        self._adoeceu_em: float | None = None
        self._vez = trio.Lock()

    async def boa(self, *servicos: str) -> None:
        """These work."""
        for servico in servicos:
            self._problemas.pop(servico, None)
        await self._contar()

    async def ruim(self, servico: str, problema: str) -> None:
        """One does not. ``problema`` is a sentence for people, which says what to do."""
        self._problemas[servico] = problema
        await self._contar()

    async def _contar(self) -> None:
        """Tell what was not told yet. Whoever comes meanwhile waits, and finds that it was told."""
        if self._problemas == self._ditos:
            return
        async with self._vez:
            novos = dict(self._problemas)
            antes = self._ditos or {}
            if novos == self._ditos or (novos.keys() - antes.keys() and not self._de_novo_pode()):
                return
            self._registrar(antes, novos)
            await self._entregar(novos)
            self._ditos = novos

    def _de_novo_pode(self) -> bool:
        agora = self._cronometro()
        if self._adoeceu_em is not None and agora - self._adoeceu_em < INTERVALO_S:
            return False
        self._adoeceu_em = agora
        return True

    def _registrar(self, antes: Mapping[str, str], novos: Mapping[str, str]) -> None:
        for servico, problema in novos.items():
            if antes.get(servico) != problema:
                log.warning("canal %s: %s: %s", self._canal_id, self._servicos[servico], problema)
        for servico in antes.keys() - novos.keys():
            log.info("canal %s: %s works again", self._canal_id, servico)

    async def _entregar(self, problemas: dict[str, str]) -> None:
        motivo = " ".join(problemas.values()) or None
        novidade = NovidadeDoCanal(tipo="conexao", dados=problemas, motivo=motivo)
        try:
            await self._motor.entregar(novidades=[novidade])
        except EntregaRecusada as erro:
            log.warning("canal %s: the engine does not take how it is: %s", self._canal_id, erro)
