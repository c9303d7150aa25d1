"""Who watches one empresa of a simulation: follows its events, and looks at it after every step."""

from __future__ import annotations

from collections.abc import Sequence

from actors.diretorio.empresa_viva import EmpresaViva
from engine.modelo import EventoRow, TicketRow
from engine.ordenado import Chave
from tests.engine.referencia import Mundo
from tests.simulacao.contador import Contador
from tests.simulacao.devolucoes import Vagas, conferir_devolucoes, vagas_livres
from tests.simulacao.esperas import DE_NOVO, Esperas, conferir_idades, conferir_prazos
from tests.simulacao.invariantes import (
    atrasada,
    conferir_atores,
    conferir_escolha,
    conferir_participacao,
    espera_por_fila,
    refazendo,
)
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.partes import Dada, Partes
from tests.simulacao.retrato import gravado

RAZOES_A_CADA = 10
"""Steps, after which it is asked of everybody why it may not have what waits."""
FOLGA = 3 * DE_NOVO
"""By so much (ms) what is to go elsewhere may be late, where those who tell it, and are told, crash."""


class Vigia:
    """``sem_falhas``: nothing excuses anything."""

    def __init__(self, loja: LojaEmMemoria, empresa_id: str, *, sem_falhas: bool) -> None:
        self._loja = loja
        self._empresa_id = empresa_id
        self._folga = 0 if sem_falhas else FOLGA
        self.contador = Contador()
        self._partes = Partes()
        self._esperas = Esperas()
        self._passos = 0
        self._tickets: dict[str, TicketRow] = {}
        self._esperam: dict[str, tuple[str, Chave]] | None = None
        self._filas: dict[str, set[str]] = {}
        self._vagas: Vagas = {}

    def seguir(self, evento: EventoRow) -> None:
        self.contador.seguir(evento)
        self._partes.seguir(evento, self.contador.quem_serve)

    def antes(self, viva: EmpresaViva | None) -> None:
        """A step begins. None: it is not alive."""
        self._esperam = None
        if viva is not None:
            self._esperam, self._vagas = espera_por_fila(viva), vagas_livres(viva)
            self._filas = {atendente: set(filas) for atendente, filas in viva.diretorio.filas_de.items()}

    def depois(self, viva: EmpresaViva, eventos: Sequence[EventoRow], prometidas: Sequence[Dada]) -> None:
        """A step has ended, and all of it is durable. ``eventos`` are those of the step."""
        self.conferir(viva, prometidas)
        if self._esperam is not None:
            conferir_escolha(viva, self._esperam, eventos, self._filas)
            conferir_devolucoes(self.contador.voltaram, eventos, self._vagas, vagas_livres(viva))

    def conferir(self, viva: EmpresaViva, prometidas: Sequence[Dada]) -> None:
        """``prometidas``: what was promised since it was looked at last."""
        self._partes.prometidas(prometidas)
        now = viva.dispatcher.now()
        mundo = gravado(viva, self._loja, self.contador.vagas.arrematados(now))
        conferir_atores(viva)
        conferir_participacao(viva, self._loja)
        conferir_prazos(mundo)
        conferir_idades(self._tickets, mundo.tickets, self.contador.tomar_fechados())
        self._tickets = mundo.tickets
        self._partes.ler(self._loja, self._empresa_id)
        if not refazendo(viva) and not atrasada(viva):
            self._conferir_esperas(viva, mundo)

    def _conferir_esperas(self, viva: EmpresaViva, mundo: Mundo) -> None:
        impedidos = self._partes.impedidos(mundo, viva.distribuicao._distribuidor)
        self._esperas.conferir(viva, mundo, impedidos)
        self._esperas.conferir_quem_vai(mundo, self._folga)
        self._passos += 1
        if self._passos % RAZOES_A_CADA == 0:
            self._esperas.conferir_razoes(viva, mundo, impedidos)
