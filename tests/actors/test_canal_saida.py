"""What is said in a ticket that has a canal goes out by it: in order, once, and exactly accounted."""

from __future__ import annotations

from typing import Any

import pytest

from actors.canal.canal import Canal
from actors.canal.comandos import (
    AtualizarCanal,
    BaterPonto,
    DescartarMortos,
    PausarCanal,
    ReenviarMortos,
    ResponderTrabalho,
    RetomarCanal,
)
from actors.canal.linha import JANELA
from actors.canal.mensagens import NovoEnvio
from actors.ticket.comandos import EnviarMensagem, ExcluirMensagem
from engine.conector.enderecos import Endereco
from engine.conector.entradas import StatusRecebido
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import Resultado
from engine.errors import Unavailable
from engine.modelo import EnvioRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, JOAO, MARIA, CenaDeCanal, com_ticket, um

HORA = 3_600_000


def test_a_message_is_a_job_in_the_same_commit() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id, "bom dia")
    envio = cena.envio(mensagem.id)
    assert (envio.estado, envio.trabalho, envio.raia) == (
        "pendente",
        "enviar_mensagem",
        f"contato:{cena.ver(ticket_id).contato_id}",
    )
    assert "bom dia" not in envio.dados, "its content stands in the mensagem, and goes when that is deleted"
    trabalho = um(cena.toma())
    assert trabalho.envio is not None
    assert (trabalho.id, trabalho.tentativa, trabalho.envio.conteudo) == (mensagem.id, 1, "bom dia")
    assert trabalho.envio.para == JOAO
    assert cena.envio(mensagem.id).estado == "enviando", "what is handed out is durably so"


def test_the_connector_that_waits_is_answered_when_there_is_a_job() -> None:
    cena, ticket_id = com_ticket()
    resposta = cena.pede()
    cena.mundo.assentar()
    assert not resposta.is_set
    cena.responde(ticket_id)
    assert len(resposta.get()) == 1


def test_what_became_of_it_is_on_the_message_and_is_told() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), id_externo="wamid.saida")
    assert cena.guardada(mensagem.id).status_entrega == "enviado"
    assert cena.guardada(mensagem.id).id_externo == "wamid.saida"
    cena.status(StatusRecebido(estado="lido", em=1, id_externo="wamid.saida"))
    assert cena.guardada(mensagem.id).status_entrega == "lido"
    ditos = [evento.dados for evento in cena.eventos("mensagem_status")]
    assert ['"statusEntrega":"enviado"' in ditos[0], '"statusEntrega":"lido"' in ditos[1]] == [True, True]
    assert len(ditos) == 2


@pytest.mark.parametrize("ordem", [("entregue", "lido"), ("lido", "entregue"), ("lido", "lido", "enviado", "entregue")])
def test_statuses_in_any_order_give_the_right_one(ordem: tuple[Any, ...]) -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()))
    for estado in ordem:
        cena.status(StatusRecebido(estado=estado, em=1, trabalho_id=mensagem.id))
    assert cena.guardada(mensagem.id).status_entrega == "lido"


def test_a_status_may_come_before_the_connector_has_answered() -> None:
    cena, ticket_id = com_ticket()
    primeira, segunda = cena.responde(ticket_id, "1"), cena.responde(ticket_id, "2")
    trabalho = um(cena.toma())
    cena.status(StatusRecebido(estado="entregue", em=1, trabalho_id=primeira.id, id_externo="x"))
    assert cena.guardada(primeira.id).status_entrega == "entregue"
    assert um(cena.toma()).id == segunda.id, "the lane goes on"
    cena.resultado(trabalho, id_externo="x")
    assert cena.guardada(primeira.id).status_entrega == "entregue"


def test_messages_of_one_contact_go_one_after_the_other_and_others_side_by_side() -> None:
    cena, de_joao = com_ticket()
    de_maria = cena.escreve(MARIA).ticket_id
    joao = [cena.responde(de_joao, str(n)).id for n in range(3)]
    maria = cena.responde(de_maria).id
    primeiros = cena.toma()
    assert [trabalho.id for trabalho in primeiros] == [joao[0], maria]
    assert cena.toma() == []
    cena.resultado(primeiros[0])
    assert [trabalho.id for trabalho in cena.toma()] == [joao[1]]


def test_a_stuck_contact_holds_up_nobody_else() -> None:
    cena, de_joao = com_ticket()
    de_maria = cena.escreve(MARIA).ticket_id
    cena.responde(de_joao)
    cena.resultado(um(cena.toma()), "falhou", classe="contato", codigo="131056")
    cena.responde(de_joao, "depois")
    maria = cena.responde(de_maria).id
    assert [trabalho.id for trabalho in cena.toma()] == [maria]


def test_a_failure_is_tried_again_with_backoff_and_then_is_a_dead_letter() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    for tentativa in (1, 2, 3):
        trabalho = um(cena.toma())
        assert trabalho.tentativa == tentativa
        cena.resultado(trabalho, "falhou", classe="tentar", codigo="131000", erro="deu errado")
        assert cena.toma() == []
        cena.mundo.avancar(2_000 * 2 ** (tentativa - 1))
    envio = cena.envio(mensagem.id)
    assert (envio.estado, envio.falhas, envio.codigo) == ("falhou", 3, "131000")
    assert cena.guardada(mensagem.id).status_entrega == "falhou"
    assert cena.guardada(mensagem.id).erro_entrega == "deu errado"
    assert cena.toma() == []


def test_what_the_provider_asks_to_wait_is_waited() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "falhou", classe="tentar", tentar_em_ms=60_000)
    cena.mundo.avancar(59_000)
    assert cena.toma() == []
    cena.mundo.avancar(1_000)
    assert len(cena.toma()) == 1


def test_a_final_error_is_a_dead_letter_at_once() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "falhou", classe="final", codigo="131026", erro="sem WhatsApp")
    assert cena.envio(mensagem.id).estado == "falhou"


def test_a_number_that_is_too_fast_pauses_and_loses_no_attempt() -> None:
    cena, de_joao = com_ticket()
    de_maria = cena.escreve(MARIA).ticket_id
    mensagem = cena.responde(de_joao)
    cena.resultado(um(cena.toma()), "falhou", classe="numero", codigo="130429", tentar_em_ms=5_000)
    cena.responde(de_maria)
    assert cena.toma() == []
    cena.mundo.avancar(5_000)
    assert len(cena.toma()) == 2
    assert cena.envio(mensagem.id).falhas == 0


def test_an_error_of_the_canal_pauses_it_and_says_why() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "falhou", classe="canal", codigo="190", erro="O token expirou")
    canal = cena.mundo.vivas[EMPRESA].diretorio.canal_row(cena.canal_id)
    assert canal is not None
    assert (canal.pausado_em, canal.pausa_motivo) == (cena.clock.now(), "O token expirou")
    assert cena.eventos("canal_atualizado")
    assert cena.toma() == []
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    assert um(cena.toma()).id == mensagem.id


def test_what_must_wait_for_tomorrow_does_not_hold_up_the_contact() -> None:
    cena, ticket_id = com_ticket()
    marketing = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "falhou", classe="amanha", codigo="131049")
    resposta = cena.responde(ticket_id, "resposta")
    (trabalho,) = cena.toma()
    assert trabalho.id == resposta.id
    cena.resultado(trabalho)
    cena.mundo.avancar(24 * HORA)
    assert um(cena.toma()).id == marketing.id


def test_a_doubt_waits_for_the_provider_and_is_settled_by_it() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.responde(ticket_id, "depois")
    cena.resultado(um(cena.toma()), "desconhecido")
    assert cena.envio(mensagem.id).estado == "desconhecido"
    assert cena.toma() == [], "what follows it waits"
    cena.status(StatusRecebido(estado="enviado", em=1, trabalho_id=mensagem.id))
    assert cena.guardada(mensagem.id).status_entrega == "enviado"
    assert len(cena.toma()) == 1


def test_a_doubt_that_nobody_settles_is_sent_again() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "desconhecido")
    cena.mundo.avancar(60_000 + 2_000)
    trabalho = um(cena.toma())
    assert (trabalho.id, trabalho.tentativa) == (mensagem.id, 2)
    assert cena.envio(mensagem.id).duvidas == 1


def test_a_doubt_that_is_found_at_a_start_waits_for_what_the_provider_is_about_to_say() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "desconhecido")
    cena.clock.advance_to(cena.clock.now() + 120_000)
    cena.reiniciar()
    assert cena.toma() == []
    cena.mundo.avancar(30_000)
    assert cena.toma() == []
    cena.status(StatusRecebido(estado="entregue", em=1, trabalho_id=mensagem.id))
    assert (cena.envio(mensagem.id).estado, cena.envio(mensagem.id).tentativas) == ("entregue", 1)


def test_a_doubt_that_is_found_at_a_start_is_not_waited_for_for_ever() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "desconhecido")
    cena.reiniciar()
    assert cena.toma() == []
    cena.mundo.avancar(60_000 + 2_000)
    assert um(cena.toma()).id == mensagem.id


def test_an_unanswered_job_is_in_doubt_when_its_lease_is_over() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    trabalho = um(cena.toma())
    cena.mundo.avancar(59_999)
    assert cena.envio(mensagem.id).estado == "enviando"
    cena.mundo.avancar(2)
    assert cena.envio(mensagem.id).estado == "desconhecido"
    cena.resultado(trabalho)
    assert cena.envio(mensagem.id).estado == "enviado", "a late answer settles the doubt"


def test_who_says_that_it_is_at_work_keeps_its_jobs() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.toma()
    for _ in range(5):
        cena.mundo.avancar(30_000)
        cena.pedir(BaterPonto(quem=CONECTOR, canal_id=cena.canal_id, conector="c1"))
    assert cena.envio(mensagem.id).estado == "enviando"


def test_a_connector_that_is_back_with_nothing_in_hand_has_lost_its_jobs() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    trabalho = um(cena.toma())
    cena.larga(tem=(EmMaos(trabalho.id, trabalho.tentativa),))
    assert cena.envio(mensagem.id).estado == "enviando"
    cena.larga(tem=())
    assert cena.envio(mensagem.id).estado == "desconhecido"


def test_a_job_that_was_given_back_was_never_begun() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.resultado(um(cena.toma()), "devolvido")
    assert (cena.envio(mensagem.id).estado, cena.envio(mensagem.id).falhas) == ("pendente", 0)
    cena.mundo.avancar(1_000)
    assert um(cena.toma()).tentativa == 2


def test_nobody_has_a_job_that_another_has() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    assert len(cena.toma(conector="c1")) == 1
    assert cena.toma(conector="c2") == []


def test_after_a_restart_who_had_a_job_may_still_answer() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    trabalho = um(cena.toma())
    cena.reiniciar()
    cena.resultado(trabalho, id_externo="wamid.9")
    assert cena.envio(mensagem.id).estado == "enviado"


def test_after_a_restart_what_waited_waits_in_order() -> None:
    cena, ticket_id = com_ticket()
    ids = [cena.responde(ticket_id, str(n)).id for n in range(3)]
    cena.reiniciar()
    feitos = []
    for _ in ids:
        trabalho = um(cena.toma())
        feitos.append(trabalho.id)
        cena.resultado(trabalho)
    assert feitos == ids


def test_a_paused_canal_sends_nothing_and_takes_what_comes() -> None:
    cena, ticket_id = com_ticket()
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id, motivo="manutenção"))
    cena.responde(ticket_id)
    assert cena.toma() == []
    cena.escreve()
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    assert len(cena.toma()) == 1


def test_an_inactive_canal_sends_nothing_until_it_is_active_again() -> None:
    cena, ticket_id = com_ticket()
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    cena.responde(ticket_id)
    assert cena.toma() == []
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=True))
    assert len(cena.toma()) == 1


def test_what_was_deleted_before_it_went_out_does_not_go_out() -> None:
    cena, ticket_id = com_ticket()
    apagada, fica = cena.responde(ticket_id, "apagada"), cena.responde(ticket_id, "fica")
    apagar = ExcluirMensagem(quem=ADMIN, ticket_id=ticket_id, mensagem_id=apagada.id, remetente_id=None)
    cena.pedir(apagar)
    assert um(cena.toma()).id == fica.id
    assert cena.envio(apagada.id).estado == "cancelado"
    assert cena.envio(apagada.id).dados == ""


def test_what_was_deleted_while_nobody_had_it_in_memory_does_not_go_out() -> None:
    cena, ticket_id = com_ticket()
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    apagada = cena.responde(ticket_id)
    cena.reiniciar()
    cena.pedir(ExcluirMensagem(quem=ADMIN, ticket_id=ticket_id, mensagem_id=apagada.id, remetente_id=None))
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    assert cena.toma() == []
    assert cena.envio(apagada.id).estado == "cancelado"


def test_dead_letters_are_tried_again_or_given_up_and_it_is_told() -> None:
    cena, ticket_id = com_ticket()
    mortas = []
    for n in range(2):
        mortas.append(cena.responde(ticket_id, str(n)).id)
        cena.resultado(um(cena.toma()), "falhou", classe="final", codigo="100")
    pedir: dict[str, Any] = {"quem": ADMIN, "canal_id": cena.canal_id}
    assert (
        cena.pedir(ReenviarMortos(**pedir, ids=(mortas[0], mortas[0], "00000000-0000-7000-8000-00000000ffff"))).quantos
        == 1
    )
    assert cena.guardada(mortas[0]).status_entrega == "pendente"
    assert cena.pedir(DescartarMortos(**pedir, ids=(mortas[1], mortas[0]))).quantos == 1
    assert cena.envio(mortas[1]).estado == "cancelado"
    trabalho = um(cena.toma())
    assert trabalho.id == mortas[0]
    assert trabalho.envio is not None
    assert trabalho.envio.conteudo == "0"
    assert len(cena.eventos("envios_reenviados")) == len(cena.eventos("envios_descartados")) == 1


def test_who_cannot_be_answered_makes_a_message_that_failed() -> None:
    cena, ticket_id = com_ticket("sms", Endereco("remetente", "BANCO"))
    mensagem = cena.responde(ticket_id)
    assert (mensagem.status_entrega, cena.toma()) == ("falhou", [])
    assert mensagem.erro_entrega is not None


def test_only_a_window_of_what_waits_is_in_memory_and_all_of_it_goes_out_in_order() -> None:
    cena = CenaDeCanal("api")
    quantos = JANELA + 700
    tickets = [cena.escreve(Endereco("codigo", str(n))).ticket_id for n in range(10)]
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    cena.toma()
    for n in range(quantos):
        cena.enviar(_mensagem(tickets[n % 10], str(n)))
        if n % 200 == 0:
            cena.mundo.assentar()
    cena.mundo.assentar()
    canal = cena.mundo.vivas[EMPRESA].diretorio.canais[cena.canal_id]
    assert canal.actor is not None
    assert canal.actor._despacho.em_memoria() <= JANELA  # type: ignore[attr-defined]
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    saiu: dict[str, list[int]] = {}
    while trabalhos := cena.toma(100):
        for trabalho in trabalhos:
            assert trabalho.envio is not None
            saiu.setdefault(trabalho.envio.para.valor, []).append(int(trabalho.envio.conteudo))
            cena.resultado(trabalho)
    assert sum(len(um_contato) for um_contato in saiu.values()) == quantos
    assert all(um_contato == sorted(um_contato) for um_contato in saiu.values())
    assert not [row for row in cena.loja.de(EnvioRow, EMPRESA) if row.estado != "enviado"]


def _mensagem(ticket_id: str, texto: str) -> Any:
    return EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo=texto)


def test_an_answer_of_another_attempt_is_refused() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    trabalho = um(cena.toma())
    resultado = Resultado(id=trabalho.id, tentativa=7, desfecho="aceito")
    comando = ResponderTrabalho(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", resultado=resultado)
    assert cena.recusa(comando) == "trabalho_perdido"


def test_whoever_waits_is_told_when_the_turn_that_had_served_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    cena, ticket_id = com_ticket("api")
    resposta = cena.pede()
    cena.mundo.assentar()
    tratar = Canal.handlers[NovoEnvio]

    def quebrar(canal: Any, m: Any) -> None:
        tratar(canal, m)
        raise RuntimeError("after it was handed out")

    with monkeypatch.context() as quebrado:
        quebrado.setitem(Canal.handlers, NovoEnvio, quebrar)
        mensagem = cena.responde(ticket_id)
    with pytest.raises(Unavailable):
        resposta.get()
    trabalho = um(cena.toma())
    assert (trabalho.id, trabalho.tentativa) == (mensagem.id, 1), "it was not handed out"
