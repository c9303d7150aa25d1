"""Examining on a real event loop: one at a time, twice before anything is told, and never for too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from actors.no import exames as modulo
from actors.no.exames import Exames
from actors.ticket.comandos import CriarTicket
from engine.errors import Overloaded, Unavailable
from engine.invariantes.guardado import Livro, RaiaQuebrada, SemPai, Vencido
from engine.modelo import EventoRow, Quem, TicketRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.test_no import Loja, Vida, um_no


class Leitor:
    """Reads of the store in memory. ``ao_ler`` is called each time that tickets are read, with how often they were."""

    def __init__(self, loja: Loja) -> None:
        self.loja = loja
        self.vezes = 0
        self.livros = 0
        self.comecou, self.pode = asyncio.Event(), asyncio.Event()
        self.pode.set()
        self.ao_ler: Callable[[int], None] = lambda _: None
        self.raias: list[RaiaQuebrada] = []

    async def livro(self, empresa_id: str) -> Livro | None:
        self.livros += 1
        self.comecou.set()
        await self.pode.wait()
        lease = self.loja.leases[empresa_id]
        eventos = sum(1 for um in self.loja.eventos if um.empresa_id == empresa_id)
        tickets = len(list(self.loja.de(TicketRow, empresa_id)))
        return Livro(lease.epoch, lease.seq, lease.numero, 0, eventos, tickets, False, False, 0)

    async def fim_do_registro(self, empresa_id: str, ate: int, quantos: int) -> list[EventoRow]:
        return [um for um in self.loja.eventos if um.empresa_id == empresa_id and ate - quantos < um.seq <= ate]

    async def tickets(self, empresa_id: str, ids: Collection[str]) -> list[TicketRow]:
        self.vezes += 1
        lidos = [row for row in self.loja.de(TicketRow, empresa_id) if row.id in ids]
        self.ao_ler(self.vezes)
        return lidos

    async def abertos(self, empresa_id: str) -> list[str]:
        return [row.id for row in self.loja.de(TicketRow, empresa_id) if row.status != "FECHADO"]

    async def sem_pai(self, empresa_id: str) -> list[SemPai]:
        return []

    async def raias_quebradas(self, empresa_id: str) -> list[RaiaQuebrada]:
        return self.raias

    async def vencidos(self, empresa_id: str, ate: int, ate_em_maos: int) -> list[Vencido]:
        return []


class Banca(Vida):
    """A node, and who examines it."""

    def __init__(self, vida: Vida) -> None:
        super().__init__(vida.no, vida.loja, vida.publico, vida.journal)
        self.leitor = Leitor(vida.loja)
        self.exames = Exames(vida.no, self.leitor, pausa=0.0)

    async def ticket(self) -> TicketRow:
        return await self.no.pedir(CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888"))

    def estragar(self, row: TicketRow, **campos: object) -> None:
        """Write something else into the store, behind the journal's back."""
        self.loja.tabelas[TicketRow][row.empresa_id, row.id] = replace(row, **campos)


@asynccontextmanager
async def banca() -> AsyncIterator[Banca]:
    async with um_no() as vida:
        esta = Banca(vida)
        try:
            yield esta
        finally:
            await esta.exames.parar()


def outra(n: int) -> str:
    return f"00000000-0000-7000-8000-{n:012d}"


def test_an_empresa_in_order_shows_nothing_and_says_how_much_was_looked_at() -> None:
    async def main() -> None:
        async with banca() as b:
            await b.ticket()
            exame = await b.exames.examinar(EMPRESA)
            assert (exame.achados, exame.completo, exame.ate) == ({}, True, b.loja.leases[EMPRESA].seq)
            assert exame.conferidos[1] == 1
            assert exame.conferidos[7] > 1
            assert b.exames.violadas() == {str(n): 0 for n in range(1, 14)}

    asyncio.run(main())


def test_what_differs_from_the_database_is_told_and_counted() -> None:
    async def main() -> None:
        async with banca() as b:
            row = await b.ticket()
            assert b.exames.violadas() == {}, "nothing before the first"
            b.estragar(row, assunto="outro")
            exame = await b.exames.examinar(EMPRESA)
            (achado,) = exame.achados[7]
            assert (achado.codigo, achado.alvo.ticket_id) == ("ticket_diferente", row.id)
            assert "assunto" in achado.mensagem
            assert b.exames.violadas()["7"] == 1
            b.estragar(row)
            assert not (await b.exames.examinar(EMPRESA)).achados
            assert b.exames.violadas()["7"] == 0

    asyncio.run(main())


def test_a_ticket_that_is_open_in_the_database_alone_is_told() -> None:
    async def main() -> None:
        async with banca() as b:
            row = await b.ticket()
            b.loja.leases[EMPRESA].numero += 1
            b.estragar(replace(row, id=outra(7), numero=2))
            (achado,) = (await b.exames.examinar(EMPRESA)).achados[7]
            assert (achado.codigo, achado.alvo.ticket_id) == ("ticket_sem_ator", outra(7))

    asyncio.run(main())


def test_what_is_in_order_at_the_second_look_is_not_told() -> None:
    async def main() -> None:
        async with banca() as b:
            row = await b.ticket()
            b.estragar(row, assunto="outro")
            b.leitor.ao_ler = lambda _: b.estragar(row)
            exame = await b.exames.examinar(EMPRESA)
            assert (exame.achados, b.leitor.vezes) == ({}, 2)

    asyncio.run(main())


def test_what_changes_while_it_is_read_is_not_compared() -> None:
    async def main() -> None:
        async with banca() as b:
            row = await b.ticket()
            b.estragar(row, assunto="outro")
            ref = (await b.no.viva(EMPRESA)).diretorio.tickets[row.id]

            def mudar(_: int) -> None:
                assert ref.actor is not None
                ref.actor.row = replace(row)

            b.leitor.ao_ler = mudar
            assert not (await b.exames.examinar(EMPRESA)).achados

    asyncio.run(main())


def test_lanes_that_are_broken_are_told() -> None:
    async def main() -> None:
        async with banca() as b:
            await b.ticket()
            b.leitor.raias = [RaiaQuebrada(outra(1), outra(2), outra(3), "fora_de_ordem")]
            (achado,) = (await b.exames.examinar(EMPRESA)).achados[6]
            assert (achado.codigo, achado.alvo.envio_id) == ("fora_de_ordem", outra(1))

    asyncio.run(main())


def test_who_asks_for_the_same_empresa_gets_the_same_examination() -> None:
    async def main() -> None:
        async with banca() as b:
            await b.ticket()
            b.leitor.pode.clear()
            pedidos = [asyncio.create_task(b.exames.examinar(EMPRESA)) for _ in range(5)]
            await asyncio.sleep(0)
            b.leitor.pode.set()
            exames = await asyncio.gather(*pedidos)
            assert all(exame is exames[0] for exame in exames)
            assert b.leitor.livros == 1

    asyncio.run(main())


def test_who_goes_away_does_not_end_what_others_wait_for() -> None:
    async def main() -> None:
        async with banca() as b:
            await b.ticket()
            b.leitor.pode.clear()
            impaciente, paciente = (asyncio.create_task(b.exames.examinar(EMPRESA)) for _ in range(2))
            await asyncio.sleep(0)
            impaciente.cancel()
            b.leitor.pode.set()
            assert (await paciente).completo

    asyncio.run(main())


def test_empresas_are_examined_one_after_the_other_and_too_many_are_refused() -> None:
    async def main() -> None:
        async with banca() as b:
            for n in range(modulo.NA_FILA + 2):
                await b.no.ativar(outra(n))
            b.leitor.pode.clear()
            cabem = [asyncio.create_task(b.exames.examinar(outra(n))) for n in range(modulo.NA_FILA + 1)]
            await b.leitor.comecou.wait()
            with pytest.raises(Overloaded) as recusa:
                await b.exames.examinar(outra(modulo.NA_FILA + 1))
            assert recusa.value.retry_after > 1
            assert b.leitor.livros == 1, "one at a time"
            b.leitor.pode.set()
            feitos = await asyncio.gather(*cabem)
            assert [exame.empresa_id for exame in feitos] == [outra(n) for n in range(modulo.NA_FILA + 1)]

    asyncio.run(main())


def test_an_empresa_that_leaves_meanwhile_is_refused_and_not_accused() -> None:
    async def main() -> None:
        async with banca() as b:
            await b.ticket()
            b.loja.leases[EMPRESA].tomar(epoch_perdido=False)
            with pytest.raises(Unavailable, match="saiu deste nó"):
                await b.exames.examinar(EMPRESA)

    asyncio.run(main())


def test_an_examination_that_takes_too_long_says_that_it_is_not_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with banca() as b:
            await b.ticket()
            monkeypatch.setattr(modulo, "TEMPO_S", -1.0)
            exame = await b.exames.examinar(EMPRESA)
            assert (exame.completo, exame.achados) == (False, {})

    asyncio.run(main())


def test_each_examination_compares_what_the_last_one_had_no_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with banca() as b:
            rows = [await b.ticket() for _ in range(5)]
            monkeypatch.setattr(modulo, "COMPARADOS", 2)
            b.estragar(rows[4], assunto="outro")
            vistos = [bool((await b.exames.examinar(EMPRESA)).achados) for _ in range(6)]
            assert vistos == [False, False, True] * 2

    asyncio.run(main())


def test_the_loop_is_left_to_others_between_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the empresa holds, somebody else's command is done in the middle of its examination."""

    async def main() -> None:
        async with banca() as b:
            for _ in range(30):
                await b.ticket()
            monkeypatch.setattr("actors.no.ronda.TRABALHO", 1)
            exame = asyncio.create_task(b.exames.examinar(EMPRESA))
            await asyncio.sleep(0)
            outro = Quem(outra(3), None, "admin")
            await b.no.pedir(CriarTicket(quem=outro, contato_nome="Rui", contato_telefone="5511999998888"))
            assert not exame.done()
            assert not (await exame).achados

    asyncio.run(main())
