"""What is offered: slots that are kept while agents think about it. Who has an offer stands in the ticket's row."""

from __future__ import annotations

from engine.distribuicao.linha import Linha
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import OfertaCaiu, Promessa
from engine.estados import oferta_de
from engine.modelo import TicketRow


class Ofertas:
    """Keeps the promises that are offers as the rows say."""

    __slots__ = ("_pareador",)

    def __init__(self, pareador: Pareador) -> None:
        self._pareador = pareador

    def ticket_mudou(self, depois: TicketRow, now: int) -> bool:
        """Whether a ticket is offered to somebody, now that it is so."""
        oferta = oferta_de(depois)
        linha = self._pareador.linhas.get(depois.fila_id)
        if oferta is None or linha is None:
            return False
        promessa = self._pareador.promessas.get(depois.id) or self._prometida(linha, depois)
        promessa.row, promessa.ofertada = depois, True
        mexidos = [perfil for perfil in promessa.perfis if perfil.id not in oferta.atendentes]
        for perfil in mexidos:
            self._pareador.retirar_oferta(promessa, perfil, now)
        tem = {perfil.id for perfil in promessa.perfis}
        for atendente_id in oferta.atendentes:
            if atendente_id not in tem:
                self._guardar(linha, promessa, atendente_id)
        for perfil in [*mexidos, *promessa.perfis]:
            self._pareador.acertar([perfil], now)
        return True

    def _prometida(self, linha: Linha, row: TicketRow) -> Promessa:
        self._pareador.tirar(linha, row.id)
        linha.parados.discard(row.id)
        linha.prometidos += 1
        promessa = self._pareador.promessas[row.id] = Promessa(row, [], ofertada=True)
        return promessa

    def _guardar(self, linha: Linha, promessa: Promessa, atendente_id: str) -> None:
        """A slot of one to whom it is offered, as the row says, if that may have it still."""
        perfil = self._pareador.perfis.get(atendente_id)
        if perfil is None or promessa.row.fila_id not in perfil.lugares:
            self._pareador.feitas.append(OfertaCaiu(promessa.row.id, atendente_id))
            return
        ocupacao = self._pareador.formar(linha, promessa.row, promessa.row.atualizado_em).ocupacao
        perfil.prometer(promessa.row.id, ocupacao)
        promessa.perfis.append(perfil)

    def desmanchar(self, linha: Linha, now: int) -> tuple[list[TicketRow], list[Perfil]]:
        """The fila is gone: what was offered of it, and to whom."""
        das = [um for um in self._pareador.promessas.values() if um.ofertada and um.row.fila_id == linha.fila.id]
        mexidos: dict[Perfil, None] = {}
        for promessa in das:
            for perfil in list(promessa.perfis):
                self._pareador.retirar_oferta(promessa, perfil, now)
                mexidos[perfil] = None
            del self._pareador.promessas[promessa.row.id]
            linha.prometidos -= 1
        return [promessa.row for promessa in das], list(mexidos)
