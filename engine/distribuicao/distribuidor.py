"""The distributor of an empresa: which ticket goes to which agent, matched in place.

It holds what the distribution needs to know of filas, agents and tickets, and is told of every change of them when that
has happened. What it decides is a :class:`Promessa`: a slot of an agent is kept for a ticket until the ticket has taken
its owner, or the promise falls. It falls with whatever it rested on: the ticket no longer waits there, the agent ceases
to serve the fila, to be available, or to have room. So one that stands (:meth:`Distribuidor.vale`) is good at that
very moment, and one that has fallen is nobody's any more: the ticket waits, or another has been promised it.

Between two calls nothing is left undone: no ticket waits, in a fila that distributes by itself, while an agent who may
have it has a free slot; and what a freed agent gets is the best-ranked ticket among all its filas. (Until
:meth:`Distribuidor.abrir` is through, so much is true of those that it has come to.)

It is plain data: no clock, no actor, no chance. Costs: O(log n) in tickets and agents, times the filas of the agent
concerned.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.capacidade import Impedimento, disponivel, impedimento
from engine.distribuicao.linha import Linha
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Promessa
from engine.estados import dono, espera
from engine.modelo import AtendenteRow, FilaRow, TicketRow


class Distribuidor:
    """``perfis`` are the agents by id, ``linhas`` the filas, ``promessas`` those that stand, by ticket."""

    __slots__ = ("_pareador", "linhas", "perfis", "promessas")

    def __init__(self, pareador: Pareador | None = None) -> None:
        self._pareador = pareador or Pareador()
        self.perfis = self._pareador.perfis
        self.linhas = self._pareador.linhas
        self.promessas = self._pareador.promessas

    # -- what is asked of it ---------------------------------------------------------------------------------------

    @property
    def feitas(self) -> list[Promessa]:
        """The promises that nobody has been told of yet."""
        return self._pareador.feitas

    def tomar(self) -> list[Promessa]:
        """The same: whoever takes them tells their tickets."""
        return self._pareador.tomar()

    def abrir(self, now: int) -> Iterator[None]:
        """Begin to distribute, when all is known that there is. Yields now and then, so that the caller can let others
        go on.
        """
        return self._pareador.abrir(now)

    def vale(self, promessa: Promessa) -> bool:
        """Whether a promise stands."""
        return self.promessas.get(promessa.row.id) is promessa

    def impedimento(self, ticket_id: str, fila_id: str, perfil: Perfil) -> Impedimento | None:
        """What keeps an agent from this ticket, in that fila, if a person gives it. What it has, or is about to have,
        needs no other slot, wherever the agent is.
        """
        serve = fila_id in perfil.lugares
        if serve and perfil.tem(ticket_id):
            return None
        return impedimento(perfil.row, serve=serve, livres=perfil.livres)

    def elegivel(self, fila_id: str, atendente_id: str) -> bool:
        """Whether that agent may be given work of that fila now, as far as its slots allow."""
        perfil = self.perfis.get(atendente_id)
        return perfil is not None and perfil.teto > 0 and fila_id in perfil.lugares

    # -- filas -----------------------------------------------------------------------------------------------------

    def fila_mudou(self, fila: FilaRow, now: int) -> None:
        """A fila is new, or has another policy."""
        linha = self.linhas.get(fila.id)
        if linha is None:
            self.linhas[fila.id] = Linha(fila)
            return
        linha.fila = fila
        linha.escala.mudar_estrategia(fila.estrategia)
        if fila.distribuicao_automatica:
            self._pareador.distribuir(linha, now)
        else:
            self._cair(linha, now)

    def fila_saiu(self, fila_id: str, now: int) -> list[TicketRow]:
        """A fila is gone; whoever waits in it still."""
        linha = self.linhas.get(fila_id)
        if linha is None:
            return []
        for candidato in linha.escala.candidatos.values():
            candidato.perfil.lugares.pop(fila_id, None)
        self._cair(linha, now)
        del self.linhas[fila_id]
        return [row for _, _, row in linha.esperando]

    def _cair(self, linha: Linha, now: int) -> None:
        """Take back what was promised of a line."""
        fila_id = linha.fila.id
        prometeram = (promessa.perfil for promessa in self.promessas.values() if promessa.row.fila_id == fila_id)
        mexidos = list(dict.fromkeys(prometeram))
        for perfil in mexidos:
            for ticket_id in [id_ for id_ in perfil.prometidas if self.promessas[id_].row.fila_id == fila_id]:
                self._pareador.voltar_a_linha(ticket_id, now)
        self._pareador.acertar(mexidos, now)

    # -- agents ----------------------------------------------------------------------------------------------------

    def atendente_mudou(self, row: AtendenteRow, now: int) -> None:
        """An agent is new, or its presence or capacity is another."""
        perfil = self.perfis.get(row.id)
        if perfil is None:
            self.perfis[row.id] = Perfil(row)
            return
        if disponivel(perfil.row) != disponivel(row):
            perfil.ocioso_desde = now
        perfil.mudou(row)
        self._pareador.acertar([perfil], now)

    def atendente_saiu(self, atendente_id: str, now: int) -> None:
        perfil = self.perfis.get(atendente_id)
        if perfil is None:
            return
        self.deixar_de_dar(perfil, now, saindo=True)
        for linha, _ in perfil.lugares.values():
            linha.escala.remover(atendente_id)
        del self.perfis[atendente_id]

    def deixar_de_dar(
        self, perfil: Perfil, now: int, *, saindo: bool | None = None, parado: bool | None = None
    ) -> None:
        """Whether an agent is being deleted, or its actor is out of order: what it was promised goes to others."""
        perfil.saindo = perfil.saindo if saindo is None else saindo
        perfil.parado = perfil.parado if parado is None else parado
        perfil.recontar()
        self._pareador.acertar([perfil], now)

    def serve(self, fila_id: str, atendente_id: str, now: int) -> None:
        """An agent begins to serve a fila."""
        linha, perfil = self.linhas.get(fila_id), self.perfis.get(atendente_id)
        if linha is not None and perfil is not None and fila_id not in perfil.lugares:
            perfil.lugares[fila_id] = (linha, linha.escala.incluir(perfil))
            self._pareador.acertar([perfil], now)

    def deixou(self, fila_id: str, atendente_id: str, now: int) -> None:
        """An agent ceases to serve a fila. What it has of it stays; what it was only promised does not."""
        perfil = self.perfis.get(atendente_id)
        if perfil is None or perfil.lugares.pop(fila_id, None) is None:
            return
        linha = self.linhas.get(fila_id)
        if linha is None:
            return
        linha.escala.remover(atendente_id)
        caem = [id_ for id_ in perfil.prometidas if self.promessas[id_].row.fila_id == fila_id]
        for ticket_id in caem:
            self._pareador.voltar_a_linha(ticket_id, now)
        self._pareador.acertar([perfil], now, linha if caem else None)

    # -- tickets ---------------------------------------------------------------------------------------------------

    def ticket_mudou(self, antes: TicketRow | None, depois: TicketRow, now: int, preferido: str | None = None) -> None:
        """A ticket is now so (``antes`` None: it is new here). ``preferido``: who is to have it before all others."""
        tem, promessa = dono(depois), self.promessas.get(depois.id)
        if promessa is not None and promessa.perfil.row.id == tem:
            self._cumprir(promessa)
            return
        vai_esperar = depois.status == "ABERTO"
        mexidos: list[Perfil] = []
        if antes is not None and antes.status == "ABERTO":
            if vai_esperar and antes.fila_id == depois.fila_id:
                self._continua_na_linha(depois)
                return
            self._sair_da_linha(antes, now, mexidos)
        tinha = None if antes is None else dono(antes)
        if tinha != tem:
            self._trocar_dono(depois.id, tinha, tem, now, mexidos)
        linha = self.linhas.get(depois.fila_id) if vai_esperar else None
        if linha is not None and not mexidos and self._pareador.dar_ja(linha, depois, now, preferido):
            return
        if linha is not None:
            linha.por(depois)
        if mexidos:
            self._pareador.acertar(mexidos, now)
        if linha is not None:
            self._pareador.distribuir(linha, now, depois, preferido)

    def suspender(self, row: TicketRow, now: int) -> None:
        """The actor of a ticket is out of order: it is given to nobody, and keeps the slot that it has."""
        if espera(row):
            mexidos: list[Perfil] = []
            self._sair_da_linha(row, now, mexidos)
            if row.fila_id in self.linhas:
                self.linhas[row.fila_id].parados.add(row.id)
            self._pareador.acertar(mexidos, now)

    def desfazer(self, promessa: Promessa, now: int) -> None:
        """The ticket could not take the owner that it was promised: it waits as before."""
        if self.vale(promessa):
            linha = self._pareador.voltar_a_linha(promessa.row.id, now)
            self._pareador.acertar([promessa.perfil], now, linha)

    def _continua_na_linha(self, row: TicketRow) -> None:
        promessa = self.promessas.get(row.id)
        linha = self.linhas.get(row.fila_id)
        if promessa is not None:
            promessa.row = row
        elif linha is not None:
            linha.por(row)

    def _cumprir(self, promessa: Promessa) -> None:
        """The ticket has taken the owner that it was promised."""
        row = promessa.row
        del self.promessas[row.id]
        promessa.perfil.cumprir(row.id)
        linha = self.linhas.get(row.fila_id)
        if linha is not None:
            linha.prometidos -= 1

    def _sair_da_linha(self, row: TicketRow, now: int, mexidos: list[Perfil]) -> None:
        linha = self.linhas.get(row.fila_id)
        promessa = self.promessas.pop(row.id, None)
        if promessa is not None:
            promessa.perfil.desprometer(row.id)
            promessa.perfil.ocioso_desde = now
            mexidos.append(promessa.perfil)
        if linha is not None and promessa is not None:
            linha.prometidos -= 1
        elif linha is not None:
            linha.esperando.tirar(row.id)

    def _trocar_dono(
        self, ticket_id: str, tinha: str | None, tem: str | None, now: int, mexidos: list[Perfil]
    ) -> None:  # fmt: skip
        """Whose slot it holds. An agent who is gone is not known here."""
        antes, depois = self.perfis.get(tinha or ""), self.perfis.get(tem or "")
        if antes is not None:
            antes.desocupar(ticket_id)
            antes.ocioso_desde = now
            mexidos.append(antes)
        if depois is not None and depois.ocupar(ticket_id):
            depois.ocioso_desde = now
            mexidos.append(depois)
