"""The journal: what is let out, when, and what happens when the database does not do as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from msgspec import Struct

from engine.errors import BalcaoError, InternalFailure, LeaseElsewhere, Overloaded, Unavailable
from engine.journal import DurableGroup, Journal, JournalLimits
from engine.journal._buffer import TurnRecord, form_batch
from engine.modelo import EmpresaRow, EventoRow, LeituraRow, MembroRow
from engine.ports import Batch, CommitUnknown, Fenced, Lease, Rejected, StoreAway, StoreError
from engine.runtime import Actor, ManualLoop, Reply, handles
from engine.saude import VALIDADE_S, Saude
from engine.tempo import VirtualClock

Passo = StoreError | None


class Roteirizada:
    """A store that answers each commit as the test says: an error to raise, or None to take the batch."""

    def __init__(self, *respostas: Passo, gravou: bool = False) -> None:
        self.respostas = list(respostas)
        self.gravou = gravou
        self.lotes: list[Batch] = []
        self.consultas = 0

    async def commit(self, batch: Batch) -> None:
        resposta = self.respostas.pop(0) if self.respostas else None
        if resposta is not None:
            raise resposta
        self.lotes.append(batch)

    async def outcome(self, batch: Batch) -> bool:
        self.consultas += 1
        return self.gravou

    async def lost(self, posses: Mapping[str, Lease]) -> Sequence[str]:
        raise AssertionError("whose they are was known")


class Ouvinte:
    def __init__(self) -> None:
        self.vistos: list[str] = []

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        self.vistos.extend(f"{evento.empresa_id}{evento.seq}" for evento in eventos)

    def dropped(self, empresa_id: str) -> None:
        raise AssertionError("the node tells, not the journal")


class Bancada:
    """A journal over a scripted store, with groups named by letters."""

    def __init__(self, *respostas: Passo, gravou: bool = False, limites: JournalLimits | None = None) -> None:
        self.clock = VirtualClock()
        self.store = Roteirizada(*respostas, gravou=gravou)
        self.ouvinte = Ouvinte()
        self.sonos: list[float] = []
        self.perdidos: list[str] = []
        self.dispatcher = ManualLoop(self.clock).dispatcher
        self.hora = 1000.0
        self.journal = Journal(
            self.store,  # type: ignore[arg-type]  # only what the writer calls
            self.ouvinte,
            self.clock,
            limits=limites,
            health=Saude(lambda: self.hora),
            sleep=self._dormir,
        )
        self.journal.on_lost = lambda group: self.perdidos.append(group.name)

    async def _dormir(self, segundos: float) -> None:
        self.sonos.append(segundos)
        self.clock.advance_to(self.clock.now() + round(segundos * 1000))

    def grupo(self, nome: str) -> DurableGroup:
        return DurableGroup(nome, self.dispatcher, seq=0, epoch=7, token="p")

    def turno(self, group: DurableGroup, *, eventos: int = 1) -> Reply[str]:
        resposta: Reply[str] = Reply()
        rows = [LeituraRow(group.name, f"m{group.seq}")]
        novos = [evento(group.name, group.seq + 1 + i) for i in range(eventos)]
        group.seq += eventos
        self.journal.release(group, rows, novos, [(resposta, "feito", None)])
        return resposta

    def gravar(self) -> None:
        asyncio.run(self.journal.write())


def evento(empresa: str, seq: int) -> EventoRow:
    return EventoRow(empresa, seq, "e", 0, None, None, None, None, None, None, "sistema", "{}", None)


def erro_de(resposta: Reply[str]) -> BalcaoError:
    with pytest.raises(BalcaoError) as visto:
        resposta.get()
    return visto.value


def test_nothing_leaves_before_the_commit_and_everything_in_order_after_it() -> None:
    bancada = Bancada()
    grupo = bancada.grupo("A")
    respostas = [bancada.turno(grupo), bancada.turno(grupo, eventos=2)]
    assert not any(resposta.is_set for resposta in respostas)
    assert bancada.ouvinte.vistos == []
    bancada.gravar()
    assert bancada.ouvinte.vistos == ["A1", "A2", "A3"]
    assert [resposta.get() for resposta in respostas] == ["feito", "feito"]
    assert grupo.durable_seq == 3
    assert len(bancada.store.lotes) == 1


def test_an_answer_that_depends_on_nothing_unwritten_is_given_at_once() -> None:
    bancada = Bancada()
    resposta: Reply[str] = Reply()
    bancada.journal.release(bancada.grupo("A"), (), (), [(resposta, "lido", None)])
    assert resposta.get() == "lido"
    assert bancada.journal.pending == 0


def test_a_read_behind_an_unwritten_change_of_its_empresa_waits_for_it_and_others_do_not() -> None:
    bancada = Bancada()
    grupo, outro = bancada.grupo("A"), bancada.grupo("B")
    bancada.turno(grupo)
    atras: Reply[str] = Reply()
    livre: Reply[str] = Reply()
    bancada.journal.release(grupo, (), (), [(atras, "lido", None)])
    bancada.journal.release(outro, (), (), [(livre, "lido", None)])
    assert livre.is_set
    assert not atras.is_set
    bancada.gravar()
    assert atras.get() == "lido"


def test_a_batch_holds_the_last_version_of_a_row_and_the_fences_say_from_which_seq_to_which() -> None:
    bancada = Bancada()
    a, b = bancada.grupo("A"), bancada.grupo("B")
    turnos = [
        TurnRecord(a, [EmpresaRow("A", "x", 1, 0), MembroRow("A", "f", "p", True)], [evento("A", 1)], ()),
        TurnRecord(b, [MembroRow("B", "f", "p", True)], [], ()),
        TurnRecord(a, [EmpresaRow("A", "x", 2, 0), MembroRow("A", "f", "p", False)], [evento("A", 2)], ()),
    ]
    lote = form_batch(turnos)
    assert lote.rows[MembroRow] == [MembroRow("A", "f", "p", False), MembroRow("B", "f", "p", True)]
    assert EmpresaRow not in lote.rows
    assert [(f.empresa_id, f.epoch, f.token, f.seq_before, f.seq_after, f.numero) for f in lote.fences] == [
        ("A", 7, "p", 0, 2, 2),
        ("B", 7, "p", 0, 0, None),
    ]


def test_while_the_database_is_away_the_batch_is_kept_and_new_commands_are_refused() -> None:
    fora = StoreAway("fora", "away")
    bancada = Bancada(fora, fora, fora)
    resposta = bancada.turno(bancada.grupo("A"))
    recusas: list[str] = []

    async def dormir(_: float) -> None:
        with pytest.raises(Unavailable) as visto:
            bancada.journal.admit()
        recusas.append(visto.value.codigo)
        assert not bancada.journal.available

    bancada.journal._sleep = dormir
    bancada.gravar()
    assert recusas == ["banco_indisponivel"] * 3
    assert resposta.get() == "feito"
    bancada.journal.admit()
    assert bancada.journal.available


def test_the_wait_between_retries_doubles_up_to_its_bound() -> None:
    bancada = Bancada(*[StoreAway("fora", "away")] * 7)
    bancada.turno(bancada.grupo("A"))
    bancada.gravar()
    assert bancada.sonos == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0]


def test_who_has_waited_too_long_is_told_that_the_outcome_is_unknown_and_the_change_is_kept() -> None:
    bancada = Bancada(*[StoreAway("fora", "away")] * 12, limites=JournalLimits(patience=3_000))
    grupo = bancada.grupo("A")
    em_voo, na_fila = bancada.turno(grupo), Reply[str]()
    dorme = bancada._dormir

    async def dormir(segundos: float) -> None:
        if not bancada.sonos:  # arrives while the first batch is being tried
            bancada.journal.release(grupo, [LeituraRow("A", "x")], [], [(na_fila, "feito", None)])
        await dorme(segundos)

    bancada.journal._sleep = dormir
    bancada.gravar()
    assert erro_de(em_voo).codigo == erro_de(na_fila).codigo == "resultado_incerto"
    bancada.gravar()
    assert len(bancada.store.lotes) == 2
    assert bancada.ouvinte.vistos == ["A1"]


def test_reads_that_lost_their_reader_do_not_stay_in_the_line_of_an_outage() -> None:
    bancada = Bancada(*[StoreAway("fora", "away")] * 12, limites=JournalLimits(patience=3_000, turns_per_batch=1))
    grupo = bancada.grupo("A")
    bancada.turno(grupo)
    leituras = [Reply[str]() for _ in range(5)]
    for leitura in leituras:
        bancada.journal.release(grupo, (), (), [(leitura, "lido", None)])
    bancada.gravar()
    assert {erro_de(leitura).codigo for leitura in leituras} == {"resultado_incerto"}
    assert bancada.journal.pending == 0
    assert grupo.unsettled == 0


def test_a_database_that_hangs_keeps_nobody_waiting_and_what_it_wrote_counts_when_it_comes_back() -> None:
    async def main() -> None:
        bancada = Bancada(limites=JournalLimits(patience=10))
        grupo = bancada.grupo("A")
        voltou = asyncio.Event()
        commit = bancada.store.commit

        async def pendurado(lote: Batch) -> None:
            await voltou.wait()
            await commit(lote)

        bancada.store.commit = pendurado  # type: ignore[method-assign, assignment]  # it answers nothing for a while
        escritor = asyncio.create_task(bancada.journal.run())
        resposta = bancada.turno(grupo)
        with pytest.raises(Unavailable) as visto:
            await resposta
        assert visto.value.codigo == "resultado_incerto"
        assert not bancada.journal.available
        voltou.set()
        await bancada.journal.drain()
        escritor.cancel()
        assert bancada.journal.available
        assert bancada.ouvinte.vistos == ["A1"]

    asyncio.run(main())


def test_the_clock_of_an_outage_starts_with_the_attempt_that_failed_first() -> None:
    """A server that hangs makes the first attempt last: who waits has waited since its beginning."""
    bancada = Bancada(CommitUnknown("incerto", "no answer"), StoreAway("fora", "away"), gravou=False)
    grupo = bancada.grupo("A")
    resposta = bancada.turno(grupo)
    commit = bancada.store.commit

    async def lento(lote: Batch) -> None:
        if bancada.journal.available:
            bancada.clock.advance_to(bancada.clock.now() + 6_000)
        await commit(lote)

    bancada.store.commit = lento  # type: ignore[method-assign, assignment]  # six seconds
    bancada.gravar()
    assert erro_de(resposta).codigo == "resultado_incerto"
    assert len(bancada.store.lotes) == 1


@pytest.mark.parametrize("gravou", [True, False])
def test_a_commit_of_unknown_outcome_is_looked_up_and_written_once(gravou: bool) -> None:
    bancada = Bancada(CommitUnknown("incerto", "lost"), gravou=gravou)
    resposta = bancada.turno(bancada.grupo("A"))
    bancada.gravar()
    assert bancada.store.consultas == 1
    assert len(bancada.store.lotes) == (0 if gravou else 1)
    assert resposta.get() == "feito"
    assert bancada.ouvinte.vistos == ["A1"]


def test_a_lost_lease_takes_its_empresa_out_and_leaves_the_others_in_peace() -> None:
    bancada = Bancada(Fenced(["A"]))
    a, b = bancada.grupo("A"), bancada.grupo("B")
    perdida, salva = bancada.turno(a), bancada.turno(b)
    bancada.gravar()
    assert isinstance(erro_de(perdida), LeaseElsewhere)
    assert salva.get() == "feito"
    assert bancada.ouvinte.vistos == ["B1"]
    assert bancada.perdidos == ["A"]
    assert isinstance(erro_de(bancada.turno(a)), LeaseElsewhere), "what a dead group still says is refused at once"
    assert bancada.journal.pending == 0


def test_refused_data_costs_only_the_empresa_it_belongs_to() -> None:
    recusa = Rejected("recusado", "constraint")
    bancada = Bancada(recusa, None, recusa, None)
    respostas = {nome: bancada.turno(bancada.grupo(nome)) for nome in ("A", "B", "C")}
    bancada.gravar()
    assert bancada.perdidos == ["B"]
    assert isinstance(erro_de(respostas["B"]), InternalFailure)
    assert respostas["A"].get() == respostas["C"].get() == "feito"
    assert bancada.ouvinte.vistos == ["A1", "C1"]


def test_the_buffer_is_bounded_at_the_door() -> None:
    bancada = Bancada(limites=JournalLimits(turns=3))
    grupo = bancada.grupo("A")
    for _ in range(3):
        bancada.journal.admit()
        bancada.turno(grupo)
    with pytest.raises(Overloaded):
        bancada.journal.admit()
    bancada.gravar()
    bancada.journal.admit()


def test_a_long_line_is_written_in_batches_of_bounded_size_that_follow_each_other() -> None:
    bancada = Bancada(limites=JournalLimits(turns_per_batch=10))
    grupo = bancada.grupo("A")
    for _ in range(25):
        bancada.turno(grupo)
    for _ in range(3):
        bancada.gravar()
    assert [(lote.fences[0].seq_before, lote.fences[0].seq_after) for lote in bancada.store.lotes] == [
        (0, 10),
        (10, 20),
        (20, 25),
    ]
    assert grupo.unsettled == 0


def test_the_writer_wakes_for_new_work_and_gathers_while_a_commit_is_under_way() -> None:
    async def main() -> list[int]:
        bancada = Bancada()
        grupo = bancada.grupo("A")
        livre = asyncio.Event()

        async def commit(lote: Batch) -> None:
            await livre.wait()
            bancada.store.lotes.append(lote)

        bancada.store.commit = commit  # type: ignore[method-assign, assignment]  # slow
        escritor = asyncio.create_task(bancada.journal.run())
        await asyncio.sleep(0)
        primeira = bancada.turno(grupo)
        for _ in range(5):
            await asyncio.sleep(0)
        outras = [bancada.turno(grupo) for _ in range(9)]
        livre.set()
        await asyncio.gather(*map(esperar, [primeira, *outras]))
        await bancada.journal.drain()
        escritor.cancel()
        return [len(lote.rows[EventoRow]) for lote in bancada.store.lotes]

    assert asyncio.run(main()) == [1, 9]


def test_whoever_waits_for_the_journal_to_be_empty_is_woken_by_the_last_batch_and_not_before() -> None:
    async def main() -> None:
        bancada = Bancada(limites=JournalLimits(turns_per_batch=1))
        grupo = bancada.grupo("A")
        vazio = asyncio.create_task(bancada.journal.drain())
        await vazio
        respostas = [bancada.turno(grupo) for _ in range(3)]
        esperando = [asyncio.create_task(bancada.journal.drain()) for _ in range(2)]
        for quantas in (1, 2):
            await bancada.journal.write()
            await asyncio.sleep(0)
            assert [resposta.is_set for resposta in respostas].count(True) == quantas
            assert not any(tarefa.done() for tarefa in esperando)
        await bancada.journal.write()
        await asyncio.gather(*esperando)
        assert bancada.sonos == [], "nobody looks now and then"

    asyncio.run(main())


async def esperar(resposta: Reply[str]) -> str:
    return await resposta


def test_an_answer_from_memory_is_refused_when_nobody_knows_whether_the_empresa_is_still_ours() -> None:
    bancada = Bancada()
    grupo = bancada.grupo("A")
    resposta: Reply[str] = Reply()
    bancada.journal.health.bateu(bancada.hora - VALIDADE_S)
    bancada.journal.release(grupo, (), (), [(resposta, "lido", None)])
    assert erro_de(resposta).codigo == "banco_indisponivel"


def test_what_took_long_to_write_is_told_only_of_empresas_that_are_still_ours() -> None:
    bancada = Bancada()
    a, b = bancada.grupo("A"), bancada.grupo("B")
    de_a, de_b = bancada.turno(a), bancada.turno(b)
    bancada.journal.health.bateu(bancada.hora - VALIDADE_S)
    commit = bancada.store.commit
    perguntas: list[dict[str, Lease]] = []

    async def lento(lote: Batch) -> None:
        await commit(lote)
        bancada.hora += VALIDADE_S

    async def lost(posses: Mapping[str, Lease]) -> Sequence[str]:
        perguntas.append(dict(posses))
        if len(perguntas) == 1:
            raise StoreAway("fora", "away")
        return ["A"]

    bancada.store.commit = lento  # type: ignore[method-assign, assignment]  # three seconds
    bancada.store.lost = lost  # type: ignore[method-assign]
    bancada.gravar()
    assert perguntas == [{"A": (7, "p"), "B": (7, "p")}] * 2
    assert erro_de(de_a).codigo == "resultado_incerto", "it is written, and may be seen by others"
    assert de_b.get() == "feito"
    assert bancada.ouvinte.vistos == ["B1"]
    assert bancada.perdidos == ["A"]
    assert len(bancada.store.lotes) == 1


def test_a_row_that_nobody_registered_fails_its_turn_and_the_writer_goes_on() -> None:
    """It would otherwise be found out while a batch is formed, and end the writer, and every empresa with it."""

    class Estranha(Struct):
        empresa_id: str

    class Guarda(Actor[str]):
        __slots__ = ()

        @handles(str)
        def guardar(self, mensagem_id: str) -> str:
            self.save(LeituraRow(self.group.name, mensagem_id))
            if mensagem_id == "estranha":
                self.save(Estranha(self.group.name))  # type: ignore[arg-type]  # what is tried
            return "feito"

    bancada = Bancada()
    laco = ManualLoop(bancada.clock, bancada.journal)
    ref = Guarda.start(DurableGroup("A", laco.dispatcher, seq=0, epoch=7, token="p"))
    respostas = [ref.request(mensagem_id) for mensagem_id in ("antes", "estranha", "depois")]
    laco.run_until_idle()
    bancada.gravar()
    assert [row for lote in bancada.store.lotes for row in lote.rows[LeituraRow]] == [
        LeituraRow("A", "antes"),
        LeituraRow("A", "depois"),
    ]
    assert isinstance(erro_de(respostas[1]), InternalFailure)
    assert [respostas[0].get(), respostas[2].get()] == ["feito", "feito"]
