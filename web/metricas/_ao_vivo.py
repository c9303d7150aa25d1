"""What is read of the actors and of the journal when somebody scrapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.ports import Diretorio, Panorama
from engine.runtime import Dispatcher
from engine.saude import Saude


class NoVisto(Protocol):
    """What is read of the node."""

    def empresas(self) -> Iterable[Diretorio]: ...

    def diretorio(self, empresa_id: str) -> Diretorio | None: ...

    @property
    def dispatcher(self) -> Dispatcher: ...


class JournalVisto(Protocol):
    """What is read of the journal."""

    @property
    def pending(self) -> int: ...

    @property
    def health(self) -> Saude: ...


class AoVivo(Collector):
    """What is read at scrape time, in two steps: :meth:`fotografar` on the loop, ``collect`` in any thread.

    ``em_repouso`` are the empresas that stand in the database, by their ids; those that are active here speak for
    themselves. Each has series of its own, however many they are: they are made anew for every scrape, so what is not
    there any more costs nothing. ``invariantes`` says how many things were found amiss, by invariant.
    """

    def __init__(
        self,
        no: NoVisto,
        journal: JournalVisto,
        invariantes: Callable[[], Mapping[str, int]],
    ) -> None:
        self._no = no
        self._journal = journal
        self._foto: list[Metric] = []
        self._abertos: dict[str, int] = {}
        self._online: dict[str, int] = {}
        self._invariantes = invariantes
        self.em_repouso: dict[str, Panorama] = {}

    def fotografar(self) -> None:
        self._contar(list(self._no.empresas()))
        self._foto = [
            GaugeMetricFamily("balcao_journal_pending", "Turns not yet durable", value=self._journal.pending),
            *_do_banco(self._journal.health),
            *_dos_atores(self._no.dispatcher),
            _dos_exames(self._invariantes()),
        ]

    def esquecer(self, empresa_id: str) -> None:
        self.em_repouso.pop(empresa_id, None)

    def collect(self) -> Iterable[Metric]:
        yield _por_empresa("tickets_abertos", "Tickets abertos", self._abertos)
        yield _por_empresa("atendentes_online", "Atendentes online", self._online)
        yield from self._foto

    def describe(self) -> Iterable[Metric]:
        """Nothing to read when it is registered."""
        return ()

    def _contar(self, diretorios: Sequence[Diretorio]) -> None:
        """Numbers only: of ten thousand empresas the text alone takes longer than the loop may be held."""
        self._abertos = {uma.empresa_id: uma.abertos for uma in self.em_repouso.values()}
        self._online = {uma.empresa_id: uma.online for uma in self.em_repouso.values()}
        for diretorio in diretorios:
            self._abertos[diretorio.empresa_id] = diretorio.tickets_abertos()
            self._online[diretorio.empresa_id] = diretorio.atendentes_online()


def _por_empresa(nome: str, texto: str, valores: Mapping[str, int]) -> Metric:
    return _por_rotulo(GaugeMetricFamily(nome, texto, labels=["empresa_id"]), valores)


def _do_banco(saude: Saude) -> Iterable[Metric]:
    yield GaugeMetricFamily("balcao_banco_disponivel", "Whether the database serves: 1 or 0", value=saude.disponivel)
    yield GaugeMetricFamily(
        "balcao_banco_fora_segundos", "Seconds of the outage that lasts now", value=saude.segundos()
    )
    yield CounterMetricFamily("balcao_outro_no", "Requests for empresas that another node serves", value=saude.outro_no)


def _dos_atores(dispatcher: Dispatcher) -> Iterable[Metric]:
    supervisor = dispatcher.supervisor
    classe = ["actor"]
    turnos = CounterMetricFamily("balcao_turns", "Messages handled", labels=classe)
    segundos = CounterMetricFamily("balcao_turn_seconds", "Seconds spent handling messages", labels=classe)
    refeitos = CounterMetricFamily("balcao_actor_restarts", "Actors rebuilt after a crash", labels=classe)
    yield _por_rotulo(turnos, dispatcher.turns)
    yield _por_rotulo(segundos, dispatcher.turn_seconds)
    yield _por_rotulo(refeitos, supervisor.restarts)
    yield CounterMetricFamily(
        "balcao_dead_letters", "Messages nobody could handle", value=supervisor.dead_letters_total
    )
    yield GaugeMetricFamily("balcao_actors_quarantined", "Actors in quarantine now", value=len(supervisor.quarantined))
    yield GaugeMetricFamily("balcao_mailbox_depth", "Messages in mailboxes", value=dispatcher.backlog())


def _dos_exames(violadas: Mapping[str, int]) -> Metric:
    """Nothing before the first examination."""
    texto = "What the last examinations found amiss, by invariant"
    return _por_rotulo(GaugeMetricFamily("balcao_invariantes_violadas", texto, labels=["invariante"]), violadas)


F = TypeVar("F", CounterMetricFamily, GaugeMetricFamily)


def _por_rotulo(familia: F, valores: Mapping[str, float]) -> F:
    for rotulo, valor in valores.items():
        familia.add_metric([rotulo], valor)
    return familia
