"""How far a line was read from the store, and the one page that is on its way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from sys import maxsize
from typing import Final, Literal

from actors.canal.novidades_da_leitura import NovidadesDaLeitura
from engine.envios.desfechos import a_parte
from engine.modelo import EnvioRow
from engine.ports import Adormecidos, DasRaias, DeOnde, EnvioGuardado, LugarNaFila, PaginaDeEnvios

SONO_MS: Final = 60_000
"""What stands apart and sleeps for longer is not in memory."""
OQue = Literal["linha", "raias", "adormecidos"]
"""What is read."""
Ler = Callable[[DeOnde, int], None]
"""Have the store read, from there on, at most so many (of each lane, if lanes are named)."""


class LeituraDaLinha:
    """``mais``: there may be more of the line after what was read. ``aberta``: what others have in hand has been read.

    The line itself, lanes of it that run low, and what slept apart are read in turn, so that none waits for the end of
    another. ``acorda_em``: when (ms) the first of those wakes that sleep apart and are not in memory.
    """

    __slots__ = (
        "_acordados_ate", "_do_inicio", "_ler", "_lido_ate", "_novidades", "_o_que", "_pedidos", "_raias", "_vez",
        "_voltar_a", "aberta", "acorda_em", "mais",
    )  # fmt: skip

    def __init__(self, ler: Ler) -> None:
        self._ler = ler
        self._novidades = NovidadesDaLeitura()
        self._lido_ate: LugarNaFila | None = None
        self._raias: tuple[str, ...] = ()
        self._pedidos = 0
        self._o_que: OQue = "linha"
        self._vez: deque[OQue] = deque(("linha", "raias", "adormecidos"))
        self._acordados_ate: tuple[int, str] | None = None
        self._do_inicio = False
        self._voltar_a: LugarNaFila | None = None
        self.acorda_em: int | None = None
        self.mais = True
        self.aberta = False

    @property
    def lendo(self) -> bool:
        return self._novidades.lendo

    @property
    def em_dia(self) -> bool:
        """Whether the line has been read to its end: what is written down now comes next."""
        return not self.mais and not (self.lendo and self._o_que == "linha")

    def ate(self, lugar: LugarNaFila) -> None:
        """It has come this far without being read."""
        self._lido_ate = lugar

    # -- asking ------------------------------------------------------------------------------------------------------

    def escolher(self, ha: Collection[OQue]) -> OQue:
        """What of this is read next: what was not for longest."""
        self._o_que = next(um for um in self._vez if um in ha)
        self._vez.remove(self._o_que)
        self._vez.append(self._o_que)
        return self._o_que

    def pedir_linha(self, quantos: int) -> None:
        self.mais = False
        self._pedir(self._lido_ate, quantos)

    def pedir_raias(self, raias: tuple[str, ...], de_cada: int) -> None:
        self._raias = raias
        self._pedir(DasRaias(raias), de_cada)

    def pedir_adormecidos(self, quantos: int) -> None:
        self.acorda_em = None
        self._pedir(Adormecidos(self._acordados_ate), quantos)

    def _pedir(self, de_onde: DeOnde, quantos: int) -> None:
        self._novidades.comecou()
        self._pedidos = quantos
        self._ler(de_onde, quantos)

    def recomecar(self) -> None:
        """Read all of the line again: what was left out is not known any more."""
        self._lido_ate, self.mais = None, True
        self._do_inicio = self.lendo and self._o_que == "linha"
        self.acorda_em = None

    def reler(self, lugar: LugarNaFila) -> None:
        """Read again from there on, the next time, though a page is on its way."""
        self.mais = True
        if self.lendo and self._o_que == "linha":
            self._voltar_a = lugar if self._voltar_a is None else min(lugar, self._voltar_a)
        if self._lido_ate is not None:
            self._lido_ate = min(self._lido_ate, lugar)

    def dormiu(self, ate: int) -> None:
        """One that stands apart is in the store alone, and wakes then."""
        self.acorda_em = ate if self.acorda_em is None else min(ate, self.acorda_em)
        if self._acordados_ate is not None and ate <= self._acordados_ate[0]:
            self._acordados_ate = None

    # -- what became known meanwhile -----------------------------------------------------------------------------------

    def tocado(self, id_: str, row: EnvioRow | None) -> None:
        self._novidades.tocado(id_, row)

    def apagados(self, quais: Callable[[EnvioRow], bool]) -> None:
        self._novidades.apagados(quais)

    # -- the answer ----------------------------------------------------------------------------------------------------

    def acabou(self, pagina: PaginaDeEnvios | None, now: int) -> tuple[dict[str, bool], list[EnvioGuardado]]:
        """``pagina`` has come; None: it could not be read. Gives the lanes that were asked for, with whether there may
        be more of each, and what was read, as it is now.
        """
        lidos = self._novidades.acabou([] if pagina is None else [*pagina.de_fora, *pagina.pagina])
        raias, self._raias = self._raias, ()
        if self._o_que == "raias":
            return _faltam(raias, pagina, self._pedidos), lidos
        if self._o_que == "adormecidos":
            self._dos_adormecidos(pagina, now)
        elif pagina is None:
            self.mais = True
        else:
            self._da_linha(pagina)
        return {}, lidos

    def _dos_adormecidos(self, pagina: PaginaDeEnvios | None, now: int) -> None:
        """Those that sleep on are told of by whoever sees that they do (:meth:`dormiu`)."""
        if pagina is None:
            self.dormiu(now)
            return
        acordados = [um.row for um in pagina.pagina if not dorme(um.row, now)]
        if acordados:
            ultimo = acordados[-1]
            self._acordados_ate = (ultimo.proxima_em or 0, ultimo.id)
            if len(acordados) == len(pagina.pagina) and (pagina.cortada or len(acordados) >= self._pedidos):
                self.acorda_em = min(ultimo.proxima_em or 0, self.acorda_em or maxsize)

    def _da_linha(self, pagina: PaginaDeEnvios) -> None:
        self.aberta = True
        if pagina.pagina and not self._do_inicio:
            ultimo = pagina.pagina[-1].row
            self._lido_ate = (ultimo.ordem, ultimo.id)
        if self._voltar_a is not None and self._lido_ate is not None:
            self._lido_ate = min(self._lido_ate, self._voltar_a)
        self._do_inicio, self._voltar_a = False, None
        self.mais = self.mais or pagina.cortada or len(pagina.pagina) >= self._pedidos


def dorme(row: EnvioRow, now: int) -> bool:
    """Whether it stands apart and sleeps for so long that it is not kept in memory."""
    return row.estado == "pendente" and (row.proxima_em or 0) > now + SONO_MS and a_parte(row)


def _faltam(raias: tuple[str, ...], pagina: PaginaDeEnvios | None, pedidos: int) -> dict[str, bool]:
    """Of each lane, whether there may be more than was read: all of it, if a page was cut before it."""
    lidos = dict.fromkeys(raias, 0)
    for um in [] if pagina is None else pagina.pagina:
        lidos[um.row.raia] += 1
    faltam = {raia: quantos >= pedidos for raia, quantos in lidos.items()}
    if pagina is None or pagina.cortada:
        lida = pagina.pagina[-1].row.raia if pagina is not None and pagina.pagina else raias[0]
        faltam.update(dict.fromkeys(raias[raias.index(lida) :], True))
    return faltam
