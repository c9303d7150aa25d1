"""What is promised of which ticket, in an empresa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from engine.documentos.especies import CALENDARIO, FERIADO, POLITICA_SLA
from engine.modelo import Prioridade, TicketRow
from engine.sla.escolha import Escolha, Tipo, em_ordem
from engine.sla.passagem import etiquetas
from engine.sla.regra import Regra

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

_SEGUNDO: Final = 1_000
_GUARDADAS: Final = 20_000
"""Kinds of tickets of which it is remembered what holds: there may be a thousand policies to look through."""

_Tipo = tuple[Prioridade, str, str | None, tuple[str, ...]]


class SlaDaEmpresa:
    """Worked out when first asked for, and thrown away whenever what it is made of has changed. An empresa without
    policies pays one look at each ticket.
    """

    __slots__ = ("_escolha", "_regras", "_viva", "ha_politicas")

    def __init__(self, viva: EmpresaViva) -> None:
        self._viva = viva
        self._escolha: Escolha | None = None
        self._regras: dict[_Tipo, Regra | None] = {}
        self.ha_politicas = self._ha()
        for especie in (POLITICA_SLA, CALENDARIO, FERIADO):
            viva.documentos.avisar(especie.tipo, self.mudou)

    def mudou(self) -> None:
        """Something that rules are made of has changed: what they said before is worked out anew of every ticket."""
        self._escolha = None
        self._regras = {}
        havia, self.ha_politicas = self.ha_politicas, self._ha()
        if havia or self.ha_politicas:
            self._viva.rever_sla()

    def _ha(self) -> bool:
        return bool(self._viva.documentos.rows(POLITICA_SLA.tipo))

    def regra_de(self, row: TicketRow) -> Regra | None:
        """What holds for a ticket; None: nothing is promised."""
        if not self.ha_politicas:
            return None
        tipo = (row.prioridade, row.fila_id, row.canal_id, () if row.rota is None else etiquetas(row))
        if tipo not in self._regras:
            if len(self._regras) >= _GUARDADAS:
                self._regras.clear()
            self._regras[tipo] = self._procurar(Tipo(*tipo))
        return self._regras[tipo]

    def _procurar(self, tipo: Tipo) -> Regra | None:
        id_ = self._escolher().politica_de(tipo)
        return None if id_ is None else self._regra(id_, tipo.fila_id)

    def _escolher(self) -> Escolha:
        if self._escolha is None:
            diretorio = self._viva.diretorio
            politicas = em_ordem(self._viva.documentos.de(POLITICA_SLA).items())
            self._escolha = Escolha(politicas, diretorio.participacao.servidas.com, diretorio.tipo_do_canal)
        return self._escolha

    def _regra(self, id_: str, fila_id: str) -> Regra:
        calendarios, politica = self._viva.calendarios, self._viva.documentos.de(POLITICA_SLA)[id_]
        calendario_id = politica.calendario or calendarios.id_da_fila(fila_id)
        marca = crc32(
            self._viva.documentos.rows(POLITICA_SLA.tipo)[id_].dados.encode(), calendarios.marca(calendario_id)
        )
        return Regra(
            id_,
            marca,
            calendarios.agenda(calendario_id),
            _ms(politica.primeira_resposta_segundos),
            _ms(politica.proxima_resposta_segundos),
            _ms(politica.resolucao_segundos),
            tuple(sorted(politica.alertas_porcento)),
            politica.pausa_em_pendente,
            politica.escalonamentos,
        )


def _ms(segundos: int | None) -> int | None:
    return None if segundos is None else segundos * _SEGUNDO
