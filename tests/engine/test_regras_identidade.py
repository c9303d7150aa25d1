"""What a contact becomes when it changes."""

from __future__ import annotations

from engine import identidade
from engine.contatos import Enderecos, chave_de_telefone


def test_changed_in_the_millisecond_it_was_made_it_counts_as_changed() -> None:
    um = identidade.novo("e", "1", "Ana", None, "a@b.co", None, 1_000)
    outro = identidade.novo("e", "2", "Ana", "5511999998888", None, None, 1_000)
    fica, _ = identidade.unir(um, [outro], 1_000)
    assert fica.atualizado_em > fica.criado_em
    com_telefone = Enderecos("5511999998888", None, ())
    completo = identidade.completar(um, com_telefone, {chave_de_telefone("5511999998888")}, 1_000)
    assert completo.telefone
    assert completo.atualizado_em > completo.criado_em
    assert identidade.mudado_em(um, 2_000) == 2_000
