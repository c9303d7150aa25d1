"""Whoever is not there is given nothing, by whatever path it might come."""

from __future__ import annotations

import pytest

from tests.actors.cena import EMPRESA
from tests.cenarios.test_lotado import CAMINHOS, Lotada, recusa
from tests.simulacao.invariantes import conferir_atores

VOLTA = "coming online again"


@pytest.mark.parametrize("como", ["offline", "pausa"])
@pytest.mark.parametrize("caminho", [um for um in CAMINHOS if um != VOLTA])
def test_whoever_has_left_is_given_nothing_by_any_path(caminho: str, como: str) -> None:
    """chatwoot 7204; Rocket.Chat 22505: agents who were offline, or off their shift, went on being given chats. Here
    she has room, and is away, or on a break.
    """
    cena = Lotada()
    cena.mudar(cena.dela, "FECHADO")
    for ticket in (cena.espera, cena.pendente):
        cena.mudar(ticket, "PENDENTE")
    cena.presenca(cena.ana, online=como != "offline", estado=None if como == "offline" else como)
    antes = cena.ativos(cena.ana)
    assert recusa(cena, caminho) in {None, "atendente_offline", "atendente_indisponivel"}
    assert cena.ativos(cena.ana) <= antes
    conferir_atores(cena.mundo.vivas[EMPRESA])
