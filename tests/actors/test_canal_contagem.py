"""How far what was said has got: what counts as sent, and what is told and shown of it."""

from __future__ import annotations

import msgspec

from actors.canal.comandos import (
    DescartarMortos,
    ReenviarMortos,
    VerDespacho,
)
from engine.conector.enderecos import Endereco
from engine.conector.entradas import StatusRecebido
from engine.modelo import EnvioRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CenaDeCanal, com_ticket, um


def contadas(cena: CenaDeCanal) -> list[tuple[str, str]]:
    """The messages that the metrics count, and as what."""
    lidas = [(evento.dados, msgspec.json.decode(evento.mudancas or "{}")) for evento in cena.eventos("mensagem_status")]
    return [
        (msgspec.json.decode(dados)["id"], mudancas["enviada"][1]) for dados, mudancas in lidas if "enviada" in mudancas
    ]


def test_a_message_counts_as_sent_once_when_its_provider_has_it() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    assert contadas(cena) == []
    cena.resultado(um(cena.toma()), id_externo="wamid.saida")
    assert contadas(cena) == [(mensagem.id, "texto")]
    for estado in ("falhou", "entregue", "lido"):
        cena.status(StatusRecebido(estado=estado, em=1, id_externo="wamid.saida"))
    assert contadas(cena) == [(mensagem.id, "texto")]


def test_a_message_whose_first_news_is_that_it_was_read_counts_as_sent() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.toma()
    cena.status(StatusRecebido(estado="lido", em=1, trabalho_id=mensagem.id))
    assert contadas(cena) == [(mensagem.id, "texto")]


def test_a_message_that_the_provider_refuses_was_not_sent_until_it_takes_it() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "falhou", classe="final", codigo="131026")
    assert contadas(cena) == []
    cena.pedir(ReenviarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=(mensagem.id,)))
    cena.resultado(um(cena.toma()), id_externo="wamid.saida")
    assert contadas(cena) == [(mensagem.id, "texto")]


def test_how_far_a_message_has_got_is_told_with_what_it_was_before() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), id_externo="wamid.saida")
    cena.status(StatusRecebido(estado="lido", em=1, id_externo="wamid.saida"))
    mudancas = [msgspec.json.decode(evento.mudancas or "{}") for evento in cena.eventos("mensagem_status")]
    assert [uma["statusEntrega"] for uma in mudancas] == [["pendente", "enviado"], ["enviado", "lido"]]


def test_a_message_is_told_as_read_though_its_job_was_thrown_away() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), id_externo="wamid.saida")
    del cena.loja.tabelas[EnvioRow][EMPRESA, mensagem.id]
    cena.status(StatusRecebido(estado="lido", em=1, trabalho_id=mensagem.id, id_externo="wamid.saida"))
    assert cena.guardada(mensagem.id).status_entrega == "lido"
    assert '"statusEntrega":"lido"' in cena.eventos("mensagem_status")[-1].dados
    assert contadas(cena) == [(mensagem.id, "texto")]


def test_what_failed_and_whose_job_was_thrown_away_is_no_dead_letter() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "falhou", classe="final", codigo="131026")
    assert cena.pedir(DescartarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=(mensagem.id,))).quantos == 1
    del cena.loja.tabelas[EnvioRow][EMPRESA, mensagem.id]
    assert not cena.pedir(ReenviarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=(mensagem.id,))).quantos
    cena.status(StatusRecebido(estado="entregue", em=1, trabalho_id=mensagem.id))
    assert cena.guardada(mensagem.id).status_entrega == "entregue"


def test_what_was_done_in_the_last_minute_and_the_circuit_are_shown() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    cena.resultado(um(cena.toma()))
    ver = VerDespacho(quem=ADMIN, canal_id=cena.canal_id)
    visto = cena.pedir(ver)
    assert (visto.feitos, visto.aberto_ate) == ({"enviar_mensagem": 1}, None)
    cena.mundo.avancar(60_000)
    assert cena.pedir(ver).feitos == {}
    de_todos = [cena.escreve(Endereco("telefone", f"+551199999{n:04}")).ticket_id for n in range(5)]
    for outro in de_todos:
        cena.responde(outro)
    for trabalho in cena.toma():
        cena.resultado(trabalho, "falhou", classe="tentar", codigo="131000")
    aberto_ate = cena.pedir(ver).aberto_ate
    assert aberto_ate is not None
    assert aberto_ate > cena.clock.now()
