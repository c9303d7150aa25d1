"""Presence by connection: the actors are told when a user's first connection came and when its last one went.

One task per user whose state changed tells them, one thing at a time, so what they hear is in order; a connection that
comes back while that is under way needs no telling at all.
"""

from __future__ import annotations

import asyncio
import logging

from actors.atendente.comandos import Conectou, Desconectou, GarantirAtendente
from actors.no.no import No
from engine import permissoes
from engine.errors import BalcaoError, Unavailable
from engine.modelo import Quem
from engine.ports import Diretorio
from engine.tarefas import Tarefas
from web.gateway._plateia import Plateia

log = logging.getLogger(__name__)

IdDePessoa = tuple[str, str]
"""Empresa and user."""


class _Pessoa:
    """``dita``: what the actors were told last. ``tarefa`` is telling them."""

    __slots__ = ("dita", "plateia", "tarefa")

    def __init__(self, plateia: Plateia) -> None:
        self.plateia = plateia
        self.dita = False
        self.tarefa: asyncio.Task[None] | None = None


class Presencas:
    """Who the actors believe is connected."""

    def __init__(self, no: No, tarefas: Tarefas) -> None:
        self._no = no
        self._tarefas = tarefas
        self._pessoas: dict[IdDePessoa, _Pessoa] = {}

    def mudou(self, plateia: Plateia, quem: Quem) -> None:
        """A connection of this user came or went."""
        if quem.id is None or not permissoes.pode(quem, permissoes.TER_PRESENCA):
            return
        id_ = (quem.empresa_id, quem.id)
        pessoa = self._pessoas.get(id_)
        if plateia.encerrada:  # the empresa left: its actors are gone, and nobody is to be told
            self._esquecer(id_, pessoa, plateia)
            return
        if pessoa is None and not _e_atendente(plateia, quem):
            return
        # an empresa that was loaded anew was told nothing
        if pessoa is None or pessoa.plateia.diretorio is not plateia.diretorio:
            pessoa = self._pessoas[id_] = _Pessoa(plateia)
        pessoa.plateia = plateia
        if pessoa.tarefa is None:
            pessoa.tarefa = self._tarefas.lancar("presence", self._acertar(id_, pessoa, quem))

    def _esquecer(self, id_: IdDePessoa, pessoa: _Pessoa | None, plateia: Plateia) -> None:
        """Let go of who was told of in an empresa that left. A task under way does so itself."""
        if pessoa is not None and pessoa.plateia.diretorio is plateia.diretorio and pessoa.tarefa is None:
            del self._pessoas[id_]

    async def assentar(self, plateia: Plateia, quem: Quem, espera: float) -> bool:
        """Wait until the actors know that this user is connected, as far as they can be told.

        False if they still do not after ``espera`` seconds; they are told nevertheless, when they can be.
        """
        self.mudou(plateia, quem)
        pessoa = self._pessoas.get((quem.empresa_id, quem.id or ""))
        if pessoa is None or pessoa.tarefa is None:
            return True
        _, pendentes = await asyncio.wait({pessoa.tarefa}, timeout=espera)
        return not pendentes

    async def _acertar(self, id_: IdDePessoa, pessoa: _Pessoa, quem: Quem) -> None:
        usuario_id = id_[1]
        try:
            while not pessoa.plateia.encerrada:
                conectada = pessoa.plateia.conectado(usuario_id)
                if conectada == pessoa.dita:
                    break
                await self._dizer(pessoa.plateia.diretorio, quem, usuario_id, conectada=conectada)
                pessoa.dita = conectada
        finally:
            pessoa.tarefa = None
            if self._pessoas.get(id_) is pessoa and (pessoa.plateia.encerrada or not pessoa.dita):
                del self._pessoas[id_]

    async def _dizer(self, diretorio: Diretorio, quem: Quem, usuario_id: str, *, conectada: bool) -> None:
        """Tell the actors, while they live. A refusal is final; while they cannot take it, it is tried again. There is
        nothing to tell of whoever was deleted.
        """
        while self._no.diretorio(quem.empresa_id) is diretorio and not diretorio.foi_excluido(usuario_id):
            try:
                if not conectada:
                    await self._no.pedir(Desconectou(quem=quem, atendente_id=usuario_id))
                    return
                if permissoes.pode(quem, permissoes.SER_ATENDENTE):
                    await self._no.pedir(GarantirAtendente(quem=quem))
                await self._no.pedir(Conectou(quem=quem, atendente_id=usuario_id))
            except Unavailable as erro:
                await asyncio.sleep(erro.retry_after)
            except BalcaoError as erro:
                log.warning("presence of %s not taken: %s", usuario_id, erro.codigo)
                return
            else:
                return


def _e_atendente(plateia: Plateia, quem: Quem) -> bool:
    """Whether this user's connections count as presence: a supervisor may be an atendente too."""
    return permissoes.conta_como_atendente(quem, cadastrado=plateia.diretorio.e_atendente(quem.id))
