"""What an installation and an empresa have set."""

from __future__ import annotations

from collections.abc import Callable
from os import urandom
from random import random
from time import perf_counter_ns

from msgspec import Struct

from engine.conector.redes import RegrasDeRede
from engine.distribuicao.estimativa import Erro
from engine.envios.politica import Politica
from engine.modelo import EmpresaRow
from engine.politica.capacidade import Capacidade, capacidade_de
from engine.vistas import Endereco

MINUTO = 60_000
HORA = 60 * MINUTO


def endereco_sem_assinatura(empresa_id: str, arquivo_id: str) -> str:  # noqa: ARG001
    """Where a file is; whoever serves it asks for more than that."""
    return f"/atendimento/arquivos/{arquivo_id}"


def nada_a_contar(erro: Erro) -> None:
    """Nobody wants to know."""


class Opcoes(Struct, frozen=True):
    """Rules an installation can change. Milliseconds."""

    janela_reabertura: int = 24 * HORA
    """How long after RESOLVIDO a contact's message reopens the ticket."""
    graca_conexao: int = 30_000
    """How long an agent whose last connection dropped still counts as online."""
    endereco_de_arquivo: Endereco = endereco_sem_assinatura
    """What the address of a file is."""
    politica_de_envio: Politica = Politica()
    """How often and how long channels try."""
    regras_dos_webhooks: RegrasDeRede = RegrasDeRede()
    """What webhooks to other systems may call."""
    sorteio: Callable[[], float] = random
    """Draws evenly from 0 to 1, where many must not do the same thing at once."""
    cronometro: Callable[[], int] = perf_counter_ns
    """Counts ns, to say how long it took to decide something."""
    espera_errou: Callable[[Erro], None] = nada_a_contar
    """Is told how far off an estimated wait was."""
    sortear: Callable[[int], bytes] = urandom
    """Gives so many random bytes, for keys."""


class Ajustes:
    """What is set for one empresa: by itself, or else by the installation (``opcoes``)."""

    __slots__ = ("_empresa", "opcoes")

    def __init__(self, opcoes: Opcoes, empresa: EmpresaRow) -> None:
        self.opcoes = opcoes
        self._empresa = empresa

    def mudou(self, empresa: EmpresaRow) -> None:
        """Written only by callbacks of successful turns."""
        self._empresa = empresa

    @property
    def nome(self) -> str:
        """What the empresa is called."""
        return self._empresa.nome

    @property
    def janela_reabertura(self) -> int:
        """How long after RESOLVIDO a contact's message reopens the ticket, in ms."""
        da_empresa = self._empresa.janela_reabertura
        return self.opcoes.janela_reabertura if da_empresa is None else da_empresa

    @property
    def capacidade(self) -> Capacidade:
        """How its agents' slots are counted."""
        return capacidade_de(self._empresa)

    @property
    def estados(self) -> tuple[str, ...]:
        """The estados of its own, in which an agent can be beside those that every empresa knows."""
        return self._empresa.estados
