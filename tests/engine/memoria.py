"""What must be remembered beside the rows, to know whom a strategy chooses: who was given what, and when."""

from __future__ import annotations

from collections.abc import Iterable

from engine.estados import dono, oferta_de
from engine.modelo import EscalaRow, TicketRow
from engine.politica.modelo import Politica
from tests.engine.niveis import NIVELAM, Niveis, Pedido
from tests.engine.referencia import Lugar, Mundo

UMA_HORA = 3_600_000
Janela = tuple[str, str]
"""A fila, and what is counted."""


class Memoria:
    """By fila and agent: ``vez`` its place in the rotation, ``passo`` its virtual time in the weighted one, ``dada_em``
    when it was given something last, ``dadas`` how many in each window; by agent: since when it is ``ocioso``.
    ``fins``: when windows are over. ``niveis``: from where goes on who comes back. ``prometidas``: what was counted
    for whom of which fila, and when, and is not in the row yet.
    """

    def __init__(self, mundo: Mundo) -> None:
        self.mundo = mundo
        self.ocioso: dict[str, int] = {}
        self.vez: dict[tuple[str, str], int] = {}
        self.passo: dict[tuple[str, str], float] = {}
        self.dada_em: dict[tuple[str, str], int] = {}
        self.dadas: dict[tuple[str, str, str], int] = {}
        self.fins: dict[Janela, int] = {}
        self.aquecidas: dict[tuple[str, str], tuple[int, int]] = {}
        self.niveis = Niveis(mundo)
        self.prometidas: dict[tuple[str, str], tuple[str, int]] = {}
        self._conta_por: dict[str, Politica] = {}
        self._conta_desde: dict[str, int] = {}
        self.partes_desde: dict[str, int] = {}
        self._vezes: dict[str, int] = {}
        self._recebiam: set[str] = set()

    # -- what happens ------------------------------------------------------------------------------------------------

    def passou_o_tempo(self) -> None:
        """What is over is forgotten; who has wrapped up is idle from now."""
        mundo = self.mundo
        for janela in [janela for janela, fim in self.fins.items() if fim <= mundo.now]:
            self._esquecer(janela)
        for qual in [qual for qual, um in mundo.arremates.items() if um.ate <= mundo.now]:
            del mundo.arremates[qual]
            self.ocioso[qual[1]] = mundo.now
        self.aquecidas = {par: um for par, um in self.aquecidas.items() if um[0] == mundo.abriu_em(par[0])}
        self.rever_quem_recebe()

    def rever_quem_recebe(self) -> None:
        """Who comes back goes on from the level."""
        recebem = {pessoa for pessoa in self.mundo.pessoas if self.mundo.recebe(pessoa)}
        voltaram = recebem - self._recebiam
        for fila, pessoa in self.mundo.vias:
            if pessoa in voltaram:
                self._nivelar(fila, pessoa)
        self._recebiam = recebem

    def rever_servicos(self) -> None:
        """Who serves a fila anew joins at the end; of who ceases to, nothing is remembered."""
        vias = self.mundo.vias
        for par in [par for par in self.vez if par not in vias]:
            del self.vez[par], self.passo[par], self.dada_em[par]
            self.dadas = {qual: quantas for qual, quantas in self.dadas.items() if qual[:2] != par}
            self.aquecidas.pop(par, None)
        for fila, pessoa in vias:
            if (fila, pessoa) not in self.vez:
                self.vez[fila, pessoa] = self._proxima_vez(fila)
                self.passo[fila, pessoa], self.dada_em[fila, pessoa] = 0.0, 0
                self._nivelar(fila, pessoa)

    def rever_regras(self, fila: str) -> None:
        """What its policy does not count is forgotten; windows are as long as it says from now on."""
        contam = dict(self._conta(fila))
        for janela in [janela for janela in self.fins if janela[0] == fila]:
            if janela[1] in contam:
                self.fins[janela] = self._fim(contam[janela[1]])
            else:
                self._esquecer(janela)
        self._rever_partes(fila)
        self.aquecidas = {
            par: um for par, um in self.aquecidas.items() if par[0] != fila or um[0] == self.mundo.abriu_em(fila)
        }

    def _rever_partes(self, fila: str) -> None:
        """By another strategy, or with other weights, shares begin anew; what is counted in windows is the same."""
        agora = self.mundo.politica(fila)
        antes = self._conta_por.get(fila, agora)
        self._conta_por[fila] = agora
        if antes != agora:
            self._conta_desde[fila] = self.mundo.now
        de_janelas = {"MENOS_ATENDIDOS", "HIBRIDO"}
        outra = antes.estrategia != agora.estrategia and not {antes.estrategia, agora.estrategia} <= de_janelas
        outros_pesos = antes.pesos_dos_atendentes != agora.pesos_dos_atendentes and agora.estrategia == "PONDERADO"
        if outra or outros_pesos:
            self.niveis.de.pop(fila, None)
            self.partes_desde[fila] = self.mundo.now
            self.passo |= {par: 0.0 for par in self.passo if par[0] == fila}

    def vai_dar(self, row: TicketRow, pessoa: str, outro: str | None) -> None:
        """``outro``: who of those who might have had it too stands first. The level of what asks the same is what the
        less served of the two has had, and rises by no more than one gift.
        """
        fila = row.fila_id
        if self.mundo.politica(fila).estrategia in NIVELAM:
            teve = min(self._teve(fila, um) for um in (pessoa, outro) if um is not None)
            self.niveis.dada(row, teve, self.niveis.custo(fila, pessoa))

    def _teve(self, fila: str, pessoa: str) -> float:
        ponderado = self.mundo.politica(fila).estrategia == "PONDERADO"
        return self.passo[fila, pessoa] if ponderado else self.atendidos(fila, pessoa)

    def dar(self, fila: str, pessoa: str, ticket: str) -> None:
        """The agent was given something of the fila."""
        mundo, par = self.mundo, (fila, pessoa)
        self.prometidas[ticket, pessoa] = (fila, mundo.now)
        self.vez[par] = self._proxima_vez(fila)
        if mundo.politica(fila).estrategia == "PONDERADO":
            self.passo[par] += self.niveis.custo(fila, pessoa)
        self.dada_em[par] = self.ocioso[pessoa] = mundo.now
        for qual, segundos in self._conta(fila):
            self.dadas[fila, pessoa, qual] = self.dadas.get((fila, pessoa, qual), 0) + 1
            self.fins[fila, qual] = self._fim(segundos)
        abriu = mundo.abriu_em(fila)
        if abriu is not None:
            self.aquecidas[par] = (abriu, self._desde_que_abriu(fila, pessoa) + 1)

    def rever_promessas(self) -> None:
        """Whoever was promised something, and neither has it nor is offered it, has not been given it."""
        for (ticket, pessoa), (fila, quando) in list(self.prometidas.items()):
            row = self.mundo.tickets[ticket]
            oferta = oferta_de(row)
            if dono(row) == pessoa or (oferta is not None and pessoa in oferta.atendentes):
                del self.prometidas[ticket, pessoa]
            elif pessoa not in self.mundo.prometidos.get(ticket, ()):
                del self.prometidas[ticket, pessoa]
                self._devolver(fila, pessoa, quando, recusou=False)

    def outra_politica(self, fila: str) -> None:
        """What was promised by the one before falls, and is given back by it."""
        for (ticket, pessoa), (de, quando) in list(self.prometidas.items()):
            if de == fila and oferta_de(self.mundo.tickets[ticket]) is None:
                del self.prometidas[ticket, pessoa]
                self._devolver(fila, pessoa, quando, recusou=False)

    def acabou_de_ofertar(self, antes: TicketRow, row: TicketRow) -> list[str]:
        """Nor has who was offered it, and is not any more. Answers who."""
        tinha, tem = oferta_de(antes), oferta_de(row)
        if tinha is None:
            return []
        acabou = [um for um in tinha.atendentes if um != dono(row) and (tem is None or um not in tem.atendentes)]
        for pessoa in acabou:
            if (antes.fila_id, pessoa) in self.vez:
                quando = tinha.ate - self.mundo.politica(antes.fila_id).oferta.segundos * 1000
                recusou = row.rota is not None and pessoa in row.rota.recusado_por
                self._devolver(antes.fila_id, pessoa, quando, recusou=recusou)
        return acabou

    def ofertou(self, antes: TicketRow | None, row: TicketRow) -> None:
        """It counts for who is offered it, though a promise of it may have fallen just before."""
        tinha, tem = None if antes is None else oferta_de(antes), oferta_de(row)
        for pessoa in () if tem is None or antes is None else tem.atendentes:
            antes_nao = tinha is None or pessoa not in tinha.atendentes
            if antes_nao and (row.id, pessoa) not in self.prometidas and (row.fila_id, pessoa) in self.vez:
                self.dar(row.fila_id, pessoa, row.id)

    def _devolver(self, fila: str, pessoa: str, quando: int, *, recusou: bool) -> None:
        """What it counted then, if it counts still. Who refused it has had its turn all the same."""
        par = (fila, pessoa)
        if not self.dada_em.get(par) or fila not in self.mundo.filas or quando < self._conta_desde.get(fila, 0):
            return
        for qual, segundos in self._conta(fila):
            fim = self.fins.get((fila, qual))
            if fim is not None and quando >= fim - segundos * 1000 and not (recusou and qual == "atendidos"):
                self.dadas[*par, qual] = self.dadas.get((*par, qual), 0) - 1
                if self.dadas[*par, qual] <= 0:
                    del self.dadas[*par, qual]
        abriu, quantas = self.aquecidas.get(par, (0, 0))
        if quantas and quando >= abriu:
            self.aquecidas[par] = (abriu, quantas - 1)
        if self.mundo.politica(fila).estrategia == "PONDERADO" and not recusou:
            self.passo[par] = max(0.0, self.passo[par] - self.niveis.custo(*par))

    def _conta(self, fila: str) -> Iterable[tuple[str, int]]:
        politica = self.mundo.politica(fila)
        if politica.estrategia in {"MENOS_ATENDIDOS", "HIBRIDO"}:
            yield "atendidos", politica.janela_segundos
        if politica.limite is not None:
            yield "limite", politica.limite.janela_segundos

    def _esquecer(self, janela: Janela) -> None:
        del self.fins[janela]
        if janela[1] == "atendidos":
            self.niveis.de.pop(janela[0], None)
        self.dadas = {de: quantas for de, quantas in self.dadas.items() if (de[0], de[2]) != janela}

    def _fim(self, segundos: int) -> int:
        """When the present window of that length is over."""
        return (self.mundo.now // (segundos * 1000) + 1) * segundos * 1000

    def _nivelar(self, fila: str, pessoa: str) -> None:
        """It has had no less than those who had what it may have."""
        if self.mundo.politica(fila).estrategia not in NIVELAM:
            return
        nivel = self.niveis.nivel(fila, pessoa)
        if nivel > self._teve(fila, pessoa):
            if self.mundo.politica(fila).estrategia == "PONDERADO":
                self.passo[fila, pessoa] = nivel
            else:
                self.dadas[fila, pessoa, "atendidos"] = int(nivel)

    def _proxima_vez(self, fila: str) -> int:
        self._vezes[fila] = self._vezes.get(fila, 0) + 1
        return self._vezes[fila]

    # -- made anew ---------------------------------------------------------------------------------------------------

    def salvas(self) -> dict[tuple[str, str], EscalaRow]:
        """All that is remembered, as it is saved: of who was given something of a fila that goes by that."""
        return {
            par: EscalaRow("empresa", *par, vez, self.dada_em[par], self.passo[par], self._contas(*par))
            for par, vez in self.vez.items()
            if self.dada_em[par] and self._lembra(par[0])
        }

    def _lembra(self, fila: str) -> bool:
        politica = self.mundo.politica(fila)
        da_estrategia = politica.estrategia not in {"MENOS_OCUPADO", "HABILIDADES", "MANUAL"}
        return da_estrategia or politica.limite is not None or politica.aquecimento is not None

    def _contas(self, fila: str, pessoa: str) -> dict[str, tuple[int, int]]:
        contas = {
            qual: (self.fins[fila, qual], self.dadas.get((fila, pessoa, qual), 0))
            for qual in ("atendidos", "limite")
            if (fila, qual) in self.fins and (qual == "atendidos" or (fila, pessoa, qual) in self.dadas)
        }
        if self._desde_que_abriu(fila, pessoa):
            contas["aquecimento"] = (self.aquece_ate(fila), self._desde_que_abriu(fila, pessoa))
        if self.partes_desde.get(fila) and self.mundo.politica(fila).estrategia in NIVELAM:
            contas["conta_desde"] = (self.partes_desde[fila], 0)
        return contas

    def de_novo(self, salvas: Iterable[EscalaRow], caiu_ja: set[str]) -> None:
        """What was saved is so as it was. Who was never given anything comes first, and has had as much as the least
        served of those who are at work. ``caiu_ja``: who has lost an offer by it.
        """
        mundo = self.mundo
        self.__init__(mundo)  # type: ignore[misc]  # as at the beginning
        self.ocioso = {id_: row.ocioso_desde for id_, row in mundo.pessoas.items()}
        self._recebiam = {pessoa for pessoa in mundo.pessoas if mundo.recebe(pessoa)}
        self._vezes = dict.fromkeys(mundo.filas, -1_000_000_000)
        for par in sorted(mundo.vias):
            self.vez[par], self.passo[par], self.dada_em[par] = self._proxima_vez(par[0]), 0.0, 0
        for row in salvas:
            par = (row.fila_id, row.atendente_id)
            if par in self.vez:
                self.vez[par], self.passo[par], self.dada_em[par] = row.vez, row.passo, row.dada_em
                self.ocioso[par[1]] = max(self.ocioso[par[1]], row.dada_em)
                desde, _ = row.contas.get("conta_desde", (0, 0))
                self.partes_desde[par[0]] = max(self.partes_desde.get(par[0], 0), desde)
                self._lembrar_contas(par, row)
        for fila in mundo.filas:
            self._vezes[fila] = max([0, *(vez for (de, _), vez in self.vez.items() if de == fila)])
            self._comecar(fila)
        self.ocioso |= dict.fromkeys(caiu_ja, mundo.now)

    def _lembrar_contas(self, par: tuple[str, str], row: EscalaRow) -> None:
        """As far as it was in the present windows: those that were counted then, or those of now."""
        contam = {
            qual: (self._fim(segundos) - segundos * 1000, self._fim(segundos)) for qual, segundos in self._conta(par[0])
        }
        abriu = self.mundo.abriu_em(par[0])
        if abriu is not None:
            contam["aquecimento"] = (abriu, self.aquece_ate(par[0]))
        for qual, (fim, quantas) in row.contas.items():
            if qual not in contam or not quantas or (contam[qual][1] != fim and row.dada_em < contam[qual][0]):
                continue
            if qual == "aquecimento":
                self.aquecidas[par] = (abriu or 0, quantas)
            else:
                self.fins[par[0], qual], self.dadas[*par, qual] = contam[qual][1], quantas

    def _comecar(self, fila: str) -> None:
        """What was given last to those who know the same, and come by ways as long, asked for just that: so much had
        who got it had before. Who is not remembered goes on from there.
        """
        quem, politica = self.mundo.quem_serve(fila), self.mundo.politica(fila)
        self._conta_por[fila], self.niveis.de[fila] = politica, {}
        contados = {um for um in quem if self.dada_em[fila, um] >= max(1, self.partes_desde.get(fila, 0))}
        for um in set(quem) - contados:
            self.passo[fila, um] = 0.0
            self.dadas.pop((fila, um, "atendidos"), None)
        ultimas = dict[Pedido, tuple[int, int, str]]()
        for um in quem if politica.estrategia in NIVELAM else ():
            pedido = self.niveis.tudo_o_que_pode(fila, um)
            if um in contados:
                ultimas[pedido] = max(ultimas.get(pedido, (0, 0, "")), (self.dada_em[fila, um], self.vez[fila, um], um))
        for pedido, (*_, um) in ultimas.items():
            self.niveis.de[fila][pedido] = max(0, self._teve(fila, um) - self.niveis.custo(fila, um))
        for pessoa in quem:
            if pessoa not in contados or self.dada_em[fila, pessoa] < self.mundo.pessoas[pessoa].ocioso_desde:
                self._nivelar(fila, pessoa)

    # -- what is asked -----------------------------------------------------------------------------------------------

    def atendidos(self, fila: str, pessoa: str) -> int:
        return self.dadas.get((fila, pessoa, "atendidos"), 0)

    def aquece_ate(self, fila: str) -> int:
        """Until when it warms up; 0 if it does not."""
        abriu, aquecimento = self.mundo.abriu_em(fila), self.mundo.politica(fila).aquecimento
        return 0 if abriu is None or aquecimento is None else abriu + aquecimento.segundos * 1000

    def _desde_que_abriu(self, fila: str, pessoa: str) -> int:
        abriu, quantas = self.aquecidas.get((fila, pessoa), (None, 0))
        return quantas if abriu is not None and abriu == self.mundo.abriu_em(fila) else 0

    def impedido(self, fila: str, pessoa: str) -> str | None:
        """The bound of the agent's share that is full."""
        politica = self.mundo.politica(fila)
        if politica.limite is not None and self.dadas.get((fila, pessoa, "limite"), 0) >= politica.limite.quantidade:
            return "limite"
        aquecimento = politica.aquecimento
        cheio = aquecimento is not None and self._desde_que_abriu(fila, pessoa) >= aquecimento.maximo
        return "aquecimento" if cheio else None

    def base(self, fila: str, pessoa: str, ocioso: int) -> Lugar:
        """The place of an agent by the strategy of the fila, whatever the ticket: the smallest is chosen."""
        mundo, par, politica = self.mundo, (fila, pessoa), self.mundo.politica(fila)
        vez, ocupacao = self.vez[par], mundo.usado(pessoa) / (mundo.pessoas[pessoa].capacidade * 100 or 1)
        match politica.estrategia:
            case "MENOS_OCUPADO" | "HABILIDADES":
                return (ocupacao, ocioso, vez)
            case "MAIOR_TEMPO_OCIOSO":
                return (ocioso, vez)
            case "MENOS_ATENDIDOS":
                return (self.atendidos(*par), ocioso, vez)
            case "PONDERADO":
                return (self.passo[par], vez)
            case "HIBRIDO":
                return (self._soma(politica, *par, ocupacao, ocioso), vez)
            case _:
                return (vez,)

    def _soma(self, politica: Politica, fila: str, pessoa: str, ocupacao: float, ocioso: int) -> float:
        pesos, vagas = politica.pesos, self.mundo.pessoas[pessoa].capacidade or 1
        desde_ja = pesos.ociosidade * (ocioso / UMA_HORA)
        return pesos.ocupacao * ocupacao + desde_ja + pesos.atendidos * (self.atendidos(fila, pessoa) / vagas)
