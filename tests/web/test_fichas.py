"""What a connector is given for a file that it left opens in one writing only."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest

from engine.errors import Invalid
from engine.modelo import Arquivo
from engine.tempo import VirtualClock
from web.conectores._fichas import Fichas


@pytest.mark.parametrize("nome", ["a", "ab", "abc"])
def test_a_ficha_that_is_written_otherwise_is_none(nome: str) -> None:
    fichas = Fichas("um segredo de teste com mais de 32 bytes", VirtualClock(0))
    arquivo = Arquivo("1", nome, "image/png", 1, "0" * 64, None, None, None)
    ficha = fichas.fazer("e", arquivo, "imagem")
    assert fichas.ler("e", ficha) == (arquivo, "imagem")
    resto = ficha.rstrip("=")
    for outra in (f"{ficha}=", f"{ficha}!", f"!{ficha}", f"{ficha}\n", resto[:-1] + chr(ord(resto[-1]) + 1) + "=" * 2):
        if outra != ficha:
            with pytest.raises(Invalid):
                fichas.ler("e", outra)
    assert len(urlsafe_b64decode(ficha)) > 32
