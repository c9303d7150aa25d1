"""The round over the actors: silent on an empresa in order, and every way to break one is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.no.ronda import Ronda
from engine.distribuicao import Perfil, Promessa
from engine.distribuicao.custos import VAGA, Ocupacao
from engine.invariantes import Achado, Alvo, Caderno, confirmados
from engine.invariantes.caderno import GUARDADOS
from engine.invariantes.historia import Entrega
from engine.modelo import ArremateRow, MensagemPendente, Ofertado, Rota, TicketRow
from engine.runtime import Ref
from engine.silencio.estado import Adiamento, Silencio
from engine.sla.estado import Alvo as AlvoDoSla
from engine.sla.estado import Sla
from tests.actors.cena import EMPRESA, Cena

OUTRA = "00000000-0000-7000-8000-0000000000ff"
HORA = 3_600_000
UMA: Ocupacao = (VAGA, 0)
"""What a ticket takes of whoever has it."""


class Casa:
    """Ana is at work on two tickets, Bia is away, Caio is on a break; two more wait, the older one first."""

    def __init__(self) -> None:
        self.cena = cena = Cena()
        self.fila = cena.fila("vendas")
        self.canal = cena.canal("zap")
        self.ana = cena.atendente("ana", self.fila, capacidade=2)
        self.bia = cena.atendente("bia", self.fila, online=False)
        self.caio = cena.atendente("caio", self.fila)
        cena.presenca(self.caio, online=True, estado="pausa")
        self.dela = [cena.ticket(self.fila), cena.ticket(self.fila, canal=self.canal)]
        self.esperam = [cena.ticket(self.fila, canal=self.canal), cena.ticket(self.fila)]
        cena.mundo.avancar(HORA)
        self.entregas: list[Entrega] = []

    @property
    def viva(self) -> EmpresaViva:
        return self.cena.mundo.vivas[EMPRESA]

    def perfil(self, atendente_id: str) -> Perfil:
        return self.viva.distribuicao._distribuidor.perfis[atendente_id]

    def mudar(self, ref: Ref[Any], **campos: object) -> Any:
        """Have an actor publish another row, behind everybody's back."""
        assert ref.actor is not None
        assert ref.actor.row is not None
        ref.actor.row = replace(ref.actor.row, **campos)
        return ref.actor.row

    def ticket(self, ticket_id: str, **campos: object) -> TicketRow:
        row: TicketRow = self.mudar(self.viva.diretorio.tickets[ticket_id], **campos)
        return row

    def por_na_linha(self, row: TicketRow) -> None:
        pareador = self.viva.distribuicao._distribuidor._pareador
        pareador.por(pareador.linhas[self.fila], row, self.viva.dispatcher.now())

    def achados(self) -> list[Achado]:
        """What is amiss, and is so still when it is looked at again."""
        antes, depois = Caderno(), Caderno()
        for _ in Ronda(self.viva, antes, self.entregas).tudo():
            pass
        for _ in Ronda(self.viva, depois, self.entregas).de_novo(antes.achados()):
            pass
        return [achado for deste in confirmados(antes, depois).values() for achado in deste]


@pytest.fixture
def casa() -> Casa:
    return Casa()


def sem_dono(casa: Casa) -> None:
    casa.ticket(casa.dela[0], atendente_id=None)


def esperando_com_dono(casa: Casa) -> None:
    casa.ticket(casa.esperam[0], atendente_id=casa.bia)


def sem_vaga(casa: Casa) -> None:
    """And no room for another either, as if it had been less from the start."""
    perfil = casa.perfil(casa.ana)
    perfil.desocupar(casa.dela[0])
    perfil.recebe, perfil.vagas, perfil.teto = False, 0, 0


def vaga_de_outro(casa: Casa) -> None:
    casa.perfil(casa.bia).ocupar(casa.esperam[0], UMA)


def conta_errada(casa: Casa) -> None:
    casa.perfil(casa.bia).usado = 300


def prometido_demais(casa: Casa) -> None:
    prometer(casa, casa.perfil(casa.ana), casa.esperam[0])


def prometer(casa: Casa, perfil: Perfil, ticket_id: str) -> None:
    distribuidor, row = casa.viva.distribuicao._distribuidor, casa.viva.diretorio.ticket_row(ticket_id)
    assert row is not None
    distribuidor.promessas[ticket_id] = Promessa(row, [perfil])
    distribuidor.linhas[row.fila_id].tirar(ticket_id)
    perfil.prometer(ticket_id, UMA)


def cabe_mais_um(casa: Casa, atendente_id: str) -> Perfil:
    """The distribution, and whoever asks, takes an agent to have room for one more than it was left with."""
    perfil = casa.perfil(atendente_id)
    perfil.row = casa.mudar(casa.viva.diretorio.atendentes[atendente_id], capacidade=perfil.row.capacidade + 1)
    perfil.recontar()
    return perfil


def vaga_para_ninguem(casa: Casa) -> None:
    cabe_mais_um(casa, casa.ana).prometer(casa.esperam[0], UMA)


def espera_a_toa(casa: Casa) -> None:
    cabe_mais_um(casa, casa.ana)


def fora_da_linha(casa: Casa) -> None:
    casa.viva.distribuicao._distribuidor.linhas[casa.fila].tirar(casa.esperam[1])


def noutro_lugar_da_linha(casa: Casa) -> None:
    casa.ticket(casa.esperam[1], prioridade="URGENTE")


def na_linha_sem_esperar(casa: Casa) -> None:
    row = casa.viva.diretorio.ticket_row(casa.dela[0])
    assert row is not None
    casa.por_na_linha(row)


def passado_para_tras(casa: Casa) -> None:
    """It looks as if it had waited since before all others; and these were given since, over some time."""
    casa.por_na_linha(casa.ticket(casa.esperam[1], aguardando_desde=0, atualizado_em=0))
    agora = casa.viva.dispatcher.now()
    for n, ticket_id in enumerate([*casa.dela, casa.cena.ticket(casa.fila)]):
        em = agora - n * 1_000
        casa.ticket(ticket_id, status="EM_ANDAMENTO", atendente_id=casa.ana, atualizado_em=em)
        casa.entregas.append(Entrega(ticket_id, casa.fila, casa.ana, em))


def recebe_sem_estar(casa: Casa) -> None:
    abrir(casa.perfil(casa.bia))


def recebe_na_pausa(casa: Casa) -> None:
    abrir(casa.perfil(casa.caio))


def abrir(perfil: Perfil) -> None:
    """It is given work, whatever its row says."""
    perfil.recebe, perfil.teto, perfil.vagas = True, perfil.row.capacidade * VAGA, 1


def duas_conversas(casa: Casa) -> None:
    for ticket_id in (casa.dela[1], casa.esperam[0]):
        casa.ticket(ticket_id, do_canal=True)


def canal_que_nao_ha(casa: Casa) -> None:
    casa.viva.diretorio.canais.clear()


def fila_que_nao_ha(casa: Casa) -> None:
    del casa.viva.diretorio.filas[casa.fila]


def dono_que_nao_ha(casa: Casa) -> None:
    del casa.viva.diretorio.atendentes[casa.ana]


def quem_atende(casa: Casa) -> None:
    casa.viva.diretorio.membros_de[casa.fila].discard(casa.bia)
    casa.viva.diretorio.filas_de[casa.bia].discard(casa.fila)


def prometido_a_quem_nao_atende(casa: Casa) -> None:
    quem_atende(casa)
    perfil = casa.perfil(casa.bia)
    abrir(perfil)
    prometer(casa, perfil, casa.esperam[0])


def atendente_de_antes(casa: Casa) -> None:
    casa.mudar(casa.viva.diretorio.atendentes[casa.bia], nome="Outra")


def fila_de_antes(casa: Casa) -> None:
    casa.mudar(casa.viva.diretorio.filas[casa.fila], prioridade=9)


def atendente_desconhecido(casa: Casa) -> None:
    distribuidor = casa.viva.distribuicao._distribuidor
    del distribuidor.perfis[casa.bia]


def oferta_vencida(casa: Casa) -> None:
    casa.ticket(casa.esperam[0], rota=Rota(oferta=Ofertado((casa.ana,), 1)))


def mensagem_vencida(casa: Casa) -> None:
    casa.ticket(casa.esperam[0], rota=Rota(mensagem_de_espera=MensagemPendente(1)))


def silencio_vencido(casa: Casa) -> None:
    casa.ticket(casa.dela[0], silencio=Silencio(0, vence=1))


def adiamento_vencido(casa: Casa) -> None:
    casa.ticket(casa.dela[0], status="PENDENTE", adiamento=Adiamento(1, "EM_ANDAMENTO"))


def dono_calado(casa: Casa) -> None:
    casa.ticket(casa.dela[0], rota=Rota(responder_ate=1))


def sla_vencido(casa: Casa) -> None:
    casa.ticket(casa.dela[0], sla=Sla("p", 1, resolucao=AlvoDoSla(0, 1, 1, proximo=1), vence=1))


def arremate_vencido(casa: Casa) -> None:
    casa.perfil(casa.bia).arrematar(ArremateRow(EMPRESA, casa.dela[0], casa.bia, 1, VAGA))


def distribuicao_atrasada(casa: Casa) -> None:
    casa.viva.distribuicao._distribuidor._pareador.agenda.marcar(("fila", casa.fila, ""), 1)


ESTRAGOS: list[tuple[Callable[[Casa], object], set[tuple[int, str]]]] = [
    (sem_dono, {(1, "dono_e_status"), (1, "vaga_de_outro")}),
    (esperando_com_dono, {(1, "dono_e_status")}),
    (sem_vaga, {(1, "sem_vaga")}),
    (vaga_de_outro, {(1, "vaga_de_outro")}),
    (lambda c: c.viva.contagens.abertos_por_fila.tirar(c.fila, c.dela[0]), {(1, "contagem_da_fila")}),
    (lambda c: c.viva.contagens.abertos_por_canal.tirar(c.canal, c.dela[1]), {(1, "contagem_do_canal")}),
    (lambda c: c.viva.contagens.por_contato._abertos.clear(), {(1, "contagem_do_contato")}),
    (conta_errada, {(2, "conta_errada")}),
    (prometido_demais, {(2, "prometido_demais")}),
    (vaga_para_ninguem, {(2, "vaga_de_ninguem")}),
    (espera_a_toa, {(3, "espera_a_toa")}),
    (fora_da_linha, {(3, "fora_da_linha")}),
    (noutro_lugar_da_linha, {(3, "fora_da_linha")}),
    (na_linha_sem_esperar, {(3, "na_linha_sem_esperar")}),
    (recebe_sem_estar, {(5, "recebe_sem_estar")}),
    (recebe_na_pausa, {(5, "recebe_sem_estar")}),
    (lambda c: c.viva.contagens.online.add(c.bia), {(5, "contagem_online")}),
    (duas_conversas, {(9, "duas_conversas")}),
    (lambda c: c.ticket(c.dela[0], numero=99), {(10, "numero_nao_dado")}),
    (lambda c: c.ticket(c.dela[0], empresa_id=OUTRA), {(11, "ticket_de_outra_empresa")}),
    (canal_que_nao_ha, {(11, "canal_que_nao_ha")}),
    (fila_que_nao_ha, {(11, "fila_que_nao_ha"), (12, "fila_desconhecida")}),
    (dono_que_nao_ha, {(11, "dono_que_nao_ha"), (12, "atendente_desconhecido")}),
    (quem_atende, {(12, "quem_atende"), (12, "filas_do_atendente")}),
    (prometido_a_quem_nao_atende, {(12, "quem_atende"), (12, "filas_do_atendente"),
                                   (12, "prometido_a_quem_nao_atende"), (5, "recebe_sem_estar")}),
    (atendente_de_antes, {(12, "atendente_de_antes")}),
    (fila_de_antes, {(12, "fila_de_antes")}),
    (atendente_desconhecido, {(12, "atendente_desconhecido")}),
    (oferta_vencida, {(13, "oferta_vencida"), (3, "fora_da_linha")}),
    (mensagem_vencida, {(13, "mensagem_vencida")}),
    (silencio_vencido, {(13, "silencio_vencido")}),
    (adiamento_vencido, {(13, "adiamento_vencido")}),
    (dono_calado, {(13, "dono_calado")}),
    (sla_vencido, {(13, "sla_vencido")}),
    (arremate_vencido, {(13, "arremate_vencido")}),
    (distribuicao_atrasada, {(13, "distribuicao_atrasada")}),
    (lambda c: c.mudar(c.viva.diretorio.atendentes[c.bia], empresa_id=OUTRA),
     {(11, "atendente_de_outra_empresa"), (12, "atendente_de_antes")}),
]  # fmt: skip


def test_an_empresa_in_order_shows_nothing(casa: Casa) -> None:
    assert casa.achados() == []


@pytest.mark.parametrize(
    ("estrago", "esperados"), ESTRAGOS, ids=[" ".join(c for _, c in sorted(e)) for _, e in ESTRAGOS]
)
def test_every_way_to_break_an_empresa_is_seen(
    casa: Casa, estrago: Callable[[Casa], object], esperados: set[tuple[int, str]]
) -> None:
    estrago(casa)
    vistos = casa.achados()
    assert {(achado.numero, achado.codigo) for achado in vistos} == esperados
    assert all(achado.mensagem and achado.sobre for achado in vistos)


def test_a_ticket_that_is_passed_over_again_and_again_is_seen(casa: Casa) -> None:
    passado_para_tras(casa)
    assert (4, "passado_para_tras") in {(achado.numero, achado.codigo) for achado in casa.achados()}


def test_a_ticket_that_is_passed_over_once_may_have_been_promised_meanwhile(casa: Casa) -> None:
    passado_para_tras(casa)
    del casa.entregas[1:]
    assert 4 not in {achado.numero for achado in casa.achados()}


def test_a_grace_period_that_does_not_end_is_seen(casa: Casa) -> None:
    row = casa.mudar(casa.viva.diretorio.atendentes[casa.ana], offline_em=1)
    casa.perfil(casa.ana).row = row
    assert [(achado.numero, achado.codigo) for achado in casa.achados()] == [(13, "graca_vencida")]


def test_what_is_in_order_again_at_the_second_look_is_not_told(casa: Casa) -> None:
    antes, depois = Caderno(), Caderno()
    espera_a_toa(casa)
    for _ in Ronda(casa.viva, antes).tudo():
        pass
    assert [achado.codigo for achado in antes.achados()] == ["espera_a_toa"] * 2
    casa.perfil(casa.ana).vagas = 0
    for _ in Ronda(casa.viva, depois).de_novo(antes.achados()):
        pass
    assert confirmados(antes, depois) == {}


def test_an_actor_that_is_out_of_order_is_not_held_against_anybody(casa: Casa) -> None:
    """What it last saved stands, and it keeps the slot that it has."""
    ref = casa.viva.diretorio.tickets[casa.dela[0]]
    ref.state = 1
    casa.ticket(casa.dela[0], status="ABERTO")
    assert casa.achados() == []


def test_while_the_distribution_is_made_anew_only_the_rows_are_looked_at(casa: Casa) -> None:
    espera_a_toa(casa)
    casa.viva.distribuicao._conhece = False
    assert casa.achados() == []
    sem_dono(casa)
    assert [achado.codigo for achado in casa.achados()] == ["dono_e_status"]


def test_a_round_stops_often_and_its_slices_are_bounded(casa: Casa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.no.ronda.TRABALHO", 1)
    for n in range(20):
        casa.cena.ticket(casa.fila, nome=f"Contato {n}")
    assert sum(1 for _ in Ronda(casa.viva, Caderno()).tudo()) > 3 * 20


def test_only_so_many_findings_of_one_kind_are_kept_and_the_rest_is_counted() -> None:
    caderno = Caderno()
    for n in range(GUARDADOS + 7):
        caderno.anotar(1, "x", "…", Alvo(ticket_id=str(n)))
    assert (len(list(caderno.achados())), caderno.demais[1]) == (GUARDADOS, 7)
