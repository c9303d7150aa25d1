"""What is offered: slots that are kept while agents think about it. Who has an offer stands in the ticket's row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.distribuicao import limites
from engine.distribuicao.escala import Candidato
from engine.distribuicao.linha import Linha
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import OfertaCaiu, Promessa
from engine.estados import oferta_de, sem_oferta
from engine.modelo import TicketRow


def acabada(linha: Linha, candidato: Candidato, antes: TicketRow, depois: TicketRow) -> tuple[int, bool]:
    """When a ticket was offered to an agent, to whom it is not any more, and whether that one refused it, or let it
    pass.
    """
    oferta = oferta_de(antes)
    assert oferta is not None, "it was offered"
    recusou = depois.rota is not None and candidato.perfil.id in depois.rota.recusado_por
    return oferta.ate - linha.regras.politica.oferta.segundos * 1000, recusou


def ofertada_a(row: TicketRow) -> frozenset[str]:
    oferta = oferta_de(row)
    return frozenset(() if oferta is None else oferta.atendentes)


class Ofertas:
    """Keeps the promises that are offers as the rows say."""

    __slots__ = ("_pareador",)

    def __init__(self, pareador: Pareador) -> None:
        self._pareador = pareador

    def acabaram(self, antes: TicketRow, depois: TicketRow, now: int) -> list[Perfil]:
        """A ticket is now so: it counts no more for those to whom it was offered, and who do not have it. Answers who
        may have something again by that.
        """
        linha, podem = self._pareador.linhas.get(antes.fila_id), list[Perfil]()
        if linha is None:
            return podem
        for atendente_id in sem_oferta(antes, depois):
            candidato = linha.escala.candidatos.get(atendente_id)
            if candidato is not None:
                quando, recusou = acabada(linha, candidato, antes, depois)
                if limites.devolver(linha, candidato, quando, now, recusou=recusou):
                    podem.append(candidato.perfil)
        return podem

    def ticket_mudou(
        self, antes: TicketRow | None, depois: TicketRow, now: int, podem: Sequence[Perfil] = ()
    ) -> bool:  # fmt: skip
        """Whether a ticket is offered to somebody, now that it is so. ``podem``: who may have something by that."""
        oferta = oferta_de(depois)
        linha = self._pareador.linhas.get(depois.fila_id)
        if oferta is None or linha is None:
            return False
        promessa = self._pareador.promessas.get(depois.id) or self._prometida(linha, depois)
        mexidos = [perfil for perfil in promessa.perfis if perfil.id not in oferta.atendentes]
        if not promessa.ofertada:
            self._pareador.dar_de_volta(promessa, mexidos, now)
        promessa.row, promessa.ofertada = depois, True
        for perfil in mexidos:
            self._pareador.retirar_oferta(promessa, perfil, now)
        tem = {perfil.id for perfil in promessa.perfis}
        ocupacao = self._pareador.formar(linha, depois, now).ocupacao
        for perfil in promessa.perfis:
            perfil.prometer(depois.id, ocupacao)
        for atendente_id in oferta.atendentes:
            if atendente_id not in tem:
                self._guardar(linha, promessa, atendente_id)
        if antes is not None:
            tinham = tem | ofertada_a(antes)
            self._contar(linha, [um for um in oferta.atendentes if um not in tinham], now)
        for perfil in dict.fromkeys([*mexidos, *podem, *promessa.perfis]):
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

    def _contar(self, linha: Linha, novos: Iterable[str], now: int) -> None:
        """It is offered to these, though what they were promised had fallen just before."""
        for atendente_id in novos:
            candidato = linha.escala.candidatos.get(atendente_id)
            if candidato is not None:
                candidato.perfil.ocioso_desde = now
                self._pareador.contar(linha, candidato, now)
                linha.escala.reordenar(candidato)

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
