"""Asks where the followed tickets stand, a few at a time, and has it told: the event ``fila_posicao``.

It is not in the log: a moment later it is old, and whoever comes back is told anew.
"""

from __future__ import annotations

import asyncio

from actors.empresa.comandos import VerPosicoes
from actors.no.no import No
from engine.errors import BalcaoError
from engine.modelo import Quem
from engine.tarefas import Tarefas
from web.gateway._ajustes import AjustesGateway
from web.gateway._seguidores import Seguidores
from web.pedido.tempo_de_resposta import TempoDeResposta


class Posicoes:
    """One round at a time, and a pause after each: so many tickets a second at the most, whatever happens."""

    def __init__(self, seguidores: Seguidores, no: No, tarefas: Tarefas, ajustes: AjustesGateway) -> None:
        self._seguidores = seguidores
        self._no = no
        self._tarefas = tarefas
        self._ajustes = ajustes
        self._tempo = TempoDeResposta(no.saude)
        self._alarme: asyncio.TimerHandle | None = None
        self._toca_em = 0
        self._nao_antes = 0
        self._perguntando = False
        self._parada = False
        seguidores.ao_mexer.add(self._acordar)

    def parar(self) -> None:
        """Nobody is told any more."""
        self._parada = True
        self._desarmar()

    def _acordar(self) -> None:
        """See when the next round is."""
        quando = self._seguidores.proximo()
        if self._perguntando or self._parada or quando is None:
            return
        quando = max(quando, self._nao_antes)
        if self._alarme is None or quando < self._toca_em:
            self._desarmar()
            espera_s = max(0, quando - self._seguidores.agora()) / 1000
            self._toca_em = quando
            self._alarme = asyncio.get_running_loop().call_later(espera_s, self._comecar)

    def _desarmar(self) -> None:
        if self._alarme is not None:
            self._alarme.cancel()
            self._alarme = None

    def _comecar(self) -> None:
        self._alarme = None
        self._perguntando = True
        self._tarefas.lancar("positions", self._rodada())

    async def _rodada(self) -> None:
        try:
            da_vez = self._seguidores.tomar(self._ajustes.posicoes_por_rodada)
            await asyncio.gather(*(self._perguntar(empresa_id, ids) for empresa_id, ids in da_vez.items()))
        finally:
            self._perguntando = False
            self._nao_antes = self._seguidores.agora() + self._ajustes.posicoes_pausa
            self._acordar()

    async def _perguntar(self, empresa_id: str, ids: list[str]) -> None:
        """What cannot be told now is looked at again in its turn."""
        if self._no.diretorio(empresa_id) is None:  # it left: to ask would bring it back
            return
        comando = VerPosicoes(quem=Quem(empresa_id, None, "conector"), ticket_ids=tuple(ids))
        try:
            achadas = await self._tempo.exigir(self._no.pedir(comando), muda=False)
        except BalcaoError:
            return
        self._seguidores.dizer(empresa_id, ids, achadas)
