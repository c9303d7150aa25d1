"""What becomes of what waits when its canal, or its ticket, is deleted: it is given up, and that is told."""

from __future__ import annotations

from typing import Any

import pytest

from actors.canal.canal import Canal
from actors.canal.comandos import (
    AtualizarCanal,
    CriarCanal,
    ExcluirCanal,
    PausarCanal,
    ReceberWebhook,
    ReenviarMortos,
    ResponderTrabalho,
    RetomarCanal,
    VerCanal,
)
from actors.canal.linha import JANELA
from actors.canal.mensagens import EnviosLidos
from actors.contatos.comandos import ExcluirContato
from actors.ticket.comandos import EncerrarTicket, ExcluirTicket
from engine.conector.assinaturas import assinatura_whatsapp
from engine.conector.trabalhos import Resultado
from engine.envios.estados import ABERTOS
from engine.modelo import EnvioRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, JOAO, MARIA, CenaDeCanal, com_ticket, um


def abertos(cena: CenaDeCanal) -> list[EnvioRow]:
    return [row for row in cena.loja.de(EnvioRow, EMPRESA) if row.estado in ABERTOS]


def excluir(cena: CenaDeCanal, realocar: str | None = None) -> ExcluirCanal:
    return ExcluirCanal(quem=ADMIN, canal_id=cena.canal_id, realocar=realocar)


@pytest.mark.parametrize("reiniciado", [False, True])
def test_with_a_canal_go_its_jobs_and_their_messages_say_so(reiniciado: bool) -> None:
    cena, de_joao = com_ticket()
    de_maria = cena.escreve(MARIA).ticket_id
    em_maos, espera, outra = cena.responde(de_joao), cena.responde(de_joao), cena.responde(de_maria)
    trabalho = cena.toma(1)[0]
    assert trabalho.id == em_maos.id
    outro_canal = cena.canal("outro")
    if reiniciado:
        cena.reiniciar()
    quem_espera = cena.pede(conector="c2") if reiniciado else None
    cena.pedir(excluir(cena, outro_canal))
    assert abertos(cena) == []
    for mensagem in (em_maos, espera, outra):
        assert cena.guardada(mensagem.id).status_entrega == "falhou"
    assert cena.guardada(espera.id).erro_entrega == "O canal foi excluído antes de ela sair"
    assert "pode ter sido enviada" in (cena.guardada(em_maos.id).erro_entrega or "")
    assert quem_espera is None or quem_espera.is_set
    ditos = [evento for evento in cena.eventos("mensagem_status") if '"falhou"' in evento.dados]
    assert len(ditos) == 3


@pytest.mark.parametrize("reiniciado", [False, True])
@pytest.mark.parametrize(("tipo", "trabalho"), [("whatsapp", "enviar_mensagem"), ("sms", "enviar_sms")])
def test_what_waits_is_a_dead_letter_of_what_takes_its_place_and_can_be_sent_by_that(
    reiniciado: bool, tipo: Any, trabalho: str
) -> None:
    cena, ticket_id = com_ticket()
    em_maos, espera = cena.responde(ticket_id, "1"), cena.responde(ticket_id, "2")
    cena.toma(1)
    outro = cena.pedir(CriarCanal(quem=ADMIN, nome="Outro", tipo=tipo)).row.id
    if reiniciado:
        cena.reiniciar()
    cena.pedir(excluir(cena, outro))
    for mensagem, porque in ((em_maos, "pode ter sido enviada"), (espera, "antes de ela sair")):
        envio = cena.envio(mensagem.id)
        assert (envio.estado, envio.canal_id, envio.codigo) == ("falhou", outro, "canal_excluido")
        assert porque in (envio.erro or "")
        assert cena.guardada(mensagem.id).status_entrega == "falhou"
    assert cena.ver(ticket_id).canal_id == outro
    cena.canal_id = outro
    assert cena.pedir(ReenviarMortos(quem=ADMIN, canal_id=outro, ids=(espera.id,))).quantos == 1
    assert cena.guardada(espera.id).status_entrega == "pendente"
    dado = um(cena.toma())
    assert dado.envio is not None
    assert (dado.id, dado.trabalho, dado.envio.conteudo, dado.envio.para) == (espera.id, trabalho, "2", JOAO)
    cena.resultado(dado, id_externo="x.1")
    assert cena.guardada(espera.id).status_entrega == "enviado"
    assert cena.envio(em_maos.id).estado == "falhou", "what may have gone out waits for people"


def test_where_nothing_could_be_sent_what_waits_is_given_up() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.pedir(excluir(cena, cena.pedir(CriarCanal(quem=ADMIN, nome="Site", tipo="webchat")).row.id))
    assert cena.envio(mensagem.id).estado == "cancelado"
    assert cena.guardada(mensagem.id).erro_entrega == "O canal foi excluído antes de ela sair"


def test_more_than_fits_in_memory_goes_too() -> None:
    cena, ticket_id = com_ticket("api")
    for n in range(JANELA + 200):
        cena.responde(ticket_id, str(n))
    cena.reiniciar()
    cena.pedir(excluir(cena, cena.canal("outro")))
    assert abertos(cena) == []


def test_what_came_in_and_was_not_read_is_kept_to_be_seen() -> None:
    cena = CenaDeCanal()
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, config='{"appSecret":"s"}'))
    corpo = b'{"entry":[]}'
    cabecalhos = {"x-hub-signature-256": assinatura_whatsapp(corpo, "s")}
    cena.pedir(
        ReceberWebhook(
            quem=CONECTOR, canal_id=cena.canal_id, corpo=corpo, tipo_de_conteudo="", cabecalhos=cabecalhos, url=""
        )
    )
    cena.pedir(excluir(cena))
    (row,) = cena.loja.de(EnvioRow, EMPRESA)
    assert (row.estado, row.codigo) == ("falhou", "canal_excluido")
    assert row.dados, "it can be read still"


def test_a_canal_that_is_not_deleted_after_all_keeps_its_jobs() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    assert cena.recusa(excluir(cena)) == "canal_em_uso"
    assert cena.recusa(excluir(cena, cena.canal_id)) == "requisicao_invalida"
    assert um(cena.toma()).id == mensagem.id


def test_a_late_answer_for_a_deleted_canal_changes_nothing() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    trabalho = um(cena.toma())
    resposta = cena.enviar(excluir(cena, cena.canal("outro")))
    resultado = Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")
    tarde = cena.enviar(ResponderTrabalho(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", resultado=resultado))
    cena.mundo.assentar()
    resposta.get()
    assert tarde.is_set, "nobody waits for ever"
    assert abertos(cena) == []


@pytest.mark.parametrize("reiniciado", [False, True])
def test_with_a_ticket_go_the_jobs_of_it_alone(reiniciado: bool) -> None:
    cena, de_joao = com_ticket()
    de_maria = cena.escreve(MARIA).ticket_id
    em_maos = cena.responde(de_joao)
    trabalho = um(cena.toma())
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    apagada, fica = cena.responde(de_joao, "segredo"), cena.responde(de_maria)
    if reiniciado:
        cena.reiniciar()
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=de_joao))
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    assert um(cena.toma()).id == fica.id
    assert cena.envio(apagada.id).estado == "cancelado"
    cena.resultado(trabalho, "falhou", classe="tentar")
    cena.mundo.avancar(10_000)
    assert cena.toma() == [], "what somebody had is not sent again"
    assert cena.envio(em_maos.id).estado == "cancelado"


def test_a_late_answer_of_a_deleted_ticket_is_taken() -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    trabalho = um(cena.toma())
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket_id))
    cena.resultado(trabalho)
    cena.resultado(trabalho)
    assert abertos(cena) == []


@pytest.mark.parametrize("reiniciado", [False, True])
def test_with_a_contact_go_the_jobs_for_it_alone(reiniciado: bool) -> None:
    cena, de_joao = com_ticket()
    de_maria = cena.escreve(MARIA).ticket_id
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    apagada, fica = cena.responde(de_joao, "segredo"), cena.responde(de_maria)
    if reiniciado:
        cena.reiniciar()
    contato_id = cena.ver(de_joao).contato_id
    assert contato_id is not None
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=de_joao))
    cena.pedir(ExcluirContato(quem=ADMIN, contato_id=contato_id))
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    assert um(cena.toma()).id == fica.id
    assert cena.envio(apagada.id).estado == "cancelado"


@pytest.mark.parametrize("quarentena", [False, True])
def test_a_crash_while_a_canal_is_emptied_leaves_nobody_waiting(
    quarentena: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cena, ticket_id = com_ticket()
    cena.responde(ticket_id)
    cena.reiniciar()
    outro = cena.canal("outro")
    with monkeypatch.context() as frasco:
        frasco.setitem(Canal.handlers, EnviosLidos, _quebrar)
        frasco.setitem(Canal.handlers, VerCanal, _quebrar)
        if quarentena:
            frasco.setattr(Canal, "restore", lambda ator: _quebrar(ator, None))
        resposta, quem_espera = cena.enviar(excluir(cena, outro)), cena.pede()
        cena.enviar(VerCanal(quem=ADMIN, canal_id=cena.canal_id))
        cena.mundo.assentar()
        cena.mundo.avancar(1_000)
    cena.mundo.avancar(120_000)
    assert resposta.is_set
    assert quem_espera.is_set
    if cena.canal_id in cena.mundo.vivas[EMPRESA].diretorio.canais:
        cena.pedir(excluir(cena, outro))
    assert abertos(cena) == []


def _quebrar(ator: object, mensagem: object) -> None:
    raise RuntimeError("veneno")
