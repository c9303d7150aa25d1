"""Which survey the contact of a ticket is asked, in an empresa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.documentos.especies import PESQUISA
from engine.modelo import TicketRow
from engine.pesquisa.modelo import Pesquisa
from engine.politica.mensagem_de_espera import LEVAM
from engine.sla.escolha import Escolha, Tipo, em_ordem
from engine.sla.passagem import etiquetas

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

_HORA: Final = 3_600_000


class Pesquisas:
    """Worked out when first asked for, and thrown away when a survey or a link of an equipe to a fila has changed. An
    empresa without surveys pays one look at each ticket that is resolved.
    """

    __slots__ = ("_escolha", "_viva")

    def __init__(self, viva: EmpresaViva) -> None:
        self._viva = viva
        self._escolha: Escolha | None = None
        viva.documentos.avisar(PESQUISA.tipo, self.mudou)

    def mudou(self) -> None:
        """Something that the choice is made of has changed."""
        self._escolha = None

    def da(self, row: TicketRow) -> tuple[str, Pesquisa] | None:
        """The survey for a ticket, and its id; None: there is none, or its channel asks nothing."""
        todas = self._viva.documentos.de(PESQUISA)
        if not todas or row.canal_id is None or self._viva.diretorio.tipo_do_canal(row.canal_id) not in LEVAM:
            return None
        tipo = Tipo(row.prioridade, row.fila_id, row.canal_id, () if row.rota is None else etiquetas(row))
        id_ = self._escolher().politica_de(tipo)
        return None if id_ is None else (id_, todas[id_])

    def de_id(self, id_: str) -> Pesquisa | None:
        """The survey of that id, as it is now."""
        return self._viva.documentos.de(PESQUISA).get(id_)

    def vale_por(self) -> int:
        """For how long after a resolution an answer may come, at the most (ms)."""
        todas = self._viva.documentos.de(PESQUISA).values()
        return max((um.apos_segundos * 1000 + um.expira_horas * _HORA for um in todas), default=0)

    def _escolher(self) -> Escolha:
        if self._escolha is None:
            diretorio = self._viva.diretorio
            em_vigor = em_ordem(self._viva.documentos.de(PESQUISA).items())
            self._escolha = Escolha(em_vigor, diretorio.participacao.servidas.com, diretorio.tipo_do_canal)
        return self._escolha
