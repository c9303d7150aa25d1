"""What is counted while a simulation runs, and the result that is made of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.simulacao.medidas import Media, Quantis, Serie, gini
from engine.simulacao.resultado import Esperas, Medidas, ParteDoAtendente, Resultado, SerieDaFila


class ContagemDaFila:
    """``nome`` is that of a fila, or of all together."""

    def __init__(self, nome: str, inicio: int, nivel: int) -> None:
        self.nome = nome
        self.na_fila = Serie(inicio)
        self._nivel = nivel
        self._chegadas = self._na_hora = self._dentro = self._desistiram = 0
        self._encerrados = self._transbordaram = 0
        self._espera, self._de_todos, self._quantis = Media(), Media(), Quantis()

    def chegou(self) -> None:
        self._chegadas += 1

    def atendido(self, espera: int, *, na_hora: bool) -> None:
        """Answered after so long (ms); ``na_hora``: without having waited at all."""
        self._na_hora += na_hora
        self._dentro += espera <= self._nivel
        self._espera.por(espera)
        self._de_todos.por(espera)
        self._quantis.por(espera)

    def desistiu(self, espera: int) -> None:
        self._desistiram += 1
        self._de_todos.por(espera)

    def encerrado(self, espera: int) -> None:
        """By the policy, after so long (ms)."""
        self._encerrados += 1
        self._de_todos.por(espera)

    def transbordou(self) -> None:
        self._transbordaram += 1

    def recomecar(self, now: int) -> None:
        """The line counts from ``now`` on."""
        self.na_fila = Serie(now, self.na_fila.valor)

    def medidas(self, tickets_de_cada: Sequence[int]) -> Medidas:
        """``tickets_de_cada``: how many each of those was given who serve it."""
        sairam = self._espera.n + self._desistiram + self._encerrados
        return Medidas(
            nome=self.nome,
            chegadas=self._chegadas,
            atendidos=self._espera.n,
            desistiram=self._desistiram,
            encerrados=self._encerrados,
            transbordaram=self._transbordaram,
            esperando=self._chegadas - sairam,
            espera=self._esperas(),
            espera_de_todos=_segundos(self._de_todos.media),
            nivel_de_servico=_parcela(self._dentro, sairam),
            desistencia=_parcela(self._desistiram, sairam),
            probabilidade_de_espera=_parcela(sairam - self._na_hora, sairam),
            gini=round(gini(tickets_de_cada), 4),
            na_fila=round(self.na_fila.media, 4),
            na_fila_maximo=self.na_fila.maximo,
        )

    def _esperas(self) -> Esperas:
        quantis = self._quantis
        p50, p95, p99 = (_segundos(quantis.quantil(q)) for q in (0.5, 0.95, 0.99))
        return Esperas(_segundos(self._espera.media), p50, p95, p99, _segundos(quantis.maximo))


class ContagemDoAtendente:
    """Tickets and slots (in hundredths) of an agent; ``por_fila`` are its tickets by the place of their fila."""

    __slots__ = ("_ativos", "_desde", "_disponivel", "_ocupado", "capacidade", "nome", "por_fila", "presente")

    def __init__(self, nome: str, capacidade: int, filas: Sequence[int], inicio: int) -> None:
        self.nome = nome
        self.capacidade = 100 * capacidade
        self.por_fila = dict.fromkeys(filas, 0)
        self.presente = False
        self._ativos = 0
        self._ocupado = self._disponivel = 0
        self._desde = inicio

    def ate(self, now: int) -> None:
        """It was the same until ``now``. What somebody finishes who is gone counts neither way."""
        if self.presente:
            passou = now - self._desde
            self._ocupado += self._ativos * passou
            self._disponivel += self.capacidade * passou
        self._desde = now

    def tomou(self, fila: int, custo: int, now: int, *, conta: bool) -> None:
        self.ate(now)
        self._ativos += custo
        if conta:
            self.por_fila[fila] = self.por_fila.get(fila, 0) + 1

    def soltou(self, custo: int, now: int) -> None:
        self.ate(now)
        self._ativos -= custo

    def recomecar(self, now: int) -> None:
        """Only what comes after ``now`` counts."""
        self.ate(now)
        self._ocupado = self._disponivel = 0

    @property
    def tickets(self) -> int:
        return sum(self.por_fila.values())

    @property
    def vagas(self) -> tuple[int, int]:
        """Slots that were in use, and slots that there were, each times ms."""
        return self._ocupado, self._disponivel


def resultado(
    semente: int,
    nivel: int,
    total: ContagemDaFila,
    filas: Sequence[ContagemDaFila],
    atendentes: Sequence[ContagemDoAtendente],
) -> Resultado:
    """``nivel`` is that of the service level (ms)."""
    tickets = [um.tickets for um in atendentes]
    de_cada = [[um.por_fila[fila] for um in atendentes if fila in um.por_fila] for fila in range(len(filas))]
    vagas = [um.vagas for um in atendentes]
    serie = total.na_fila
    return Resultado(
        semente=semente,
        nivel_segundos=nivel / 1000,
        total=total.medidas(tickets),
        filas=tuple(fila.medidas(quantos) for fila, quantos in zip(filas, de_cada, strict=True)),
        ocupacao=_parcela(sum(ocupado for ocupado, _ in vagas), sum(havia for _, havia in vagas)),
        atendentes=tuple(
            ParteDoAtendente(um.nome, quantos, _parcela(quantos, sum(tickets)), _parcela(*um.vagas))
            for um, quantos in zip(atendentes, tickets, strict=True)
        ),
        no_tempo=SerieDaFila(serie.passo / 1000, tuple(round(m, 3) for m in serie.medias()), serie.maximos()),
    )


def _segundos(ms: float) -> float:
    return round(ms / 1000, 3)


def _parcela(parte: float, todo: float) -> float | None:
    return round(parte / todo, 6) if todo else None
