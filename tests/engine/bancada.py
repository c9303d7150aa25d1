"""A Distribuidor in virtual time, whose promises are taken at once, as tickets take them."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import msgspec
from msgspec.structs import replace

from engine import estados
from engine.distribuicao import (
    Candidato,
    Custos,
    Distribuidor,
    Encaminhamento,
    Espera,
    Linha,
    OfertaCaiu,
    Pareador,
    Promessa,
)
from engine.modelo import ArremateRow, AtendenteRow, FilaRow, Ofertado, Rota, TicketRow, TipoComContatos
from engine.politica.capacidade import PADRAO, Capacidade
from engine.politica.da_fila import DA_FILA
from engine.politica.modelo import Politica
from tests.engine import linhas

PASSOS_NO_MAXIMO = 10_000
"""So often something is due in one stretch of time at the most; more would go on for ever."""


def uid(nome: str) -> str:
    """An id such as a policy may have, the same for the same name."""
    return str(uuid5(NAMESPACE_OID, nome))


def fila_com(politica: Politica, id_: str = "fila") -> FilaRow:
    """A fila that goes by this policy."""
    campos = {campo: getattr(politica, campo) for campo in DA_FILA}
    return linhas.fila(id_, politica=msgspec.json.encode(politica).decode(), **campos)


class Bancada:
    """Filas, agents and tickets by name. ``dados`` is everything that was given, in order: the ticket, to whom, when;
    ``encaminhados`` what was sent elsewhere, which stays where it is unless ``segue``.
    """

    def __init__(self, capacidade: Capacidade = PADRAO, *, now: int = 0, aberta: bool = True) -> None:
        self.capacidade = capacidade
        self.now = now
        self.segue = True
        self.filas: dict[str, FilaRow] = {}
        self.pessoas: dict[str, AtendenteRow] = {}
        self.servem: dict[tuple[str, str], tuple[str | None, ...]] = {}
        self.canais: dict[str, TipoComContatos] = {}
        self.tickets: dict[str, TicketRow] = {}
        self.dados: list[tuple[str, str, int]] = []
        self.encaminhados: list[tuple[Encaminhamento, int]] = []
        self.cairam: list[OfertaCaiu] = []
        self._numeros = count(1)
        self.aberta = False
        self.d = Distribuidor(Pareador(Custos(capacidade)))
        if aberta:
            self.abre()

    def abre(self) -> None:
        self.aberta = True
        for _ in self.d.abrir(self.now):
            pass
        self._assenta()

    # -- what there is -------------------------------------------------------------------------------------------------

    def fila(self, id_: str = "fila", politica: Politica | None = None) -> None:
        """There is such a fila, or it goes by this policy from now on."""
        self.filas[id_] = fila_com(politica or Politica(), id_)
        self.d.fila_mudou(self.filas[id_], self.now)
        self._assenta()

    def canal(self, id_: str, tipo: TipoComContatos) -> None:
        self.canais[id_] = tipo
        self.d.canal_mudou(id_, tipo)

    def pessoa(self, id_: str, *filas: str, equipes: tuple[str | None, ...] = (None,), **campos: Any) -> None:
        """There is such an agent, who serves these filas."""
        self.pessoas[id_] = linhas.atendente(id_, **{"ocioso_desde": self.now, **campos})
        self.d.atendente_mudou(self.pessoas[id_], self.now)
        for fila_id in filas or ("fila",):
            self.serve(id_, fila_id, equipes)

    def muda_pessoa(self, id_: str, **campos: Any) -> None:
        self.pessoas[id_] = replace(self.pessoas[id_], **campos)
        self.d.atendente_mudou(self.pessoas[id_], self.now)
        self._assenta()

    def serve(self, id_: str, fila_id: str, equipes: tuple[str | None, ...] = (None,)) -> None:
        self.servem[fila_id, id_] = equipes
        self.d.serve(fila_id, id_, self.now, equipes)
        self._assenta()

    def deixa(self, id_: str, fila_id: str = "fila") -> None:
        del self.servem[fila_id, id_]
        self.d.deixou(fila_id, id_, self.now)
        self._assenta()

    def sai(self, id_: str) -> None:
        """The agent is deleted; what it had stays its own for the moment."""
        del self.pessoas[id_]
        self.servem = {par: equipes for par, equipes in self.servem.items() if par[1] != id_}
        self.d.atendente_saiu(id_, self.now)
        self._assenta()

    def para(self, id_: str, *, parado: bool = True) -> None:
        """The agent's actor is out of order, or in order again."""
        self.d.deixar_de_dar(self.d.perfis[id_], self.now, parado=parado)
        self._assenta()

    def suspende(self, id_: str) -> None:
        """The ticket's actor is out of order."""
        self.d.suspender(self.tickets[id_], self.now)
        self._assenta()

    def some_fila(self, id_: str) -> None:
        """The fila is gone; what waits in it does so nowhere."""
        del self.filas[id_]
        self.servem = {par: equipes for par, equipes in self.servem.items() if par[0] != id_}
        self.d.fila_saiu(id_, self.now)
        self._assenta()

    # -- what happens --------------------------------------------------------------------------------------------------

    def chega(self, id_: str | None = None, fila_id: str = "fila", **campos: Any) -> str:
        """A ticket comes, now; its name. ``rota``, ``prioridade`` and whatever else a row has may be said."""
        numero = next(self._numeros)
        com = {"numero": numero, "fila_id": fila_id, "aguardando_desde": self.now, "criado_em": self.now, **campos}
        row = linhas.ticket(id_ or f"t{numero}", **com)
        self.diz(row)
        return row.id

    def diz(self, row: TicketRow, preferido: str | None = None) -> None:
        """A ticket is now so."""
        antes = self.tickets.get(row.id)
        self.tickets[row.id] = row
        self.d.ticket_mudou(antes, row, self.now, preferido)
        self._assenta()

    def resolve(self, id_: str) -> None:
        """Its owner has resolved it, and wraps up if the empresa has it so."""
        row = self.tickets[id_]
        if self.capacidade.arremate_segundos:
            custos = Custos(self.capacidade)
            custo = custos.custo[custos.classe(self.canais.get(row.canal_id or ""))]
            ate = self.now + custos.arremate
            self.d.arrematar(ArremateRow("empresa", id_, row.atendente_id or "", ate, custo), self.now)
        self.diz(estados.encerrar(row, "RESOLVIDO", self.now))

    def devolve(self, id_: str) -> None:
        """Its owner has sent it back to the line."""
        self.diz(estados.devolver(self.tickets[id_], self.now))

    def assume(self, id_: str, atendente_id: str) -> None:
        """A person has given it to this agent, whatever its room."""
        self.diz(estados.assumir(self.tickets[id_], atendente_id, forcado=True, now=self.now))

    def recusa(self, id_: str, *quem: str) -> None:
        """These did not want it."""
        self.diz(estados.desofertar(self.tickets[id_], *quem, recusado=True))

    def passa(self, ms: int) -> None:
        """Time goes by, and whatever is due happens at its very millisecond."""
        fim = self.now + ms
        for _ in range(PASSOS_NO_MAXIMO):
            quando = self.d.proximo_prazo()
            if quando is None or quando > fim:
                break
            self.now = max(self.now, quando)
            self.d.avancar(self.now)
            self._assenta()
        else:
            raise AssertionError("something is due again and again")
        self.now = fim

    def reinicia(self) -> None:
        """The node dies, and another builds all of it from what was saved."""
        lembrados = [lembrado for par in self.servem if (lembrado := self.d.lembranca(*par)) is not None]
        arremates = [arremate for perfil in self.d.perfis.values() for arremate in perfil.arremates.values()]
        self.d = Distribuidor(Pareador(Custos(self.capacidade)))
        for canal_id, tipo in self.canais.items():
            self.d.canal_mudou(canal_id, tipo)
        for fila in self.filas.values():
            self.d.fila_mudou(fila, self.now)
        for pessoa in self.pessoas.values():
            self.d.atendente_mudou(pessoa, self.now)
        for (fila_id, id_), equipes in self.servem.items():
            self.d.serve(fila_id, id_, self.now, equipes)
        for lembrado in lembrados:
            self.d.lembrar(lembrado, self.now)
        for arremate in arremates:
            self.d.arrematar(arremate, self.now)
        for row in self.tickets.values():
            self.d.ticket_mudou(None, row, self.now)
        self.abre()

    # -- what became of it ---------------------------------------------------------------------------------------------

    def dono(self, id_: str) -> str | None:
        return estados.dono(self.tickets[id_])

    def de(self, atendente_id: str) -> list[str]:
        """The tickets that an agent has, in the order of their coming."""
        return [row.id for row in self.tickets.values() if estados.dono(row) == atendente_id]

    def ofertado_a(self, id_: str) -> tuple[str, ...]:
        oferta = estados.oferta_de(self.tickets[id_])
        return () if oferta is None else oferta.atendentes

    def a_quem(self) -> list[str]:
        """To whom everything was given, in order."""
        return [quem for _, quem, _ in self.dados]

    def quando(self, id_: str) -> int | None:
        """When a ticket was given last."""
        return next((now for qual, _, now in reversed(self.dados) if qual == id_), None)

    def linha(self, fila_id: str = "fila") -> Linha:
        return self.d.linhas[fila_id]

    def espera(self, id_: str) -> Espera:
        return self.linha(self.tickets[id_].fila_id).esperas[id_]

    def candidato(self, id_: str, fila_id: str = "fila") -> Candidato:
        return self.d.perfis[id_].lugares[fila_id][1]

    def livre(self, id_: str) -> bool:
        """Whether an agent has room for an ordinary ticket."""
        return bool(self.d.perfis[id_].vagas & 1)

    # -- as tickets do -------------------------------------------------------------------------------------------------

    def _assenta(self) -> None:
        """Tell the tickets what was decided, and look at what is due already, until there is nothing more."""
        for _ in range(PASSOS_NO_MAXIMO):
            self._conta()
            quando = self.d.proximo_prazo()
            if quando is None or quando > self.now or not self.aberta:
                return
            self.d.avancar(self.now)
        raise AssertionError("something is due again and again")

    def _conta(self) -> None:
        while feitas := self.d.tomar():
            for feita in feitas:
                match feita:
                    case Promessa() if self.d.vale(feita):
                        self._toma(feita)
                    case Encaminhamento():
                        self._vai(feita)
                    case OfertaCaiu():
                        self.cairam.append(feita)
                        self._retira(feita)

    def _toma(self, promessa: Promessa) -> None:
        row = self.tickets[promessa.row.id]
        fila = self.d.linhas[row.fila_id]
        if fila.regras.politica.modo == "oferta":
            oferta = Ofertado(tuple(perfil.id for perfil in promessa.perfis), self.now + 30_000)
            self._dizer(replace(row, rota=replace(row.rota or Rota(), oferta=oferta)))
            return
        self.dados.append((row.id, promessa.perfil.id, self.now))
        self._dizer(estados.assumir(row, promessa.perfil.id, forcado=False, now=self.now))

    def _retira(self, caiu: OfertaCaiu) -> None:
        row = self.tickets[caiu.ticket_id]
        if caiu.atendente_id in self.ofertado_a(row.id):
            self._dizer(estados.desofertar(row, caiu.atendente_id))

    def _vai(self, destino: Encaminhamento) -> None:
        self.encaminhados.append((destino, self.now))
        row = self.tickets[destino.ticket_id]
        espera = estados.espera(row) and estados.oferta_de(row) is None
        if not self.segue or not espera or row.fila_id != destino.fila_id:
            return
        if destino.para is None:
            self._dizer(estados.encerrar(row, "FECHADO", self.now))
        else:
            self._dizer(estados.transbordar(row, destino.para, self.now))

    def _dizer(self, row: TicketRow) -> None:
        antes, self.tickets[row.id] = self.tickets[row.id], row
        self.d.ticket_mudou(antes, row, self.now)
