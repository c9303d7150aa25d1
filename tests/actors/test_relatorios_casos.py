"""What reports of others got wrong, one by one, with the real actors."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.ticket.comandos import AtualizarTicket, EncerrarTicket, EnviarMensagem, ReabrirTicket, TransferirTicket
from engine.modelo import Quem
from engine.relatorios.consulta import Nome
from engine.relatorios.contagem import Contagem
from engine.relatorios.quadro import Agentes, Csat, Sla, Tempos, Valores, Volume, valores
from engine.relatorios.somas import Corte, Medidas, somar
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.engine.pesquisas import respondida

MINUTO = 60_000
CONECTOR = Quem(EMPRESA, None, "conector")


class Palco(Cena):
    """Two agents of one fila, and what is counted of what they do."""

    def __init__(self) -> None:
        super().__init__()
        self.ana = self.atendente("ana", capacidade=3)
        self.rui = self.atendente("rui", capacidade=3, online=False)

    def passar(self, minutos: float) -> None:
        self.mundo.avancar(int(minutos * MINUTO))

    def escreve(self, ticket_id: str) -> None:
        self.pedir(EnviarMensagem(quem=CONECTOR, ticket_id=ticket_id, conteudo="oi", direcao="recebida"))

    def responde(self, quem: str, ticket_id: str) -> None:
        self.pedir(EnviarMensagem(quem=Quem(EMPRESA, quem, "atendente"), ticket_id=ticket_id, conteudo="olá"))

    def transfere(self, ticket_id: str, para: str) -> None:
        self.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket_id, atendente_id=para, forcar=True))

    def resolve(self, quem: str, ticket_id: str) -> None:
        pessoa = Quem(EMPRESA, quem, "atendente")
        self.pedir(AtualizarTicket(quem=pessoa, ticket_id=ticket_id, status="RESOLVIDO"))

    def medidas(self, corte: Corte, chave: str) -> Medidas:
        contagem = Contagem({}, {})
        for evento in self.loja.eventos:
            contagem.contar(evento)
        juntas: Medidas = {}
        for (este, dela, _), medidas in contagem.somas.items():
            if (este, dela) == (corte, chave):
                somar(juntas, medidas)
        return juntas

    def de(self, nome: Nome, atendente_id: str | None = None) -> Valores:
        corte, chave = (Corte.TOTAL, "") if atendente_id is None else (Corte.ATENDENTE, atendente_id)
        return valores(nome, self.medidas(corte, chave), {})

    def tempos(self, atendente_id: str | None = None) -> Tempos:
        feito = self.de("tempos", atendente_id)
        assert isinstance(feito, Tempos)
        return feito

    def volume(self, atendente_id: str | None = None) -> Volume:
        feito = self.de("volume", atendente_id)
        assert isinstance(feito, Volume)
        return feito


def segundos(minutos: float) -> float:
    return minutos * 60


def test_an_agent_is_measured_from_when_the_ticket_was_its_own_and_programs_answer_nobody() -> None:
    """chatwoot 13312: bots in agents' numbers, wrong starting points, chats that were never answered in averages."""
    palco = Palco()
    ticket, outro = palco.ticket(), palco.ticket()
    assert palco.dono(ticket) == palco.ana
    palco.escreve(ticket)
    palco.passar(5)
    palco.pedir(EnviarMensagem(quem=CONECTOR, ticket_id=ticket, conteudo="um robô responde"))
    palco.passar(55)
    palco.transfere(ticket, palco.rui)
    palco.passar(2)
    palco.responde(palco.rui, ticket)
    assert palco.tempos().primeira_resposta.quantos == 1
    assert palco.tempos().primeira_resposta.media_segundos == pytest.approx(segundos(62), abs=0.01)
    assert palco.tempos(palco.ana).primeira_resposta.quantos == 0
    assert palco.tempos(palco.rui).resposta_do_atendente.media_segundos == segundos(2)
    assert palco.volume(palco.ana).mensagens_enviadas == 0
    assert palco.volume().mensagens_sem_pessoa == 1
    palco.resolve(palco.ana, outro)  # which nobody has answered
    da_ana = palco.tempos(palco.ana)
    assert da_ana.primeira_resposta.quantos == da_ana.resposta_do_atendente.quantos == 0


def test_after_a_transfer_each_keeps_what_it_did_and_nothing_of_the_other() -> None:
    palco = Palco()
    ticket = palco.ticket()
    palco.passar(1)
    palco.responde(palco.ana, ticket)
    palco.passar(9)
    palco.transfere(ticket, palco.rui)
    palco.passar(4)
    palco.resolve(palco.rui, ticket)
    ana, rui = palco.volume(palco.ana), palco.volume(palco.rui)
    assert (ana.assumidos, ana.transferidos_de, ana.transferidos_para, ana.resolvidos) == (1, 1, 0, 0)
    assert (rui.assumidos, rui.transferidos_de, rui.transferidos_para, rui.resolvidos) == (1, 0, 1, 1)
    assert palco.volume().transferidos_de == palco.volume().transferidos_para == 1
    for quem, minutos in ((palco.ana, 10), (palco.rui, 4)):
        feito = valores("status", palco.medidas(Corte.ATENDENTE, quem), {})
        assert feito.em_andamento.media_segundos == segundos(minutos)  # type: ignore[union-attr]
    assert palco.tempos(palco.rui).resolucao.media_segundos == segundos(14)
    assert palco.tempos(palco.ana).resolucao.quantos == 0


def test_what_is_reopened_is_resolved_from_then_on_and_was_not_done_by_who_gets_it_next() -> None:
    """chatwoot 12058: the days between the first resolution and the reopening counted as response time."""
    palco = Palco()
    ticket = palco.ticket()
    palco.passar(5)
    palco.resolve(palco.ana, ticket)
    palco.passar(5 * 24 * 60)
    palco.presenca(palco.ana, online=False)
    palco.presenca(palco.rui, online=True)
    palco.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket))
    assert palco.dono(ticket) == palco.rui
    palco.passar(10)
    palco.responde(palco.rui, ticket)
    palco.resolve(palco.rui, ticket)
    assert palco.tempos().primeira_resposta.media_segundos == segundos(10)
    assert palco.tempos().resolucao.quantos == 2
    assert palco.tempos().resolucao.media_segundos == segundos(7.5)
    assert (palco.volume(palco.ana).reabertos, palco.volume(palco.rui).reabertos) == (1, 0)
    assert palco.volume().resolvidos == 2


def test_abandoned_is_what_ended_in_line_and_nobody_ever_answered() -> None:
    palco = Palco()
    palco.presenca(palco.ana, online=False)
    nunca, respondido, visto = palco.ticket(), palco.ticket(), palco.ticket()
    palco.passar(3)
    palco.responde(palco.ana, respondido)  # out of line, as whoever sees it may
    palco.transfere(visto, palco.ana)
    for ticket in (nunca, respondido, visto):
        palco.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket, motivo="fim"))
    assert (palco.volume().encerrados, palco.volume().abandonados, palco.volume().resolvidos) == (3, 1, 2)
    assert palco.volume().taxa_de_abandono == pytest.approx(1 / 3, abs=1e-5)
    assert palco.tempos().abandono.media_segundos == pytest.approx(segundos(3), abs=0.01)


def test_a_mark_is_for_who_resolved_the_ticket_whoever_has_it_when_the_answer_comes() -> None:
    """chatwoot 14872: every mark stood with "no assigned agent"."""
    palco = Palco()
    ticket = palco.ticket()
    palco.responde(palco.ana, ticket)
    palco.resolve(palco.ana, ticket)
    palco.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket))
    palco.transfere(ticket, palco.rui)
    palco.loja.eventos.append(respondida(palco.ver(ticket), 5, palco.clock.now()))
    da_ana, do_rui = palco.de("csat", palco.ana), palco.de("csat", palco.rui)
    assert isinstance(da_ana, Csat)
    assert isinstance(do_rui, Csat)
    assert (da_ana.respostas, da_ana.media, da_ana.satisfacao) == (1, 5, 1)
    assert do_rui.respostas == 0


def test_what_ends_a_target_counts_for_who_met_it_or_let_it_pass() -> None:
    palco = Palco()
    ticket = palco.ticket()
    palco.responde(palco.ana, ticket)
    palco.transfere(ticket, palco.rui)
    palco.resolve(palco.rui, ticket)
    for n, evento in enumerate(palco.loja.eventos):
        if evento.tipo == "nova_mensagem":
            mudancas = f'{evento.mudancas[:-1]},"slaPrimeiraResposta":["correndo","cumprido"]}}'  # type: ignore[index]
            palco.loja.eventos[n] = replace(evento, mudancas=mudancas)
        if evento.tipo == "ticket_encerrado":
            mudancas = f'{evento.mudancas[:-1]},"slaResolucao":["correndo","violado"]}}'  # type: ignore[index]
            palco.loja.eventos[n] = replace(evento, mudancas=mudancas)
    da_ana, do_rui = palco.de("sla", palco.ana), palco.de("sla", palco.rui)
    assert isinstance(da_ana, Sla)
    assert isinstance(do_rui, Sla)
    assert (da_ana.primeira_resposta.cumpridos, da_ana.resolucao.violados) == (1, 0)
    assert (do_rui.primeira_resposta.cumpridos, do_rui.resolucao.violados) == (0, 1)
    assert do_rui.resolucao.cumprimento == 0


def test_slots_are_counted_while_somebody_is_ready_and_taken_ones_by_the_tickets_it_has() -> None:
    palco = Palco()
    um, outro = palco.ticket(), palco.ticket()
    antes = palco.clock.now()
    palco.passar(30)
    palco.resolve(palco.ana, um)
    palco.passar(30)
    palco.presenca(palco.ana, online=True, estado="almoco")
    palco.passar(60)
    palco.presenca(palco.ana, online=False)
    feito = palco.de("agentes", palco.ana)
    assert isinstance(feito, Agentes)
    assert palco.clock.now() - antes == 120 * MINUTO
    assert feito.online_segundos == pytest.approx(segundos(120), abs=1)
    assert feito.vagas_segundos == pytest.approx(3 * segundos(60), abs=1)
    assert feito.ocupadas_segundos == pytest.approx(2 * segundos(30) + segundos(30), abs=1)
    assert feito.ocupacao == pytest.approx(0.5, abs=0.01)
    estados = palco.medidas(Corte.ATENDENTE_E_ESTADO, f"{palco.ana}/almoco")
    assert sum(estados.values()) == 60 * MINUTO
    assert outro
