"""A fila closes by its hours: what was promised of it and nobody has taken yet waits; what is somebody's stays so."""

from __future__ import annotations

import pytest

from engine import estados
from engine.distribuicao import Distribuidor, Promessa
from engine.distribuicao.promessa import OfertaCaiu
from engine.modelo import FilaRow, TicketRow
from engine.politica.documento import na_fila
from engine.politica.modelo import Horario, Politica
from tests.engine import linhas

ATE_AS_NOVE = Horario(fuso="UTC", dias={"qui": (("08:00", "09:00"),)})
AS_OITO_E_MEIA = 30_600_000
"""On a Thursday, as the clock begins with."""
AS_NOVE = 32_400_000


def fila(id_: str, politica: Politica) -> FilaRow:
    return na_fila(linhas.fila(id_), politica)


class Cena:
    """Ana serves ``curta``, which closes at nine, and ``longa``, which never does."""

    def __init__(self, politica: Politica, capacidade: int = 1) -> None:
        self.d = Distribuidor()
        self.d.fila_mudou(fila("curta", politica), AS_OITO_E_MEIA)
        self.d.fila_mudou(fila("longa", Politica()), AS_OITO_E_MEIA)
        self.d.atendente_mudou(linhas.atendente("ana", capacidade=capacidade), AS_OITO_E_MEIA)
        for qual in ("curta", "longa"):
            self.d.serve(qual, "ana", AS_OITO_E_MEIA)
        for _ in self.d.abrir(AS_OITO_E_MEIA):
            pass

    def chega(self, id_: str, fila_id: str) -> TicketRow:
        row = linhas.ticket(id_, fila_id=fila_id, aguardando_desde=AS_OITO_E_MEIA)
        self.d.ticket_mudou(None, row, AS_OITO_E_MEIA)
        return row


@pytest.mark.parametrize("por_que", ["passa a hora", "muda a politica"])
def test_what_was_only_promised_waits_and_the_slot_is_for_what_is_open(por_que: str) -> None:
    c = Cena(Politica(horario=ATE_AS_NOVE))
    c.chega("a", "curta")
    (promessa,) = c.d.tomar()
    assert isinstance(promessa, Promessa)
    c.chega("b", "longa")
    if por_que == "passa a hora":
        c.d.avancar(AS_NOVE)
    else:
        c.d.fila_mudou(fila("curta", Politica(horario=Horario(fuso="UTC"))), AS_OITO_E_MEIA)
    assert not c.d.vale(promessa)
    assert "a" in c.d.linhas["curta"].esperas
    assert [um.ticket_id for um in c.d.tomar()] == ["b"]


def test_what_she_has_taken_is_hers() -> None:
    c = Cena(Politica(horario=ATE_AS_NOVE))
    row = c.chega("a", "curta")
    c.d.ticket_mudou(row, estados.assumir(row, "ana", forcado=False, now=AS_OITO_E_MEIA), AS_OITO_E_MEIA)
    c.d.avancar(AS_NOVE)
    assert list(c.d.perfis["ana"].ocupadas) == ["a"]


def test_what_was_offered_to_her_she_may_accept_still() -> None:
    c = Cena(Politica(modo="oferta", horario=ATE_AS_NOVE))
    row = c.chega("a", "curta")
    ofertado = estados.ofertar(row, ("ana",), AS_NOVE + 10_000, AS_OITO_E_MEIA)
    c.d.ticket_mudou(row, ofertado, AS_OITO_E_MEIA)
    c.d.tomar()
    c.d.avancar(AS_NOVE)
    assert not [um for um in c.d.tomar() if isinstance(um, OfertaCaiu)]
    assert c.d.pode_aceitar(ofertado, "ana", AS_NOVE)
