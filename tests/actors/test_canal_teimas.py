"""A canal whose provider, connector or store is at odds with it: nothing spins, piles up, or goes twice."""

from __future__ import annotations

from typing import Any

from actors.canal.comandos import AtualizarCanal, BaterPonto, ReceberWebhook, ReenviarMortos
from actors.canal.linha import PAGINA, LinhaDeEnvios
from actors.canal.prazos import Prazos
from engine.conector.assinaturas import assinatura_whatsapp
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Resultado
from engine.envios import desfechos
from engine.envios.politica import Politica, Ritmo
from engine.modelo import EnvioRow, MensagemRow
from engine.ports import EnvioGuardado, PaginaDeEnvios
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, CenaDeCanal, com_ticket, um
from tests.actors.test_canal_saida import HORA
from tests.simulacao.mundo import janela_estreita


def turnos(cena: CenaDeCanal, ms: int) -> int:
    """How many times the clock had to stop for somebody within so long."""
    paradas = 0
    fim = cena.clock.now() + ms
    while cena.clock.now() < fim:
        proximo = cena.mundo.proximo_prazo()
        if proximo is None or proximo > fim:
            break
        paradas += 1
        cena.mundo.avancar(max(1, proximo - cena.clock.now()))
    return paradas


def test_while_one_job_probes_a_broken_canal_nobody_spins() -> None:
    cena = CenaDeCanal()
    tickets = [cena.escreve(Endereco("telefone", f"+55119999000{n:02}")).ticket_id for n in range(8)]
    for ticket_id in tickets:
        cena.responde(ticket_id)
    for trabalho in cena.toma():
        cena.resultado(trabalho, "falhou", classe="tentar", codigo="2")
    cena.mundo.avancar(6_000)
    sonda = um(cena.toma())
    cena.pede()
    cena.mundo.assentar()
    assert turnos(cena, 10_000) < 50
    cena.resultado(sonda)
    assert len(cena.eventos("mensagem_status")) > 0


def test_whoever_says_all_the_time_that_it_is_at_work_fills_no_memory() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.toma()
    for _ in range(200):
        cena.mundo.avancar(100)
        cena.pedir(BaterPonto(quem=CONECTOR, canal_id=cena.canal_id, conector="c1"))
    cena.mundo.avancar(54_000)
    assert cena.envio(mensagem.id).estado == "enviando"
    prazos = Prazos()
    for agora in range(0, 60_000, 10):
        prazos.prolongar("a", 1, agora + 60_000, 5_000)
    assert len(prazos) <= 13


class _Ator:
    """What a line needs of its actor."""

    def __init__(self) -> None:
        self.salvos: list[Any] = []

    def now(self) -> int:
        return 1_000

    def save(self, row: Any) -> None:
        self.salvos.append(row)


class _Leitura:
    """A line of a canal, and the pages that it asked for."""

    def __init__(self) -> None:
        self.ator = _Ator()
        self.pedidas: list[Any] = []
        self.linha = LinhaDeEnvios(
            self.ator,  # type: ignore[arg-type]
            Politica(),
            Ritmo(),
            lambda empresa_id, arquivo_id: f"/{empresa_id}/{arquivo_id}",
            lambda depois, limite: self.pedidas.append((depois, limite)),
            lambda antes, depois: self.ator.save(depois),
            lambda motivo: None,
            lambda: 0.5,
            lambda row: None,
        )

    def toma(self) -> list[str]:
        return [trabalho.id for trabalho in self.linha.tomar("c1", 10)]

    def responde(self, id_: str) -> None:
        row = self.linha.achar(id_)
        assert row is not None
        resultado = Resultado(id=id_, tentativa=1, desfecho="aceito")
        self.linha.soube(row, desfechos.julgar(row, resultado, self.ator.now(), 0.0, Politica()))


def _guardado(n: int, estado: Any = "pendente") -> EnvioGuardado:
    id_ = f"00000000-0000-7000-8000-{n:012}"
    row = EnvioRow(
        EMPRESA, id_, "canal", "saida", "enviar_mensagem", estado, f"telefone:{n}", n, '{"para":{"tipo":"telefone",'
        f'"valor":"{n}"}}}}', 0, 0, tentativas=int(estado != "pendente"), mensagem_id=id_,
    )  # fmt: skip
    return EnvioGuardado(
        row, MensagemRow(EMPRESA, id_, "t", n, "oi", "texto", "enviada", None, None, False, "pendente", 0)
    )


def test_what_was_deleted_while_a_page_was_read_does_not_go_out() -> None:
    leitura, apagada = _Leitura(), _guardado(1)
    leitura.linha.ler_mais()
    leitura.linha.tocar(apagada.row.id, None)
    leitura.linha.lida(PaginaDeEnvios([apagada, _guardado(2)]))
    assert leitura.toma() == [_guardado(2).row.id]
    assert next((row.id, row.estado) for row in leitura.ator.salvos) == (apagada.row.id, "cancelado")


def test_a_job_that_was_answered_while_its_page_was_read_is_not_done_again() -> None:
    leitura, de_fora = _Leitura(), _guardado(2_000, "enviando")
    leitura.linha.ler_mais()
    leitura.linha.lida(PaginaDeEnvios([_guardado(n) for n in range(PAGINA)], [de_fora]))
    for id_ in leitura.toma():
        leitura.responde(id_)
    leitura.linha.ler_mais()
    assert len(leitura.pedidas) == 2
    leitura.responde(de_fora.row.id)
    leitura.linha.lida(PaginaDeEnvios([de_fora]))
    assert leitura.linha.achar(de_fora.row.id) is None


def test_dead_letters_that_are_tried_again_together_are_all_tried() -> None:
    cena, ticket_id = com_ticket("api")
    mortas = []
    for n in range(4):
        mortas.append(cena.responde(ticket_id, str(n)).id)
        cena.resultado(um(cena.toma()), "falhou", classe="final", codigo="100")
    assert cena.pedir(ReenviarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=tuple(reversed(mortas)))).quantos == 4
    feitos = []
    while trabalhos := cena.toma():
        feitos.append(um(trabalhos).id)
        cena.resultado(trabalhos[0])
    assert feitos == mortas


def _pesado(n: int, tamanho: int) -> EnvioGuardado:
    """A webhook of so many bytes, of a contact of its own."""
    id_ = f"00000000-0000-7000-8000-{n:012}"
    dados = f'{{"corpo":"{"x" * tamanho}","tipoDeConteudo":"","recebidoEm":0}}'
    row = EnvioRow(EMPRESA, id_, "canal", "entrada", "processar_webhook", "pendente", f"webhook:{n}", n, dados, 0, 0)
    return EnvioGuardado(row, None)


def test_webhooks_of_megabytes_are_not_all_in_memory_nor_in_hand_at_once() -> None:
    leitura = _Leitura()
    leitura.linha.ler_mais()
    leitura.linha.lida(PaginaDeEnvios([]))
    for n in range(100):
        leitura.linha.nova(_pesado(n, 1_000_000).row, None)
    assert len(leitura.linha) <= 10
    em_maos = leitura.toma()
    assert 0 < len(em_maos) <= 9
    assert leitura.linha.proximo(esperam=True) is not None, "a lease ends some time"
    assert leitura.toma() == []
    for id_ in em_maos:
        leitura.responde(id_)
    leitura.linha.ler_mais()
    assert len(leitura.pedidas) == 2, "what did not fit is read when there is room"
    leitura.linha.lida(PaginaDeEnvios([_pesado(n, 1_000_000) for n in range(9, 13)], cortada=True))
    assert len(leitura.toma()) >= 4


def test_a_job_whose_answer_was_lost_is_not_kept_by_beats_for_others() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.toma()
    for _ in range(3):
        cena.mundo.avancar(30_000)
        cena.pedir(BaterPonto(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", tem=()))
    assert cena.envio(mensagem.id).estado in {"desconhecido", "pendente"}


def _outro(n: int) -> Endereco:
    return Endereco("codigo", f"outro {n}")


def test_a_contact_that_sleeps_with_much_to_come_holds_up_nobody_else() -> None:
    with janela_estreita():
        cena, ana = com_ticket("api", Endereco("codigo", "ana"))
        dela = [cena.responde(ana).id]
        cena.resultado(um(cena.toma()), "falhou", classe="contato", tentar_em_ms=HORA)
        dela += [cena.responde(ana, str(n)).id for n in range(20)]
        do_outro = cena.responde(cena.escreve(_outro(1)).ticket_id)
        assert um(cena.toma()).id == do_outro.id
        cena.mundo.avancar(HORA)
        assert _tudo(cena)[-len(dela) :] == dela


def test_contacts_that_wait_for_tomorrow_hold_up_nobody_today() -> None:
    with janela_estreita():
        cena, _ = com_ticket("api")
        esperam = [cena.responde(cena.escreve(_outro(n)).ticket_id).id for n in range(20)]
        for _ in esperam:
            cena.resultado(cena.toma(1)[0], "falhou", classe="amanha")
        for n in range(20):
            cena.responde(cena.escreve(_outro(n)).ticket_id, "hoje")
        hoje = _tudo(cena)
        assert len(hoje) == 20
        assert not {*hoje} & {*esperam}
        cena.mundo.avancar(24 * HORA)
        assert sorted(_tudo(cena)) == sorted(esperam)


def _tudo(cena: CenaDeCanal) -> list[str]:
    """All that there is to do now, done."""
    feitos = []
    while trabalhos := cena.toma():
        for trabalho in trabalhos:
            feitos.append(trabalho.id)
            cena.resultado(trabalho)
    return feitos


def test_what_comes_in_by_a_canal_that_is_refused_does_not_go_round() -> None:
    cena = CenaDeCanal()
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, config='{"appSecret":"s"}'))
    corpo = b'{"entry":[]}'
    cabecalhos = {"x-hub-signature-256": assinatura_whatsapp(corpo, "s")}
    cena.pedir(
        ReceberWebhook(
            quem=CONECTOR, canal_id=cena.canal_id, corpo=corpo, tipo_de_conteudo="", cabecalhos=cabecalhos, url=""
        )
    )
    tentativas = 0
    for _ in range(60):
        for trabalho in cena.toma():
            tentativas += 1
            cena.resultado(trabalho, "falhou", classe="canal", codigo="sem_numero")
        cena.mundo.avancar(1_000)
    assert tentativas == Politica().tentativas
    (morta,) = [row for row in cena.loja.de(EnvioRow, EMPRESA) if row.trabalho == "processar_webhook"]
    assert (morta.estado, morta.codigo) == ("falhou", "sem_numero")
    assert morta.dados, "it is kept, and can be read again"
    cena.pedir(ReenviarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=(morta.id,)))
    assert um(cena.toma()).id == morta.id
