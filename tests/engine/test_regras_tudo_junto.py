"""Everything at once, in whatever order: nothing waits that somebody may have, nobody has more than it may have,
nothing is past its time, and a restart changes nothing.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine import estados
from engine.distribuicao import porque_nao
from engine.modelo import Estrategia, Pedida, Prioridade, Rota
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import (
    Afinidade,
    Anel,
    Aquecimento,
    EsperaMaxima,
    HabilidadeExigida,
    Horario,
    Limite,
    Oferta,
    Politica,
    RegraDeHabilidades,
    Transbordo,
    ViaEquipe,
)
from tests.engine.bancada import Bancada, uid

FILAS = (uid("a"), uid("b"), uid("c"))
PESSOAS = ("ana", "bia", "clara")
M = uid("m")
CANAIS: dict[str, Any] = {"w": "whatsapp", "e": "email", "c": "webchat"}
CAPACIDADE = Capacidade(
    custos={"email": 0.5}, custo_pendente=0.25, maximos={"whatsapp": 1}, exclusoes=(("whatsapp", "webchat"),),
    arremate_segundos=7, minutos_sem_novos=1,
)  # fmt: skip
DE_MINUTO_EM_MINUTO = tuple((f"00:{minuto:02}", f"00:{minuto + 3:02}") for minuto in range(0, 59, 5))
"""Three minutes of five."""
ABRE = Horario(fuso="UTC", dias={"qui": DE_MINUTO_EM_MINUTO})
TURNO = msgspec.json.encode(ABRE).decode()

segundos = st.integers(1, 90)
qual = st.integers(0, 30)
fila = st.sampled_from(FILAS)
pessoa = st.sampled_from(PESSOAS)
ingles = st.tuples(st.integers(1, 5), st.booleans()).map(
    lambda um: HabilidadeExigida(nome="ingles", nivel=um[0], preferida=um[1])
)
vias = st.sampled_from([(None,), (M,), (None, M)])


def as_vezes(valor: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.none() | valor


transbordo = st.builds(
    Transbordo, para=fila, apos_segundos=as_vezes(segundos), tamanho=as_vezes(st.integers(1, 3)),
    sem_atendentes=st.booleans(),
)  # fmt: skip
politica = st.builds(
    Politica,
    estrategia=st.sampled_from(get_args(Estrategia)),
    distribuicao_automatica=st.sampled_from([True, True, True, False]),
    prioridade=st.integers(1, 10),
    modo=st.sampled_from(["direto", "direto", "oferta"]),
    oferta=st.builds(Oferta, paralelas=st.integers(1, 3)),
    ordem=st.sampled_from(["prioridade", "idade", "prazo"]),
    pontos_por_minuto=st.sampled_from([0.0, 1.0]),
    escolha=st.sampled_from(["melhor", "menorSuficiente"]),
    evitar_quem_devolveu=st.booleans(),
    habilidades=as_vezes(ingles.map(lambda uma: (RegraDeHabilidades(exige=(uma,), canal="email"),))).map(
        lambda regras: regras or ()
    ),
    aneis=st.lists(
        st.builds(Anel, apos_segundos=segundos, reduz_nivel=st.integers(0, 2), equipes=st.sampled_from([(), (M,)])),
        max_size=2,
        unique_by=lambda anel: anel.apos_segundos,
    ).map(lambda aneis: tuple(sorted(aneis, key=lambda anel: anel.apos_segundos))),
    afinidade=as_vezes(st.builds(Afinidade, segundos=st.integers(0, 60))),
    transbordos=st.lists(transbordo, max_size=1).map(tuple),
    maximo=as_vezes(st.just(EsperaMaxima(acao="encerrar", segundos=300))),
    equipes=st.lists(
        st.builds(ViaEquipe, equipe_id=st.just(M), atraso_segundos=st.integers(0, 60), prioridade=st.integers(1, 99)),
        max_size=1,
    ).map(tuple),
    limite=as_vezes(st.builds(Limite, quantidade=st.integers(1, 3), janela_segundos=segundos)),
    horario=as_vezes(st.just(ABRE)),
    aquecimento=as_vezes(st.just(Aquecimento(segundos=30, maximo=1))),
)
rota = st.builds(
    Rota,
    afim=st.none() | pessoa,
    habilidades=as_vezes(st.integers(1, 5).map(lambda nivel: (Pedida("ingles", nivel),))),
)


class TudoJunto(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.b = Bancada(CAPACIDADE, now=1)
        for canal_id, tipo in CANAIS.items():
            self.b.canal(canal_id, tipo)

    @initialize(politicas=st.tuples(politica, politica, politica))
    def comecar(self, politicas: tuple[Politica, ...]) -> None:
        for fila_id, uma in zip(FILAS, politicas, strict=True):
            self.b.fila(fila_id, uma)
        for quem in PESSOAS:
            self.b.pessoa(quem, *FILAS, capacidade=2)

    def _um(self, qual: int, *status: str) -> str | None:
        sao = [id_ for id_, row in self.b.tickets.items() if row.status in status]
        return sao[qual % len(sao)] if sao else None

    @rule(fila=fila, prioridade=st.sampled_from(get_args(Prioridade)), canal=st.sampled_from([None, *CANAIS]), rota=as_vezes(rota))  # fmt: skip  # noqa: E501
    def chegar(self, fila: str, prioridade: Prioridade, canal: str | None, rota: Rota | None) -> None:
        self.b.chega(fila_id=fila, prioridade=prioridade, canal_id=canal, rota=rota)

    @rule(ms=st.sampled_from([1, 999, 5_000, 30_000, 100_000]))
    def passar(self, ms: int) -> None:
        self.b.passa(ms)

    @rule(qual=qual)
    def resolver(self, qual: int) -> None:
        if (id_ := self._um(qual, "EM_ANDAMENTO")) is not None:
            self.b.resolve(id_)

    @rule(qual=qual)
    def devolver(self, qual: int) -> None:
        if (id_ := self._um(qual, "EM_ANDAMENTO")) is not None:
            self.b.devolve(id_)

    @rule(qual=qual, responde=st.booleans())
    def pendenciar(self, qual: int, responde: bool) -> None:
        if (id_ := self._um(qual, "PENDENTE" if responde else "EM_ANDAMENTO")) is not None:
            row, now = self.b.tickets[id_], self.b.now
            responder = estados.ao_responder(row, dono_pode=True, now=now)
            self.b.diz(responder if responde else estados.pendenciar(row, now))

    @rule(qual=qual, fila=fila)
    def mover(self, qual: int, fila: str) -> None:
        """Or reopen: the agent who had it last is to have it first."""
        if (id_ := self._um(qual, "ABERTO", "EM_ANDAMENTO", "RESOLVIDO")) is not None:
            row = self.b.tickets[id_]
            self.b.diz(estados.esperar_na_fila(row, fila, self.b.now), row.atendente_id)

    @rule(qual=qual, recusa=st.booleans())
    def responder_a_oferta(self, qual: int, recusa: bool) -> None:
        ofertados = [id_ for id_ in self.b.tickets if self.b.ofertado_a(id_)]
        if not ofertados:
            return
        id_ = ofertados[qual % len(ofertados)]
        quem = self.b.ofertado_a(id_)[qual % len(self.b.ofertado_a(id_))]
        if recusa:
            self.b.recusa(id_, quem)
        else:
            self.b.diz(estados.assumir(self.b.tickets[id_], quem, forcado=False, now=self.b.now))

    @rule(quem=pessoa, mudanca=st.sampled_from([
        {"estado": "pausa"}, {"estado": "disponivel"}, {"estado": "disponivel"}, {"capacidade": 1}, {"capacidade": 2},
        {"habilidades": ("ingles",), "niveis": {"ingles": 2}}, {"habilidades": ("ingles",), "niveis": {"ingles": 5}},
        {"habilidades": ()}, {"turno": TURNO}, {"turno": None},
    ]))  # fmt: skip
    def mudar_pessoa(self, quem: str, mudanca: dict[str, Any]) -> None:
        self.b.muda_pessoa(quem, **mudanca)

    @rule(quem=pessoa, parado=st.booleans())
    def parar(self, quem: str, parado: bool) -> None:
        self.b.para(quem, parado=parado)

    @rule(quem=pessoa, fila=fila, equipes=vias)
    def servir(self, quem: str, fila: str, equipes: tuple[str | None, ...]) -> None:
        if (fila, quem) in self.b.servem and equipes == (None,):
            self.b.deixa(quem, fila)
        else:
            self.b.serve(quem, fila, equipes)

    @rule(fila=fila, politica=politica)
    def mudar_politica(self, fila: str, politica: Politica) -> None:
        self.b.fila(fila, politica)

    @rule()
    def reiniciar(self) -> None:
        for perfil in list(self.b.d.perfis.values()):
            self.b.para(perfil.id, parado=False)
        antes, dados = {id_: self._onde(id_) for id_ in self.b.tickets}, len(self.b.dados)
        self.b.reinicia()
        assert [(id_, era, agora) for id_, era in antes.items() if (agora := self._onde(id_)) != era] == []
        assert len(self.b.dados) == dados

    def _onde(self, id_: str) -> tuple[object, ...]:
        row = self.b.tickets[id_]
        return row.status, row.fila_id, row.atendente_id, self.b.ofertado_a(id_)

    # -- what always holds

    @invariant()
    def nada_espera_que_alguem_possa_ter(self) -> None:
        for linha in self.b.d.linhas.values():
            for espera in linha.esperas.values() if linha.distribui else ():
                podem = {um.perfil.id for um in linha.escala.candidatos.values() if not porque_nao(linha, espera, um)}
                assert not podem, f"{espera.row.id} waits for {podem}"

    @invariant()
    def ninguem_tem_mais_do_que_cabe(self) -> None:
        """Beyond it only what is left of more slots, or came back from the customer."""
        for perfil in self.b.d.perfis.values():
            assert perfil.nao_cabe() is None
            promessas = [um for um in self.b.d.promessas.values() if perfil in um.perfis]
            assert {um.row.id for um in promessas} == set(perfil.prometidas)
            assert set(perfil.ocupadas) == set(self.b.de(perfil.id))

    @invariant()
    def nada_esta_atrasado(self) -> None:
        quando = self.b.d.proximo_prazo()
        assert quando is None or quando > self.b.now

    @invariant()
    def cada_um_que_espera_esta_na_sua_linha(self) -> None:
        esperam = {id_ for id_, row in self.b.tickets.items() if row.status == "ABERTO"}
        nas_linhas = [id_ for linha in self.b.d.linhas.values() for id_ in linha.esperas]
        ofertados = [promessa.row.id for promessa in self.b.d.promessas.values()]
        assert sorted([*nas_linhas, *ofertados]) == sorted(esperam)
        for linha in self.b.d.linhas.values():
            em_ordem = list(linha.em_ordem())
            assert [linha.posicao(espera) for espera in em_ordem] == list(range(len(linha.esperas)))
            assert linha.aguardando() == sum(self.b.tickets[id_].fila_id == linha.fila.id for id_ in esperam)


TestTudoJunto = TudoJunto.TestCase
TestTudoJunto.settings = settings(stateful_step_count=40)
