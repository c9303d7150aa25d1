"""Who waits is told where it stands, by its channel: when it is due, once, and never when somebody has it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.canal.comandos import AtualizarCanal, ExcluirCanal, PausarCanal
from actors.fila.comandos import CriarFila, ExcluirFila
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import EncerrarTicket, EnviarMensagem, RecusarOferta, TransferirTicket
from engine.conector.enderecos import Endereco
from engine.modelo import EnvioRow, EventoRow, MensagemRow, Quem, TicketRow
from engine.politica.modelo import Horario, MensagemDeEspera, Oferta, Politica
from engine.ports import Batch
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import JOAO, MARIA, CenaDeCanal

SEGUNDO = 1_000
MINUTO = 60 * SEGUNDO
HORA = 60 * MINUTO
AVISO = MensagemDeEspera(texto="Você é o {posicao}º de {aguardando}.", apos_segundos=30)
DEZ_VEZES = MensagemDeEspera(texto="Você é o {posicao}º.", apos_segundos=30, repetir_segundos=60, maximo=10)


def gravar(cena: CenaDeCanal, mensagem: MensagemDeEspera | None, fila: str | None = None, **campos: Any) -> None:
    documento = Politica(mensagem_de_espera=mensagem, **campos)
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila or cena.geral, documento=documento))


def com_politica(mensagem: MensagemDeEspera | None = AVISO, tipo: Any = "whatsapp", **campos: Any) -> CenaDeCanal:
    cena = CenaDeCanal(tipo)
    gravar(cena, mensagem, **campos)
    return cena


def ditas(cena: CenaDeCanal, ticket_id: str) -> list[MensagemRow]:
    rows = [row for row in cena.loja.de(MensagemRow, EMPRESA) if row.ticket_id == ticket_id]
    return sorted((row for row in rows if row.direcao == "enviada"), key=lambda row: row.seq)


def textos(cena: CenaDeCanal, ticket_id: str) -> list[str]:
    return [row.conteudo for row in ditas(cena, ticket_id)]


def guardado(cena: CenaDeCanal, ticket_id: str) -> TicketRow:
    row = cena.loja.um(TicketRow, EMPRESA, ticket_id)
    assert row is not None
    return row


def test_who_has_waited_so_long_is_told_once_and_by_nobody() -> None:
    cena = com_politica()
    primeiro, segundo = cena.escreve(JOAO).ticket_id, cena.escreve(MARIA).ticket_id
    cena.mundo.avancar(29 * SEGUNDO)
    assert textos(cena, segundo) == []
    cena.mundo.avancar(SEGUNDO)
    (dita,) = ditas(cena, segundo)
    assert (dita.conteudo, dita.remetente_id, dita.direcao) == ("Você é o 2º de 2.", None, "enviada")
    assert textos(cena, primeiro) == ["Você é o 1º de 2."]
    enviado = next(um for um in cena.toma() if um.id == dita.id)
    assert enviado.envio is not None
    assert (enviado.envio.conteudo, enviado.envio.automatica) == ("Você é o 2º de 2.", True)
    assert b"enquantoEspera" not in msgspec.json.encode(enviado)
    row = guardado(cena, segundo)
    assert (row.data_primeira_resposta, row.rota, row.status) == (None, None, "ABERTO")
    cena.mundo.avancar(24 * HORA)
    assert len(ditas(cena, segundo)) == 1


def test_the_message_its_job_its_event_and_that_it_was_due_are_one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    cena = com_politica()
    ticket = cena.escreve().ticket_id
    lotes: list[Batch] = []
    gravar_lote = cena.loja.commit

    async def guardar(lote: Batch) -> None:
        lotes.append(lote)
        await gravar_lote(lote)

    monkeypatch.setattr(cena.loja, "commit", guardar)
    cena.mundo.avancar(30 * SEGUNDO)
    (lote,) = (um for um in lotes if MensagemRow in um.rows)
    assert {MensagemRow, EnvioRow, EventoRow, TicketRow} <= lote.rows.keys()
    evento = cena.eventos("nova_mensagem")[-1]
    assert (evento.ator_papel, evento.ator_id, evento.ticket_id) == ("sistema", None, ticket)


@pytest.mark.parametrize("reinicios", [(), (10,), (40,), (10, 40, 100, 160, 10_000)])
def test_it_is_repeated_so_often_and_a_restart_neither_doubles_nor_loses_one(reinicios: tuple[int, ...]) -> None:
    cena = com_politica(MensagemDeEspera(texto="{posicao}", apos_segundos=30, repetir_segundos=60, maximo=3))
    ticket, comecou, quando = cena.escreve().ticket_id, cena.clock.now(), list[int]()
    for passado in range(0, 600, 10):
        if passado in reinicios:
            cena.reiniciar()
        cena.mundo.avancar(10 * SEGUNDO)
        quando = [(row.criada_em - comecou) // SEGUNDO for row in ditas(cena, ticket)]
    assert quando == [30, 90, 150]


def test_what_was_due_while_the_node_was_down_is_said_once_when_it_is_back() -> None:
    cena = com_politica(DEZ_VEZES)
    ticket = cena.escreve().ticket_id
    cena.mundo.fechar()
    cena.clock.advance_to(cena.clock.now() + 10 * MINUTO)
    cena.reiniciar()
    cena.mundo.avancar(10 * SEGUNDO)
    assert len(ditas(cena, ticket)) == 1
    cena.mundo.avancar(MINUTO)
    assert len(ditas(cena, ticket)) == 2


def test_whom_somebody_has_is_told_nothing_and_who_comes_back_to_the_line_is_told_again() -> None:
    cena = com_politica(DEZ_VEZES)
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(30 * SEGUNDO)
    ana = cena.atendente("ana")
    assert cena.dono(ticket) == ana
    cena.mundo.avancar(HORA)
    assert len(ditas(cena, ticket)) == 1
    assert guardado(cena, ticket).rota is None
    cena.presenca(ana, online=False)
    cena.mundo.avancar(30 * SEGUNDO)
    assert cena.dono(ticket) is None
    assert len(ditas(cena, ticket)) == 2


@pytest.mark.parametrize("como", ["atribuir", "encerrar", "pendente"])
def test_it_is_not_said_when_it_came_to_an_end_in_the_same_moment(como: str) -> None:
    cena = com_politica()
    ticket = cena.escreve().ticket_id
    ana = cena.atendente("ana", online=False)
    cena.mundo.avancar(30 * SEGUNDO - 1)
    if como == "atribuir":
        cena.atribuir(ticket, ana, forcar=True)
    elif como == "encerrar":
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    else:
        cena.mudar(ticket, "PENDENTE")
    cena.mundo.avancar(HORA)
    assert textos(cena, ticket) == []


def test_what_no_connector_has_taken_yet_is_not_sent_once_somebody_has_the_ticket() -> None:
    cena = com_politica()
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(30 * SEGUNDO)
    (dita,) = ditas(cena, ticket)
    cena.atendente("ana")
    assert [um.id for um in cena.toma() if um.id == dita.id] == []
    depois = cena.guardada(dita.id)
    assert (depois.status_entrega, depois.erro_entrega) == ("falhou", "O contato não espera mais na fila")
    resposta = cena.responde(ticket)
    assert [um.id for um in cena.toma()] == [resposta.id]


def test_what_lay_about_for_long_is_not_sent() -> None:
    cena = com_politica()
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(30 * SEGUNDO)
    (dita,) = ditas(cena, ticket)
    cena.reiniciar()
    cena.mundo.avancar(5 * MINUTO)
    assert cena.toma() == []
    assert cena.guardada(dita.id).erro_entrega == "Já passou"


def pausado(cena: CenaDeCanal) -> None:
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id, motivo="manutenção"))


def desligado(cena: CenaDeCanal) -> None:
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=False))


@pytest.mark.parametrize("parar", [pausado, desligado])
def test_what_the_canal_does_not_send_now_is_left_out_and_the_next_is_said_in_its_time(parar: Any) -> None:
    cena = com_politica(DEZ_VEZES)
    ticket = cena.escreve().ticket_id
    parar(cena)
    cena.mundo.avancar(20 * MINUTO)
    assert textos(cena, ticket) == []
    assert guardado(cena, ticket).rota is None, "it was due ten times"


def test_outside_the_window_of_whatsapp_nothing_is_said() -> None:
    cena = com_politica(
        MensagemDeEspera(texto="{posicao}", apos_segundos=24 * 3_600 - 1, repetir_segundos=60, maximo=10)
    )
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(25 * HORA)
    assert len(ditas(cena, ticket)) == 1


def test_a_canal_that_was_deleted_meanwhile_says_nothing_and_what_took_its_place_does() -> None:
    cena = com_politica()
    outro = cena.canal("Outro")
    ticket = cena.escreve().ticket_id
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=cena.canal_id, realocar=outro))
    cena.mundo.avancar(30 * SEGUNDO)
    (dita,) = ditas(cena, ticket)
    assert cena.envio(dita.id).canal_id == outro


def test_a_ticket_that_no_canal_carries_is_told_nothing() -> None:
    cena = com_politica()
    ticket = cena.ticket()
    cena.mundo.avancar(HORA)
    assert textos(cena, ticket) == []
    assert guardado(cena, ticket).rota is None


def test_a_visitor_of_a_site_finds_it_in_its_conversation() -> None:
    cena = com_politica(tipo="webchat")
    ticket = cena.escreve(Endereco("visitante", "s1")).ticket_id
    cena.mundo.avancar(30 * SEGUNDO)
    assert [(row.conteudo, row.status_entrega) for row in ditas(cena, ticket)] == [("Você é o 1º de 1.", "enviado")]


# -- the policy changes meanwhile --------------------------------------------------------------------------------------


def test_what_is_said_is_what_the_policy_says_then_at_the_time_that_was_set_before() -> None:
    cena = com_politica()
    ticket = cena.escreve().ticket_id
    gravar(cena, MensagemDeEspera(texto="nº {numero}", apos_segundos=3_600))
    cena.mundo.avancar(30 * SEGUNDO)
    assert textos(cena, ticket) == [f"nº {guardado(cena, ticket).numero}"]


def test_a_policy_that_says_nothing_any_more_ends_it_for_those_who_wait() -> None:
    cena = com_politica(DEZ_VEZES)
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(30 * SEGUNDO)
    gravar(cena, None)
    cena.mundo.avancar(HORA)
    assert len(ditas(cena, ticket)) == 1
    assert guardado(cena, ticket).rota is None


@pytest.mark.parametrize("reinicia", [False, True])
def test_who_came_before_the_policy_is_not_told(*, reinicia: bool) -> None:
    cena = com_politica(None)
    antes = cena.escreve(JOAO).ticket_id
    gravar(cena, AVISO)
    depois = cena.escreve(MARIA).ticket_id
    if reinicia:
        cena.reiniciar()
    cena.mundo.avancar(HORA)
    assert (textos(cena, antes), len(ditas(cena, depois))) == ([], 1)


# -- other lines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("como", ["transferir", "excluir a fila"])
def test_in_another_fila_its_policy_counts_from_when_it_came(como: str) -> None:
    cena = CenaDeCanal()
    uma = cena.pedir(CriarFila(quem=ADMIN, nome="Uma")).row.id
    gravar(cena, AVISO, uma)
    gravar(cena, MensagemDeEspera(texto="outra: {posicao}", apos_segundos=60))
    ticket = cena.escreve().ticket_id
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=uma))
    cena.mundo.avancar(20 * SEGUNDO)
    if como == "transferir":
        cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=cena.geral))
    else:
        cena.pedir(ExcluirFila(quem=ADMIN, fila_id=uma, realocar=cena.geral))
    cena.mundo.avancar(59 * SEGUNDO)
    assert textos(cena, ticket) == []
    cena.mundo.avancar(SEGUNDO)
    assert textos(cena, ticket) == ["outra: 1"]


def test_while_the_fila_is_closed_nothing_is_said_but_when_it_opens() -> None:
    cena = CenaDeCanal()
    hora = (cena.clock.now() // HORA + 3) % 24
    de, ate = f"{hora:02d}:00", f"{hora + 1:02d}:00" if hora < 23 else "24:00"
    dias = dict.fromkeys(("seg", "ter", "qua", "qui", "sex", "sab", "dom"), ((de, ate),))
    gravar(cena, AVISO, horario=Horario(fuso="UTC", dias=dias))  # type: ignore[arg-type]  # days of the week
    ticket = cena.escreve().ticket_id
    abre_em = (cena.clock.now() // HORA + 3) * HORA
    cena.mundo.avancar(abre_em - cena.clock.now() + 29 * SEGUNDO)
    assert textos(cena, ticket) == []
    cena.mundo.avancar(SEGUNDO)
    assert textos(cena, ticket) == ["Você é o 1º de 1."]


def test_a_fila_that_never_opens_says_nothing() -> None:
    cena = com_politica(horario=Horario())
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(HORA)
    assert textos(cena, ticket) == []
    assert guardado(cena, ticket).rota is None


@pytest.mark.parametrize("reinicia", [False, True])
def test_while_it_is_offered_nothing_is_said_but_after_nobody_took_it(*, reinicia: bool) -> None:
    cena = com_politica(modo="oferta", oferta=Oferta(segundos=60, sem_resposta=1))
    ana = cena.atendente("ana")
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(59 * SEGUNDO)
    assert textos(cena, ticket) == []
    if reinicia:
        cena.reiniciar()
        cena.presenca(ana, online=True)
    cena.mundo.avancar(HORA)
    assert textos(cena, ticket) == ["Você é o 1º de 1."]


def test_who_is_offered_it_and_takes_it_spares_the_contact_the_message() -> None:
    cena = com_politica(modo="oferta", oferta=Oferta(segundos=60))
    ana = cena.atendente("ana")
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(40 * SEGUNDO)
    cena.pedir(RecusarOferta(quem=Quem(EMPRESA, ana, "atendente"), ticket_id=ticket))
    cena.atribuir(ticket, ana)
    cena.mundo.avancar(HORA)
    assert textos(cena, ticket) == []


# -- what it says ------------------------------------------------------------------------------------------------------


def test_how_long_it_takes_is_said_where_that_is_known() -> None:
    falta = MensagemDeEspera(texto="Faltam {espera}.", texto_sem_estimativa="Já vem.", apos_segundos=1)
    cena = com_politica(falta)
    primeiro = cena.escreve(Endereco("telefone", "+5511999990000")).ticket_id
    cena.mundo.avancar(SEGUNDO)
    assert textos(cena, primeiro) == ["Já vem."]
    ana = cena.atendente("ana", capacidade=10)
    for n in range(9):
        cena.mundo.avancar(2 * MINUTO)
        cena.escreve(Endereco("telefone", f"+551199999{n + 1:04d}"))
    assert cena.ativos(ana) == 10
    ultimo = cena.escreve(Endereco("telefone", "+5511999991234")).ticket_id
    cena.mundo.avancar(SEGUNDO)
    (dito,) = textos(cena, ultimo)
    assert dito.startswith("Faltam ")
    assert dito.endswith(" minutos.")


def test_an_owner_who_is_silent_is_not_helped_by_it() -> None:
    """What is said by nobody is no answer: the contact waits for its owner as before."""
    cena = com_politica(silencio_segundos=600)
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(30 * SEGUNDO)
    ana = cena.atendente("ana")
    assert cena.dono(ticket) == ana
    row = guardado(cena, ticket)
    assert row.data_primeira_resposta is None
    assert row.rota is not None
    assert row.rota.responder_ate == cena.clock.now() + 600 * SEGUNDO


def test_what_the_contact_writes_meanwhile_does_not_put_it_off() -> None:
    cena = com_politica()
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(29 * SEGUNDO)
    cena.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="Alô?", direcao="recebida"))
    cena.mundo.avancar(SEGUNDO)
    assert len(ditas(cena, ticket)) == 1
