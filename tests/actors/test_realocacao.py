"""Deleting what is in use: another takes its place, and nothing is lost on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import ExcluirAtendente, MudarPresenca, VerAtendente
from actors.canal.canal import Canal
from actors.canal.comandos import AtualizarCanal, ExcluirCanal, VerCanal
from actors.canal.mensagens import AbrirDespacho
from actors.comandos import Comando
from actors.equipe.comandos import VerEquipe
from actors.exclusao.exclusao import PRAZO
from actors.exclusao.mensagens import TrocarDono, Trocou
from actors.fila.comandos import ExcluirFila, IncluirMembro, VerFila
from actors.fila.fila import Fila
from actors.ticket.comandos import AtribuirTicket, CriarTicket, EncerrarTicket, TransferirTicket, VerTicket
from actors.ticket.ticket import Ticket
from engine.errors import BalcaoError
from engine.runtime import Actor, Ref, Reply
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores, conferir_participacao
from tests.simulacao.mundo import uma_mensagem_por_vez

NENHUM = "ffffffff-0000-7000-8000-000000000000"
MOMENTOS = range(16)


@pytest.fixture
def cena() -> Cena:
    return Cena()


def conferir(cena: Cena) -> None:
    cena.mundo.assentar()
    viva = cena.mundo.vivas[EMPRESA]
    conferir_atores(viva)
    conferir_participacao(viva, cena.loja)
    assert not viva.diretorio.saindo


def quebrar(ator: object, comando: object) -> None:
    raise RuntimeError("crash")


# -- filas ---------------------------------------------------------------------------------------------------------


def test_a_fila_in_use_says_by_what(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    cena.ticket(suporte)
    cena.canal("zap", fila_id=suporte)
    cena.canal("chat", fila_id=suporte)
    cena.equipe("dia", filas=(suporte,))
    erro = cena.erro(ExcluirFila(quem=ADMIN, fila_id=suporte))
    assert (erro.status, erro.codigo) == (409, "fila_em_uso")
    assert [(detalhe.campo, detalhe.problema.split(":")[0]) for detalhe in erro.detalhes] == [
        ("tickets", "1 ticket(s) em aberto"),
        ("canais", "É a fila de 2 canal(is)"),
        ("equipes", "É servida por 1 equipe(s)"),
    ]
    assert cena.pedir(VerFila(quem=ADMIN, fila_id=suporte)).aguardando == 1


def test_another_fila_takes_the_tickets_the_canais_and_the_equipes(cena: Cena) -> None:
    velha, nova = cena.fila("velha"), cena.fila("nova")
    ana = cena.atendente("ana", velha)
    bia = cena.atendente("bia", capacidade=0)
    atendido, espera, pendente, fechado = (cena.ticket(velha) for _ in range(4))
    zap, equipe = cena.canal("zap", fila_id=velha), cena.equipe("dia", bia, filas=(velha,))
    cena.atribuir(pendente, bia, forcar=True)
    cena.mudar(pendente, "PENDENTE")
    cena.mudar(fechado, "FECHADO")
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=velha, realocar=nova))
    assert [cena.ver(t).fila_id for t in (atendido, espera, pendente, fechado)] == [nova, nova, nova, velha]
    assert (cena.dono(atendido), cena.dono(espera), cena.dono(pendente)) == (ana, None, bia)
    assert cena.ver(pendente).status == "PENDENTE"
    assert cena.pedir(VerCanal(quem=ADMIN, canal_id=zap)).row.fila_id == nova
    assert cena.pedir(VerEquipe(quem=ADMIN, equipe_id=equipe)).filas == (nova,)
    assert cena.membros(nova) == {bia}
    assert cena.pedir(VerFila(quem=ADMIN, fila_id=nova)).aguardando == 1
    assert cena.recusa(VerFila(quem=ADMIN, fila_id=velha)) == "fila_nao_encontrada"
    conferir(cena)


def test_what_moved_is_told_as_any_transfer_is_and_before_the_deletion(cena: Cena) -> None:
    velha, nova = cena.fila("velha"), cena.fila("nova")
    ticket = cena.ticket(velha)
    zap = cena.canal("zap", fila_id=velha)
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=velha, realocar=nova))
    transferido, mudou, excluida = (
        cena.eventos(tipo)[-1] for tipo in ("ticket_transferido", "canal_atualizado", "fila_excluida")
    )
    dados = json.loads(transferido.dados)
    assert (dados["ticketId"], dados["filaId"], dados["filaAnteriorId"]) == (ticket, nova, velha)
    assert dados["motivo"] == "A fila velha foi excluída"
    assert json.loads(mudou.mudancas or "") == {"filaId": [velha, nova]}
    assert json.loads(mudou.dados)["canal"]["id"] == zap
    assert max(transferido.seq, mudou.seq) < excluida.seq


def test_many_move_a_few_at_a_time(cena: Cena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.exclusao.exclusao.FATIA", 2)
    velha, nova, zap = cena.fila("velha"), cena.fila("nova"), cena.canal("zap")
    tickets = [cena.ticket(velha, canal=zap) for _ in range(7)]
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=velha, realocar=nova))
    chat = cena.canal("chat")
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=zap, realocar=chat))
    assert [(cena.ver(t).fila_id, cena.ver(t).canal_id) for t in tickets] == [(nova, chat)] * 7
    assert [e.ticket_id for e in cena.eventos("ticket_transferido")] == tickets
    conferir(cena)


def test_the_tickets_of_a_deleted_fila_are_given_to_whoever_serves_the_other(cena: Cena) -> None:
    velha, nova = cena.fila("velha"), cena.fila("nova")
    ana = cena.atendente("ana", nova, capacidade=2)
    primeiro, segundo = cena.ticket(velha), cena.ticket(velha)
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=velha, realocar=nova))
    assert [cena.dono(primeiro), cena.dono(segundo)] == [ana, ana]


def test_the_default_fila_stays_but_may_take_over(cena: Cena) -> None:
    outra = cena.fila("outra")
    ticket = cena.ticket(outra)
    assert cena.recusa(ExcluirFila(quem=ADMIN, fila_id=cena.geral, realocar=outra)) == "fila_padrao"
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=outra, realocar=cena.geral))
    assert cena.ver(ticket).fila_id == cena.geral


def test_what_takes_over_is_another_and_exists(cena: Cena) -> None:
    fila, fila_extinta = cena.fila("fila"), cena.fila("extinta")
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=fila_extinta))
    ana, antiga = cena.atendente("ana"), cena.atendente("antiga")
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=antiga))
    zap, extinto = cena.canal("zap"), cena.canal("extinto")
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=extinto))
    casos: list[tuple[type[Comando[None]], str, str, str, str]] = [
        (ExcluirFila, "fila_id", fila, fila_extinta, "fila_nao_encontrada"),
        (ExcluirAtendente, "atendente_id", ana, antiga, "atendente_nao_encontrado"),
        (ExcluirCanal, "canal_id", zap, extinto, "canal_nao_encontrado"),
    ]
    for comando, campo, id_, excluido, codigo in casos:
        for realocar, esperado in ((id_, "requisicao_invalida"), (NENHUM, codigo), (excluido, codigo)):
            erro = cena.erro(comando(quem=ADMIN, **{campo: id_, "realocar": realocar}))
            assert (erro.codigo, [detalhe.campo for detalhe in erro.detalhes]) == (esperado, ["realocar"])
    conferir(cena)


# -- atendentes ------------------------------------------------------------------------------------------------------


def test_another_atendente_takes_all_tickets_whatever_its_capacity(cena: Cena) -> None:
    ana, bia = cena.atendente("ana", capacidade=3), cena.atendente("bia", capacidade=1, online=False)
    tickets = [cena.ticket() for _ in range(3)]
    cena.mudar(tickets[2], "PENDENTE")
    erro = cena.erro(ExcluirAtendente(quem=ADMIN, atendente_id=ana))
    assert (erro.codigo, erro.detalhes[0].problema.split(":")[0]) == ("atendente_em_uso", "Atende 3 ticket(s)")
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
    assert [cena.dono(ticket) for ticket in tickets] == [bia] * 3
    assert all(cena.ver(ticket).forcado for ticket in tickets)
    assert cena.ativos(bia) == 3
    assert cena.recusa(VerAtendente(quem=ADMIN, atendente_id=ana)) == "atendente_nao_encontrado"
    assert json.loads(cena.eventos("ticket_transferido")[-1].dados)["motivo"] == "ana foi excluído"
    conferir(cena)


def test_a_free_atendente_takes_over_without_force(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    bia = cena.atendente("bia", capacidade=2)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
    assert cena.dono(ticket) == bia
    assert not cena.ver(ticket).forcado


def test_whoever_takes_over_cannot_be_deleted_at_the_same_time(cena: Cena) -> None:
    with uma_mensagem_por_vez():
        velha, nova = cena.fila("velha"), cena.fila("nova")
        cena.ticket(velha)
        primeira = cena.enviar(ExcluirFila(quem=ADMIN, fila_id=velha, realocar=nova))
        cena.mundo.andar(1)
        segunda = cena.enviar(ExcluirFila(quem=ADMIN, fila_id=nova))
        terceira = cena.enviar(CriarTicket(quem=ADMIN, contato_nome="x", contato_telefone="55119", fila_id=velha))
        conferir(cena)
    assert primeira.get() is None
    for resposta, codigo in ((segunda, "recebendo_realocacao"), (terceira, "fila_nao_encontrada")):
        with pytest.raises(BalcaoError) as erro:
            resposta.get()
        assert erro.value.codigo == codigo


# -- at the same time --------------------------------------------------------------------------------------------------


def meio_tempo(cena: Cena, ticket: str, fila: str, ana: str, bia: str) -> dict[str, Comando[Any]]:
    return {
        "closes": EncerrarTicket(quem=ADMIN, ticket_id=ticket),
        "is transferred": TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=cena.geral),
        "is assigned": AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=bia, forcar=True),
        "is given back": AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana, forcar=True),
        "loses its owner": MudarPresenca(quem=ADMIN, atendente_id=ana, online=False),
        "finds nobody there": MudarPresenca(quem=ADMIN, atendente_id=bia, online=False),
        "finds another there": IncluirMembro(quem=ADMIN, fila_id=fila, atendente_id=bia),
    }


ACASOS = ["closes", "is transferred", "is assigned", "is given back", "loses its owner", "finds nobody there",
          "finds another there"]  # fmt: skip


@pytest.mark.parametrize("acaso", ACASOS)
@pytest.mark.parametrize("momento", MOMENTOS)
def test_an_atendente_leaves_whatever_happens_to_its_tickets_meanwhile(momento: int, acaso: str) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        fila = cena.fila("fila")
        ana, bia = cena.atendente("ana", fila, capacidade=2), cena.atendente("bia")
        ticket, outro = cena.ticket(fila), cena.ticket(fila)
        cena.ticket(fila)  # waits
        saida = cena.enviar(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
        cena.mundo.andar(momento)
        cena.enviar(meio_tempo(cena, ticket, fila, ana, bia)[acaso])
        conferir(cena)
    assert saida.get() is None
    motivos = [json.loads(evento.dados)["motivo"] for evento in cena.eventos("ticket_transferido")
               if evento.ticket_id == ticket]  # fmt: skip
    assert motivos in ([], [None], ["ana foi excluído"], ["ana foi excluído", None]), "it had left by itself"
    assert cena.dono(outro) in {bia, None}
    assert ana not in cena.mundo.vivas[EMPRESA].diretorio.atendentes


@pytest.mark.parametrize("momento", MOMENTOS)
def test_an_atendente_leaves_at_any_moment_of_being_given_work(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        ana = cena.atendente("ana", online=False, capacidade=2)
        tickets = [cena.ticket(), cena.ticket()]
        bia = cena.atendente("bia", capacidade=0)
        cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True))
        cena.mundo.andar(momento)
        saida = cena.enviar(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
        conferir(cena)
    assert saida.get() is None
    assert {cena.dono(ticket) for ticket in tickets} <= {bia, None}


@pytest.mark.parametrize("acaso", ACASOS)
@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_fila_leaves_whatever_happens_to_its_tickets_meanwhile(momento: int, acaso: str) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        fila, nova = cena.fila("fila"), cena.fila("nova")
        ana, bia = cena.atendente("ana", fila), cena.atendente("bia")
        ticket = cena.ticket(fila)
        cena.ticket(fila)  # waits
        cena.canal("zap", fila_id=fila)
        saida = cena.enviar(ExcluirFila(quem=ADMIN, fila_id=fila, realocar=nova))
        cena.mundo.andar(momento)
        cena.enviar(meio_tempo(cena, ticket, fila, ana, bia)[acaso])
        conferir(cena)
    assert saida.get() is None
    assert fila not in cena.mundo.vivas[EMPRESA].diretorio.filas


@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_canal_that_gets_its_fila_while_that_is_deleted_does_not_keep_it(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        fila, nova, zap = cena.fila("fila"), cena.fila("nova"), cena.canal("zap")
        cena.ticket(fila)
        saida = cena.enviar(ExcluirFila(quem=ADMIN, fila_id=fila, realocar=nova))
        cena.mundo.andar(momento)
        cena.enviar(AtualizarCanal(quem=ADMIN, canal_id=zap, fila_id=fila))
        conferir(cena)
    assert saida.get() is None
    assert cena.pedir(VerCanal(quem=ADMIN, canal_id=zap)).row.fila_id in {None, nova}


# -- crashes -----------------------------------------------------------------------------------------------------------


class Deletion:
    """A fila, an agent and a canal that are used by the same two tickets, and what takes the place of each."""

    def __init__(self) -> None:
        self.cena = Cena()
        cena = self.cena
        self.fila, self.outra_fila = cena.fila("fila"), cena.fila("outra")
        self.ana, self.bia = cena.atendente("ana", self.fila), cena.atendente("bia", capacidade=9)
        self.zap, self.chat = cena.canal("zap", fila_id=self.fila), cena.canal("chat")
        self.tickets = [cena.ticket(canal=self.zap) for _ in range(2)]
        cena.mundo.vivas[EMPRESA].diretorio.canais[self.zap].tell(AbrirDespacho())  # it knows that nothing waits in it
        cena.mundo.assentar()
        self.comandos: dict[str, Comando[None]] = {
            "fila": ExcluirFila(quem=ADMIN, fila_id=self.fila, realocar=self.outra_fila),
            "atendente": ExcluirAtendente(quem=ADMIN, atendente_id=self.ana, realocar=self.bia),
            "canal": ExcluirCanal(quem=ADMIN, canal_id=self.zap, realocar=self.chat),
        }

    def ref(self, de: str) -> Ref | None:
        viva = self.cena.mundo.vivas[EMPRESA]
        return {
            "fila": viva.diretorio.filas.get(self.fila),
            "outra_fila": viva.diretorio.filas.get(self.outra_fila),
            "atendente": viva.diretorio.atendentes.get(self.ana),
            "outro": viva.diretorio.atendentes.get(self.bia),
            "canal": viva.diretorio.canais.get(self.zap),
            "ticket": viva.diretorio.tickets.get(self.tickets[0]),
        }[de]

    def ficou(self, tipo: str) -> bool:
        return self.ref(tipo) is not None

    def tentar_ate_sair(self, tipo: str) -> None:
        """The same command again, as a client would after an error."""
        if self.ficou(tipo):
            assert self.cena.pedir(self.comandos[tipo]) is None
        conferir(self.cena)
        assert not self.ficou(tipo)


VENENOS: dict[str, tuple[type[Actor], object]] = {
    "fila": (Fila, VerFila(quem=ADMIN, fila_id="")),
    "atendente": (Atendente, VerAtendente(quem=ADMIN, atendente_id="")),
    "canal": (Canal, VerCanal(quem=ADMIN, canal_id="")),
    "ticket": (Ticket, VerTicket(quem=ADMIN, ticket_id="")),
    "outra_fila": (Fila, VerFila(quem=ADMIN, fila_id="")),
    "outro": (Atendente, VerAtendente(quem=ADMIN, atendente_id="")),
}


def respondida(resposta: Reply[None]) -> bool:
    """It was answered: True if it was granted."""
    try:
        resposta.get()
    except BalcaoError:
        return False
    return True


@pytest.mark.parametrize("quem", VENENOS)
@pytest.mark.parametrize("tipo", ["fila", "atendente", "canal"])
@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_crash_at_any_moment_of_a_deletion_is_answered_and_the_deletion_can_be_asked_again(
    momento: int, tipo: str, quem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with uma_mensagem_por_vez():
        d = Deletion()
        resposta = d.cena.enviar(d.comandos[tipo])
        d.cena.mundo.andar(momento)
        ref = d.ref(quem)
        if ref is not None:
            classe, veneno = VENENOS[quem]
            with monkeypatch.context() as frasco:
                frasco.setitem(classe.handlers, type(veneno), quebrar)
                ref.tell(veneno)
                d.cena.mundo.assentar()
        conferir(d.cena)
        assert respondida(resposta) == (not d.ficou(tipo))
        d.tentar_ate_sair(tipo)


@pytest.mark.parametrize("tipo", ["fila", "atendente", "canal"])
def test_a_crash_over_an_answer_ends_the_deletion(tipo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    d = Deletion()
    classe, _ = VENENOS[tipo]
    with monkeypatch.context() as frasco:
        frasco.setitem(classe.handlers, Trocou, quebrar)
        assert d.cena.recusa(d.comandos[tipo]) == "exclusao_interrompida"
    conferir(d.cena)
    d.tentar_ate_sair(tipo)


@pytest.mark.parametrize("tipo", ["fila", "atendente", "canal"])
def test_a_quarantine_ends_the_deletion_whose_deadline_comes_meanwhile(
    tipo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with uma_mensagem_por_vez():
        d = Deletion()
        resposta = d.cena.enviar(d.comandos[tipo])
        d.cena.mundo.andar(2)
        classe, veneno = VENENOS[tipo]
        ref = d.ref(tipo)
        assert ref is not None
        assert d.cena.mundo.vivas[EMPRESA].diretorio.saindo
        with monkeypatch.context() as frasco:
            frasco.setitem(classe.handlers, type(veneno), quebrar)
            frasco.setattr(classe, "restore", lambda ator: quebrar(ator, None))
            ref.tell(veneno)
            d.cena.mundo.assentar()
        assert not ref.is_running()
        with pytest.raises(BalcaoError, match="interrompida"):
            resposta.get()
        assert not d.cena.mundo.vivas[EMPRESA].diretorio.saindo
        d.cena.mundo.avancar(PRAZO + 1)
        d.cena.mundo.avancar(60_000)
        assert ref.is_running()
        conferir(d.cena)
        d.tentar_ate_sair(tipo)


@pytest.mark.parametrize("tipo", ["fila", "atendente", "canal"])
@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_node_that_dies_at_any_moment_of_a_deletion_leaves_it_whole_or_not_begun(momento: int, tipo: str) -> None:
    with uma_mensagem_por_vez():
        d = Deletion()
        resposta = d.cena.enviar(d.comandos[tipo])
        d.cena.mundo.andar(momento)
        if momento % 2:
            d.cena.mundo._escrever()
            d.cena.mundo.andar(momento)
        feita = resposta.is_set
        d.cena.reiniciar()
        conferir(d.cena)
        assert not (feita and d.ficou(tipo)), "it was acknowledged"
        d.tentar_ate_sair(tipo)


def test_a_ticket_in_quarantine_keeps_what_it_uses_from_being_deleted(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    fila, nova = cena.fila("fila"), cena.fila("nova")
    doente, outro = cena.ticket(fila), cena.ticket(fila)
    with monkeypatch.context() as frasco:
        frasco.setitem(Ticket.handlers, VerTicket, quebrar)
        for _ in range(6):
            cena.recusa(VerTicket(quem=ADMIN, ticket_id=doente))
    assert cena.recusa(ExcluirFila(quem=ADMIN, fila_id=fila, realocar=nova)) == "ator_parado"
    assert cena.ver(outro).fila_id == nova
    assert cena.pedir(VerFila(quem=ADMIN, fila_id=fila)).aguardando == 1
    cena.mundo.avancar(61_000)
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=fila, realocar=nova))
    assert cena.ver(doente).fila_id == nova
    conferir(cena)


def test_a_ticket_that_never_answers_does_not_hold_a_deletion_for_ever(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calar(ticket: Ticket, m: TrocarDono) -> None:
        ticket.defer()

    ana, bia = cena.atendente("ana"), cena.atendente("bia")
    meu = next(ticket for ticket in (cena.ticket(), cena.ticket()) if cena.dono(ticket) == ana)
    with monkeypatch.context() as veneno:
        veneno.setitem(Ticket.handlers, TrocarDono, calar)
        resposta = cena.enviar(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
        cena.mundo.assentar()
        assert not resposta.is_set
        cena.mundo.avancar(PRAZO)
    with pytest.raises(BalcaoError, match="Nem tudo pôde ser realocado"):
        resposta.get()
    assert cena.dono(meu) == ana
    cena.mudar(meu, "FECHADO")
    assert cena.dono(cena.ticket()) == ana, "it is given work again"
    conferir(cena)
