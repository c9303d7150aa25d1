"""What somebody has and nobody has answered yet, and another with room should have."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from engine.balanceamento.cargas import Cargas, melhora
from engine.balanceamento.modelo import EXAMES, Ficam, Mudanca, Pedido, Porque, PorqueFica
from engine.balanceamento.regras import como_quem_chega, porque_nao_sai
from engine.distribuicao import Distribuidor, Perfil
from engine.distribuicao.linha import Espera, Linha
from engine.modelo import TicketRow


class Exame(Struct, frozen=True):
    """What was found of a ticket: how it would stand in its line, or why it stays."""

    row: TicketRow
    linha: Linha | None
    espera: Espera | None
    fica: PorqueFica | None


class Donos:
    """What the agents that are asked about have. ``ler`` gives the row of a ticket."""

    __slots__ = ("_cargas", "_distribuidor", "_esgotou", "_exames", "_ler", "_movidos", "_pedido", "_porque")

    def __init__(
        self,
        distribuidor: Distribuidor,
        cargas: Cargas,
        pedido: Pedido,
        ler: Callable[[str], TicketRow | None],
    ) -> None:
        self._distribuidor = distribuidor
        self._cargas = cargas
        self._pedido = pedido
        self._ler = ler
        self._esgotou = False
        self._exames: dict[str, Exame | None] = {}
        self._porque: dict[str, PorqueFica] = {}
        self._movidos: set[str] = set()

    def passada(self, mudancas: list[Mudanca]) -> bool:
        """Whether anything more is to move: from those who are busiest, first."""
        antes = len(mudancas)
        self._cargas.de_novo()
        menor = self._cargas.menor_ocupacao()
        if menor is None:
            return False
        for perfil in self._por_ocupacao():
            if self._cargas.de(perfil).ocupacao > menor or self._esperam_por(perfil):
                self._aliviar(perfil, mudancas)
            if len(mudancas) >= self._pedido.limite:
                break
        return len(mudancas) > antes

    def _perfis(self) -> Iterable[Perfil]:
        perfis, um, fila_id = self._distribuidor.perfis, self._pedido.atendente_id, self._pedido.fila_id
        if um is not None:
            return [perfis[um]] if um in perfis else []
        if fila_id is None:
            return perfis.values()
        linha = self._distribuidor.linhas.get(fila_id)
        return [] if linha is None else [candidato.perfil for candidato in linha.escala.candidatos.values()]

    def _por_ocupacao(self) -> list[Perfil]:
        return sorted(
            (um for um in self._perfis() if um.ocupadas), key=lambda um: (-self._cargas.de(um).ocupacao, um.id)
        )  # fmt: skip

    def _esperam_por(self, perfil: Perfil) -> bool:
        return any(self._cargas.ha_espera(linha) for linha, _ in perfil.lugares.values())

    def _aliviar(self, perfil: Perfil, mudancas: list[Mudanca]) -> None:
        """What it was given last goes first: it has been with it the shortest."""
        for ticket_id in reversed(list(perfil.ocupadas)):
            if len(mudancas) >= self._pedido.limite:
                return
            exame = self._exame(ticket_id, perfil)
            if exame is None or exame.espera is None or exame.linha is None or ticket_id in self._movidos:
                continue
            mudanca = self._tentar(exame.linha, exame.espera, perfil)
            if mudanca is not None:
                self._movidos.add(ticket_id)
                mudancas.append(mudanca)

    def _exame(self, ticket_id: str, perfil: Perfil) -> Exame | None:
        """None: it is of no fila that is asked about, is gone, or enough were looked at."""
        if ticket_id not in self._exames:
            if len(self._exames) >= EXAMES:
                self._esgotou = True
                return None
            self._exames[ticket_id] = self._examinar(self._ler(ticket_id), perfil)
        return self._exames[ticket_id]

    def _examinar(self, row: TicketRow | None, perfil: Perfil) -> Exame | None:
        linha = None if row is None else self._distribuidor.linhas.get(row.fila_id)
        if row is None or linha is None or self._pedido.fila_id not in {None, row.fila_id}:
            return None
        fica = porque_nao_sai(linha, row, dono_online=perfil.row.online)
        espera = como_quem_chega(self._distribuidor, linha, row) if fica is None else None
        return Exame(row, linha, espera, fica)

    def _tentar(self, linha: Linha, espera: Espera, perfil: Perfil) -> Mudanca | None:
        row = espera.row
        evita = () if row.rota is None else row.rota.evita
        quem = self._cargas.quem_recebe(linha, espera, (perfil.id, *evita), dada=False)
        if quem is None:
            self._porque[row.id] = "ninguem_com_vaga"
            return None
        porque = passar_se_vale(self._cargas, espera, perfil, quem.perfil)
        if porque is None:
            self._porque[row.id] = "equilibrado"
            return None
        return Mudanca(row.id, row.numero, row.fila_id, porque, de=perfil.id, para=quem.perfil.id)

    def contar(self, ficam: Ficam, *, cheio: bool) -> None:
        """Say why what stays does; ``cheio``: as many as were asked for have moved."""
        ha_vaga, esgotou = self._cargas.menor_ocupacao() is not None, self._esgotou
        sem_dizer: PorqueFica = "limite" if cheio else "equilibrado" if ha_vaga else "ninguem_com_vaga"
        self._examinar_mais()
        for ticket_id, exame in self._exames.items():
            if exame is not None and ticket_id not in self._movidos:
                ficam.por(exame.row, exame.fica or self._porque.get(ticket_id, sem_dizer))
        if self._pedido.fila_id is None:  # else nobody knows of which fila those are that were not looked at
            restam = sum(len(perfil.ocupadas) for perfil in self._perfis()) - len(self._exames)
            ficam.contar("nao_examinado" if esgotou else sem_dizer, restam)

    def _examinar_mais(self) -> None:
        """Those that stay are looked at too, up to the bound."""
        deles = ((perfil, ticket_id) for perfil in self._por_ocupacao() for ticket_id in perfil.ocupadas)
        for perfil, ticket_id in deles:
            if len(self._exames) >= EXAMES:
                return
            self._exame(ticket_id, perfil)


def passar_se_vale(cargas: Cargas, espera: Espera, de: Perfil, para: Perfil) -> Porque | None:
    """Have a ticket go from one agent to another, if that is for the better: then why."""
    nivela = melhora(espera.ocupacao[0], cargas.de(de), cargas.de(para))
    cargas.passar(espera, de, para)
    toma = cargas.que_tomaria(de)
    if toma is not None:
        cargas.tomar(de, toma)
        return "abre_vaga"
    if not nivela:
        cargas.passar(espera, para, de)
    return "desequilibrio" if nivela else None
