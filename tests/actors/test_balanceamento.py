"""Spreading the load: what moves, from whom, to whom and why; and what stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.atendente.comandos import AtualizarAtendente, MudarPresenca
from actors.comandos import Comando
from actors.empresa.comandos import AtualizarEmpresa, BalancearCarga
from actors.fila.comandos import ExcluirFila, IncluirMembro
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import EnviarMensagem, TransferirTicket
from engine.balanceamento.vista import Balanceamento
from engine.modelo import Quem
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import (
    Afinidade,
    EsperaMaxima,
    HabilidadeExigida,
    Horario,
    Limite,
    Oferta,
    Politica,
    RegraDeHabilidades,
    Transbordo,
)
from engine.runtime import Reply
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez


def balancear(cena: Cena, **campos: object) -> Balanceamento:
    return cena.pedir(BalancearCarga(quem=ADMIN, **({"incluir_atribuidos": True} | campos)))  # type: ignore[arg-type]


def carregada(cena: Cena, fila: str, quantos: int = 4, capacidade: int = 5) -> tuple[str, str, list[str]]:
    """Ana has so many tickets, which came while Bia was away. Bia has come."""
    ana = cena.atendente("ana", fila, capacidade=capacidade)
    bia = cena.atendente("bia", fila, capacidade=capacidade, online=False)
    tickets = [cena.ticket(fila) for _ in range(quantos)]
    assert {cena.dono(um) for um in tickets} == {ana}
    cena.presenca(bia, online=True)
    return ana, bia, tickets


def responder(cena: Cena, ticket: str, quem: str) -> None:
    cena.pedir(EnviarMensagem(quem=Quem(EMPRESA, quem, "atendente"), ticket_id=ticket, conteudo="Olá"))


def politica(cena: Cena, fila: str, **campos: object) -> None:
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(**campos)))  # type: ignore[arg-type]


def ficaram(dito: Balanceamento) -> dict[str, str]:
    return {um.ticket_id: um.codigo for um in dito.ficaram}


# -- what somebody has -------------------------------------------------------------------------------------------------


def test_who_has_too_much_gives_what_it_has_not_answered_to_who_has_room() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    ana, bia, tickets = carregada(cena, fila)
    dito = balancear(cena)
    assert (cena.ativos(ana), cena.ativos(bia)) == (2, 2)
    assert [(um.ticket_id, um.de_atendente_id, um.para_atendente_id, um.codigo) for um in dito.movidos] == [
        (tickets[3], ana, bia, "desequilibrio"),
        (tickets[2], ana, bia, "desequilibrio"),
    ]
    assert dito.movidos[0].motivo == "ana tem mais a fazer que bia, em relação às vagas de cada um"
    assert ficaram(dito) == dict.fromkeys(tickets[:2], "equilibrado")
    assert (dito.simulado, dito.nao_movidos, dito.outros_que_ficaram, dito.incompleto) == (False, [], {}, False)


def test_asked_twice_the_second_time_moves_nothing() -> None:
    cena = Cena()
    carregada(cena, cena.fila("fila"))
    assert balancear(cena).movidos
    assert balancear(cena).movidos == []


def test_a_rehearsal_changes_nothing_and_says_the_same() -> None:
    cena = Cena()
    ana, bia, _ = carregada(cena, cena.fila("fila"))
    antes = len(cena.eventos())
    dito = balancear(cena, simular=True)
    assert dito.simulado
    assert (cena.ativos(ana), cena.ativos(bia), len(cena.eventos())) == (4, 0, antes)
    feito = balancear(cena)
    assert (dito.movidos, dito.ficaram) == (feito.movidos, feito.ficaram)


def test_what_is_owned_stays_unless_it_is_asked_for() -> None:
    cena = Cena()
    ana, _, _ = carregada(cena, cena.fila("fila"))
    dito = balancear(cena, incluir_atribuidos=False)
    assert (dito.movidos, dito.ficaram, cena.ativos(ana)) == ([], [], 4)


def test_it_is_told_as_a_transfer_is_and_written_down() -> None:
    cena = Cena()
    ana, bia, tickets = carregada(cena, cena.fila("fila"), quantos=2)
    quem = Quem(EMPRESA, ana, "supervisor")
    cena.pedir(BalancearCarga(quem=quem, incluir_atribuidos=True))
    transferido, atribuido = cena.eventos("ticket_transferido")[-1], cena.eventos("ticket_atribuido")[-1]
    dados = json.loads(transferido.dados)
    assert (dados["atendenteId"], dados["atendenteAnteriorId"]) == (bia, ana)
    assert dados["motivo"] == "Balanceamento de carga: ana tem mais a fazer que bia, em relação às vagas de cada um"
    assert (transferido.ator_id, transferido.atendente_id, transferido.atendente_anterior_id) == (ana, bia, ana)
    assert json.loads(atribuido.dados) == {"ticketId": tickets[1], "atendente": {"id": bia, "nome": "bia"}}


def test_what_was_answered_stays_until_it_is_somebody_elses() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    ana, bia, tickets = carregada(cena, fila)
    for um in tickets:
        responder(cena, um, ana)
    dito = balancear(cena)
    assert (dito.movidos, set(ficaram(dito).values())) == ([], {"respondido"})
    for um in tickets:
        cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=um, atendente_id=bia))
    assert len(balancear(cena).movidos) == 2  # nobody has answered since they were given to her


def test_what_stays_says_why() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila, capacidade=3)
    pendente, forcado, livre = (cena.ticket(fila) for _ in range(3))
    cena.mudar(pendente, "PENDENTE")
    mais = cena.ticket(fila)
    cena.atribuir(mais, ana, forcar=True)
    dito = balancear(cena)
    assert ficaram(dito) == {
        pendente: "pendente",
        mais: "forcado",
        forcado: "ninguem_com_vaga",
        livre: "ninguem_com_vaga",
    }
    assert all(um.motivo for um in dito.ficaram)


def test_nobody_gets_what_it_may_not_have() -> None:
    """One has not the skill, one is on a break, one is not of the fila, one has no room."""
    cena = Cena()
    fila, outra = cena.fila("fila"), cena.fila("outra")
    regra = RegraDeHabilidades(exige=(HabilidadeExigida(nome="espanhol"),))
    politica(cena, fila, habilidades=(regra,))
    ana = cena.atendente("ana", fila, capacidade=5)
    cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=ana, habilidades=("espanhol",)))
    for _ in range(4):
        cena.ticket(fila)
    cena.atendente("sem saber", fila, capacidade=5)
    em_pausa, lotado = cena.atendente("em pausa", fila, capacidade=5), cena.atendente("lotado", fila, outra)
    cena.presenca(em_pausa, online=True, estado="pausa")
    assert cena.dono(cena.ticket(outra)) == lotado
    for um in (em_pausa, lotado):
        cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=um, habilidades=("espanhol",)))
    cena.atendente("de fora", outra, capacidade=5)
    dito = balancear(cena, fila_id=fila)
    assert (dito.movidos, cena.ativos(ana)) == ([], 4)
    assert set(ficaram(dito).values()) == {"ninguem_com_vaga"}


@pytest.mark.parametrize(
    ("documento", "codigo"),
    [
        ({"estrategia": "MANUAL"}, "manual"),
        ({"modo": "oferta", "oferta": Oferta()}, "aceito"),
        ({"horario": Horario(dias={"dom": (("00:00", "00:01"),)})}, "fechada"),
    ],
)
def test_filas_whose_agents_choose_and_closed_ones_are_left_alone(documento: dict[str, object], codigo: str) -> None:
    cena = Cena()
    fila = cena.fila("fila")
    carregada(cena, fila)
    politica(cena, fila, **documento)
    dito = balancear(cena)
    assert (dito.movidos, set(ficaram(dito).values())) == ([], {codigo})


def test_the_share_of_an_agent_is_not_gone_beyond() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    politica(cena, fila, limite=Limite(quantidade=2, janela_segundos=3600))
    ana, bia = (cena.atendente(nome, fila, capacidade=9) for nome in ("ana", "bia"))
    tickets = [cena.ticket(fila) for _ in range(4)]
    for um in tickets:
        if cena.dono(um) == bia:
            cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=um, atendente_id=ana))
    assert (cena.ativos(ana), cena.ativos(bia)) == (4, 0)
    assert balancear(cena).movidos == []


def test_who_served_the_contact_before_keeps_it() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    politica(cena, fila, afinidade=Afinidade(segundos=60))
    ana = cena.atendente("ana", fila, capacidade=5)
    primeiro = cena.ticket(fila)
    cena.mudar(primeiro, "FECHADO")
    tickets = [cena.ticket(fila) for _ in range(4)]
    cena.atendente("bia", fila, capacidade=5)
    dito = balancear(cena)
    assert ({cena.dono(um) for um in tickets}, set(ficaram(dito).values())) == ({ana}, {"afinidade"})


def test_a_ticket_moves_once_until_it_is_answered_or_somebody_elses() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    ana, bia, tickets = carregada(cena, fila, quantos=2)
    (movido,) = balancear(cena).movidos
    cena.mudar(next(um for um in tickets if um != movido.ticket_id), "FECHADO")
    cena.presenca(ana, online=True, estado="pausa")
    mais = [cena.ticket(fila) for _ in range(2)]
    assert {cena.dono(um) for um in mais} == {bia}
    cena.presenca(ana, online=True, estado="disponivel")
    dito = balancear(cena)
    assert [um.ticket_id for um in dito.movidos] == [mais[1]]
    assert ficaram(dito)[movido.ticket_id] == "ja_movido"
    cena.mudar(movido.ticket_id, "ABERTO")
    assert ficaram(balancear(cena, simular=True)).get(movido.ticket_id) != "ja_movido"


def test_one_with_room_frees_the_only_one_who_may_have_what_waits() -> None:
    """Ana alone serves the second fila, and is full of the first, which Bia serves too."""
    cena = Cena()
    comum, rara = cena.fila("comum"), cena.fila("rara")
    ana = cena.atendente("ana", comum, rara, capacidade=2)
    for _ in range(2):
        assert cena.dono(cena.ticket(comum)) == ana
    esperando = [cena.ticket(rara) for _ in range(2)]
    bia = cena.atendente("bia", comum, capacidade=2)
    dito = balancear(cena)
    assert [um.codigo for um in dito.movidos] == ["abre_vaga", "abre_vaga"]
    assert {cena.dono(um) for um in esperando} == {ana}
    assert (cena.ativos(ana), cena.ativos(bia)) == (2, 2)
    assert balancear(cena).movidos == []


def test_only_what_one_agent_has_or_one_fila() -> None:
    cena = Cena()
    fila, outra = cena.fila("fila"), cena.fila("outra")
    ana, _, _ = carregada(cena, fila)
    caio = cena.atendente("caio", outra, capacidade=5)
    for _ in range(4):
        cena.ticket(outra)
    cena.atendente("davi", outra, capacidade=5)
    assert {um.fila_id for um in balancear(cena, fila_id=outra, simular=True).movidos} == {outra}
    do_caio = balancear(cena, incluir_atribuidos=False, atendente_id=caio, simular=True)
    assert {um.de_atendente_id for um in do_caio.movidos} == {caio}
    assert {um.de_atendente_id for um in balancear(cena).movidos} == {ana, caio}


def test_costs_and_maxima_of_canais_count() -> None:
    cena = Cena()
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(Capacidade(maximos={"whatsapp": 4}))))
    fila, canal = cena.fila("fila"), cena.canal("zap")
    ana = cena.atendente("ana", fila, capacidade=5)
    for _ in range(4):
        cena.ticket(fila, canal=canal)
    bia = cena.atendente("bia", fila, capacidade=5)
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(Capacidade(maximos={"whatsapp": 1}))))
    cena.mundo.avancar(1_000)
    dito = balancear(cena)
    assert (len(dito.movidos), cena.ativos(ana), cena.ativos(bia)) == (1, 3, 1)


def test_no_more_move_than_is_asked_for_and_it_is_said() -> None:
    cena = Cena()
    carregada(cena, cena.fila("fila"), quantos=8, capacidade=10)
    dito = balancear(cena, limite=1)
    assert (len(dito.movidos), dito.incompleto) == (1, True)
    assert set(ficaram(dito).values()) <= {"limite", "equilibrado"}
    assert len(balancear(cena).movidos) == 3


def test_fifty_that_stay_are_named_and_the_others_counted() -> None:
    cena = Cena()
    ana, _, tickets = carregada(cena, cena.fila("fila"), quantos=60, capacidade=100)
    for um in tickets:
        responder(cena, um, ana)
    dito = balancear(cena)
    assert (len(dito.ficaram), dito.outros_que_ficaram) == (50, {"respondido": 10})


# -- what waits --------------------------------------------------------------------------------------------------------


def transborda(cena: Cena, de: str, para: str, **campos: object) -> None:
    politica(cena, de, transbordos=(Transbordo(para=para, apos_segundos=3600),), **campos)


def test_what_waits_goes_where_there_is_room_and_keeps_its_age() -> None:
    cena = Cena()
    cheia, folgada = cena.fila("cheia"), cena.fila("folgada")
    transborda(cena, cheia, folgada)
    ana = cena.atendente("ana", cheia, capacidade=2)
    bia = cena.atendente("bia", folgada, capacidade=2)
    *dela, um, outro, espera = [cena.ticket(cheia) for _ in range(5)]
    antes = cena.ver(um)
    cena.mundo.avancar(5_000)
    dito = balancear(cena)
    assert [(m.ticket_id, m.para_fila_id, m.codigo) for m in dito.movidos] == [
        (um, folgada, "tem_vaga"),
        (outro, folgada, "tem_vaga"),
    ]
    assert [cena.dono(m) for m in (*dela, um, outro, espera)] == [ana, ana, bia, bia, None]
    depois = cena.ver(um)
    assert depois.aguardando_desde == antes.aguardando_desde
    assert depois.rota is not None
    assert (depois.rota.origem, depois.rota.passou_por) == (cheia, (cheia,))
    assert ficaram(dito) == dict.fromkeys(dela, "ninguem_com_vaga") | {espera: "sem_vaga_no_destino"}
    assert balancear(cena).movidos == []


def test_the_last_go_where_fewer_wait() -> None:
    cena = Cena()
    longa, curta = cena.fila("longa"), cena.fila("curta")
    transborda(cena, longa, curta)
    cena.atendente("ana", longa)
    cena.atendente("bia", curta)
    ocupam = [cena.ticket(longa), cena.ticket(curta)]
    assert all(map(cena.dono, ocupam))
    esperam = [cena.ticket(longa) for _ in range(10)]
    dito = balancear(cena)
    assert [um.ticket_id for um in dito.movidos] == esperam[:4:-1]
    assert {um.codigo for um in dito.movidos} == {"linha_menor"}
    assert [cena.ver(um).fila_id for um in esperam] == [longa] * 5 + [curta] * 5
    assert balancear(cena).movidos == []


@pytest.mark.parametrize("qual", ["sem destino", "manual", "destino manual", "destino fechado", "mesma gente", "cheia"])
def test_what_waits_stays_where_the_policies_say_so(qual: str) -> None:
    cena = Cena()
    cheia, outra = cena.fila("cheia"), cena.fila("outra")
    ana = cena.atendente("ana", cheia)
    if qual != "mesma gente":
        cena.atendente("bia", outra, online=qual != "cheia")
    else:
        cena.pedir(IncluirMembro(quem=ADMIN, fila_id=outra, atendente_id=ana))
    if qual != "sem destino":
        transborda(cena, cheia, outra, **({"estrategia": "MANUAL"} if qual == "manual" else {}))
    if qual == "destino manual":
        politica(cena, outra, estrategia="MANUAL")
    if qual == "destino fechado":
        politica(cena, outra, horario=Horario(dias={"dom": (("00:00", "00:01"),)}))
    if qual == "cheia":
        politica(cena, outra, maximo=EsperaMaxima(acao="encerrar", tamanho=1))
        cena.ticket(outra)
        cena.presenca(cena.atendente("caio", outra), online=True)
    tickets = [cena.ticket(cheia) for _ in range(5)]
    if qual == "cheia":
        cena.ticket(outra)
    dito = balancear(cena)
    assert dito.movidos == []
    assert {cena.ver(um).fila_id for um in tickets} == {cheia}


def test_ten_thousand_that_wait_are_not_all_looked_at() -> None:
    cena = Cena()
    cheia, folgada = cena.fila("cheia"), cena.fila("folgada")
    transborda(cena, cheia, folgada)
    cena.atendente("ana", cheia)
    cena.atendente("bia", folgada, capacidade=50)
    for _ in range(60):
        cena.ticket(cheia)
    dito = balancear(cena, limite=20)
    assert (len(dito.movidos), dito.incompleto) == (20, True)
    assert len(dito.ficaram) <= 50


# -- what happens meanwhile --------------------------------------------------------------------------------------------


def comecar(cena: Cena, **campos: object) -> Reply[Balanceamento]:
    return cena.enviar(BalancearCarga(quem=ADMIN, incluir_atribuidos=True, **campos))  # type: ignore[arg-type]


def test_two_at_once_move_each_ticket_once() -> None:
    cena = Cena()
    ana, bia, _ = carregada(cena, cena.fila("fila"))
    um, outro = comecar(cena), comecar(cena)
    cena.mundo.assentar()
    assert len(um.get().movidos) == 2
    assert (cena.ativos(ana), cena.ativos(bia)) == (2, 2)
    with pytest.raises(Exception, match="Outro balanceamento está em curso"):
        outro.get()


def no_meio(cena: Cena, comando: Comando[Any], ator: str, **campos: object) -> Balanceamento:
    """A balancing, with a command to this actor handled after it was planned and before any ticket has moved."""
    viva, dispatcher = cena.mundo.vivas[EMPRESA], cena.mundo.loop.dispatcher
    with uma_mensagem_por_vez():
        dito = comecar(cena, **campos)
        cena.mundo.andar(1)
        cena.enviar(comando)
        ref = viva.diretorio.atendentes.get(ator) or viva.diretorio.filas.get(ator) or viva.diretorio.tickets[ator]
        viva.ready.remove(ref)
        viva.ready.appendleft(ref)
        dispatcher.run_pass()
    cena.mundo.assentar()
    return dito.get()


def nao_movidos(dito: Balanceamento) -> set[tuple[str, str]]:
    return {(um.ticket_id, um.codigo) for um in dito.nao_movidos}


def test_who_was_to_get_it_leaves_meanwhile_and_that_is_told() -> None:
    cena = Cena()
    ana, bia, tickets = carregada(cena, cena.fila("fila"))
    dito = no_meio(cena, MudarPresenca(quem=ADMIN, atendente_id=bia, online=False), bia)
    assert (dito.movidos, nao_movidos(dito)) == ([], {(tickets[2], "offline"), (tickets[3], "offline")})
    assert (cena.ativos(ana), cena.ativos(bia)) == (4, 0)
    assert dito.nao_movidos[0].motivo == "quem o receberia ficou offline"


def test_room_that_is_gone_meanwhile_is_not_used_twice() -> None:
    cena = Cena()
    _, bia, tickets = carregada(cena, cena.fila("fila"), quantos=5, capacidade=5)
    dito = no_meio(cena, AtualizarAtendente(quem=ADMIN, atendente_id=bia, capacidade=1), bia)
    (movido,), (ficou,) = dito.movidos, dito.nao_movidos
    assert ({movido.ticket_id, ficou.ticket_id}, ficou.codigo) == ({tickets[3], tickets[4]}, "lotado")
    assert cena.ativos(bia) == 1


def test_what_is_answered_meanwhile_stays() -> None:
    cena = Cena()
    ana, _, tickets = carregada(cena, cena.fila("fila"))
    resposta = EnviarMensagem(quem=Quem(EMPRESA, ana, "atendente"), ticket_id=tickets[3], conteudo="Olá")
    viva = cena.mundo.vivas[EMPRESA]
    with uma_mensagem_por_vez():
        dito = comecar(cena)
        cena.mundo.andar(1)
        ticket = viva.diretorio.tickets[tickets[3]]
        ja = ticket.queue.popleft()  # type: ignore[union-attr]  # what it was asked comes after the answer
        cena.enviar(resposta)
        ticket.queue.append(ja)  # type: ignore[union-attr]
    cena.mundo.assentar()
    assert nao_movidos(dito.get()) == {(tickets[3], "respondido")}
    assert [um.ticket_id for um in dito.get().movidos] == [tickets[2]]


def test_the_fila_to_which_it_goes_is_deleted_meanwhile() -> None:
    cena = Cena()
    cheia, folgada = cena.fila("cheia"), cena.fila("folgada")
    transborda(cena, cheia, folgada)
    cena.atendente("ana", cheia)
    cena.atendente("bia", folgada)
    cena.ticket(cheia)
    espera = cena.ticket(cheia)
    politica(cena, cheia, transbordos=(Transbordo(para=folgada, apos_segundos=60),))
    dito = no_meio(cena, ExcluirFila(quem=ADMIN, fila_id=folgada, realocar=cena.geral), folgada)
    assert (dito.movidos, nao_movidos(dito)) == ([], {(espera, "sem_destino")})
    assert cena.ver(espera).fila_id == cheia


def test_the_fila_that_is_asked_about_is_gone() -> None:
    cena = Cena()
    fila = cena.fila("fila")
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=fila))
    assert cena.recusa(BalancearCarga(quem=ADMIN, fila_id=fila)) == "fila_nao_encontrada"
    assert cena.recusa(BalancearCarga(quem=ADMIN, atendente_id=fila)) == "atendente_nao_encontrado"


@pytest.mark.parametrize("passes", range(8))
def test_killed_in_the_middle_each_ticket_is_where_it_was_or_where_it_was_to_be(passes: int) -> None:
    cena = Cena()
    ana, bia, tickets = carregada(cena, cena.fila("fila"), quantos=6, capacidade=6)
    with uma_mensagem_por_vez():
        comecar(cena)
        cena.mundo.andar(passes)
    cena.reiniciar()
    assert {cena.dono(um) for um in tickets} <= {ana, bia}
    assert cena.ativos(ana) + cena.ativos(bia) == 6
    balancear(cena)
    assert (cena.ativos(ana), cena.ativos(bia)) == (3, 3)
    assert balancear(cena).movidos == []


def test_who_may_not_spread_the_load_of_others() -> None:
    cena = Cena()
    for papel in ("atendente", "conector"):
        comando = BalancearCarga(quem=Quem(EMPRESA, cena.geral, papel))
        assert cena.recusa(comando) == "papel_sem_permissao"
