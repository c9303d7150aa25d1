"""Outside the 24 hours of what a contact wrote only a template goes out to it."""

from __future__ import annotations

import msgspec
import pytest

from actors.canal.comandos import (
    ReceberNovidades,
)
from engine.conector.entradas import Modelo as ModeloDoCanal
from engine.envios.opcoes import Modelo, OpcoesDeEnvio
from engine.errors import Conflict
from engine.modelo import ModelosRow
from tests.actors.cena import EMPRESA
from tests.actors.cena_canal import CONECTOR, com_ticket, um

HORA = 3_600_000


def test_outside_the_window_only_a_template_goes_out() -> None:
    cena, ticket_id = com_ticket()
    cena.mundo.avancar(24 * HORA)
    with pytest.raises(Conflict) as recusa:
        cena.responde(ticket_id)
    assert recusa.value.codigo == "janela_fechada"
    modelo = OpcoesDeEnvio(modelo=Modelo("boas_vindas", parametros=("João",)))
    mensagem = cena.responde(ticket_id, "Olá, João", opcoes=modelo)
    trabalho = um(cena.toma())
    assert trabalho.id == mensagem.id
    assert trabalho.envio is not None
    assert trabalho.envio.opcoes == {"modelo": {"nome": "boas_vindas", "parametros": ["João"]}}


def test_each_message_of_the_contact_opens_the_window_again() -> None:
    cena, ticket_id = com_ticket()
    cena.mundo.avancar(23 * HORA)
    cena.escreve()
    cena.mundo.avancar(23 * HORA)
    cena.responde(ticket_id)
    assert cena.ver(ticket_id).janela_ate == cena.clock.now() + HORA


def test_other_channels_have_no_window() -> None:
    cena, ticket_id = com_ticket("sms")
    cena.mundo.avancar(48 * HORA)
    cena.responde(ticket_id)
    assert um(cena.toma()).trabalho == "enviar_sms"
    assert cena.ver(ticket_id).janela_ate is None


def test_whoever_writes_too_late_is_told_which_templates_could_be_sent() -> None:
    cena, ticket_id = com_ticket()
    modelos = (
        ModeloDoCanal(nome="pedido", idioma="pt_BR", estado="APPROVED"),
        ModeloDoCanal(nome="aviso", idioma="pt_BR", estado="APPROVED", corpo="Olá, {{1}}"),
        ModeloDoCanal(nome="aviso", idioma="en_US", estado="APPROVED"),
        ModeloDoCanal(nome="promo", idioma="pt_BR", estado="REJECTED"),
    )
    cena.pedir(ReceberNovidades(quem=CONECTOR, canal_id=cena.canal_id, novidades=(), modelos=modelos))
    row = cena.loja.um(ModelosRow, EMPRESA, cena.canal_id)
    assert row is not None
    assert msgspec.json.decode(row.modelos, type=tuple[ModeloDoCanal, ...]) == modelos
    cena.mundo.avancar(24 * HORA)
    for _ in range(2):
        with pytest.raises(Conflict) as erro:
            cena.responde(ticket_id)
        assert [um.problema for um in erro.value.detalhes if um.campo == "modelos"] == ["aviso", "pedido"]
        cena.mundo._perdeu(cena.mundo.vivas[EMPRESA])  # it is loaded again
