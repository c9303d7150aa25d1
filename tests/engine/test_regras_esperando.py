"""What a ticket waits for: what is missing, and what would free it, in the words of the one who asks."""

from __future__ import annotations

import msgspec
import pytest

from engine.distribuicao.esperando import Esperando, esperando
from engine.explicacao.espera import esperando_vista, frases_da_espera, ids_da_espera
from engine.modelo import Ofertado, Pedida, Rota, TipoComContatos
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import (
    Afinidade,
    Anel,
    Horario,
    Limite,
    Oferta,
    Politica,
    Transbordo,
    ViaEquipe,
)
from tests.engine.bancada import Bancada, uid

MINUTO = 60_000
INGLES = Rota(habilidades=(Pedida("Inglês", 3),))
CANAIS: dict[str, TipoComContatos] = {"e": "email", "c": "webchat", "s": "sms"}
NOMES = {"fila": "Suporte", "outra": "Vendas", uid("outra"): "Vendas"}


def nomes(id_: str) -> str | None:
    return NOMES.get(id_, id_.title())


def visto(b: Bancada, ticket: str) -> Esperando:
    achado = esperando(b.d, b.tickets[ticket], b.now)
    assert achado is not None
    return achado


def dito(b: Bancada, ticket: str) -> str:
    return " ".join(frases_da_espera(visto(b, ticket), nomes, {"ingles": "inglês"}))


def test_it_waits_for_a_slot_of_those_who_may_have_it_or_for_a_ring() -> None:
    b = Bancada()
    b.fila(politica=Politica(aneis=(Anel(100, dispensa=("inglês",)), Anel(400, reduz_nivel=1, pontos=5))))
    b.pessoa("ana", habilidades=("inglês",), niveis={"inglês": 4})
    b.pessoa("bia", habilidades=("inglês",), niveis={"inglês": 3})
    b.pessoa("caio")
    for _ in range(3):
        b.chega()
    b.chega("este", rota=INGLES)
    b.passa(MINUTO)
    e = visto(b, "este")
    assert (e.posicao, e.aguardando, e.exige) == (1, 1, (("ingles", 3),))
    assert [(um.atendente_id, um.porque_nao, um.apto, um.usado, um.capacidade) for um in e.agentes] == [
        ("ana", "lotado", True, 1, 1), ("bia", "lotado", True, 1, 1), ("caio", "sem_habilidade", False, 1, 1),
    ]  # fmt: skip
    assert [(anel.numero, anel.em - b.now) for anel in e.aneis] == [(1, 40_000), (2, 340_000)]
    assert dito(b, "este") == (
        "Espera há 60 s na fila Suporte, 1º da fila. "
        "Falta: 1 vaga de Ana ou Bia, ou o anel 1 em 40 s, que dispensa inglês, ou o anel 2 em 5 min, que reduz em 1 "
        "os níveis exigidos e aumenta a prioridade. Ninguém mais da fila tem inglês ≥ 3."
    )
    b.passa(50_000)
    assert visto(b, "este").exige == ()


def test_nobody_has_the_skill_or_serves_the_fila() -> None:
    b = Bancada()
    b.fila()
    b.chega("este", rota=INGLES)
    assert dito(b, "este") == "Espera há instantes na fila Suporte, 1º da fila. Ninguém atende esta fila."
    b.pessoa("ana")
    assert dito(b, "este") == "Espera há instantes na fila Suporte, 1º da fila. Ninguém da fila tem inglês ≥ 3."


def test_whoever_is_away_would_free_it_by_coming_back() -> None:
    b = Bancada()
    b.fila()
    b.pessoa("ana", online=False)
    b.pessoa("bia", estado="pausa")
    b.chega("este")
    assert dito(b, "este").endswith("Falta: que Ana ou Bia fique disponível.")
    assert [um.porque_nao for um in visto(b, "este").agentes] == ["offline", "indisponivel"]


def test_a_fila_that_gives_nothing_out_says_so() -> None:
    b = Bancada()
    b.fila(politica=Politica(estrategia="MANUAL"))
    b.pessoa("ana")
    b.chega("este")
    assert "A fila não distribui sozinha: falta que alguém o puxe, ou que o atribuam." in dito(b, "este")
    assert dito(b, "este").endswith("Já pode recebê-lo: Ana.")
    b.fila(politica=Politica(horario=Horario(fuso="UTC", dias={"qui": (("01:00", "02:00"),)})))
    assert b.livre("ana")
    assert dito(b, "este").endswith(  # the clock of the bench begins on a Thursday
        "A fila está fechada e abre em 1 h. Quando ela abrir, pode recebê-lo: Ana."
    )
    b.fila(politica=Politica(horario=Horario(fuso="UTC", dias={"ter": (("08:00", "12:00"),)})))
    assert "A fila está fechada e abre em 06/01 às 08:00 (UTC)." in dito(b, "este")


def test_it_is_kept_for_whom_served_the_contact_last_until_then() -> None:
    b = Bancada()
    b.fila(politica=Politica(afinidade=Afinidade(segundos=60)))
    b.pessoa("ana")
    b.pessoa("bia")
    b.chega()
    b.chega()
    b.chega("este", rota=Rota(afim="ana"))
    b.passa(20_000)
    e = visto(b, "este")
    assert (e.guardado_para, e.guardado_ate) == ("ana", MINUTO)
    assert "Está guardado para Ana, que atendeu este contato por último, por mais 40 s." in dito(b, "este")
    assert "1 vaga de Ana." in dito(b, "este")


def test_windows_and_equipes_are_told_with_their_times() -> None:
    b = Bancada()
    equipe = uid("equipe")
    limite = Limite(quantidade=1, janela_segundos=600)
    b.fila(politica=Politica(limite=limite, equipes=(ViaEquipe(equipe, atraso_segundos=120),)))
    b.pessoa("ana", capacidade=5)
    b.pessoa("bia", equipes=(equipe,))
    b.chega()
    b.chega("este")
    b.passa(MINUTO)
    assert dito(b, "este").endswith(
        "Falta: o fim da janela do limite por atendente, em 9 min, ou mais 60 s de espera, para Bia."
    )
    assert [(um.atendente_id, um.so_em) for um in visto(b, "este").agentes] == [("ana", None), ("bia", 2 * MINUTO)]


def test_what_becomes_of_it_if_nobody_has_it() -> None:
    b = Bancada()
    b.fila(uid("outra"))
    b.fila(politica=Politica(transbordos=(Transbordo(uid("outra"), apos_segundos=300),)))
    b.chega("este")
    assert dito(b, "este").endswith("Se ninguém o receber, passa para a fila Vendas em 5 min.")


def test_what_is_offered_says_to_whom_and_for_how_long() -> None:
    b = Bancada()
    b.fila(politica=Politica(modo="oferta", oferta=Oferta(segundos=30, paralelas=2)))
    b.pessoa("ana")
    b.pessoa("bia")
    b.chega("este")
    assert isinstance(b.tickets["este"].rota, Rota)
    assert isinstance(b.tickets["este"].rota.oferta, Ofertado)
    e = visto(b, "este")
    assert (e.posicao, set(e.ofertado_a), e.ofertado_ate) == (None, {"ana", "bia"}, 30_000)
    texto = dito(b, "este")
    assert texto.startswith("Espera há instantes na fila Suporte. Foi ofertado a ")
    assert texto.endswith(", com prazo para responder em 30 s.")


def test_who_has_an_owner_waits_for_nothing_and_thousands_of_agents_are_counted() -> None:
    b = Bancada()
    b.fila()
    for n in range(50):
        b.pessoa(f"p{n:02}", online=n % 2 == 0)
    b.chega("dado")
    assert esperando(b.d, b.tickets["dado"], b.now) is None
    for _ in range(30):
        b.chega()
    e = visto(b, "t31")
    assert len(e.agentes) == 20
    assert all(um.porque_nao == "lotado" for um in e.agentes)
    assert e.outros == {"indisponivel": 25, "lotado": 5}
    vista = esperando_vista(e, nomes, {})
    assert (vista.posicao, vista.fila_nome, len(vista.agentes)) == (e.posicao, "Suporte", 20)
    assert ids_da_espera(e) == {"fila", *(um.atendente_id for um in e.agentes)}
    assert "1 vaga de P00, P02, P04 ou mais 22." in dito(b, "t31")


def test_a_bound_of_a_kind_of_canal_is_told_as_such_and_not_as_a_slot() -> None:
    b = Bancada(Capacidade(maximos={"email": 1}, exclusoes=(("webchat", "sms"),)))
    b.fila()
    for canal, tipo in CANAIS.items():
        b.canal(canal, tipo)
    b.pessoa("ana", capacidade=9)
    b.chega(canal_id="e")
    b.chega("outro", canal_id="e")
    maximo = "que Ana termine um ticket deste tipo de canal, de que já tem o máximo"
    assert dito(b, "outro").endswith(f"1º da fila. Falta: {maximo}.")
    b.chega(canal_id="c")
    b.chega("sms", canal_id="s")
    exclui = "que Ana termine o que atende por um canal que exclui o deste"
    assert dito(b, "sms").endswith(f"2º da fila. Falta: {exclui}.")


def test_a_wrap_up_is_told_with_its_end_and_who_has_no_slots_at_all_as_such() -> None:
    b = Bancada(Capacidade(arremate_segundos=30))
    b.fila()
    b.pessoa("ana")
    b.pessoa("bia", capacidade=0)
    b.chega("a")
    b.resolve("a")
    b.chega("este")
    b.passa(10_000)
    assert dito(b, "este").endswith(
        "Falta: 1 vaga de Ana, ou o fim do arremate de Ana, em 20 s, ou que Bia tenha vagas (a capacidade é 0)."
    )
    assert [um.arremate_ate for um in visto(b, "este").agentes] == [30_000, None]


@pytest.mark.parametrize(
    ("horas", "sem_novos", "falta"),
    [
        ([["01:00", "02:00"]], 0, "o turno de Ana, em 1 h"),
        ([["00:00", "00:10"], ["03:00", "04:00"]], 15, "o turno de Ana, em 3 h"),
        ([["03:00", "03:10"]], 15, "um turno de Ana"),
    ],
)
def test_who_is_out_of_its_shift_would_have_it_when_that_begins(
    horas: list[list[str]], sem_novos: int, falta: str
) -> None:
    b = Bancada(Capacidade(minutos_sem_novos=sem_novos))
    b.fila()
    b.pessoa("ana", turno=msgspec.json.encode({"fuso": "UTC", "dias": {"qui": horas}}).decode())
    b.chega("este")
    assert dito(b, "este").endswith(f"1º da fila. Falta: {falta}.")


def test_a_ring_that_makes_nothing_easier_for_it_frees_nothing() -> None:
    b = Bancada()
    aneis = (Anel(60, reduz_nivel=2), Anel(90, dispensa=("Espanhol",)), Anel(120, dispensa=("Inglês",)))
    b.fila(politica=Politica(aneis=aneis))
    b.pessoa("ana", habilidades=("inglês",))
    b.chega()
    b.chega("simples")
    assert dito(b, "simples").endswith("Falta: 1 vaga de Ana.")
    b.chega("um", rota=Rota(habilidades=(Pedida("Inglês", 1),)))
    assert [anel.numero for anel in visto(b, "um").aneis] == [3]
    b.chega("tres", rota=INGLES)
    assert [anel.numero for anel in visto(b, "tres").aneis] == [1, 3]
