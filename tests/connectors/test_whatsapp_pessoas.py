"""Who wrote, as WhatsApp says it: a phone however it is written, or an id of the provider's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.whatsapp.pessoas import Agenda, endereco
from engine.conector.enderecos import Endereco
from engine.telefones import ler


@pytest.mark.parametrize(
    "escrito",
    [
        "5511970200002",
        "+5511970200002",
        "+55 (11) 97020-0002",
        " 55 11 97020 0002 ",
        "55.11.97020-0002",
        "005511970200002",
        "0055 11 97020-0002",
        "05511970200002",
        "+05511970200002",
        "\u202a+55\u00a011\u00a097020\u20110002\u202c",
        "\uff0b５５１１９７０２００００２",
        "(11) 97020-0002",
        "011 97020-0002",
    ],
)
def test_a_phone_is_one_in_every_form(escrito: str) -> None:
    achado = endereco(escrito)
    assert achado.tipo == "telefone"
    assert ler(achado.valor, "BR") == "5511970200002"


@pytest.mark.parametrize("escrito", ["BR.1349120865530", "ana", "abc@x", "1", "", "+", "1" * 40, "551197020000x"])
def test_what_is_no_phone_is_an_id_as_it_came(escrito: str) -> None:
    assert endereco(escrito) == Endereco("usuario", escrito)


@given(st.text())
def test_whatever_is_written_is_an_address(escrito: str) -> None:
    achado = endereco(escrito)
    assert achado.valor == escrito or achado.tipo == "telefone"


def test_the_same_phone_is_the_same_person_however_it_is_written() -> None:
    agenda = Agenda([{"profile": {"name": "Ana"}, "wa_id": "5511970200002"}])
    pessoa = agenda.remetente({"from": "+55 (11) 97020-0002"})
    assert (pessoa.nome, pessoa.enderecos) == ("Ana", (Endereco("telefone", "+5511970200002"),))
