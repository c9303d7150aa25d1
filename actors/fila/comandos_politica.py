"""What may be asked of a fila about its policy, and that there be another."""

from __future__ import annotations

from msgspec import Struct

from actors.comandos import ComandoFila
from engine import permissoes
from engine.modelo import FilaRow, PoliticaVersaoRow
from engine.politica.aviso import Aviso
from engine.politica.modelo import Politica


class PoliticaEstado(Struct, frozen=True):
    """A fila with its policy, and what the linter says of it. ``versao`` is the version that the command has made."""

    row: FilaRow
    avisos: tuple[Aviso, ...]
    versao: PoliticaVersaoRow | None = None


class VerPolitica(ComandoFila[PoliticaEstado], frozen=True, kw_only=True):
    ato = permissoes.VER


class GravarPolitica(ComandoFila[PoliticaEstado], frozen=True, kw_only=True):
    """The whole document: what it does not say has the default. The same one again changes nothing. ``versao`` is the
    one that it is to follow: Conflict if another has come between. ``restaurada_de``: it is that version over again.

    Invalid, with every problem, for what cannot be.
    """

    ato = permissoes.CONFIGURAR

    documento: Politica
    versao: int | None = None
    motivo: str | None = None
    restaurada_de: int | None = None


class PrepararSimulacao(ComandoFila[int], frozen=True, kw_only=True):
    """When it is (ms). Invalid as for GravarPolitica."""

    ato = permissoes.CONFIGURAR

    documento: Politica


class VerificarPolitica(ComandoFila[tuple[Aviso, ...]], frozen=True, kw_only=True):
    """What the linter says of this document, or of the present one; nothing changes. Invalid as for GravarPolitica."""

    ato = permissoes.CONFIGURAR

    documento: Politica | None = None
