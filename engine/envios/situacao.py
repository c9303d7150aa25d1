"""How the outbox stands, as whoever runs it is shown: what waits, and the dead letters."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from engine.modelo import NomeDoTrabalho

CONTADOS: Final = 10_000
"""Jobs of a line that are counted: to tell a million from ten thousand would cost as much as handing them out."""
MORTOS_CONTADOS: Final = 100_000
"""Dead letters that are counted."""
NA_FILA_CONTADOS: Final = 100_000
"""Jobs of the whole installation that are counted."""
LINHAS_VISTAS: Final = 10_000
"""Lines of canais whose first job is looked at."""
CORPO_MOSTRADO: Final = 6_144
"""Bytes of a webhook that are shown of a dead letter."""
TRATADOS_NO_MAXIMO: Final = 1_000
"""Dead letters that one command takes."""
BYTES_TRATADOS: Final = 16_777_216
"""Bytes that they may carry together: a webhook may have megabytes."""


class Contados(Struct, frozen=True):
    """How many there are, counted up to a bound; ``ha_mais``: there are more."""

    quantos: int = 0
    ha_mais: bool = False


class SituacaoDoTrabalho(Struct, frozen=True, kw_only=True):
    """The jobs of one kind of a canal. ``esperam`` wait for a connector, or for their time; ``em_curso`` are in the
    hands of one; of those ``em_duvida`` the provider has not spoken yet. ``mais_antigo``: when (ms) the oldest that is
    not done was made.
    """

    canal_id: str
    trabalho: NomeDoTrabalho
    esperam: Contados = Contados()
    em_curso: Contados = Contados()
    em_duvida: Contados = Contados()
    mortos: Contados = Contados()
    mais_antigo: int | None = None


class TrabalhoNaFila(Struct, frozen=True):
    """Jobs of one kind that are not done, of all empresas: how many, and when (ms) the oldest of those that stand first
    in their line was made.
    """

    trabalho: NomeDoTrabalho
    quantos: int
    mais_antigo: int | None


class FiltroMortos(Struct, frozen=True, kw_only=True):
    """Which dead letters: of these canais; ``desde`` and ``ate`` (ms) say when they died, both included."""

    canais: tuple[str, ...]
    trabalho: NomeDoTrabalho | None = None
    codigo: str | None = None
    desde: int | None = None
    ate: int | None = None


class Morto(Struct, frozen=True):
    """A dead letter. ``corpo`` is the beginning of a webhook that could not be read, in base64; ``tamanho``: the bytes
    of all that it carries; ``para``: whom a message was for, an address in JSON.
    """

    id: str
    canal_id: str
    trabalho: NomeDoTrabalho
    para: str | None
    criado_em: int
    morto_em: int
    tentativas: int
    falhas: int
    ticket_id: str | None
    mensagem_id: str | None
    codigo: str | None
    erro: str | None
    tamanho: int
    corpo: str | None


class Carta(Struct, frozen=True):
    """A job that somebody wants to do something about: whose it is, whether it is dead, how many bytes it carries."""

    id: str
    canal_id: str
    morta: bool
    tamanho: int


class Leva(Struct, frozen=True):
    """Dead letters of one canal that are taken together. ``ha_mais``: there are more."""

    canal_id: str
    ids: tuple[str, ...]
    ha_mais: bool = False


def levas(cartas: list[Carta]) -> list[Leva]:
    """Jobs by their canal, in the order of its id; of each as many as one command takes."""
    por_canal: dict[str, list[Carta]] = {}
    for carta in cartas:
        por_canal.setdefault(carta.canal_id, []).append(carta)
    return [_leva(canal_id, por_canal[canal_id]) for canal_id in sorted(por_canal)]


def _leva(canal_id: str, cartas: list[Carta]) -> Leva:
    """The first at least, however large it is."""
    ids: list[str] = []
    bytes_ = 0
    for carta in cartas:
        bytes_ += carta.tamanho
        if ids and (bytes_ > BYTES_TRATADOS or len(ids) >= TRATADOS_NO_MAXIMO):
            break
        ids.append(carta.id)
    return Leva(canal_id, tuple(ids), len(ids) < len(cartas))
