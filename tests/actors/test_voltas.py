"""Who comes back where shares are counted, and the restart that comes before it was given anything."""

from __future__ import annotations

import pytest

from actors.fila.comandos_politica import GravarPolitica
from engine.modelo import Estrategia
from engine.politica.modelo import Politica
from tests.actors.cena import ADMIN, Cena


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
@pytest.mark.parametrize("reinicia", [False, True])
def test_who_came_back_from_a_pause_is_not_buried_if_the_node_goes_down_then(
    estrategia: Estrategia, *, reinicia: bool
) -> None:
    cena = Cena()
    fila = cena.fila("partes")
    politica = Politica(estrategia=estrategia, janela_segundos=86_400)
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))
    ana, bia, clara = (cena.atendente(nome, fila, capacidade=90) for nome in ("ana", "bia", "clara"))
    for _ in range(3):
        cena.ticket(fila)
    cena.mundo.avancar(1_000)
    cena.presenca(clara, online=True, estado="pausa")
    for _ in range(20):
        cena.ticket(fila)
    cena.mundo.avancar(1_000)
    cena.presenca(clara, online=True, estado="disponivel")
    if reinicia:
        cena.reiniciar()
    donos = [cena.dono(cena.ticket(fila)) for _ in range(9)]
    assert {donos.count(quem) for quem in (ana, bia, clara)} <= {2, 3, 4}
