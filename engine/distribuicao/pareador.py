"""The matcher: what waits and who is free, brought together.

Whatever is to fall falls first, and is in its line again, before anything is given out: so what is given is always the
best, and to whom it should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.distribuicao.escala import Candidato
from engine.distribuicao.escolha import escolher, exigencia_de
from engine.distribuicao.linha import Linha, chave_de_espera
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Promessa
from engine.modelo import TicketRow
from engine.ordenado import Chave

POR_FATIA = 200
"""Agents that are given work at a stretch when an empresa opens: a few milliseconds."""


class Pareador:
    """``perfis`` are the agents by id, ``linhas`` the filas, ``promessas`` those that stand, by ticket. ``feitas`` are
    the promises that were made since somebody took them (:meth:`tomar`). Nothing is promised before :meth:`abrir`.
    """

    __slots__ = ("_aberto", "feitas", "linhas", "perfis", "promessas")

    def __init__(self) -> None:
        self.perfis: dict[str, Perfil] = {}
        self.linhas: dict[str, Linha] = {}
        self.promessas: dict[str, Promessa] = {}
        self.feitas: list[Promessa] = []
        self._aberto = False

    def tomar(self) -> list[Promessa]:
        """The promises that nobody has been told of."""
        feitas, self.feitas = self.feitas, []
        return feitas

    def abrir(self, now: int) -> Iterator[None]:
        """Begin to distribute, when all is known that there is. Those who have been idle for longest come first; yields
        now and then, so that the caller can let others go on.
        """
        self._aberto = True
        com_vaga = [perfil for perfil in self.perfis.values() if perfil.livres > 0]
        com_vaga.sort(key=lambda perfil: (perfil.row.ocioso_desde, perfil.id))
        for quantos, perfil in enumerate(com_vaga, 1):
            self._atender(perfil, now)
            self._reordenar(perfil)
            if quantos % POR_FATIA == 0:
                yield
        self._repartir(self.linhas.values(), now)  # what came back from one, and nobody else had room for in the end

    def acertar(self, mexidos: Sequence[Perfil], now: int, caiu: Linha | None = None) -> None:
        """Something about these agents has changed, and a promise of ``caiu`` has fallen: they keep what they have room
        for, and what can be given is given. Nothing is given before all that falls has fallen.
        """
        cairam = [] if caiu is None else [caiu]
        for perfil in mexidos:
            cairam += self._caber(perfil, now)
        if len(mexidos) == 1:
            self._atender(mexidos[0], now)
            self._reordenar(mexidos[0])
        else:  # who has room decides over what the others may have: they are looked at together
            for perfil in mexidos:
                self._reordenar(perfil)
                cairam += [linha for linha, _ in perfil.lugares.values()]
        if cairam:
            self._repartir(cairam, now)

    def _caber(self, perfil: Perfil, now: int) -> list[Linha]:
        """Take back promises for which an agent has no room any more, the last one first; the lines that they go to."""
        cairam: list[Linha] = []
        while perfil.prometidas and perfil.livres < 0:
            linha = self.voltar_a_linha(next(reversed(perfil.prometidas)), now)
            if linha is not None:
                cairam.append(linha)
        return cairam

    def voltar_a_linha(self, ticket_id: str, now: int) -> Linha | None:
        """A promise falls: the ticket waits for another."""
        promessa = self.promessas.pop(ticket_id)
        perfil, row = promessa.perfil, promessa.row
        perfil.desprometer(ticket_id)
        perfil.ocioso_desde = now
        linha = self.linhas.get(row.fila_id)
        if linha is not None:
            linha.prometidos -= 1
            linha.por(row)
        return linha

    def _atender(self, perfil: Perfil, now: int) -> None:
        """Give an agent the best of all its filas, while it has room. It must be put in order afterwards."""
        while self._aberto and perfil.livres > 0:
            melhor = self._melhor_para(perfil)
            if melhor is None:
                return
            self._prometer(*melhor, now)

    def _melhor_para(self, perfil: Perfil) -> tuple[Linha, Candidato, TicketRow] | None:
        melhor: tuple[Linha, Candidato, TicketRow] | None = None
        chave: tuple[float, ...] = ()
        for linha, candidato in perfil.lugares.values():
            row = linha.primeiro_para(perfil.row.id) if linha.fila.distribuicao_automatica else None
            if row is not None:
                esta = chave_de_espera(row, linha.fila.prioridade)
                if melhor is None or esta < chave:
                    melhor, chave = (linha, candidato, row), esta
        return melhor

    def distribuir(self, linha: Linha, now: int, novo: TicketRow | None = None, preferido: str | None = None) -> None:
        """Give what waits in a line, best first, to those whom its strategy chooses, while there are both. ``novo`` has
        just come, and may have somebody whom it prefers.
        """
        if not self._aberto or not linha.fila.distribuicao_automatica:
            return
        while self._dar_o_primeiro(linha, now, novo, preferido):
            pass

    def _dar_o_primeiro(
        self, linha: Linha, now: int, novo: TicketRow | None = None, preferido: str | None = None
    ) -> bool:
        """Whether there was one, and somebody for it."""
        row = linha.primeiro()
        if row is None:
            return False
        candidato = escolher(exigencia_de(row, preferido if row is novo else None), linha.escala)
        if candidato is None:
            return False
        self._prometer(linha, candidato, row, now)
        self._reordenar(candidato.perfil)
        return True

    def _repartir(self, linhas: Iterable[Linha], now: int) -> None:
        """The same of several lines, the best of all of them first: an agent may serve more than one."""
        while self._aberto:
            linhas = [linha for linha in linhas if _da_para_dar(linha)]
            if not linhas:
                return
            linha = min(linhas, key=_posto_do_primeiro)
            self._dar_o_primeiro(linha, now)

    def _prometer(self, linha: Linha, candidato: Candidato, row: TicketRow, now: int) -> None:
        perfil = candidato.perfil
        promessa = self.promessas[row.id] = Promessa(row, perfil)
        linha.esperando.tirar(row.id)
        linha.prometidos += 1
        linha.escala.passou_a_vez(candidato)
        perfil.prometer(row.id)
        perfil.ocioso_desde = now
        self.feitas.append(promessa)

    def _reordenar(self, perfil: Perfil) -> None:
        for linha, candidato in perfil.lugares.values():
            linha.escala.reordenar(candidato)

    def dar_ja(self, linha: Linha, row: TicketRow, now: int, preferido: str | None) -> bool:
        """Nobody waits, and somebody is free: the same as putting it into the line and taking it out again."""
        if linha.esperando or not self._aberto or not linha.fila.distribuicao_automatica:
            return False
        candidato = escolher(exigencia_de(row, preferido), linha.escala)
        if candidato is None:
            return False
        linha.parados.discard(row.id)
        self._prometer(linha, candidato, row, now)
        self._reordenar(candidato.perfil)
        return True


def _da_para_dar(linha: Linha) -> bool:
    """Whether something waits in a line that somebody may have."""
    return linha.fila.distribuicao_automatica and bool(linha.esperando) and linha.escala.proximo() is not None


def _posto_do_primeiro(linha: Linha) -> Chave:
    row = linha.primeiro()
    assert row is not None, "something waits in it"
    return chave_de_espera(row, linha.fila.prioridade)
