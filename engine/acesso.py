"""Who may not come in although its token is good: a user that was deleted, or whose tokens were revoked.

What is known of a user is one instant: tokens issued up to then are not taken any more. Somebody who was deleted is not
let in at all; cadastrado again, it comes in with a token issued since the deletion.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from engine.errors import Forbidden
from engine.eventos import AcessoRevogado, AtendenteCriado, AtendenteExcluido
from engine.modelo import EventoRow, Quem

EXCLUIDO: Final = AtendenteExcluido.tipo
REVOGADO: Final = AcessoRevogado.tipo
VOLTOU: Final = AtendenteCriado.tipo
MUDAM: Final = frozenset({EXCLUIDO, REVOGADO, VOLTOU})
"""The events after which something else holds for the user whose ``atendente_id`` they carry, from their ``em`` on."""


class Acesso(Struct, frozen=True, gc=False):
    """What holds for one user. ``vale_desde``: a token must have been issued after this (ms since the epoch)."""

    usuario_id: str
    vale_desde: int
    excluido: bool


def exigir(acesso: Acesso, quem: Quem) -> None:
    """Raise Forbidden unless ``quem``, of whom this is known, may come in with the token it shows."""
    if acesso.excluido:
        raise atendente_excluido()
    if quem.emitido_em <= acesso.vale_desde:
        raise Forbidden(
            "token_revogado", "Os tokens deste usuário foram revogados; entre de novo, com um emitido depois"
        )


def depois_de(antes: Acesso | None, evento: EventoRow) -> Acesso | None:
    """What is known of the user of an event of ``MUDAM`` after it; None: nothing, as before."""
    if evento.tipo == VOLTOU:
        return None if antes is None else Acesso(antes.usuario_id, antes.vale_desde, excluido=False)
    assert evento.atendente_id is not None
    desde = evento.em if antes is None else max(antes.vale_desde, evento.em)
    excluido = evento.tipo == EXCLUIDO or (antes is not None and antes.excluido)
    return Acesso(evento.atendente_id, desde, excluido)


def atendente_excluido() -> Forbidden:
    return Forbidden(EXCLUIDO, "Este atendente foi excluído; um admin pode cadastrá-lo de novo")
