"""When people are told: quiet hours, digests, and too much at once."""

from __future__ import annotations

import pytest

from actors.canal.comandos import PausarCanal, RetomarCanal
from actors.diretorio import avisos
from actors.empresa import avisos as entregas
from actors.empresa.comandos_de_avisos import Apresentar, MudarPreferencias
from actors.ticket.comandos import TransferirTicket
from engine.avisos.limites import POR_HORA, RETIDOS_NO_MAXIMO
from engine.avisos.modelo import Preferencias, Resumo, Silencio
from engine.modelo import (
    Quem,
)
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_avisos import CHEFE, HORA, CenaDeAvisos, por


def test_what_happens_in_quiet_hours_is_told_together_when_they_end_also_over_a_restart() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email", "app"))
    cena.prefere(cena.ana, fuso="America/Sao_Paulo", silencio=Silencio(de="22:00", ate="07:00"))
    cena.e_hora("2030-03-05T02:00")  # 23:00 in São Paulo
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    cena.recebida(ticket_id)
    assert cena.envios("enviar_email") == []
    assert len(cena.notificacoes(cena.ana)) == 2, "the list disturbs nobody"
    assert len(cena.retidos()) == 2
    cena.reiniciar()
    cena.e_hora("2030-03-05T09:59:59")
    assert cena.envios("enviar_email") == []
    cena.e_hora("2030-03-05T10:00")
    ((para, carta),) = cena.envios("enviar_email")
    assert (para, carta.assunto) == ("ana@x.y", "2 avisos: Nova mensagem (2)")
    assert carta.conteudo.startswith("Nova mensagem (2 vezes): nº 1, João /tickets/")
    assert cena.retidos() == []
    cena.reiniciar()
    cena.passa(48 * HORA)
    assert len(cena.envios("enviar_email")) == 1


def test_what_was_due_while_the_node_was_away_is_told_once_and_not_into_quiet_hours() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", silencio=Silencio(de="22:00", ate="07:00"))
    cena.e_hora("2030-03-05T23:00")
    cena.recebida(cena.ticket())
    cena.clock.advance_to(cena.clock.now() + 24 * HORA)
    cena.reiniciar()
    assert cena.envios("enviar_email") == []
    cena.e_hora("2030-03-07T07:00")
    assert len(cena.envios("enviar_email")) == 1


def test_what_is_urgent_waits_for_nothing() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", urgente=True, **por("email"))
    cena.prefere(cena.ana, fuso="UTC", silencio=Silencio(de="22:00", ate="07:00"), resumo=Resumo())
    cena.e_hora("2030-03-05T23:00")
    cena.recebida(cena.ticket())
    assert len(cena.envios("enviar_email")) == 1


def test_a_daily_digest_comes_at_its_hour_and_names_each_ticket_once() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo(cada="dia", hora="08:00"))
    cena.e_hora("2030-03-05T09:00")
    um, outro = cena.ticket(nome="João"), cena.ticket(nome="Maria")
    for ticket_id in (um, um, outro):
        cena.recebida(ticket_id)
    cena.e_hora("2030-03-06T07:59")
    assert cena.envios("enviar_email") == []
    cena.e_hora("2030-03-06T08:00")
    ((_, carta),) = cena.envios("enviar_email")
    assert [linha.partition(" /")[0] for linha in carta.conteudo.splitlines()] == [
        "Nova mensagem (2 vezes): nº 1, João",
        "Nova mensagem: nº 2, Maria",
    ]


def test_who_changes_its_mind_is_told_what_waits_by_that() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.prefere(cena.ana)
    cena.passa(1)
    assert len(cena.envios("enviar_email")) == 1
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    cena.recebida(ticket_id)
    cena.prefere(cena.ana, desligados={"nova_mensagem": ("email",)})
    cena.passa(48 * HORA)
    assert (len(cena.envios("enviar_email")), cena.retidos()) == (1, [])


def test_who_does_not_see_the_ticket_any_more_reads_nothing_of_it_in_a_digest() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    outra = cena.fila("Outra")
    rui = cena.atendente("rui", outra)
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket_id, fila_id=outra, atendente_id=rui))
    cena.passa(48 * HORA)
    assert (cena.envios("enviar_email"), cena.retidos()) == ([], [])


def test_of_a_flood_somebody_gets_a_bounded_number_and_the_rest_in_one() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_criado", **por("sms", papeis=("supervisor",)))
    cena.prefere(CHEFE, telefone="5511988887777")
    for _ in range(POR_HORA["sms"] + RETIDOS_NO_MAXIMO + 30):
        cena.ticket()
    assert len(cena.envios("enviar_sms")) == POR_HORA["sms"]
    assert len(cena.retidos()) == RETIDOS_NO_MAXIMO
    cena.passa(HORA)
    *_, (_, ultimo) = cena.envios("enviar_sms")
    assert len(cena.envios("enviar_sms")) == POR_HORA["sms"] + 1
    assert ultimo.conteudo.startswith(f"{RETIDOS_NO_MAXIMO} avisos ou mais: Novo ticket")
    assert cena.retidos() == []


def test_a_digest_that_cannot_be_told_holds_up_nothing_else_and_is_told_when_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo(cada="hora"))
    cena.e_hora("2030-03-05T09:10")
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    with monkeypatch.context() as veneno:
        veneno.setattr(entregas, "resumo", lambda *_: 1 / 0)
        cena.e_hora("2030-03-05T10:00")
        assert (len(cena.retidos()), cena.envios("enviar_email")) == (1, [])
        assert cena.ver(cena.ticket(nome="Maria")).contato_nome == "Maria"
    cena.passa(entregas.DESCANSO_MS)
    assert (cena.retidos(), len(cena.envios("enviar_email"))) == ([], 1)


def test_a_digest_waits_while_its_canal_is_paused_and_not_for_ever() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo(cada="hora"))
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.email))
    cena.passa(5 * HORA)
    assert (len(cena.retidos()), cena.envios("enviar_email")) == (1, [])
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.email))
    cena.passa(HORA)
    assert (cena.retidos(), len(cena.envios("enviar_email"))) == ([], 1)
    cena.recebida(ticket_id)
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.email))
    cena.passa(16 * 24 * HORA)
    assert (cena.retidos(), len(cena.envios("enviar_email"))) == ([], 1)


def test_of_one_thing_there_are_so_many_notices_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avisos, "AVISOS_POR_VEZ", 3)
    cena = CenaDeAvisos()
    gente = tuple(cena.atendente(f"a{n}", online=False) for n in range(5))
    cena.regra("ticket_criado", **por("app", usuarios=gente))
    cena.ticket()
    assert [len(cena.notificacoes(um)) for um in gente] == [1, 1, 1, 0, 0]


def test_a_conector_is_nobody() -> None:
    cena = CenaDeAvisos()
    conector = Quem(EMPRESA, "00000000-0000-7000-8000-0000000000c9", "conector")
    assert cena.recusa(Apresentar(quem=conector)) == "papel_sem_permissao"
    assert cena.recusa(MudarPreferencias(quem=conector, preferencias=Preferencias())) == "papel_sem_permissao"
    cena.regra("ticket_criado", **por("app", usuarios=(conector.id,)))
    cena.ticket()
    assert cena.notificacoes(conector.id or "") == []
