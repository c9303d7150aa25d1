"""Internal notes: whom they may name, what they change (nothing), and what is left of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from actors.atendente.comandos import ExcluirAtendente
from actors.comandos import Comando
from actors.fila.comandos import IncluirMembro
from actors.ticket.comandos import (
    AtualizarTicket,
    CriarNota,
    EditarNota,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirNota,
    ExcluirTicket,
)
from engine.errors import Conflict, Invalid
from engine.eventos import DE_NOTAS
from engine.exclusao import sem_o_excluido
from engine.modelo import EnvioRow, EventoRow, MensagemRow, NotaRow, Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.actors.cena_sla import HORA, CenaSla

CHEFE = Quem(EMPRESA, "00000000-0000-7000-8000-0000000000cc", "supervisor")


@pytest.fixture
def cena() -> Cena:
    return Cena()


def como(id_: str) -> Quem:
    return Quem(EMPRESA, id_, "atendente")


def nota(cena: Cena, ticket_id: str, conteudo: str = "cuidado", quem: Quem = CHEFE, **campos: Any) -> NotaRow:
    return cena.pedir(CriarNota(quem=quem, ticket_id=ticket_id, conteudo=conteudo, **campos))


def editada(cena: Cena, antes: NotaRow, quem: Quem = CHEFE, **campos: Any) -> NotaRow:
    return cena.pedir(EditarNota(quem=quem, ticket_id=antes.ticket_id, nota=antes, **campos))


def das_notas(cena: Cena, *tipos: str) -> list[EventoRow]:
    return [evento for evento in cena.eventos() if evento.tipo in tipos]


def ditos(cena: Cena, tipo: str) -> list[dict[str, Any]]:
    return [json.loads(evento.dados) for evento in cena.eventos(tipo)]


def test_a_note_is_told_once_with_what_it_says_and_is_no_message(cena: Cena) -> None:
    ticket = cena.ticket()
    row = nota(cena, ticket, "linha 1\n\tlinha 2 👀")
    assert (row.ticket_id, row.autor_id, row.mencoes, row.editada_em) == (ticket, CHEFE.id, (), None)
    (evento,) = cena.eventos("nota_interna")
    assert (evento.seq, evento.ticket_id, evento.ator_id) == (row.seq, ticket, CHEFE.id)
    dito = json.loads(evento.dados)
    assert (dito["id"], dito["conteudo"], dito["contatoId"]) == (row.id, row.conteudo, cena.ver(ticket).contato_id)
    assert not [*cena.loja.de(MensagemRow, EMPRESA)]
    assert not [*cena.loja.de(EnvioRow, EMPRESA)]
    assert not cena.eventos("nova_mensagem")


@pytest.mark.parametrize("status", ["ABERTO", "PENDENTE", "RESOLVIDO", "FECHADO"])
def test_a_note_changes_nothing_of_its_ticket_whatever_its_status(cena: Cena, status: Any) -> None:
    ticket = cena.ticket()
    if status != "ABERTO":
        cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status=status))
    antes, eventos = cena.ver(ticket), len(cena.eventos())
    row = nota(cena, ticket)
    editada(cena, row, conteudo="outra coisa")
    cena.pedir(ExcluirNota(quem=CHEFE, ticket_id=ticket, nota_id=row.id, autor_id=row.autor_id))
    assert cena.ver(ticket) == antes
    assert [evento.tipo for evento in cena.eventos()[eventos:]] == ["nota_interna", "nota_atualizada", "nota_excluida"]


def test_a_note_is_no_first_response_and_does_not_end_the_patience_with_a_silent_owner(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    nota(cena, ticket, quem=como(ana))
    assert cena.ver(ticket).data_primeira_resposta is None
    cena.pedir(EnviarMensagem(quem=como(ana), ticket_id=ticket, conteudo="olá"))
    assert cena.ver(ticket).data_primeira_resposta is not None


def test_there_is_none_of_a_ticket_that_is_deleted_or_was_never_there(cena: Cena) -> None:
    ticket = cena.ticket()
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket))
    for id_ in (ticket, CHEFE.id or ""):
        assert cena.recusa(CriarNota(quem=CHEFE, ticket_id=id_, conteudo="x")) == "ticket_nao_encontrado"


def test_who_does_not_see_the_ticket_writes_none_and_a_connector_never_does(cena: Cena) -> None:
    outra = cena.fila("Outra")
    bia = cena.atendente("bia", outra)
    ticket = cena.ticket()
    assert cena.recusa(CriarNota(quem=como(bia), ticket_id=ticket, conteudo="x")) == "ticket_sem_acesso"
    conector = Quem(EMPRESA, "00000000-0000-7000-8000-0000000000dd", "conector")
    assert cena.recusa(CriarNota(quem=conector, ticket_id=ticket, conteudo="x")) == "papel_sem_permissao"
    assert not das_notas(cena, *DE_NOTAS)


# -- mentions ----------------------------------------------------------------------------------------------------------


def test_each_who_is_named_is_told_once_by_an_event_of_its_own(cena: Cena) -> None:
    ana, bia = cena.atendente("ana"), cena.atendente("bia")
    ticket = cena.ticket()
    row = nota(cena, ticket, mencoes=(bia, ana, bia))
    assert row.mencoes == (bia, ana)
    assert [evento.lugares for evento in cena.eventos("mencao")] == [bia, ana]
    dito = ditos(cena, "mencao")[0]
    assert dito == {
        "atendenteId": bia, "notaId": row.id, "ticketId": ticket, "ticketNumero": 1, "autorId": CHEFE.id,
    }  # fmt: skip


def test_an_id_of_nobody_is_named_with_its_place_and_nothing_is_done(cena: Cena) -> None:
    ana, bia = cena.atendente("ana"), cena.atendente("bia")
    ticket = cena.ticket()
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=bia))
    erro = cena.erro(CriarNota(quem=CHEFE, ticket_id=ticket, conteudo="x", mencoes=(ana, bia, CHEFE.id or "")))
    assert isinstance(erro, Invalid)
    assert [um.campo for um in erro.detalhes] == ["mencoes[1]", "mencoes[2]"]
    assert not das_notas(cena, *DE_NOTAS)


def test_who_does_not_see_the_ticket_cannot_be_named_until_it_does(cena: Cena) -> None:
    outra = cena.fila("Outra")
    bia = cena.atendente("bia", outra)
    ticket = cena.ticket()
    comando = CriarNota(quem=CHEFE, ticket_id=ticket, conteudo="x", mencoes=(bia,))
    erro = cena.erro(comando)
    assert isinstance(erro, Conflict)
    assert (erro.codigo, [um.campo for um in erro.detalhes]) == ("mencao_sem_acesso", ["mencoes[0]"])
    cena.pedir(IncluirMembro(quem=ADMIN, fila_id=cena.geral, atendente_id=bia))
    assert cena.pedir(comando).mencoes == (bia,)


def test_the_owner_of_a_ticket_can_be_named_though_it_is_not_of_its_fila(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    assert cena.dono(ticket) == ana
    outra = cena.fila("Outra")
    bia = cena.atendente("bia", outra)
    assert nota(cena, ticket, mencoes=(ana,)).mencoes == (ana,)
    assert cena.recusa(CriarNota(quem=CHEFE, ticket_id=ticket, conteudo="x", mencoes=(bia,))) == "mencao_sem_acesso"


# -- changed, deleted --------------------------------------------------------------------------------------------------


def test_a_note_that_is_changed_tells_only_those_who_are_named_anew(cena: Cena) -> None:
    ana, bia = cena.atendente("ana"), cena.atendente("bia")
    ticket = cena.ticket()
    row = nota(cena, ticket, mencoes=(ana,))
    depois = editada(cena, row, conteudo="melhor dito", mencoes=(bia, ana))
    assert (depois.conteudo, depois.mencoes, depois.seq) == ("melhor dito", (bia, ana), row.seq)
    assert depois.editada_em == cena.clock.now()
    assert [evento.lugares for evento in cena.eventos("mencao")] == [ana, bia]
    assert [um["conteudo"] for um in ditos(cena, "nota_atualizada")] == ["melhor dito"]
    assert cena.loja.um(NotaRow, EMPRESA, row.id) == depois


def test_a_change_that_changes_nothing_is_no_event(cena: Cena) -> None:
    ana = cena.atendente("ana")
    row = nota(cena, cena.ticket(), mencoes=(ana,))
    antes = len(cena.eventos())
    assert editada(cena, row) == row
    assert editada(cena, row, conteudo=row.conteudo, mencoes=(ana, ana)) == row
    assert len(cena.eventos()) == antes


def test_only_who_wrote_it_changes_a_note_and_a_supervisor_may_delete_it(cena: Cena) -> None:
    ana, bia = cena.atendente("ana"), cena.atendente("bia")
    row = nota(cena, cena.ticket(), quem=como(ana))
    for outro in (como(bia), CHEFE, ADMIN):
        mudar = EditarNota(quem=outro, ticket_id=row.ticket_id, nota=row, conteudo="outra")
        assert cena.recusa(mudar) == "nota_alheia"
    excluir = ExcluirNota(quem=como(bia), ticket_id=row.ticket_id, nota_id=row.id, autor_id=ana)
    assert cena.recusa(excluir) == "nota_alheia"
    cena.pedir(replace(excluir, quem=CHEFE))
    apagada = cena.loja.um(NotaRow, EMPRESA, row.id)
    assert apagada is not None
    assert (apagada.conteudo, apagada.mencoes, apagada.excluida_em) == ("", (), cena.clock.now())


def test_what_is_deleted_is_not_given_back_by_a_change_that_came_too_late(cena: Cena) -> None:
    row = nota(cena, cena.ticket(), "segredo")
    mudar = EditarNota(quem=CHEFE, ticket_id=row.ticket_id, nota=row, conteudo="segredo, e mais")
    excluir = ExcluirNota(quem=CHEFE, ticket_id=row.ticket_id, nota_id=row.id, autor_id=CHEFE.id)
    mudancas: tuple[Comando[Any], ...] = (excluir, mudar)
    for comandos in (mudancas, mudancas[::-1]):
        for comando in comandos:
            cena.enviar(comando)
        cena.mundo.assentar()
        guardada = cena.loja.um(NotaRow, EMPRESA, row.id)
        assert guardada is not None
        assert guardada.conteudo == ""


def test_what_is_caught_up_with_after_a_deletion_says_nothing_of_what_was_deleted(cena: Cena) -> None:
    ticket = cena.ticket()
    uma, outra = nota(cena, ticket, "uma"), nota(cena, ticket, "outra")
    editada(cena, uma, conteudo="uma, mudada")
    cena.pedir(ExcluirNota(quem=CHEFE, ticket_id=ticket, nota_id=uma.id, autor_id=CHEFE.id))
    (exclusao,) = cena.eventos("nota_excluida")
    restam = [json.loads(sem_o_excluido(e, exclusao).dados) for e in das_notas(cena, "nota_interna", "nota_atualizada")]
    assert [(um["id"], um["conteudo"]) for um in restam] == [(uma.id, ""), (outra.id, "outra"), (uma.id, "")]
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket))
    (exclusao,) = cena.eventos("ticket_excluido")
    restam = [json.loads(sem_o_excluido(e, exclusao).dados) for e in das_notas(cena, "nota_interna", "nota_atualizada")]
    assert {um["conteudo"] for um in restam} == {""}
    assert all("arquivoUrl" not in um for um in restam)


# -- what is promised ------------------------------------------------------------------------------------------------


def test_a_note_ends_no_target_and_moves_none() -> None:
    cena = CenaSla()
    cena.politica(primeira_resposta_segundos=3600, proxima_resposta_segundos=1800, resolucao_segundos=7200)
    ticket = cena.ticket()
    antes = cena.prazos(ticket)
    nota(cena, ticket, quem=como(cena.ana))
    assert (cena.prazos(ticket), cena.desfechos(ticket)) == (antes, {})
    cena.mundo.avancar(HORA)
    nota(cena, ticket, quem=como(cena.ana))
    assert ("primeiraResposta", None, False) in cena.ditos()
    cena.responder(ticket)
    assert cena.desfechos(ticket)["slaPrimeiraResposta"] == "violado"
