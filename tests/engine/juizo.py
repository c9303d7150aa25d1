"""Who may have what, and who is to have it: every agent is asked of every ticket."""

from __future__ import annotations

from collections.abc import Callable

from engine.modelo import TicketRow
from tests.engine.memoria import Memoria
from tests.engine.referencia import Lugar, Mundo


class Elegibilidade:
    """``impedido``: which bound of its share in a fila keeps an agent from more of it, if any."""

    def __init__(self, mundo: Mundo, impedido: Callable[[str, str], str | None]) -> None:
        self._mundo = mundo
        self._impedido = impedido

    # -- may it have it ----------------------------------------------------------------------------------------------

    def porque_nao(self, row: TicketRow, pessoa: str) -> set[str]:
        """What keeps an agent of the fila from what waits there: the gravest, and of those that are as grave, all."""
        grave = self._por_si(row, pessoa)
        if grave is not None:
            return {grave}
        return {
            porque
            for porque, vale in (
                ("recusou", pessoa in self._recusaram(row) and self._ha_quem_nao_recusou(row)),
                ("devolveu", self._devolveu(row, pessoa)),
            )
            if vale
        }

    def _por_si(self, row: TicketRow, pessoa: str) -> str | None:
        """Whoever else there is."""
        mundo = self._mundo
        quem = mundo.pessoas[pessoa]
        razoes = {
            "saindo": pessoa in mundo.saindo,
            "parado": pessoa in mundo.parados,
            "offline": not quem.online,
            "indisponivel": not mundo.disponivel(pessoa),
            "fora_do_turno": not mundo.no_turno(pessoa),
            "sem_habilidade": not self.sabe(row, pessoa),
            "anel": not self.chegou_a_vez(row, pessoa),
            "reservado": self.guardado_para(row) not in {None, pessoa},
        }
        porque = next((porque for porque, vale in razoes.items() if vale), None)
        return porque or mundo.cheio(pessoa, row) or self._impedido(row.fila_id, pessoa)

    def guardado_para(self, row: TicketRow) -> str | None:
        """The agent that it is kept for: who served the contact last, is there, and may have it."""
        mundo, afim = self._mundo, self._mundo.afim(row)
        afinidade = mundo.politica(row.fila_id).afinidade
        if afim is None or afinidade is None or mundo.esperou(row) >= afinidade.segundos * 1000:
            return None
        vale = mundo.recebe(afim) and self.sabe(row, afim) and self.chegou_a_vez(row, afim)
        return afim if vale else None

    def sabe(self, row: TicketRow, pessoa: str) -> bool:
        niveis = self._mundo.niveis(pessoa)
        return all(niveis.get(qual, 0) >= nivel for qual, nivel in self._mundo.exigidas(row).items())

    def chegou_a_vez(self, row: TicketRow, pessoa: str) -> bool:
        """Whether it has waited long enough for one of the ways by which the agent serves the fila."""
        vias, esperou = self._mundo.vias[row.fila_id, pessoa], self._mundo.esperou(row)
        return any(esperou >= self._mundo.atraso(row.fila_id, equipe) * 1000 for equipe in vias)

    def _recusaram(self, row: TicketRow) -> tuple[str, ...]:
        return () if row.rota is None else row.rota.recusado_por

    def _ha_quem_nao_recusou(self, row: TicketRow) -> bool:
        """Another who may have it is at work, with or without room."""
        return any(
            self._mundo.recebe(outro) and self.sabe(row, outro) and self.chegou_a_vez(row, outro)
            for outro in self._mundo.quem_serve(row.fila_id)
            if outro not in self._recusaram(row)
        )

    def _devolveu(self, row: TicketRow, pessoa: str) -> bool:
        if row.devolvido_por != pessoa or not self._mundo.politica(row.fila_id).evitar_quem_devolveu:
            return False
        fora = set(self._recusaram(row)) if self._ha_quem_nao_recusou(row) else set()
        outros = set(self._mundo.quem_serve(row.fila_id)) - fora - {pessoa}
        return any(self._por_si(row, outro) is None for outro in outros)

    def pode(self, row: TicketRow, pessoa: str) -> bool:
        return not self.porque_nao(row, pessoa)

    def podem(self, row: TicketRow) -> list[str]:
        return [pessoa for pessoa in self._mundo.quem_serve(row.fila_id) if self.pode(row, pessoa)]

    def pode_se_preferido(self, row: TicketRow, pessoa: str) -> bool:
        """Who is to have it before all others, though it is kept for one of them, or should go to one."""
        if (row.fila_id, pessoa) not in self._mundo.vias or self._mundo.cheio(pessoa, row) is not None:
            return False
        sabe = self.sabe(row, pessoa) and self.chegou_a_vez(row, pessoa)
        return sabe and self._impedido(row.fila_id, pessoa) is None

    # -- where it goes -----------------------------------------------------------------------------------------------

    def destinos(self, row: TicketRow, motivo: str, antes: int) -> list[str | None]:
        """Where a ticket goes for a reason, the first that applies first; None: it is closed. ``antes`` is how many
        waited in the fila when it came.
        """
        mundo, politica = self._mundo, self._mundo.politica(row.fila_id)
        achados: list[tuple[int, str | None]] = []
        for um in politica.transbordos:
            vale = {
                "espera": um.apos_segundos is not None and mundo.esperou(row) >= um.apos_segundos * 1000,
                "tamanho": um.tamanho is not None and antes >= um.tamanho,
                "sem_atendentes": um.sem_atendentes and not mundo.alguem(row.fila_id),
            }
            if vale[motivo] and self._pode_ir(row, um.para):
                achados.append(((um.apos_segundos or 0) if motivo == "espera" else 0, um.para))
        maximo = politica.maximo
        if maximo is not None and maximo.acao != "priorizar":
            vale = {
                "espera": maximo.segundos is not None and mundo.esperou(row) >= maximo.segundos * 1000,
                "tamanho": maximo.tamanho is not None and antes >= maximo.tamanho,
                "sem_atendentes": False,
            }
            if vale[motivo] and (maximo.acao == "encerrar" or self._pode_ir(row, maximo.para or "")):
                achados.append(((maximo.segundos or 0) if motivo == "espera" else 0, maximo.para))
        return [para for _, para in sorted(achados, key=lambda achado: achado[0])]

    def _pode_ir(self, row: TicketRow, para: str) -> bool:
        """It never comes to a fila where it was before."""
        antes = () if row.rota is None else (row.rota.origem, *row.rota.passou_por)
        return para in self._mundo.filas and para != row.fila_id and para not in antes


class Juizo(Elegibilidade):
    """``ocioso``: since when an agent is idle, as it is at this very moment."""

    def __init__(self, mundo: Mundo, memoria: Memoria, ocioso: Callable[[str], int]) -> None:
        super().__init__(mundo, memoria.impedido)
        self._memoria = memoria
        self._ocioso = ocioso

    # -- who is to have it -------------------------------------------------------------------------------------------

    def em_ordem(self, row: TicketRow, preferido: str | None) -> list[tuple[Lugar, str]]:
        """All who may have it, the one that it goes to first; whoever is asked with it, by the strategy."""
        podem = set(self.podem(row))
        if preferido is not None and self.pode_se_preferido(row, preferido):
            podem.add(preferido)
        em_ordem = sorted((self.chave(row, pessoa), pessoa) for pessoa in podem)
        afim = self._mundo.afim(row)
        antes = next((quem for quem in (preferido, afim) if quem in podem), None)
        return sorted(em_ordem, key=lambda par: par[1] != antes)

    def outro_que_podia(self, row: TicketRow, pessoa: str) -> str | None:
        """Who but this agent stands first of those who have the skills and room for it, whoever sent it back, refused
        it, or has it kept.
        """
        fila = row.fila_id
        podiam = [
            (self.chave(row, outro), outro)
            for outro in self._mundo.quem_serve(fila)
            if outro != pessoa and self.pode_se_preferido(row, outro)
        ]
        return min(podiam)[1] if podiam else None

    def chave(self, row: TicketRow, pessoa: str) -> Lugar:
        base = self._memoria.base(row.fila_id, pessoa, self._ocioso(pessoa))
        politica = self._mundo.politica(row.fila_id)
        exige, prefere = self._mundo.exigidas(row), self._mundo.pedidas(row)[1]
        if politica.estrategia not in {"HABILIDADES", "HIBRIDO"} or not (exige or prefere):
            return base if politica.estrategia != "HABILIDADES" else (0, 0, *base)
        niveis = self._mundo.niveis(pessoa)
        falta = sum(5 - niveis.get(qual, 0) for qual in (*exige, *prefere))
        if politica.estrategia == "HIBRIDO":
            longe = falta / (5 * (len(exige) + len(prefere)))
            return (base[0] + politica.pesos.proficiencia * longe, *base[1:])
        if politica.escolha == "melhor":
            return (falta, 0, *base)
        sem = sum(niveis.get(qual, 0) < nivel for qual, nivel in prefere.items())
        return (sem, sum(niveis.get(qual, 0) for qual in exige), *base)

    def melhor_para(self, pessoa: str) -> TicketRow | None:
        """The best of all that an agent may have: of each fila the first in line, and of these the highest rank, by
        the priority that the fila has for the agent.
        """
        filas = [fila for fila, quem in self._mundo.vias if quem == pessoa and self._mundo.distribui(fila)]
        primeiros = [row for fila in filas if (row := self.melhor_da_fila(fila, pessoa)) is not None]
        postos = {
            row: (self._mundo.prioridade_da_via(row.fila_id, pessoa), *self._mundo.posto(row)) for row in primeiros
        }
        return min(primeiros, key=lambda row: postos[row], default=None)

    def melhor_da_fila(self, fila: str, pessoa: str) -> TicketRow | None:
        podia = [row for row in self._mundo.a_espera(fila) if self.pode(row, pessoa)]
        return min(podia, key=self._mundo.lugar, default=None)

    def primeiro_que_da(self) -> TicketRow | None:
        """The best of all that anybody may have: of each fila the first in line, and of these the highest rank."""
        primeiros = []
        for fila in filter(self._mundo.distribui, self._mundo.filas):
            dao = [row for row in self._mundo.a_espera(fila) if self.podem(row)]
            primeiros += [min(dao, key=self._mundo.lugar)] if dao else []
        return min(primeiros, key=self._mundo.posto, default=None)
