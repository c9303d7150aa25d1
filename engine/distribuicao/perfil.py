"""The profile of an agent: what the distribution knows of it, and how many slots it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from msgspec.json import encode

from engine.capacidade import Cheio, Impedimento, impedimento
from engine.distribuicao.custos import VAGA, Custos, Ocupacao
from engine.modelo import ArremateRow, AtendenteRow
from engine.politica.habilidades import niveis_de

if TYPE_CHECKING:
    from engine.distribuicao.escala import Candidato
    from engine.distribuicao.linha import Linha


Ausencia = Impedimento | Literal["parado", "fora_do_turno"]
"""``saindo``: it is being deleted; ``parado``: its actor is out of order."""


class Perfil:
    """An agent.

    ``ocupadas`` are the tickets that hold slots of it, ``prometidas`` those that it was promised and that have not said
    yet that they are its own, ``arremates`` those that it has resolved and wraps up still: all count. ``usado`` is how
    much that is, in hundredths of a slot, and ``em`` how many of them are at work, by class. ``vagas`` says which
    classes it has room for, a bit each. ``ocioso_desde`` is when it was promised, given, or freed of work last, or its
    availability changed. ``lugares`` are the lines it serves, each with its place there. ``parado``: its actor is out
    of order; ``saindo``: it is being deleted; ``no_turno`` False: it is given nothing, for its shift has not begun, or
    ends soon. ``ausente``: why it is given nothing at all, if that is so. ``id_escrito``: its id, as in JSON;
    ``lotado_escrito``: as a record has it when it is full.
    """

    __slots__ = ("arremates", "ausente", "custos", "em", "id_escrito", "lotado_escrito", "lugares", "niveis",
                 "no_turno", "ocioso_desde", "ocupadas", "parado", "prometidas", "recebe", "row", "saindo", "teto",
                 "usado", "vagas")  # fmt: skip

    def __init__(self, row: AtendenteRow, custos: Custos) -> None:
        self.row = row
        self.id_escrito = encode(row.id).decode()
        self.lotado_escrito = f'[{self.id_escrito},"lotado"]'
        self.custos = custos
        self.niveis: Mapping[str, int] = niveis_de(row)
        self.ocupadas: dict[str, Ocupacao] = {}
        self.prometidas: dict[str, Ocupacao] = {}
        self.arremates: dict[str, ArremateRow] = {}
        self.lugares: dict[str, tuple[Linha, Candidato]] = {}
        self.ocioso_desde = row.ocioso_desde
        self.parado = False
        self.saindo = False
        self.no_turno = True
        self.usado = 0
        self.em = [0] * custos.quantas()
        self.recontar()

    @property
    def id(self) -> str:
        return self.row.id

    def mudou(self, row: AtendenteRow) -> None:
        if row.habilidades != self.row.habilidades or row.niveis != self.row.niveis:
            self.niveis = niveis_de(row)
        if row.capacidade != self.row.capacidade:
            for _, candidato in self.lugares.values():
                candidato.desescrever()
        self.row = row
        self.recontar()

    def copia(self) -> Perfil:
        """Another that is as this one is now, to try something on: nothing of it is told to the lines."""
        outro = Perfil(self.row, self.custos)
        outro.ocupadas, outro.prometidas = dict(self.ocupadas), dict(self.prometidas)
        outro.arremates, outro.lugares = dict(self.arremates), self.lugares
        outro.usado, outro.em = self.usado, list(self.em)
        outro.parado, outro.saindo, outro.no_turno = self.parado, self.saindo, self.no_turno
        outro.recontar()
        return outro

    def recontar(self) -> None:
        """``teto`` is how much it has to give now, in hundredths of a slot: nothing if it is not to be given any work
        (``recebe``).
        """
        self.ausente = self._porque_nao_recebe()
        self.recebe = self.ausente is None and self.row.capacidade > 0
        self.teto = self.row.capacidade * VAGA if self.recebe else 0
        self._ver_vagas()

    def _porque_nao_recebe(self) -> Ausencia | None:
        if self.saindo or self.parado:
            return "saindo" if self.saindo else "parado"
        return impedimento(self.row, serve=True) or (None if self.no_turno else "fora_do_turno")

    def _ver_vagas(self) -> None:
        custos = self.custos
        if not self.recebe:
            self.vagas = 0
        elif custos.um_so:
            self.vagas = 1 if self.teto - self.usado >= custos.custo[0] else 0
        else:
            self.vagas = sum(1 << classe for classe in range(len(self.em)) if self.impede(classe) is None)

    def impede(self, classe: int) -> Cheio | None:
        """What bound of its capacity keeps it from one more of a class, if any."""
        return self.cheio(classe) if self.recebe else "lotado"

    def cheio(self, classe: int, tendo: Ocupacao | None = None) -> Cheio | None:
        """The same, if a person gives it: who may give by hand does not ask for the shift. ``tendo``: so much of it is
        that ticket's already.
        """
        custos, maximo = self.custos, self.custos.maximo[classe]
        falta = custos.custo[classe] - (0 if tendo is None else tendo[0])
        if falta > 0 and self.row.capacidade * VAGA - self.usado < falta:
            return "lotado"
        if maximo is not None and self.em[classe] >= maximo:
            return "maximo_do_canal"
        return "canal_excluido" if any(self.em[outra] for outra in custos.exclui[classe]) else None

    @property
    def ocupacao(self) -> float:
        """Occupancy: 0 (nothing to do) to 1 (no room), beyond it if more was forced upon it."""
        return self.usado / (self.row.capacidade * VAGA or 1)

    def nao_cabe(self) -> str | None:
        """A promise for which it has no room any more, the last one first. What takes nothing has room always."""
        for ticket_id, (custo, classe) in reversed(self.prometidas.items()):
            maximo = self.custos.maximo[classe]
            demais = maximo is not None and self.em[classe] > maximo
            if (custo > 0 and self.usado > self.teto) or not self.recebe or demais:
                return ticket_id
            if any(self.em[outra] for outra in self.custos.exclui[classe]):
                return ticket_id
        return None

    # -- its slots ---------------------------------------------------------------------------------------------------

    def prometer(self, ticket_id: str, ocupacao: Ocupacao) -> None:
        """Or it takes otherwise of it what it was promised before."""
        antes = self.prometidas.get(ticket_id)
        if antes == ocupacao:
            return
        if antes is not None:
            self._descontar(antes)
        self.prometidas[ticket_id] = ocupacao
        self._somar(ocupacao)

    def cumprir(self, ticket_id: str) -> None:
        """What was promised is its own."""
        self.ocupadas[ticket_id] = self.prometidas.pop(ticket_id)

    def desprometer(self, ticket_id: str) -> None:
        self._descontar(self.prometidas.pop(ticket_id))

    def ocupar(self, ticket_id: str, ocupacao: Ocupacao) -> bool:
        """False if that much of it is that ticket's already."""
        antes = self.ocupadas.get(ticket_id)
        if antes == ocupacao:
            return False
        if antes is not None:
            self._descontar(antes)
        self.ocupadas[ticket_id] = ocupacao
        self._somar(ocupacao)
        return True

    def desocupar(self, ticket_id: str) -> None:
        ocupacao = self.ocupadas.pop(ticket_id, None)
        if ocupacao is not None:
            self._descontar(ocupacao)

    def arrematar(self, row: ArremateRow) -> None:
        """It has resolved a ticket, and is not free of it yet."""
        self.arrematou(row.ticket_id)
        self.arremates[row.ticket_id] = row
        self.usado += row.custo
        self._ver_vagas()

    def arrematou(self, ticket_id: str) -> bool:
        """Whether it was at it."""
        row = self.arremates.pop(ticket_id, None)
        if row is None:
            return False
        self.usado -= row.custo
        self._ver_vagas()
        return True

    def _somar(self, ocupacao: Ocupacao) -> None:
        custo, classe = ocupacao
        self.usado += custo
        if classe >= 0:
            self.em[classe] += 1
        self._ver_vagas()

    def _descontar(self, ocupacao: Ocupacao) -> None:
        custo, classe = ocupacao
        self.usado -= custo
        if classe >= 0:
            self.em[classe] -= 1
        self._ver_vagas()
