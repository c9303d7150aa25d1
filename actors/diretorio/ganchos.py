"""Which systems are told of what: an event becomes a job of each webhook that it interests, in its own turn."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from actors.canal.mensagens import NovoEnvio
from engine.conector.ganchos import config_do_gancho
from engine.conector.webhooks_de_saida import interessa
from engine.envios import entregas
from engine.eventos import DE_UMA_PESSOA, WebhookDesativado
from engine.modelo import CanalRow, EventoRow
from engine.runtime import Effects

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva


class Ganchos:
    """Written only by callbacks of successful turns. An empresa without webhooks pays nothing for them."""

    __slots__ = ("_filtros", "_viva")

    def __init__(self, viva: EmpresaViva) -> None:
        self._viva = viva
        self._filtros: dict[str, Collection[str]] = {}

    @property
    def ha(self) -> bool:
        """Whether any system is told of anything."""
        return bool(self._filtros)

    def mudou(self, row: CanalRow) -> None:
        """A canal is new, or has changed."""
        if row.tipo == "webhook" and row.ativo:
            self._filtros[row.id] = config_do_gancho(row.config).eventos
            self._viva.seguir()
        elif row.tipo == "webhook":
            self.saiu(row.id)

    def saiu(self, canal_id: str) -> None:
        """It is told nothing any more."""
        if self._filtros.pop(canal_id, None) is not None:
            self._viva.seguir()

    def publicou(self, ator: Effects, evento: EventoRow) -> None:
        """In the turn of ``ator``. What is for one person is told to nobody else."""
        if evento.tipo in DE_UMA_PESSOA:
            return
        for canal_id, filtros in self._filtros.items():
            canal = self._viva.diretorio.canais[canal_id]
            if not interessa(evento.tipo, filtros):
                continue
            if evento.tipo == WebhookDesativado.tipo and ator.ref is canal:
                continue  # it would wait for a day that may not come
            self._entregar(ator, canal_id, evento)

    def contar_tambem(self, ator: Effects, canal_id: str, evento: EventoRow) -> None:
        """Have a webhook told of this event, whatever it has asked for; once, if it has asked for it. One that is gone
        or inactive is not.
        """
        filtros = self._filtros.get(canal_id)
        if filtros is not None and not interessa(evento.tipo, filtros):
            self._entregar(ator, canal_id, evento)

    def _entregar(self, ator: Effects, canal_id: str, evento: EventoRow) -> None:
        row = entregas.de_evento(self._viva.ids.novo(), canal_id, evento)
        ator.save(row)
        self._viva.diretorio.canais[canal_id].tell(NovoEnvio(row, None))
