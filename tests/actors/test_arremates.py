"""Wrap-up: it ends when its time is over, when the agent says so, or when there is nothing to wrap up any more."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from actors.atendente.comandos import EncerrarArremates, ListarAtendentes, VerArremates
from actors.empresa.comandos import AtualizarEmpresa
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, ReabrirTicket
from engine.modelo import Papel, Quem
from engine.politica.capacidade import Capacidade
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez

UM_MINUTO = Capacidade(arremate_segundos=60)


class Casa(Cena):
    """Ana has room for one, has resolved ``feito``, and wraps it up for a minute; ``espera`` waits for her."""

    def __init__(self, capacidade: int = 1) -> None:
        super().__init__()
        self.pedir(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(UM_MINUTO)))
        self.minha = self.fila("minha")
        self.ana = self.atendente("ana", self.minha, capacidade=capacidade)
        self.feito = self.ticket(self.minha)
        self.mudar(self.feito, "RESOLVIDO")

    def arremata(self) -> list[str]:
        return [um.ticket_id for um in self.pedir(VerArremates(quem=ADMIN, atendente_id=self.ana))]


@pytest.fixture
def casa() -> Casa:
    return Casa()


def quem(id_: str, papel: Papel = "atendente") -> Quem:
    return Quem(EMPRESA, id_, papel)


# -- when the agent says so


@pytest.mark.parametrize("reinicia", [False, True])
def test_who_is_done_with_it_is_free_at_once_and_stays_so_after_a_restart(casa: Casa, *, reinicia: bool) -> None:
    assert casa.arremata() == [casa.feito]
    assert casa.pedir(EncerrarArremates(quem=quem(casa.ana), atendente_id=casa.ana)) == []
    if reinicia:
        casa.reiniciar()
        casa.presenca(casa.ana, online=True)
    assert casa.arremata() == []
    assert casa.dono(casa.ticket(casa.minha)) == casa.ana


def test_what_waits_for_the_slot_is_given_and_it_is_told(casa: Casa) -> None:
    espera = casa.ticket(casa.minha)
    assert casa.dono(espera) is None
    casa.pedir(EncerrarArremates(quem=quem(casa.ana), atendente_id=casa.ana))
    assert casa.dono(espera) == casa.ana
    (dito,) = casa.eventos("arremate_encerrado")
    assert json.loads(dito.dados) == {"id": casa.ana, "ticketIds": [casa.feito]}
    assert dito.atendente_id == casa.ana


def test_one_of_several_can_be_ended_and_what_is_over_already_changes_nothing() -> None:
    casa = Casa(capacidade=2)
    outro = casa.ticket(casa.minha)
    casa.mundo.avancar(1)
    casa.mudar(outro, "RESOLVIDO")
    assert casa.arremata() == [casa.feito, outro], "the one that ends first"
    for _ in range(2):
        restam = casa.pedir(EncerrarArremates(quem=ADMIN, atendente_id=casa.ana, ticket_id=casa.feito))
        assert [um.ticket_id for um in restam] == [outro]
    assert len(casa.eventos("arremate_encerrado")) == 1
    casa.mundo.avancar(60_000)
    assert casa.arremata() == []
    casa.pedir(EncerrarArremates(quem=ADMIN, atendente_id=casa.ana))
    assert len(casa.eventos("arremate_encerrado")) == 1


def test_an_agent_ends_its_own_and_a_supervisor_those_of_others(casa: Casa) -> None:
    bia = casa.atendente("bia", casa.minha)
    assert casa.recusa(EncerrarArremates(quem=quem(bia), atendente_id=casa.ana)) == "status_de_outro"
    assert casa.recusa(VerArremates(quem=quem(bia), atendente_id=casa.ana)) == "estados_de_outro"
    assert casa.arremata() == [casa.feito]
    assert casa.pedir(EncerrarArremates(quem=quem(bia, "supervisor"), atendente_id=casa.ana)) == []


# -- when it opens again


def reabre(casa: Casa) -> None:
    casa.pedir(ReabrirTicket(quem=ADMIN, ticket_id=casa.feito))


def contato_escreve(casa: Casa) -> None:
    assert casa.recebida(casa.feito) == casa.feito


def segue(casa: Casa) -> None:
    casa.pedir(AtualizarTicket(quem=ADMIN, ticket_id=casa.feito, status="EM_ANDAMENTO"))


def retoma(casa: Casa) -> None:
    casa.pedir(AtribuirTicket(quem=quem(casa.ana), ticket_id=casa.feito, atendente_id=casa.ana))


@pytest.mark.parametrize("como", [reabre, contato_escreve, segue, retoma])
def test_what_opens_again_is_not_wrapped_up_any_more_and_its_last_agent_has_room_for_it(
    casa: Casa, como: Callable[[Casa], None]
) -> None:
    como(casa)
    assert (casa.dono(casa.feito), casa.arremata(), casa.ativos(casa.ana)) == (casa.ana, [], 1)
    casa.reiniciar()
    casa.presenca(casa.ana, online=True)
    assert casa.arremata() == [], "nor after a restart"


def test_what_waited_longer_comes_before_what_opens_again(casa: Casa) -> None:
    espera = casa.ticket(casa.minha)
    reabre(casa)
    assert (casa.dono(espera), casa.dono(casa.feito)) == (casa.ana, None)


def test_when_another_takes_it_who_wrapped_it_up_is_free(casa: Casa) -> None:
    bia = casa.atendente("bia", casa.minha)
    espera = casa.ticket(casa.minha)
    casa.mudar(espera, "PENDENTE")
    casa.atribuir(casa.feito, bia, forcar=True)
    assert (casa.dono(casa.feito), casa.arremata()) == (bia, [])
    assert casa.dono(casa.ticket(casa.minha)) == casa.ana


# -- while slots begin to be counted otherwise


@pytest.mark.parametrize("momento", range(8))
def test_what_is_resolved_or_opens_again_while_slots_are_counted_otherwise_is_counted_so(momento: int) -> None:
    with uma_mensagem_por_vez():
        casa = Casa(capacidade=3)
        outro = casa.ticket(casa.minha)
        meia = Capacidade(arremate_segundos=60, custos={"email": 0.5})
        casa.enviar(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(meia)))
        casa.mundo.andar(momento)
        casa.enviar(ReabrirTicket(quem=ADMIN, ticket_id=casa.feito))
        casa.enviar(AtualizarTicket(quem=ADMIN, ticket_id=outro, status="RESOLVIDO"))
        casa.mundo.assentar()
        assert casa.arremata() == [outro]
        perfil = casa.mundo.vivas[EMPRESA].distribuicao._distribuidor.perfis[casa.ana]
        assert (list(perfil.ocupadas), list(perfil.arremates), perfil.usado) == ([casa.feito], [outro], 200)


@pytest.mark.parametrize("momento", range(8))
def test_how_much_everybody_has_can_be_seen_while_slots_are_counted_otherwise(momento: int) -> None:
    with uma_mensagem_por_vez():
        casa = Casa(capacidade=3)
        casa.ticket(casa.minha)
        casa.enviar(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(Capacidade(custos={"email": 0.5}))))
        casa.mundo.andar(momento)
        resposta = casa.enviar(ListarAtendentes(quem=ADMIN))
        casa.mundo.assentar()
        assert [um.ativos for um in resposta.get()] == [1]
