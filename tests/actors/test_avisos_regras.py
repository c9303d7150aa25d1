"""Notices by rules: who is told, by what, and once."""

from __future__ import annotations

import pytest

from actors.atendente.comandos import ExcluirAtendente, RevogarAcesso
from actors.canal.comandos import TomarTrabalhos
from actors.contatos.comandos import ExcluirContato
from actors.documentos.comandos import ExcluirDocumento
from actors.empresa.comandos_de_avisos import Apresentar
from actors.ticket.comandos import AtribuirTicket, CriarNota, EncerrarTicket, ExcluirTicket
from engine.avisos.modelo import ModeloDeAviso, RegraDeAviso
from engine.avisos.ocorrencias import Ocorrencia
from engine.avisos.padroes import RegraViva
from engine.modelo import (
    AvisoDadoRow,
    EnvioRow,
    Quem,
)
from engine.sla.modelo import Escalonamento, PoliticaSla
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_avisos import CHEFE, CenaDeAvisos, Escalador, Escalar, por

# -- who, and by what --------------------------------------------------------------------------------------------------


def test_the_owner_is_told_by_mail_and_in_its_list_and_only_it_hears_of_that() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("app", "email"))
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    ((para, carta),) = cena.envios("enviar_email")
    assert (para, carta.assunto, carta.automatica) == ("ana@x.y", "Nova mensagem: João", True)
    assert "Ticket nº 1, de João" in carta.conteudo
    (dela,) = cena.notificacoes(cena.ana)
    assert (dela.titulo, dela.texto, dela.ticket_id, dela.lida_em) == ("João", "Nova mensagem", ticket_id, None)
    (evento,) = cena.eventos("notificacao")
    assert (evento.atendente_id, evento.ticket_id) == (cena.ana, None)
    assert "João" not in evento.dados


def test_who_is_known_by_its_role_is_told_and_who_caused_it_is_not() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_encerrado", **por("app", dono=True, papeis=("supervisor",)))
    um, outro = cena.ticket(), cena.ticket()
    cena.pedir(EncerrarTicket(quem=Quem(EMPRESA, cena.ana, "atendente"), ticket_id=um))
    assert (len(cena.notificacoes(cena.ana)), len(cena.notificacoes(CHEFE))) == (0, 1)
    cena.pedir(EncerrarTicket(quem=cena.supervisor, ticket_id=outro))
    assert (len(cena.notificacoes(cena.ana)), len(cena.notificacoes(CHEFE))) == (1, 1)


def test_who_may_not_see_the_ticket_is_not_told_of_it() -> None:
    cena = CenaDeAvisos()
    rui = cena.atendente("rui", cena.fila("Outra"))
    cena.regra("ticket_criado", **por("app", usuarios=(cena.ana, rui), da_fila=True))
    cena.ticket()
    assert (len(cena.notificacoes(cena.ana)), len(cena.notificacoes(rui))) == (1, 0)


def test_a_rule_is_for_its_filas_and_priorities_alone() -> None:
    cena = CenaDeAvisos()
    outra = cena.fila("Outra", distribuicao_automatica=False)
    cena.regra("ticket_criado", filas=(outra,), prioridades=("URGENTE",), **por("app", papeis=("supervisor",)))
    cena.ticket(prioridade="URGENTE")
    cena.ticket(outra)
    assert cena.notificacoes(CHEFE) == []
    cena.ticket(outra, prioridade="URGENTE")
    assert len(cena.notificacoes(CHEFE)) == 1


def test_two_rules_that_name_somebody_tell_it_once() -> None:
    cena = CenaDeAvisos()
    for _ in range(2):
        cena.regra("nova_mensagem", **por("app"))
    cena.recebida(cena.ticket())
    assert len(cena.notificacoes(cena.ana)) == 1


def test_an_sms_goes_to_the_phone_that_somebody_has_given_and_to_nobody_else() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("sms"))
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    assert cena.envios("enviar_sms") == []
    cena.prefere(cena.ana, telefone="(11) 98888-7777")
    cena.recebida(ticket_id)
    ((para, sms),) = cena.envios("enviar_sms")
    assert (para, sms.conteudo) == ("+5511988887777", "João: Nova mensagem (nº 1)")


def test_what_somebody_has_switched_off_it_is_not_told() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("app", "email"))
    cena.prefere(cena.ana, desligados={"nova_mensagem": ("email",)})
    cena.recebida(cena.ticket())
    assert cena.envios("enviar_email") == []
    assert len(cena.notificacoes(cena.ana)) == 1


def test_words_of_a_template_are_filled_in_and_bring_neither_variables_nor_lines() -> None:
    cena = CenaDeAvisos()
    modelo = ModeloDeAviso(assunto="[{{fila.nome}}] {{contato.nome}}", texto="{{destinatario.nome}}: {{contato.nome}}")
    cena.regra("nova_mensagem", modelo=modelo, **por("email"))
    cena.recebida(cena.ticket(nome="{{fila.nome}}\r\nBcc: todos@x.y"))
    ((_, carta),) = cena.envios("enviar_email")
    assert carta.assunto == "[Geral] {{fila.nome}} Bcc: todos@x.y"
    assert carta.conteudo == "ana: {{fila.nome}}\nBcc: todos@x.y"


def test_a_rule_that_tells_nobody_takes_the_place_of_that_of_the_house() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", por=())
    assert not cena.mundo.vivas[EMPRESA].avisos.interessa("nova_mensagem")


def test_an_escalation_tells_whom_it_names_and_says_its_own_words() -> None:
    cena = CenaDeAvisos()
    ticket = cena.ver(cena.ticket())
    viva = cena.mundo.vivas[EMPRESA]
    escalada = RegraViva(
        "sla 1", RegraDeAviso(eventos=("sla_violado",), janela_segundos=60, **por("app", papeis=("supervisor",)))
    )
    escalador = Escalador(viva).ref
    for _ in range(2):
        escalador.tell(Escalar(Ocorrencia("sla_violado", ticket, texto="Primeira resposta atrasada"), escalada))
        cena.mundo.assentar()
    assert [row.texto for row in cena.notificacoes(CHEFE)] == ["Primeira resposta atrasada"]


def test_who_is_mentioned_finds_it_in_its_list() -> None:
    cena = CenaDeAvisos()
    rui = cena.atendente("rui")
    ticket_id = cena.ticket(nome="João")
    ana = Quem(EMPRESA, cena.ana, "atendente")
    cena.pedir(CriarNota(quem=ana, ticket_id=ticket_id, conteudo="veja @rui", mencoes=(rui, cena.ana)))
    (dele,) = cena.notificacoes(rui)
    assert (dele.tipo, dele.titulo, dele.texto, dele.ticket_id) == ("mencao", "João", "Você foi mencionado", ticket_id)
    assert cena.notificacoes(cena.ana) == [], "who names itself knows"


def test_the_escalation_of_a_policy_tells_whom_it_names() -> None:
    cena = CenaDeAvisos()
    escalonamento = Escalonamento(em="violado", avisar=("supervisor",))
    cena.documento("politica_sla", PoliticaSla(primeira_resposta_segundos=60, escalonamentos=(escalonamento,)))
    cena.ticket()
    cena.passa(59_000)
    assert cena.notificacoes(CHEFE) == []
    cena.passa(2_000)
    assert [row.texto for row in cena.notificacoes(CHEFE)] == ["Primeira resposta: prazo vencido"]
    assert cena.notificacoes(cena.ana) == []


def test_whose_access_is_revoked_is_told_nothing_by_its_role_until_it_comes_again() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_criado", **por("app", papeis=("supervisor",)))
    cena.pedir(RevogarAcesso(quem=ADMIN, usuario_id=CHEFE))
    cena.ticket()
    cena.reiniciar()
    cena.ticket()
    assert cena.notificacoes(CHEFE) == []
    cena.pedir(Apresentar(quem=cena.supervisor))
    cena.ticket()
    assert len(cena.notificacoes(CHEFE)) == 1
    cena.pedir(Apresentar(quem=Quem(EMPRESA, CHEFE, "atendente", "chefe@x.y")))
    cena.ticket()
    assert len(cena.notificacoes(CHEFE)) == 1, "it is a supervisor no more"


def test_where_nobody_is_to_be_told_of_anything_no_event_is_looked_at() -> None:
    cena = CenaDeAvisos()
    viva = cena.mundo.vivas[EMPRESA]
    assert viva.follower is None
    regra = cena.regra("ticket_criado")
    assert viva.follower is None, "of that whoever makes it says so"
    outra = cena.regra("nova_mensagem")
    assert viva.follower is not None
    for id_ in (regra, outra):
        cena.pedir(ExcluirDocumento(quem=ADMIN, tipo="regra_de_aviso", documento_id=id_))
    assert viva.follower is None


def test_what_was_to_be_sent_to_somebody_who_was_deleted_is_not() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.recebida(cena.ticket())
    bia = cena.atendente("bia", capacidade=50)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=cena.ana, realocar=bia))
    conector = Quem(EMPRESA, None, "conector")
    cena.enviar(TomarTrabalhos(quem=conector, canal_id=cena.email, conector="c1", quantos=10))
    cena.mundo.assentar()
    (row,) = cena.loja.de(EnvioRow, EMPRESA)
    assert (row.estado, row.dados) == ("cancelado", "")


@pytest.mark.parametrize("que", ["o ticket", "o contato"])
def test_what_waits_in_a_line_goes_with_the_ticket_or_the_contact_that_it_names(que: str) -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    fica, vai = cena.ticket(nome="Maria"), cena.ticket(nome="João", telefone="5511999997777")
    for ticket_id in (fica, vai):
        cena.recebida(ticket_id)
    if que == "o ticket":
        cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=vai))
    else:
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=vai))
        cena.pedir(ExcluirContato(quem=ADMIN, contato_id=cena.ver(vai).contato_id or ""))
    conector = Quem(EMPRESA, None, "conector")
    tomados = cena.enviar(TomarTrabalhos(quem=conector, canal_id=cena.email, conector="c1", quantos=10))
    cena.mundo.assentar()
    assert [um.envio.assunto for um in tomados.get() if um.envio is not None] == ["Nova mensagem: Maria"]


# -- once --------------------------------------------------------------------------------------------------------------


def test_within_the_window_of_a_rule_somebody_is_told_once_also_over_a_restart() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", janela_segundos=600, **por("app"))
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.recebida(ticket_id)
    cena.reiniciar()
    cena.recebida(ticket_id)
    assert len(cena.notificacoes(cena.ana)) == 1
    cena.recebida(cena.ticket())
    assert len(cena.notificacoes(cena.ana)) == 2
    cena.passa(600_000)
    cena.recebida(ticket_id)
    assert len(cena.notificacoes(cena.ana)) == 3


def test_what_is_not_committed_was_not_told() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_atribuido", janela_segundos=600, **por("app", "email"))
    fila = cena.fila("Vendas", distribuicao_automatica=False)
    rui = cena.atendente("rui", fila)
    ticket_id = cena.ticket(fila)
    cena.loja.falhar = lambda: "recusado"
    cena.erro(AtribuirTicket(quem=ADMIN, ticket_id=ticket_id, atendente_id=rui))
    cena.loja.falhar = lambda: None
    cena.reiniciar()
    assert (cena.notificacoes(rui), cena.envios("enviar_email"), [*cena.loja.de(AvisoDadoRow, EMPRESA)]) == ([], [], [])
    cena.atribuir(ticket_id, rui)
    assert len(cena.notificacoes(rui)) == len(cena.envios("enviar_email")) == 1
