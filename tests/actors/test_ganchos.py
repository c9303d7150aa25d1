"""Webhooks to other systems, on the virtual clock: what is told, in which order, how often, and when it ends."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.canal.comandos import (
    AtualizarCanal,
    ExcluirCanal,
    ListarCanais,
    ResponderTrabalho,
    TomarTrabalhos,
    VerCanal,
    VerConexao,
)
from actors.canal.ganchos import (
    AtualizarGancho,
    CriarGancho,
    ExcluirGancho,
    GanchoEstado,
    ListarGanchos,
    ReenviarEntrega,
    RenovarSegredo,
    TestarGancho,
    VerGancho,
)
from actors.canal.linha import JANELA
from actors.empresa.ganchos import GANCHOS_MAXIMO
from actors.ticket.comandos import CriarNota, CriarTicket, ExcluirNota, ExcluirTicket
from engine.conector.ganchos import ANTERIOR_MS, SegredosDoGancho
from engine.conector.trabalhos import Resultado, Trabalho
from engine.envios.entregas import registro_de
from engine.errors import Forbidden
from engine.modelo import CanalRow, CanalSegredosRow, EnvioRow, Quem
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, CenaDeCanal

URL = "https://erp.example.com/gancho?chave=abc"
DIA = 86_400_000


class CenaDeGancho(CenaDeCanal):
    """``canal_id`` is a webhook."""

    def __init__(self, *eventos: str) -> None:
        super().__init__()
        self.canal_id = self.gancho(*eventos or ("*",)).row.id

    def gancho(self, *eventos: str, **campos: Any) -> GanchoEstado:
        return self.pedir(CriarGancho(quem=ADMIN, url=URL, eventos=eventos, **campos))

    def row(self) -> CanalRow:
        return self.pedir(VerGancho(quem=ADMIN, canal_id=self.canal_id)).row

    def entregas(self) -> list[EnvioRow]:
        todas = [row for row in self.loja.de(EnvioRow, EMPRESA) if row.canal_id == self.canal_id]
        return sorted(todas, key=lambda row: (row.ordem, row.id))

    def ditos(self) -> list[str]:
        return [registro_de(row).evento for row in self.entregas()]

    def falha(self, trabalho: Trabalho, codigo: str = "500", **campos: Any) -> None:
        self.resultado(trabalho, "falhou", classe="tentar", codigo=codigo, erro="não deu", **campos)

    def entrega(self, trabalho: Trabalho) -> None:
        self.resultado(trabalho, "entregue", status=204, duracao_ms=12, resposta="ok")

    def ate_pegar(self) -> Trabalho:
        """The next job, whenever it comes."""
        resposta = self.pede(1)
        for _ in range(2_000):
            self.mundo.assentar()
            if resposta.is_set:
                (trabalho,) = resposta.get()
                return trabalho
            prazo = self.mundo.loop.dispatcher.timers.next_deadline() or 0
            self.mundo.avancar(max(1, prazo - self.clock.now()))
        raise AssertionError("nothing comes")


def evento_de(trabalho: Trabalho) -> tuple[str, int | None]:
    assert trabalho.entrega is not None
    return trabalho.entrega.evento, trabalho.entrega.seq


def test_an_event_is_a_delivery_of_the_same_commit_and_names_it_only() -> None:
    cena = CenaDeGancho("ticket_*")
    ticket_id = cena.ticket(nome="Segredo da Ana")
    (row,) = cena.entregas()
    assert (row.trabalho, row.estado, row.raia, row.ticket_id) == ("entregar_webhook", "pendente", ticket_id, None)
    assert "Ana" not in row.dados
    (trabalho,) = cena.toma()
    assert evento_de(trabalho) == ("ticket_criado", cena.eventos("ticket_criado")[0].seq)
    cena.entrega(trabalho)
    registro = registro_de(cena.envio(row.id))
    assert (cena.envio(row.id).estado, registro.status, registro.duracao_ms, registro.resposta) == (
        "entregue", 204, 12, "ok",
    )  # fmt: skip


def test_only_what_its_filter_lets_through_is_told_and_only_while_it_is_active() -> None:
    cena = CenaDeGancho("nova_mensagem", "fila_*")
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.fila("Vendas")
    assert cena.ditos() == ["nova_mensagem", "fila_criada"]
    cena.pedir(AtualizarGancho(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    cena.fila("Outra")
    cena.pedir(AtualizarGancho(quem=ADMIN, canal_id=cena.canal_id, ativo=True, eventos=("ticket_criado",)))
    cena.ticket()
    cena.fila("Mais uma")
    assert cena.ditos() == ["nova_mensagem", "fila_criada", "ticket_criado"]


def test_one_ticket_waits_for_its_turn_and_no_other_waits_with_it() -> None:
    cena = CenaDeGancho("nova_mensagem")
    primeiro, segundo = cena.ticket(), cena.ticket()
    for ticket_id in (primeiro, primeiro, segundo):
        cena.recebida(ticket_id)
    do_primeiro, do_segundo = cena.toma()
    cena.falha(do_primeiro)
    cena.entrega(do_segundo)
    assert not cena.toma(), "the second message of the first ticket waits for the first"
    cena.mundo.avancar(6_000)
    (outra_vez,) = cena.toma()
    assert (outra_vez.id, outra_vez.tentativa) == (do_primeiro.id, 2), "the same id in every attempt"
    cena.entrega(outra_vez)
    (seguinte,) = cena.toma()
    seqs = [evento_de(um)[1] or 0 for um in (outra_vez, seguinte)]
    assert seqs == sorted(seqs)


def test_what_the_receiver_asks_to_be_waited_for_is() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    (trabalho,) = cena.toma()
    cena.falha(trabalho, "503", tentar_em_ms=600_000)
    cena.mundo.avancar(590_000)
    assert not cena.toma()
    cena.mundo.avancar(20_000)
    assert cena.toma()


def test_a_connector_that_is_lost_costs_no_try_and_it_is_sent_again() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    (trabalho,) = cena.toma()
    cena.larga(tem=())
    cena.mundo.avancar(3_000)
    (outra_vez,) = cena.toma()
    assert outra_vez.id == trabalho.id
    assert cena.envio(trabalho.id).falhas == 0


def test_after_three_days_without_a_success_it_is_disabled_with_notice() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    inicio = cena.clock.now()
    while cena.row().ativo:
        cena.falha(cena.ate_pegar())
    passou = cena.clock.now() - inicio
    assert 2 * DIA < passou <= 3 * DIA + 13 * 3_600_000
    (evento,) = cena.eventos("webhook_desativado")
    assert "três dias" in evento.dados
    assert URL not in evento.dados
    (entrega,) = cena.entregas()
    assert (entrega.estado, entrega.falhas > 7) == ("falhou", True)
    cena.ticket()
    assert len(cena.entregas()) == 1, "nothing is written down for it any more"


def test_one_delivery_that_never_passes_does_not_disable_who_takes_the_others() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    ruim = cena.ate_pegar()
    cena.falha(ruim)
    for _ in range(40):
        cena.ticket()
        trabalho = cena.ate_pegar()
        while trabalho.id != ruim.id:
            cena.entrega(trabalho)
            trabalho = cena.ate_pegar() if cena.envio(ruim.id).estado == "pendente" else trabalho
            if cena.envio(ruim.id).estado == "falhou":
                break
        if trabalho.id == ruim.id:
            cena.falha(trabalho)
        if cena.envio(ruim.id).estado == "falhou":
            break
    assert cena.envio(ruim.id).estado == "falhou"
    assert cena.row().ativo


def test_who_answers_410_is_disabled_at_once_and_goes_on_when_it_is_activated_again() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    cena.ticket()
    primeiro, _ = trabalhos = cena.toma()
    cena.falha(primeiro, "410")
    assert not cena.row().ativo
    (evento,) = cena.eventos("webhook_desativado")
    assert "410" in evento.dados
    assert len(trabalhos) == 2
    cena.larga(tem=())
    cena.mundo.avancar(60_000)
    assert not cena.toma()
    cena.pedir(AtualizarGancho(quem=ADMIN, canal_id=cena.canal_id, ativo=True))
    assert cena.row().situacao is None
    assert [um.id for um in cena.toma()] == [trabalhos[1].id], "what waited still goes"


def test_a_first_failure_is_remembered_and_a_success_ends_it() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    cena.falha(cena.ate_pegar())
    assert "falhandoDesde" in (cena.row().situacao or "")
    cena.entrega(cena.ate_pegar())
    assert cena.row().situacao is None


def test_all_is_there_after_the_node_was_killed() -> None:
    cena = CenaDeGancho("nova_mensagem")
    ticket_id = cena.ticket()
    for _ in range(3):
        cena.recebida(ticket_id)
    (em_maos,) = cena.toma()
    cena.reiniciar()
    cena.mundo.avancar(200_000)
    vistos = []
    for _ in range(3):
        trabalho = cena.ate_pegar()
        vistos.append(trabalho)
        cena.entrega(trabalho)
    assert vistos[0].id == em_maos.id
    assert [um.id for um in vistos] == [row.id for row in cena.entregas()]
    cena.recebida(ticket_id)
    assert len(cena.entregas()) == 4, "events go on to be told"


def test_a_dead_receiver_fills_neither_memory_nor_the_way_of_another() -> None:
    cena = CenaDeGancho("fila_criada")
    morto, vivo = cena.canal_id, cena.gancho("fila_criada").row.id
    for n in range(JANELA + 50):
        cena.fila(f"Fila {n}")
    assert len(cena.entregas()) == JANELA + 50
    cena.falha(cena.ate_pegar())
    cena.canal_id = vivo
    for _ in range(5):
        cena.entrega(cena.ate_pegar())
    assert [row.estado for row in cena.entregas()[:5]] == ["entregue"] * 5
    cena.canal_id = morto
    assert {row.estado for row in cena.entregas()} == {"pendente"}


def test_its_secret_is_shown_to_who_has_just_made_it_and_two_sign_for_a_day() -> None:
    cena = CenaDeGancho("*")
    criado = cena.gancho("ticket_*")
    cena.canal_id = criado.row.id

    def segredo(marca: str | None) -> str | None:
        return cena.pedir(VerGancho(quem=ADMIN, canal_id=cena.canal_id, marca=marca)).segredo

    primeiro = segredo(criado.marca)
    assert primeiro is not None
    assert primeiro.startswith("whsec_")
    assert segredo(None) is None
    renovado = cena.pedir(RenovarSegredo(quem=ADMIN, canal_id=cena.canal_id))
    segundo = segredo(renovado.marca)
    assert segundo not in {None, primeiro}
    assert segundo is not None
    assert segredo(criado.marca) is None
    conexao = cena.pedir(VerConexao(quem=CONECTOR, canal_id=cena.canal_id, com_segredos=True))
    lidos = msgspec.json.decode(conexao.segredos, type=SegredosDoGancho)
    assert lidos.que_assinam(cena.clock.now()) == (segundo, primeiro)
    assert lidos.que_assinam(cena.clock.now() + ANTERIOR_MS) == (segundo,)
    log = json_text([*cena.loja.eventos, *cena.loja.de(CanalRow, EMPRESA)])
    assert not [um for um in (primeiro, segundo, "chave=abc") if um in log]
    assert "whsec_" not in json_text([criado, renovado])
    assert all("whsec_" not in repr(um) for um in cena.loja.de(CanalSegredosRow, EMPRESA))


def test_to_everybody_else_it_is_no_canal() -> None:
    cena = CenaDeGancho("*")
    canal_id = cena.canal_id
    assert canal_id not in {um.row.id for um in cena.pedir(ListarCanais(quem=ADMIN))}
    assert [um.id for um in cena.pedir(ListarGanchos(quem=ADMIN))] == [canal_id]
    for comando in (
        VerCanal(quem=ADMIN, canal_id=canal_id),
        AtualizarCanal(quem=ADMIN, canal_id=canal_id, nome="x"),
        ExcluirCanal(quem=ADMIN, canal_id=canal_id),
        CriarTicket(quem=ADMIN, contato_nome="A", contato_email="a@b.co", canal_id=canal_id),
    ):
        assert cena.recusa(comando) == "canal_nao_encontrado"
    outro = cena.canal("Zap 2")
    for de_gancho in (
        VerGancho(quem=ADMIN, canal_id=outro),
        TestarGancho(quem=ADMIN, canal_id=outro),
        ExcluirGancho(quem=ADMIN, canal_id=outro),
    ):
        assert cena.recusa(de_gancho) == "webhook_nao_encontrado"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://localhost/", "http://0x7f.1/",
        "http://2130706433/", "http://a.localhost/", "ftp://x.com/", "http://u:p@x.com/", "https://x.com:22/",
        "http://[::ffff:10.0.0.1]/", "http://017700000001/", "http:///x", "http://x.com/a b", "http://x.com:99999/",
    ],
)  # fmt: skip
def test_an_address_that_can_never_be_called_is_not_kept(url: str) -> None:
    cena = CenaDeGancho("*")
    assert cena.recusa(CriarGancho(quem=ADMIN, url=url, eventos=("*",))) == "dados_invalidos"
    assert cena.recusa(AtualizarGancho(quem=ADMIN, canal_id=cena.canal_id, url=url)) == "dados_invalidos"


def test_there_are_not_more_than_so_many() -> None:
    cena = CenaDeGancho("nada")
    for _ in range(GANCHOS_MAXIMO - 1):
        cena.gancho("nada")
    assert cena.recusa(CriarGancho(quem=ADMIN, url=URL, eventos=("*",))) == "webhooks_demais"


def test_a_test_is_tried_once_and_needs_an_active_webhook() -> None:
    cena = CenaDeGancho("nada")
    row = cena.pedir(TestarGancho(quem=ADMIN, canal_id=cena.canal_id))
    (trabalho,) = cena.toma()
    assert (trabalho.id, evento_de(trabalho)) == (row.id, ("teste", None))
    cena.falha(trabalho)
    assert cena.envio(row.id).estado == "falhou"
    assert cena.row().situacao is None
    cena.pedir(AtualizarGancho(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    assert cena.recusa(TestarGancho(quem=ADMIN, canal_id=cena.canal_id)) == "webhook_inativo"


def test_a_delivery_is_sent_again_when_somebody_asks_for_it() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    (trabalho,) = cena.toma()
    de_novo = ReenviarEntrega(quem=ADMIN, canal_id=cena.canal_id, entrega_id=trabalho.id)
    assert cena.recusa(de_novo) == "entrega_em_curso"
    cena.falha(trabalho, tentar_em_ms=DIA)
    assert not cena.toma()
    cena.pedir(de_novo)
    (agora,) = cena.toma()
    assert agora.id == trabalho.id, "what waits waits no longer"
    cena.entrega(agora)
    cena.pedir(de_novo)
    (mais_uma,) = cena.toma()
    assert (mais_uma.id, evento_de(mais_uma)) == (trabalho.id, evento_de(trabalho))
    alheia = ReenviarEntrega(quem=ADMIN, canal_id=cena.gancho("*").row.id, entrega_id=trabalho.id)
    assert cena.recusa(alheia) == "entrega_nao_encontrada"


def test_the_deletion_of_a_ticket_is_told_and_takes_no_delivery_with_it() -> None:
    cena = CenaDeGancho("ticket_*")
    ticket_id = cena.ticket()
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket_id))
    assert cena.ditos()[-1] == "ticket_excluido"
    vistos: list[str] = []
    while len(vistos) < len(cena.ditos()):
        trabalho = cena.ate_pegar()
        vistos.append(evento_de(trabalho)[0])
        cena.entrega(trabalho)
    assert vistos == cena.ditos()


def test_what_is_deleted_is_told_nothing_more_and_its_connector_hears_so() -> None:
    cena = CenaDeGancho("ticket_criado")
    cena.ticket()
    (trabalho,) = cena.toma()
    cena.pedir(ExcluirGancho(quem=ADMIN, canal_id=cena.canal_id))
    assert cena.eventos("webhook_excluido")
    cena.ticket()
    assert len(cena.entregas()) == 1
    resultado = Resultado(id=trabalho.id, tentativa=1, desfecho="entregue")
    responder = ResponderTrabalho(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", resultado=resultado)
    assert cena.recusa(responder) == "canal_nao_encontrado"
    assert cena.recusa(TomarTrabalhos(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", quantos=1)) == (
        "canal_nao_encontrado"
    )
    (segredos,) = [um for um in cena.loja.de(CanalSegredosRow, EMPRESA) if um.canal_id == cena.canal_id]
    assert segredos.segredos == "{}"


@pytest.mark.parametrize("papel", ["atendente", "conector"])
def test_it_is_for_who_configures(papel: Any) -> None:
    with pytest.raises(Forbidden):
        CriarGancho(quem=Quem(EMPRESA, None, papel), url=URL, eventos=("*",)).autorizar()


def test_what_people_say_among_themselves_is_told_to_who_asks_for_it_by_its_full_name() -> None:
    for filtros, ditos in (
        (("*",), ["ticket_criado"]),
        (("*", "nota_interna"), ["ticket_criado", "nota_interna"]),
        (("nota_excluida", "mencao"), ["nota_excluida"]),
    ):
        cena = CenaDeGancho(*filtros)
        ticket = cena.pedir(CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888"))
        nota = cena.pedir(CriarNota(quem=ADMIN, ticket_id=ticket.id, conteudo="cuidado"))
        cena.pedir(ExcluirNota(quem=ADMIN, ticket_id=ticket.id, nota_id=nota.id, autor_id=None))
        assert [dito for dito in cena.ditos() if dito.startswith(("ticket_criado", "nota", "mencao"))] == ditos
