"""A contact that owes an answer is warned, once, and then the ticket is closed; its answer always wins."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from actors.canal.comandos import AtualizarCanal, PausarCanal
from actors.equipe.comandos import VincularFila
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AdiarTicket, CancelarAdiamento, EnviarMensagem, TransferirTicket
from engine.modelo import MensagemRow, TicketRow
from engine.politica.modelo import Politica
from engine.silencio.modelo import RegraDeSilencio
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_calada import AVISO, COMERCIAL, DIA, HORA, MINUTO, CenaCalada
from tests.actors.cena_canal import CONECTOR

SEM_AVISO = RegraDeSilencio(encerrar_apos_segundos=900)
UM_MINUTO = replace(AVISO, aviso_apos_segundos=60, encerrar_apos_segundos=60)


@pytest.fixture
def cena() -> CenaCalada:
    return CenaCalada()


def status(cena: CenaCalada, ticket: str) -> str:
    row = cena.loja.um(TicketRow, EMPRESA, ticket)
    assert row is not None
    return row.status


def guardado(cena: CenaCalada, ticket: str) -> TicketRow:
    row = cena.loja.um(TicketRow, EMPRESA, ticket)
    assert row is not None
    return row


def test_it_is_warned_once_and_then_closed_and_the_history_says_by_which_rule(cena: CenaCalada) -> None:
    cena.regra(nome="Chat do site")
    ticket = cena.atendida()
    cena.mundo.avancar(10 * MINUTO - 1)
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]
    cena.mundo.avancar(5 * MINUTO - 1)
    assert (status(cena, ticket), cena.dono(ticket)) == ("EM_ANDAMENTO", cena.ana)
    cena.mundo.avancar(1)
    row = guardado(cena, ticket)
    assert (row.status, row.silencio, row.data_resolucao) == ("RESOLVIDO", None, cena.clock.now())
    assert cena.desfechos(ticket) == [("contato_avisado", "Chat do site"), ("contato_encerrado", "Chat do site")]
    evento = cena.encerrado(ticket)
    assert evento is not None
    assert (evento.ator_papel, evento.ator_id) == ("sistema", None)
    assert json.loads(evento.dados)["motivo"] == "o contato não respondeu no tempo da regra de silêncio Chat do site"
    cena.mundo.avancar(DIA)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]
    assert cena.ativos(cena.ana) == 0


def test_the_warning_is_no_answer_of_a_person(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    primeira = cena.ver(ticket).data_primeira_resposta
    cena.mundo.avancar(10 * MINUTO)
    assert cena.ver(ticket).data_primeira_resposta == primeira


@pytest.mark.parametrize("pendente", [False, True])
@pytest.mark.parametrize("final", ["RESOLVIDO", "FECHADO"])
def test_without_a_warning_it_is_closed_after_the_last_message_with_the_last_word(
    cena: CenaCalada, final: Any, *, pendente: bool
) -> None:
    texto = "{{contato.nome}}, o nº {{ticket.numero}} foi encerrado por {{atendente.nome}} ({{fila.nome}})."
    cena.regra(replace(SEM_AVISO, status_final=final, encerramento_texto=texto))
    ticket = cena.atendida()
    cena.mundo.avancar(10 * MINUTO)
    cena.diz(ticket)
    if pendente:
        cena.mudar(ticket, "PENDENTE")
    cena.mundo.avancar(15 * MINUTO - 1)
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    row = guardado(cena, ticket)
    assert row.status == final
    assert cena.automaticas(ticket) == [f"{row.contato_nome}, o nº {row.numero} foi encerrado por ana (Geral)."]


def test_a_rule_that_only_warns_warns_once_and_closes_nothing(cena: CenaCalada) -> None:
    cena.regra(replace(AVISO, encerrar_apos_segundos=None))
    ticket = cena.atendida()
    cena.mundo.avancar(2 * DIA)
    assert (cena.automaticas(ticket), status(cena, ticket)) == (["Ainda está aí?"], "EM_ANDAMENTO")


# -- who is silent -----------------------------------------------------------------------------------------------------


def test_a_contact_that_waits_for_an_answer_is_not_silent(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida(respondida=False)
    cena.mundo.avancar(DIA)
    assert (cena.automaticas(ticket), status(cena, ticket)) == ([], "EM_ANDAMENTO")
    assert guardado(cena, ticket).silencio is None


def test_each_message_of_ours_begins_it_anew_and_after_a_warning_there_is_another(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(12 * MINUTO)
    cena.diz(ticket)
    cena.mundo.avancar(9 * MINUTO)
    assert len(cena.automaticas(ticket)) == 1
    cena.mundo.avancar(MINUTO)
    assert len(cena.automaticas(ticket)) == 2
    cena.mundo.avancar(5 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


def test_a_programs_message_asks_too_but_not_while_the_owner_owes_an_answer(cena: CenaCalada) -> None:
    cena.regra(replace(AVISO, devolver_apos_segundos=DIA // 1000))
    ticket = cena.atendida(respondida=False)
    bot = EnviarMensagem(quem=CONECTOR, ticket_id=ticket, conteudo="Um momento…")
    cena.pedir(bot)
    cena.mundo.avancar(HORA)
    assert status(cena, ticket) == "EM_ANDAMENTO"
    cena.diz(ticket)
    cena.escreve()
    cena.diz(ticket)
    cena.pedir(bot)
    cena.mundo.avancar(15 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


def test_in_the_line_nobody_is_closed_and_the_time_there_does_not_count(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(9 * MINUTO)
    cena.presenca(cena.ana, online=False)
    assert status(cena, ticket) == "ABERTO"
    cena.mundo.avancar(3 * DIA)
    assert (status(cena, ticket), cena.automaticas(ticket)) == ("ABERTO", [])
    cena.presenca(cena.ana, online=True)
    assert cena.dono(ticket) == cena.ana
    cena.mundo.avancar(MINUTO - 1)
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]


def test_what_is_written_in_the_line_begins_nothing(cena: CenaCalada) -> None:
    cena.regra()
    cena.presenca(cena.ana, online=False)
    ticket = cena.escreve().ticket_id
    cena.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="Já vamos atender"))
    cena.presenca(cena.ana, online=True)
    cena.mundo.avancar(DIA)
    assert (status(cena, ticket), cena.automaticas(ticket)) == ("EM_ANDAMENTO", ["Já vamos atender"])


def test_a_transfer_does_not_begin_it_anew(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    bia = cena.atendente("bia")
    cena.mundo.avancar(6 * MINUTO)
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=bia))
    cena.mundo.avancar(4 * MINUTO)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]
    cena.mundo.avancar(3 * MINUTO)
    cena.atribuir(ticket, cena.ana)
    cena.mundo.avancar(2 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


def test_while_it_is_put_off_the_clock_stands_still(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(9 * MINUTO)
    cena.pedir(AdiarTicket(quem=ADMIN, ticket_id=ticket, ate=cena.clock.now() + 2 * DIA))
    cena.mundo.avancar(DIA)
    assert cena.automaticas(ticket) == []
    cena.pedir(CancelarAdiamento(quem=ADMIN, ticket_id=ticket))
    cena.mundo.avancar(MINUTO - 1)
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]
    cena.pedir(AdiarTicket(quem=ADMIN, ticket_id=ticket, ate=cena.clock.now() + DIA))
    cena.diz(ticket, texto="Volto amanhã")
    cena.mundo.avancar(DIA + 10 * MINUTO)
    assert len(cena.automaticas(ticket)) == 2, "what was said meanwhile began it anew"


# -- the answer wins ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reinicia", [False, True])
def test_a_contact_that_answers_between_warning_and_close_goes_on(cena: CenaCalada, *, reinicia: bool) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(14 * MINUTO)
    if reinicia:
        cena.reiniciar()
    assert cena.escreve().ticket_id == ticket
    cena.mundo.avancar(DIA)
    assert (status(cena, ticket), len(cena.automaticas(ticket))) != ("RESOLVIDO", 1)
    assert guardado(cena, ticket).silencio is None


@pytest.mark.parametrize("final", ["RESOLVIDO", "FECHADO"])
@pytest.mark.parametrize("antes", [-1, 0, 1])
def test_an_answer_in_the_moment_of_closing_is_not_lost(cena: CenaCalada, final: Any, antes: int) -> None:
    cena.regra(replace(AVISO, status_final=final))
    ticket = cena.atendida()
    cena.mundo.avancar(10 * MINUTO)
    cena.clock.advance_to(cena.clock.now() + 5 * MINUTO + antes)
    resposta = cena.chega(cena.mensagem(texto="estou aqui"))
    assert resposta is not None
    cena.mundo.assentar()
    cena.mundo.avancar(2)
    mensagem = resposta.get()
    no_dela = guardado(cena, mensagem.ticket_id)
    assert (mensagem.conteudo, no_dela.status) == ("estou aqui", "EM_ANDAMENTO")
    if final == "RESOLVIDO" or antes < 0:
        assert mensagem.ticket_id == ticket
    elif mensagem.ticket_id != ticket:
        assert status(cena, ticket) == "FECHADO"


def test_a_person_that_closes_it_first_is_who_closed_it(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(12 * MINUTO)
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(DIA)
    assert cena.desfechos(ticket) == [("contato_avisado", "Um")]
    assert len([um for um in cena.eventos("ticket_encerrado") if um.ticket_id == ticket]) == 1


def test_what_it_closed_reopens_when_somebody_says_so_and_nothing_is_due_then(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(15 * MINUTO)
    cena.mudar(ticket, "ABERTO")
    assert cena.dono(ticket) == cena.ana
    cena.mundo.avancar(DIA)
    assert (status(cena, ticket), len(cena.automaticas(ticket))) == ("EM_ANDAMENTO", 1)


# -- restarts and the clock --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reinicios", [(), (5,), (12,), (1, 5, 9, 10, 11, 14)])
def test_a_restart_neither_doubles_nor_loses_anything(cena: CenaCalada, reinicios: tuple[int, ...]) -> None:
    cena.regra()
    ticket = cena.atendida()
    comecou = cena.clock.now()
    for minuto in range(20):
        if minuto in reinicios:
            cena.reiniciar()
            cena.presenca(cena.ana, online=True)
        cena.mundo.avancar(MINUTO)
    ditas = [row.criada_em for row in cena.loja.de(MensagemRow, EMPRESA) if row.conteudo == "Ainda está aí?"]
    assert [(em - comecou) // MINUTO for em in ditas] == [10]
    assert status(cena, ticket) == "RESOLVIDO"
    assert cena.desfechos(ticket) == [("contato_avisado", "Um"), ("contato_encerrado", "Um")]


@pytest.mark.parametrize("avisado", [False, True])
def test_after_a_day_down_the_contact_has_its_time_from_when_it_was_warned(cena: CenaCalada, *, avisado: bool) -> None:
    cena.regra()
    ticket = cena.atendida()
    if avisado:
        cena.mundo.avancar(11 * MINUTO)
    cena.pular(DIA)
    if avisado:
        assert status(cena, ticket) == "RESOLVIDO"
        return
    assert (cena.automaticas(ticket), status(cena, ticket)) == (["Ainda está aí?"], "EM_ANDAMENTO")
    cena.mundo.avancar(5 * MINUTO - 2)
    assert status(cena, ticket) == "EM_ANDAMENTO"
    cena.mundo.avancar(2)
    assert status(cena, ticket) == "RESOLVIDO"


def test_a_clock_that_jumps_an_hour_ahead_warns_at_once_and_closes_in_its_time(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.clock.advance_to(cena.clock.now() + HORA)
    cena.mundo.avancar(1)
    assert (cena.automaticas(ticket), status(cena, ticket)) == (["Ainda está aí?"], "EM_ANDAMENTO")
    cena.mundo.avancar(5 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


@pytest.mark.parametrize("minutos", [5, 11])
def test_a_clock_that_jumps_an_hour_back_doubles_nothing(cena: CenaCalada, minutos: int) -> None:
    cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(minutos * MINUTO)
    cena.clock._now -= HORA
    cena.mundo.avancar(HORA - 1)
    assert (len(cena.automaticas(ticket)), status(cena, ticket)) == (minutos // 10, "EM_ANDAMENTO")
    cena.mundo.avancar(10 * MINUTO)
    assert (len(cena.automaticas(ticket)), status(cena, ticket)) == (1, "EM_ANDAMENTO" if minutos == 5 else "RESOLVIDO")
    cena.mundo.avancar(5 * MINUTO)
    assert (len(cena.automaticas(ticket)), status(cena, ticket)) == (1, "RESOLVIDO")


# -- business time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tempo", "quando", "aviso", "fim"),
    [
        ("corrido", "2026-01-05T14:50:00.000Z", "2026-01-05T15:20:00.000Z", "2026-01-05T16:20:00.000Z"),
        ("util", "2026-01-05T14:50:00.000Z", "2026-01-05T16:20:00.000Z", "2026-01-05T17:20:00.000Z"),  # lunch
        ("util", "2026-01-09T20:40:00.000Z", "2026-01-12T11:10:00.000Z", "2026-01-12T12:10:00.000Z"),  # weekend
        ("util", "2026-01-09T20:30:00.000Z", "2026-01-09T21:00:00.000Z", "2026-01-12T12:00:00.000Z"),  # to the end
        ("corrido", "2026-01-09T20:40:00.000Z", "2026-01-09T21:10:00.000Z", "2026-01-09T22:10:00.000Z"),
    ],
)
def test_business_time_leaves_out_lunch_and_weekend(tempo: Any, quando: str, aviso: str, fim: str) -> None:
    cena = CenaCalada()
    cena.calendario(COMERCIAL)
    cena.regra(replace(AVISO, tempo=tempo, aviso_apos_segundos=1_800, encerrar_apos_segundos=3_600))
    ticket = cena.atendida(respondida=False)
    cena.ate(quando)
    cena.presenca(cena.ana, online=True)
    cena.diz(ticket)
    cena.ate(aviso)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]
    assert [row.criada_em for row in cena.loja.de(MensagemRow, EMPRESA) if row.conteudo == "Ainda está aí?"] == [
        cena.clock.now()
    ]
    cena.mundo.avancar(0)
    row = guardado(cena, ticket)
    assert row.silencio is not None
    cena.ate(fim)
    assert status(cena, ticket) == "RESOLVIDO"
    assert guardado(cena, ticket).data_resolucao == cena.clock.now()


def test_what_is_late_in_business_time_waits_until_there_is_business(cena: CenaCalada) -> None:
    cena.ate("2026-01-09T20:00:00.000Z")  # Friday, 17:00
    cena.calendario(COMERCIAL)
    cena.regra(replace(AVISO, tempo="util"))
    ticket = cena.atendida()
    cena.pular(2 * DIA)  # Sunday
    assert cena.automaticas(ticket) == []
    cena.ate("2026-01-12T10:59:59.999Z")
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]
    cena.mundo.avancar(5 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


def test_without_a_calendar_all_hours_count(cena: CenaCalada) -> None:
    cena.regra(replace(AVISO, tempo="util"))
    ticket = cena.atendida()
    cena.mundo.avancar(15 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


def test_a_calendar_that_changes_moves_what_is_due(cena: CenaCalada) -> None:
    cena.ate("2026-01-09T20:55:00.000Z")  # Friday, 17:55
    cena.regra(replace(AVISO, tempo="util"))
    ticket = cena.atendida()
    cena.calendario(COMERCIAL)
    cena.mundo.assentar()
    cena.ate("2026-01-12T11:04:59.999Z")
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]


# -- where a rule holds ------------------------------------------------------------------------------------------------


def test_the_most_specific_rule_holds(cena: CenaCalada) -> None:
    outra = cena.fila("outra")
    cena.equipe("time", filas=(outra,))
    equipe = cena.equipe("vendas", filas=(outra,))
    ticket = cena.atendida()
    bia = cena.atendente("bia", outra)
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=outra))
    assert cena.dono(ticket) == bia
    esperado = ["De todas"]
    cena.regra(replace(UM_MINUTO, aviso_texto="De todas"), "todas")
    for nome, onde in (
        ("canal", {"canais": ("webchat",)}),
        ("este canal", {"canal_ids": (cena.canal_id,)}),
        ("equipe", {"equipes": (equipe,)}),
        ("equipe e canal", {"equipes": (equipe,), "canais": ("webchat",)}),
        ("fila", {"filas": (outra,)}),
        ("fila e canal", {"filas": (outra,), "canal_ids": (cena.canal_id,)}),
        ("de outro canal", {"filas": (outra,), "canais": ("whatsapp",)}),
        ("de outra fila", {"filas": (cena.geral,)}),
        ("inativa", {"filas": (outra,), "canal_ids": (cena.canal_id,), "ativa": False}),
    ):
        cena.regra(replace(UM_MINUTO, aviso_texto=nome, **onde), nome)
        if nome not in {"de outro canal", "de outra fila", "inativa"}:
            esperado.append(nome)
        cena.diz(ticket, bia)
        cena.mundo.avancar(MINUTO)
        assert cena.automaticas(ticket)[-1] == esperado[-1]


def test_an_exception_keeps_a_fila_out_of_it(cena: CenaCalada) -> None:
    cena.regra()
    cena.regra(RegraDeSilencio(filas=(cena.geral,)), "Geral não")
    ticket = cena.atendida()
    cena.mundo.avancar(DIA)
    assert (status(cena, ticket), cena.automaticas(ticket)) == ("EM_ANDAMENTO", [])


def test_of_two_that_are_equal_the_one_made_first_holds(cena: CenaCalada) -> None:
    cena.regra(replace(AVISO, aviso_texto="primeira"), "B")
    cena.regra(replace(AVISO, aviso_texto="segunda"), "A")
    ticket = cena.atendida()
    cena.mundo.avancar(10 * MINUTO)
    assert cena.automaticas(ticket) == ["primeira"]


def test_an_equipe_that_comes_to_serve_the_fila_brings_its_rule(cena: CenaCalada) -> None:
    equipe = cena.equipe("vendas")
    cena.regra()
    cena.regra(replace(UM_MINUTO, equipes=(equipe,), aviso_texto="da equipe"), "equipe")
    ticket = cena.atendida()
    cena.pedir(VincularFila(quem=ADMIN, equipe_id=equipe, fila_id=cena.geral))
    cena.mundo.avancar(MINUTO)
    assert cena.automaticas(ticket) == ["da equipe"]


def test_in_another_fila_the_rule_of_that_holds_for_what_is_left(cena: CenaCalada) -> None:
    outra = cena.fila("outra")
    cena.regra(replace(AVISO, filas=(cena.geral,)), "geral")
    cena.regra(replace(AVISO, filas=(outra,), aviso_apos_segundos=1_200), "outra")
    ticket = cena.atendida()
    cena.atendente("bia", outra)
    cena.mundo.avancar(9 * MINUTO)
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=outra))
    cena.mundo.avancar(11 * MINUTO - 1)
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]


# -- rules change ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("avisado", [False, True])
def test_a_rule_that_is_deleted_closes_nothing_any_more(cena: CenaCalada, *, avisado: bool) -> None:
    regra = cena.regra()
    ticket = cena.atendida()
    if avisado:
        cena.mundo.avancar(11 * MINUTO)
    cena.excluir_regra(regra)
    cena.mundo.avancar(DIA)
    assert (status(cena, ticket), len(cena.automaticas(ticket))) == ("EM_ANDAMENTO", int(avisado))
    assert guardado(cena, ticket).silencio is None


@pytest.mark.parametrize(("segundos", "minutos"), [(120, 2), (1_800, 30)])
def test_a_rule_that_changes_holds_for_what_is_open_from_when_the_silence_began(
    cena: CenaCalada, segundos: int, minutos: int
) -> None:
    regra = cena.regra()
    ticket = cena.atendida()
    cena.mundo.avancar(MINUTO)
    cena.regravar(regra, replace(AVISO, aviso_apos_segundos=segundos))
    cena.mundo.avancar((minutos - 1) * MINUTO - 1)
    assert cena.automaticas(ticket) == []
    cena.mundo.avancar(1)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]


def test_what_is_said_is_what_the_rule_says_then(cena: CenaCalada) -> None:
    regra = cena.regra()
    ticket = cena.atendida()
    cena.regravar(regra, replace(AVISO, aviso_texto="Alô?"))
    cena.mundo.avancar(10 * MINUTO)
    assert cena.automaticas(ticket) == ["Alô?"]


def test_what_was_said_before_there_was_a_rule_is_not_counted(cena: CenaCalada) -> None:
    ticket = cena.atendida()
    cena.regra()
    cena.mundo.avancar(DIA)
    assert cena.automaticas(ticket) == []
    cena.diz(ticket)
    cena.mundo.avancar(10 * MINUTO)
    assert cena.automaticas(ticket) == ["Ainda está aí?"]


# -- the canal ---------------------------------------------------------------------------------------------------------


def no_whatsapp(regra: RegraDeSilencio = AVISO) -> tuple[CenaCalada, str]:
    cena = CenaCalada("whatsapp")
    cena.regra(regra)
    return cena, cena.atendida()


def envia_tudo(cena: CenaCalada, desfecho: Any = "aceito") -> list[str]:
    """The connector sends what there is; what that was."""
    trabalhos = cena.toma()
    for um in trabalhos:
        extra = {"id_externo": f"w.{um.id}"} if desfecho == "aceito" else {"codigo": "x", "erro": "não"}
        cena.resultado(um, desfecho, **extra)
    return [um.envio.conteudo for um in trabalhos if um.envio is not None]


def test_the_contact_has_its_time_from_when_the_warning_left() -> None:
    cena, ticket = no_whatsapp()
    envia_tudo(cena)
    cena.mundo.avancar(14 * MINUTO)
    assert envia_tudo(cena) == ["Ainda está aí?"]
    cena.mundo.avancar(5 * MINUTO - 1)
    assert status(cena, ticket) == "EM_ANDAMENTO"
    cena.mundo.avancar(1)
    assert status(cena, ticket) == "RESOLVIDO"


def test_while_nobody_sends_the_warning_nothing_is_closed_and_after_a_day_it_is() -> None:
    cena, ticket = no_whatsapp()
    envia_tudo(cena)
    cena.mundo.avancar(20 * HORA)
    assert status(cena, ticket) == "EM_ANDAMENTO"
    cena.mundo.avancar(5 * HORA)
    assert status(cena, ticket) == "RESOLVIDO"
    assert envia_tudo(cena) == []


def test_a_warning_that_no_connector_has_taken_is_not_sent_once_the_contact_has_answered() -> None:
    cena, ticket = no_whatsapp()
    envia_tudo(cena)
    cena.mundo.avancar(11 * MINUTO)
    assert cena.escreve().ticket_id == ticket
    assert envia_tudo(cena) == []
    (aviso,) = [row for row in cena.loja.de(MensagemRow, EMPRESA) if row.conteudo == "Ainda está aí?"]
    assert (aviso.status_entrega, aviso.erro_entrega) == ("falhou", "O contato não está mais em silêncio")


def test_a_warning_that_the_provider_refuses_gives_the_contact_its_time_all_the_same() -> None:
    cena, ticket = no_whatsapp()
    envia_tudo(cena)
    cena.mundo.avancar(10 * MINUTO)
    envia_tudo(cena, "falhou")
    cena.mundo.avancar(5 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"


def test_outside_the_window_of_whatsapp_it_is_closed_without_a_warning_and_the_history_says_so() -> None:
    cena = CenaCalada("whatsapp")
    cena.regra(replace(AVISO, aviso_apos_segundos=24 * 3_600, encerrar_apos_segundos=3_600))
    ticket = cena.atendida()
    cena.mundo.avancar(25 * HORA - 1)
    assert (status(cena, ticket), cena.automaticas(ticket)) == ("EM_ANDAMENTO", [])
    cena.mundo.avancar(1)
    assert (status(cena, ticket), cena.automaticas(ticket)) == ("RESOLVIDO", [])
    assert cena.desfechos(ticket) == [("contato_sem_aviso", "Um"), ("contato_encerrado", "Um")]


@pytest.mark.parametrize("parado", ["pausado", "desligado"])
def test_while_the_canal_stands_still_nobody_is_warned_or_closed(parado: str) -> None:
    cena, ticket = no_whatsapp()
    envia_tudo(cena)
    if parado == "pausado":
        cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id, motivo="manutenção"))
    else:
        cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    cena.mundo.avancar(10 * HORA)
    assert (status(cena, ticket), cena.automaticas(ticket)) == ("EM_ANDAMENTO", [])


def test_what_no_canal_carries_is_told_in_the_ticket_and_closed(cena: CenaCalada) -> None:
    cena.regra()
    ticket = cena.ticket()
    cena.diz(ticket)
    cena.mundo.avancar(15 * MINUTO)
    assert (cena.automaticas(ticket), status(cena, ticket)) == (["Ainda está aí?"], "RESOLVIDO")


# -- reopening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("da_regra", "depois_de", "reabre"),
    [(None, 24 * HORA, True), (None, 24 * HORA + 1, False), (3_600, HORA, True), (3_600, HORA + 1, False),
     (172_800, 2 * DIA, True), (172_800, 2 * DIA + 1, False), (0, 1, False)],
)  # fmt: skip
@pytest.mark.parametrize("reinicia", [False, True])
def test_the_window_of_the_rule_stands_in_place_of_the_empresas(
    cena: CenaCalada, da_regra: int | None, depois_de: int, *, reabre: bool, reinicia: bool
) -> None:
    cena.regra(replace(SEM_AVISO, janela_reabertura_segundos=da_regra, canais=("webchat",)))
    ticket = cena.atendida()
    cena.mundo.avancar(15 * MINUTO)
    assert status(cena, ticket) == "RESOLVIDO"
    if reinicia:
        cena.reiniciar()
    cena.mundo.avancar(depois_de)
    assert (cena.escreve().ticket_id == ticket) is reabre


# -- the owner ---------------------------------------------------------------------------------------------------------


def test_an_owner_that_is_silent_loses_it_to_the_line_by_the_rule_and_the_history_says_so(cena: CenaCalada) -> None:
    cena.regra(RegraDeSilencio(devolver_apos_segundos=600), "Atendente calado")
    ticket = cena.atendida(respondida=False)
    bia = cena.atendente("bia")
    cena.mundo.avancar(10 * MINUTO - 1)
    assert cena.dono(ticket) == cena.ana
    cena.mundo.avancar(1)
    assert cena.dono(ticket) == bia
    assert cena.desfechos(ticket) == [("atendente_perdeu", "Atendente calado")]


def test_for_the_owner_too_business_time_counts(cena: CenaCalada) -> None:
    cena.ate("2026-01-05T14:55:00.000Z")  # five to twelve
    cena.calendario(COMERCIAL)
    cena.regra(RegraDeSilencio(devolver_apos_segundos=600, tempo="util"))
    ticket = cena.atendida(respondida=False)
    bia = cena.atendente("bia")
    cena.ate("2026-01-05T16:04:59.999Z")
    assert cena.dono(ticket) == cena.ana
    cena.mundo.avancar(1)
    assert cena.dono(ticket) == bia


@pytest.mark.parametrize(("da_regra", "perde_em"), [(None, 20), (600, 10), (0, None), (3_600, 60)])
def test_what_the_rule_says_of_the_owner_stands_in_place_of_the_policy(
    cena: CenaCalada, da_regra: int | None, perde_em: int | None
) -> None:
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=cena.geral, documento=Politica(silencio_segundos=1_200)))
    cena.regra(replace(AVISO, devolver_apos_segundos=da_regra))
    ticket = cena.atendida(respondida=False)
    bia = cena.atendente("bia")
    for minuto in range(1, 120):
        cena.mundo.avancar(MINUTO)
        assert cena.dono(ticket) == (bia if perde_em is not None and minuto >= perde_em else cena.ana), minuto
        if perde_em is not None and minuto >= perde_em:
            break


def test_an_owner_keeps_it_when_the_rule_is_gone_before_its_time(cena: CenaCalada) -> None:
    regra = cena.regra(RegraDeSilencio(devolver_apos_segundos=600))
    ticket = cena.atendida(respondida=False)
    cena.atendente("bia")
    cena.excluir_regra(regra)
    cena.mundo.avancar(HORA)
    assert cena.dono(ticket) == cena.ana


def test_an_empresa_without_rules_keeps_nothing_of_it(cena: CenaCalada) -> None:
    ticket = cena.atendida()
    row = guardado(cena, ticket)
    assert (row.silencio, row.adiamento) == (None, None)
