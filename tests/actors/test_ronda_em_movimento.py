"""The examination of an empresa whose policies use all that there is, while it works: it finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from actors.atendente.comandos import AtualizarAtendente, MudarPresenca
from actors.comandos import Comando
from actors.empresa.comandos import AtualizarEmpresa
from actors.fila.comandos import PuxarTicket
from actors.fila.comandos_politica import GravarPolitica
from actors.no.ronda import AgoraDaEmpresa, Ronda
from actors.ticket.comandos import (
    AceitarOferta,
    AtribuirTicket,
    AtualizarTicket,
    CriarTicket,
    EnviarMensagem,
    RecusarOferta,
    TransferirTicket,
)
from engine.invariantes import Achado, Caderno, confirmados
from engine.invariantes.historia import Entrega, conferir
from engine.modelo import Quem, Status
from engine.politica.modelo import (
    Afinidade,
    Anel,
    EsperaMaxima,
    HabilidadeExigida,
    Limite,
    MensagemDeEspera,
    Oferta,
    Politica,
    RegraDeHabilidades,
    Transbordo,
)
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez

PASSOS = 150
CAPACIDADES = (
    "{}",
    '{"custos":{"whatsapp":0.5},"custoPendente":0.25,"arremateSegundos":20}',
    '{"maximos":{"whatsapp":1},"exclusoes":[["whatsapp","email"]],"maximoPendentes":1}',
)


class Movimento(Cena):
    """Three filas of changing policies, five agents of different skills; an examination goes on all the time.
    ``achados`` is what it found amiss both times, ``exames`` how many came to their end.
    """

    def __init__(self, semente: int) -> None:
        super().__init__()
        self.r = Random(semente)
        self.filas = [self.fila(nome) for nome in ("a", "b", "c")]
        self.zap = self.canal("zap")
        self.gente = [self.atendente(f"agente{n}", *self.filas, capacidade=n) for n in range(5)]
        for n, atendente in enumerate(self.gente[1:]):
            sabe = ("espanhol",) if n % 2 else ()
            self.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=atendente, habilidades=sabe))
        self.tickets = [self.ticket(self.filas[0])]
        self.exames = 0
        self.achados: list[Achado] = []
        self.conferidos = Caderno().conferidos
        self._exame = self._examinar()

    def mover(self) -> None:
        for _ in range(self.r.randint(1, 4)):
            self.enviar(self._comando())
            self.mundo.andar(self.r.choice((0, 1, 2, 5)))
            self.examinar_mais()
        if self.r.random() < 0.4:
            self.mundo.assentar()
            self.mundo.avancar(self.r.choice((10, 1_000, 6_000, 30_000, 600_000)))
            self.examinar_mais()
        if not self.mundo.journal.pending:
            self.tickets = list(self.mundo.vivas[EMPRESA].diretorio.tickets) or self.tickets

    def examinar_mais(self) -> None:
        for _ in range(self.r.randint(0, 3)):
            if next(self._exame, self) is self:
                self._exame = self._examinar()

    def _examinar(self) -> Iterator[None]:
        viva, antes, depois = self.mundo.vivas[EMPRESA], Caderno(), Caderno()
        entregas: list[Entrega] = []
        yield from self._registro(antes, entregas)
        yield from Ronda(viva, antes, entregas).tudo()
        entregas.clear()
        yield from self._registro(depois, entregas)
        yield from Ronda(viva, depois, entregas).de_novo(antes.achados())
        self.exames += 1
        self.conferidos.update(antes.conferidos)
        self.achados += [achado for deste in confirmados(antes, depois).values() for achado in deste]

    def _registro(self, caderno: Caderno, entregas: list[Entrega]) -> Iterator[None]:
        viva = self.mundo.vivas[EMPRESA]
        while viva.unsettled:
            yield
        eventos = [um for um in self.loja.eventos if um.seq <= viva.durable_seq]
        yield from conferir(eventos, AgoraDaEmpresa(viva), caderno, entregas)

    # -- what happens --------------------------------------------------------------------------------------------------

    def _comando(self) -> Comando[Any]:
        opcoes: list[Callable[[], Comando[Any]]] = [
            self._novo, self._novo, self._novo, self._aceitar, self._aceitar, self._recusar, self._puxar, self._mudar,
            self._mudar, self._mudar, self._presenca, self._presenca, self._atribuir, self._transferir, self._falar,
            self._politica, self._empresa,
        ]  # fmt: skip
        return self.r.choice(opcoes)()

    def _um(self) -> str:
        return self.r.choice(self.tickets)

    def _alguem(self) -> str:
        return self.r.choice(self.gente)

    def _eu(self) -> Quem:
        return Quem(EMPRESA, self._alguem(), "atendente")

    def _novo(self) -> Comando[Any]:
        return CriarTicket(
            quem=ADMIN, contato_nome="x", contato_telefone=f"551199999888{self.r.randint(0, 9)}",
            fila_id=self.r.choice(self.filas), prioridade=self.r.choice(("NORMAL", "ALTA", "URGENTE")),
            canal_id=self.r.choice((None, self.zap)),
        )  # fmt: skip

    def _aceitar(self) -> Comando[Any]:
        return AceitarOferta(quem=self._eu(), ticket_id=self._um())

    def _recusar(self) -> Comando[Any]:
        return RecusarOferta(quem=self._eu(), ticket_id=self._um(), motivo="não")

    def _puxar(self) -> Comando[Any]:
        return PuxarTicket(quem=self._eu(), fila_id=self.r.choice(self.filas))

    def _mudar(self) -> Comando[Any]:
        status: Status = self.r.choice(("ABERTO", "PENDENTE", "EM_ANDAMENTO", "RESOLVIDO", "FECHADO"))
        return AtualizarTicket(quem=ADMIN, ticket_id=self._um(), status=status)

    def _presenca(self) -> Comando[Any]:
        return MudarPresenca(quem=ADMIN, atendente_id=self._alguem(), online=self.r.random() < 0.7)

    def _atribuir(self) -> Comando[Any]:
        forcar = self.r.random() < 0.3
        return AtribuirTicket(quem=ADMIN, ticket_id=self._um(), atendente_id=self._alguem(), forcar=forcar)

    def _transferir(self) -> Comando[Any]:
        return TransferirTicket(quem=ADMIN, ticket_id=self._um(), fila_id=self.r.choice(self.filas))

    def _falar(self) -> Comando[Any]:
        return EnviarMensagem(quem=ADMIN, ticket_id=self._um(), conteudo="oi", direcao="recebida")

    def _empresa(self) -> Comando[Any]:
        return AtualizarEmpresa(quem=ADMIN, capacidade=self.r.choice(CAPACIDADES))

    def _politica(self) -> Comando[Any]:
        r, (fila, outra) = self.r, self.r.sample(self.filas, 2)
        documento = Politica(
            estrategia=r.choice(
                ("MENOS_OCUPADO", "ROUND_ROBIN", "HABILIDADES", "MENOS_ATENDIDOS", "HIBRIDO", "MANUAL")
            ),
            modo=r.choice(("direto", "direto", "oferta")),
            oferta=Oferta(segundos=r.choice((5, 30)), paralelas=r.randint(1, 3), sem_resposta=r.randint(0, 2)),
            ordem=r.choice(("prioridade", "idade")),
            habilidades=r.choice(((), (RegraDeHabilidades(exige=(HabilidadeExigida(nome="espanhol"),)),))),
            aneis=r.choice(((), (Anel(apos_segundos=5, dispensa=("espanhol",)),))),
            afinidade=r.choice((None, Afinidade(segundos=10))),
            transbordos=r.choice(((), (Transbordo(para=outra, sem_atendentes=True),))),
            maximo=r.choice((None, EsperaMaxima(acao="priorizar", segundos=20, pontos=10))),
            limite=r.choice((None, Limite(quantidade=2, janela_segundos=60))),
            silencio_segundos=r.choice((0, 60)),
            mensagem_de_espera=r.choice((None, MensagemDeEspera(texto="{posicao}", apos_segundos=3))),
        )
        return GravarPolitica(quem=ADMIN, fila_id=fila, documento=documento)


@pytest.mark.parametrize("semente", range(12))
def test_an_examination_of_rich_policies_at_work_finds_nothing(semente: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.no.ronda.TRABALHO", 4)
    with uma_mensagem_por_vez():
        movimento = Movimento(semente)
        for _ in range(PASSOS):
            movimento.mover()
            assert not movimento.achados, movimento.achados[0]
    assert movimento.exames > 3
    assert {1, 2, 3, 5, 12, 13} <= set(movimento.conferidos)
