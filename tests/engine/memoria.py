"""What must be remembered beside the rows, to know whom a strategy chooses: who was given what, and when."""

from __future__ import annotations

from collections.abc import Iterable

from engine.modelo import EscalaRow
from engine.politica.modelo import Politica
from tests.engine.referencia import Lugar, Mundo

UMA_HORA = 3_600_000
Janela = tuple[str, str]
"""A fila, and what is counted."""


class Memoria:
    """By fila and agent: ``vez`` its place in the rotation, ``passo`` its virtual time in the weighted one, ``dada_em``
    when it was given something last, ``dadas`` how many in each window; by agent: since when it is ``ocioso``.
    ``fins``: when windows are over. ``duvidas`` are who came back at the
    moment at which another came or left: whether that one counts, nobody says.
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
        self.duvidas: set[tuple[str, str]] = set()
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
        """Who comes back has had as much as the least served of those who are at work."""
        recebem = {pessoa for pessoa in self.mundo.pessoas if self.mundo.recebe(pessoa)}
        voltaram = recebem - self._recebiam
        for fila, pessoa in self.mundo.vias:
            if pessoa in voltaram:
                self._nivelar(fila, pessoa, recebem - voltaram)
                if len(recebem ^ self._recebiam) > 1:
                    self.duvidas.add((fila, pessoa))
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
                self._nivelar(fila, pessoa, {outro for outro in self.mundo.pessoas if self.mundo.recebe(outro)})

    def rever_regras(self, fila: str) -> None:
        """What its policy does not count is forgotten."""
        contam = {qual for qual, _ in self._conta(fila)}
        for janela in [janela for janela in self.fins if janela[0] == fila and janela[1] not in contam]:
            self._esquecer(janela)
        self.aquecidas = {
            par: um for par, um in self.aquecidas.items() if par[0] != fila or um[0] == self.mundo.abriu_em(fila)
        }

    def dar(self, fila: str, pessoa: str) -> None:
        """The agent was given something of the fila."""
        mundo, par = self.mundo, (fila, pessoa)
        self.vez[par] = self._proxima_vez(fila)
        if mundo.politica(fila).estrategia == "PONDERADO":
            self.passo[par] += 1 / mundo.politica(fila).pesos_dos_atendentes.get(pessoa, 1)
        self.dada_em[par] = self.ocioso[pessoa] = mundo.now
        for qual, segundos in self._conta(fila):
            self.dadas[fila, pessoa, qual] = self.dadas.get((fila, pessoa, qual), 0) + 1
            self.fins[fila, qual] = (mundo.now // (segundos * 1000) + 1) * segundos * 1000
        abriu = mundo.abriu_em(fila)
        if abriu is not None:
            self.aquecidas[par] = (abriu, self._desde_que_abriu(fila, pessoa) + 1)

    def _conta(self, fila: str) -> Iterable[tuple[str, int]]:
        politica = self.mundo.politica(fila)
        if politica.estrategia in {"MENOS_ATENDIDOS", "HIBRIDO"}:
            yield "atendidos", politica.janela_segundos
        if politica.limite is not None:
            yield "limite", politica.limite.janela_segundos

    def _esquecer(self, janela: Janela) -> None:
        del self.fins[janela]
        self.dadas = {de: quantas for de, quantas in self.dadas.items() if (de[0], de[2]) != janela}

    def _nivelar(self, fila: str, pessoa: str, com: set[str]) -> None:
        if self.mundo.politica(fila).estrategia not in {"MENOS_ATENDIDOS", "PONDERADO", "HIBRIDO"}:
            return
        outros = [
            outro for outro in self.mundo.quem_serve(fila) if outro in com - {pessoa} and (fila, outro) in self.vez
        ]
        if outros:
            par = (fila, pessoa)
            self.passo[par] = max(self.passo[par], min(self.passo[fila, outro] for outro in outros))
            atendidos = min(self.atendidos(fila, outro) for outro in outros)
            if atendidos > self.atendidos(*par):
                self.dadas[*par, "atendidos"] = atendidos

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
                self._lembrar_contas(par, row)
        for fila in mundo.filas:
            self._vezes[fila] = max([0, *(vez for (de, _), vez in self.vez.items() if de == fila)])
            self._comecar(fila)
        self.ocioso |= dict.fromkeys(caiu_ja, mundo.now)

    def _lembrar_contas(self, par: tuple[str, str], row: EscalaRow) -> None:
        contam = {qual for qual, _ in self._conta(par[0])} | ({"aquecimento"} if self.mundo.abriu_em(par[0]) else set())
        for qual, (fim, quantas) in row.contas.items():
            if qual not in contam or fim <= self.mundo.now:
                continue
            if qual == "aquecimento":
                self.aquecidas[par] = (self.mundo.abriu_em(par[0]) or 0, quantas)
            else:
                self.fins[par[0], qual], self.dadas[*par, qual] = fim, quantas

    def _comecar(self, fila: str) -> None:
        quem = self.mundo.quem_serve(fila)
        outros = [um for um in quem if self.dada_em[fila, um] and um in self._recebiam]
        for pessoa in quem:
            if not self.dada_em[fila, pessoa]:
                self.passo[fila, pessoa] = min((self.passo[fila, um] for um in outros), default=0.0)
                self.dadas[fila, pessoa, "atendidos"] = min((self.atendidos(fila, um) for um in outros), default=0)

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
