"""How far a line was read from the store, and the one page that is on its way."""

from __future__ import annotations

from collections.abc import Callable

from actors.canal.novidades_da_leitura import NovidadesDaLeitura
from engine.modelo import EnvioRow
from engine.ports import DasRaias, DeOnde, EnvioGuardado, LugarNaFila, PaginaDeEnvios

Ler = Callable[[DeOnde, int], None]
"""Have the store read, from there on, at most so many (of each lane, if lanes are named)."""


class LeituraDaLinha:
    """``mais``: there may be more of the line after what was read. ``aberta``: what others have in hand has been read.

    Lanes that run low and the line itself are read in turn, so that neither waits for the end of the other.
    """

    __slots__ = (
        "_do_inicio", "_ler", "_lido_ate", "_novidades", "_pedidos", "_raias", "_vez_da_linha", "aberta", "mais",
    )  # fmt: skip

    def __init__(self, ler: Ler) -> None:
        self._ler = ler
        self._novidades = NovidadesDaLeitura()
        self._lido_ate: LugarNaFila | None = None
        self._raias: tuple[str, ...] = ()
        self._pedidos = 0
        self._vez_da_linha = self._do_inicio = False
        self.mais = True
        self.aberta = False

    @property
    def lendo(self) -> bool:
        return self._novidades.lendo

    @property
    def em_dia(self) -> bool:
        """Whether the line has been read to its end: what is written down now comes next."""
        return not self.mais and (not self.lendo or bool(self._raias))

    def ate(self, lugar: LugarNaFila) -> None:
        """It has come this far without being read."""
        self._lido_ate = lugar

    # -- asking ------------------------------------------------------------------------------------------------------

    def vez_da_linha(self, *, ha_raias: bool) -> bool:
        """Whether the line is to be read next, rather than lanes of it."""
        return self.mais and (self._vez_da_linha or not ha_raias)

    def pedir_linha(self, quantos: int) -> None:
        self._novidades.comecou()
        self.mais = self._vez_da_linha = False
        self._pedidos = quantos
        self._ler(self._lido_ate, quantos)

    def pedir_raias(self, raias: tuple[str, ...], de_cada: int) -> None:
        self._novidades.comecou()
        self._raias, self._vez_da_linha = raias, True
        self._pedidos = de_cada
        self._ler(DasRaias(raias), de_cada)

    def recomecar(self) -> None:
        """Read all of the line again: what was left out is not known any more."""
        self._lido_ate, self.mais = None, True
        self._do_inicio = self.lendo and not self._raias

    # -- what became known meanwhile -----------------------------------------------------------------------------------

    def tocado(self, id_: str, row: EnvioRow | None) -> None:
        self._novidades.tocado(id_, row)

    def apagados(self, quais: Callable[[EnvioRow], bool]) -> None:
        self._novidades.apagados(quais)

    # -- the answer ----------------------------------------------------------------------------------------------------

    def acabou(self, pagina: PaginaDeEnvios | None) -> tuple[dict[str, bool], list[EnvioGuardado]]:
        """``pagina`` has come; None: it could not be read. Gives the lanes that were asked for, with whether there may
        be more of each, and what was read, as it is now.
        """
        lidos = self._novidades.acabou([] if pagina is None else [*pagina.de_fora, *pagina.pagina])
        raias, self._raias = self._raias, ()
        if raias:
            return _faltam(raias, pagina, self._pedidos), lidos
        if pagina is None:
            self.mais = True
        else:
            self._da_linha(pagina)
        return {}, lidos

    def _da_linha(self, pagina: PaginaDeEnvios) -> None:
        self.aberta = True
        if pagina.pagina and not self._do_inicio:
            ultimo = pagina.pagina[-1].row
            self._lido_ate = (ultimo.ordem, ultimo.id)
        self._do_inicio = False
        self.mais = self.mais or pagina.cortada or len(pagina.pagina) >= self._pedidos


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
