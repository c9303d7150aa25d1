"""The node on a real event loop: activation, the one door, losing an empresa, stopping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import pytest

from actors.diretorio.ajustes import Opcoes
from actors.fila.comandos import ListarFilas
from actors.no.no import No
from actors.ticket.comandos import CriarTicket, EncerrarTicket, VerTicket
from engine.errors import LeaseElsewhere, NotFound, Unavailable
from engine.ids import UuidV7
from engine.journal import Journal, JournalLimits
from engine.modelo import EmpresaImage, EventoRow, TicketRow
from engine.ports import ContatosAchados, StoreAway
from engine.runtime import AsyncioLoop
from engine.saude import VALIDADE_S, Saude
from engine.tempo import SystemClock
from tests.actors.cena import ADMIN, EMPRESA
from tests.simulacao.loja import LojaEmMemoria

NOVO = CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888")


class Loja(LojaEmMemoria):
    """Counts activations, and can be made to wait before it answers one."""

    def __init__(self) -> None:
        super().__init__()
        self.ativacoes = 0
        self.pode = asyncio.Event()
        self.pode.set()

    async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:
        self.ativacoes += 1
        await self.pode.wait()
        return await super().activate(empresa_id, provision=provision, now=now)

    async def ticket(self, empresa_id: str, ticket_id: str) -> TicketRow | None:
        await asyncio.sleep(0)
        return await super().ticket(empresa_id, ticket_id)


class Publico:
    def __init__(self) -> None:
        self.eventos: list[EventoRow] = []
        self.perdidas: list[str] = []
        self.perdeu = asyncio.Event()

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        self.eventos.extend(eventos)

    def dropped(self, empresa_id: str) -> None:
        self.perdidas.append(empresa_id)
        self.perdeu.set()


class Vida:
    def __init__(self, no: No, loja: Loja, publico: Publico, journal: Journal) -> None:
        self.no, self.loja, self.publico, self.journal = no, loja, publico, journal


@asynccontextmanager
async def um_no(
    *, provisionar: bool = True, loja: Loja | None = None, saude: Saude | None = None
) -> AsyncIterator[Vida]:
    clock, publico = SystemClock(), Publico()
    loja = loja or Loja()
    limites = JournalLimits(first_delay=0.001, longest_delay=0.002)
    journal = Journal(loja, publico, clock, limits=limites, health=saude)
    escritor = asyncio.create_task(journal.run())
    laco = AsyncioLoop(clock, journal)
    no = No(loja, journal, publico, laco.dispatcher, clock, UuidV7(clock), Opcoes(), provisionar=provisionar)
    try:
        yield Vida(no, loja, publico, journal)
    finally:
        laco.close()
        escritor.cancel()
        await asyncio.wait({escritor})


def test_commands_that_come_together_share_one_activation_and_all_are_answered() -> None:
    async def main() -> None:
        async with um_no() as vida:
            tickets = await asyncio.gather(*(vida.no.pedir(NOVO) for _ in range(20)))
            assert sorted(ticket.numero for ticket in tickets) == list(range(1, 21))
            assert vida.loja.ativacoes == 1

    asyncio.run(main())


def test_a_caller_that_gives_up_does_not_take_the_activation_with_it() -> None:
    async def main() -> None:
        async with um_no() as vida:
            vida.loja.pode.clear()
            impaciente = asyncio.create_task(vida.no.pedir(NOVO))
            paciente = asyncio.create_task(vida.no.pedir(NOVO))
            await asyncio.sleep(0)
            impaciente.cancel()
            vida.loja.pode.set()
            assert (await paciente).numero == 1
            assert vida.loja.ativacoes == 1

    asyncio.run(main())


def test_an_unknown_empresa_is_not_found_where_empresas_are_not_provisioned() -> None:
    async def main() -> None:
        async with um_no(provisionar=False) as vida:
            with pytest.raises(NotFound):
                await vida.no.pedir(NOVO)

    asyncio.run(main())


def test_an_activation_that_finds_the_database_away_is_a_503_and_the_next_one_works() -> None:
    async def main() -> None:
        async with um_no() as vida:
            vida.loja.fora = True
            with pytest.raises(Unavailable) as visto:
                await vida.no.pedir(NOVO)
            assert visto.value.codigo == "banco_indisponivel"
            vida.loja.fora = False
            assert (await vida.no.pedir(NOVO)).numero == 1

    asyncio.run(main())


@pytest.mark.parametrize("falha", [StoreAway("fora", "away"), RuntimeError("a bug")], ids=["away", "a bug"])
def test_contacts_that_cannot_be_read_are_a_503_and_the_next_one_works(falha: Exception) -> None:
    class SemContatos(Loja):
        falhas = iter([falha])

        async def contatos(self, empresa_id: str, chaves: Collection[str], ids: Collection[str]) -> ContatosAchados:
            for erro in self.falhas:
                raise erro
            return await super().contatos(empresa_id, chaves, ids)

    async def main() -> None:
        async with um_no(loja=SemContatos()) as vida:
            with pytest.raises(Unavailable) as visto:
                await vida.no.pedir(NOVO)
            assert visto.value.codigo == "banco_indisponivel"
            assert (await vida.no.pedir(NOVO)).numero == 1

    asyncio.run(main())


def test_a_closed_ticket_is_read_again_behind_what_is_not_yet_written() -> None:
    async def main() -> None:
        async with um_no() as vida:
            ticket = await vida.no.pedir(NOVO)
            fechar = vida.no.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
            ver = vida.no.pedir(VerTicket(quem=ADMIN, ticket_id=ticket.id))
            fechado, visto = await asyncio.gather(fechar, ver)
            assert fechado.status == visto.status == "FECHADO"

    asyncio.run(main())


def test_an_empresa_that_was_taken_is_dropped_when_this_node_looks_and_loaded_again_on_use() -> None:
    async def main() -> None:
        async with um_no() as vida:
            await vida.no.pedir(NOVO)
            viva = vida.no._vivas[EMPRESA]
            vida.loja.leases[EMPRESA].tomar()
            await vida.no.conferir_posses()
            assert vida.no.diretorio(EMPRESA) is None
            assert vida.publico.perdidas == [EMPRESA]
            assert not any(ref.is_alive() for ref in viva.diretorio.refs())
            assert (await vida.no.pedir(NOVO)).numero == 2

    asyncio.run(main())


def test_looking_at_leases_that_are_all_still_ours_changes_nothing() -> None:
    async def main() -> None:
        async with um_no() as vida:
            await vida.no.pedir(NOVO)
            diretorio = vida.no.diretorio(EMPRESA)
            await vida.no.conferir_posses()
            await vida.no.pedir(ListarFilas(quem=ADMIN))
            assert vida.no.diretorio(EMPRESA) is diretorio
            assert diretorio is not None

    asyncio.run(main())


def test_a_write_under_a_lost_lease_is_refused_and_the_next_command_finds_the_empresa_again() -> None:
    async def main() -> None:
        async with um_no() as vida:
            await vida.no.pedir(NOVO)
            vida.loja.leases[EMPRESA].tomar()
            with pytest.raises(LeaseElsewhere):
                await vida.no.pedir(NOVO)
            assert (await vida.no.pedir(NOVO)).numero == 2
            tipos = [(evento.seq, evento.tipo) for evento in vida.loja.eventos]
            assert tipos == [(1, "fila_criada"), (2, "contato_criado"), (3, "ticket_criado"), (4, "ticket_criado")]

    asyncio.run(main())


def test_a_node_that_is_stopping_takes_nothing_more_and_gives_everything_back() -> None:
    async def main() -> None:
        async with um_no() as vida:
            await vida.no.pedir(NOVO)
            await vida.journal.drain()
            await vida.no.parar()
            assert list(vida.no.empresas()) == []
            with pytest.raises(Unavailable):
                await vida.no.pedir(NOVO)

    asyncio.run(main())


def test_requests_for_another_nodes_empresas_are_counted_and_said_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class DeOutro(Loja):
        async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:
            raise LeaseElsewhere("empresa_em_outro_no", "Esta empresa é atendida pelo nó beta")

    async def main() -> None:
        horas = [1000.0]
        async with um_no(loja=DeOutro(), saude=Saude(lambda: horas[-1])) as vida:
            for hora in (1000.0, 1001.0, 1059.0, 1061.0):
                horas.append(hora)
                with pytest.raises(LeaseElsewhere):
                    await vida.no.pedir(NOVO)
            assert vida.no.saude.outro_no == 4

    with caplog.at_level("WARNING"):
        asyncio.run(main())
    ditos = [registro.message for registro in caplog.records if "wrong node" in registro.message]
    assert [dito.partition(",")[2].partition(":")[0] for dito in ditos] == [" 1 times so far", " 4 times so far"]
    assert all("beta" in dito for dito in ditos)


def test_what_is_asked_of_a_node_that_is_not_heard_of_for_three_seconds_is_refused_until_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.saude._ESPERA_S", 0.01)

    async def main() -> None:
        saude = Saude()
        async with um_no(saude=saude) as vida:
            ticket = await vida.no.pedir(NOVO)
            ver = VerTicket(quem=ADMIN, ticket_id=ticket.id)
            saude.bateu(saude.agora() - VALIDADE_S)
            for pedido in (vida.no.pedir(ver), vida.no.pedir(NOVO), vida.no.ativar(EMPRESA)):
                with pytest.raises(Unavailable) as recusa:
                    await pedido
                assert (recusa.value.codigo, recusa.value.retry_after) == ("banco_indisponivel", 2)
            saude.bateu(saude.agora())
            assert (await vida.no.pedir(ver)).id == ticket.id
            saude.calou()
            with pytest.raises(Unavailable, match="retomando"):
                await vida.no.pedir(ver)
            assert (await vida.no.pedir(NOVO)).numero == 2, "what is written is fenced"

    asyncio.run(main())
