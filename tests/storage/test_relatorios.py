"""The sums of reports in PostgreSQL: each event counts once, whenever who counts is killed and whoever else counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final

import pytest
from msgspec.structs import replace

from actors.no.relatorios import Contador
from engine.modelo import EventoRow
from engine.ports import StoreAway
from engine.relatorios.contagem import Contagem
from engine.relatorios.guarda import Leva
from engine.relatorios.somas import NO_DIA, Corte, Somas, com_os_dias, somar_pacote
from engine.tempo import VirtualClock
from storage import Banco
from storage.faxina import Faxina
from storage.relatorios import LivroDeRelatorios
from tests.actors.mes import Mes
from tests.storage.linhas import AGORA, Escritor, aberto, ate, por_fora

DIA: Final = 86_400_000


@lru_cache(maxsize=1)
def o_mes() -> list[EventoRow]:
    return Mes(7, passos=600, dias=5).eventos


def esperado(eventos: Sequence[EventoRow]) -> Somas:
    contagem = Contagem({}, {})
    for evento in eventos:
        contagem.contar(evento)
    return contagem.somas


async def escrito(banco: Banco, eventos: Sequence[EventoRow] | None = None) -> Escritor:
    """An empresa whose log this is."""
    escritor = await Escritor.de(banco)
    await escrever(banco, escritor, o_mes() if eventos is None else eventos)
    return escritor


async def escrever(banco: Banco, escritor: Escritor, eventos: Sequence[EventoRow]) -> None:
    for de in range(0, len(eventos), 500):
        await banco.store.commit(escritor.lote(*(replace(um, empresa_id=escritor.id) for um in eventos[de : de + 500])))


async def guardado(dsn: str, empresa_id: str) -> Somas:
    somas: Somas = {}
    async with por_fora(dsn) as con:
        linhas = await con.fetch(
            "SELECT corte, chave, hora, somas FROM atendimento_relatorios WHERE empresa_id = $1", empresa_id
        )
    for corte, chave, hora, pacote in linhas:
        somar_pacote(somas.setdefault((corte, chave, hora), {}), pacote)
    por_hora = {lugar: de for lugar, de in somas.items() if lugar[0] not in NO_DIA.values()}
    assert sem_zeros(com_os_dias(por_hora)) == sem_zeros(somas)
    return por_hora


def sem_zeros(somas: Somas) -> Somas:
    limpas = {lugar: {qual: n for qual, n in de.items() if n} for lugar, de in somas.items()}
    return {lugar: de for lugar, de in limpas.items() if de}


async def contar_tudo(livro: LivroDeRelatorios, empresa_id: str, limite: int) -> None:
    while (leva := await livro.ler(empresa_id, limite)) is not None:
        await livro.gravar(empresa_id, leva, contada(leva))


async def contou(banco: Banco) -> bool:
    return not await banco.store.relatorios.atrasadas()


def contada(leva: Leva) -> Contagem:
    contagem = Contagem(leva.tickets, leva.atendentes)
    for evento in leva.eventos:
        contagem.contar(evento)
    return contagem


@pytest.mark.parametrize("limite", [7, 100, 5_000])
def test_the_sums_are_those_of_the_whole_log_in_whatever_pieces_it_is_counted(postgres_dsn: str, limite: int) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, vizinho = await escrito(banco), await escrito(banco, o_mes()[:300])
            await contar_tudo(banco.store.relatorios, escritor.id, limite)
            await contar_tudo(banco.store.relatorios, vizinho.id, limite)
            for de_quem, eventos in ((escritor, o_mes()), (vizinho, o_mes()[:300])):
                assert sem_zeros(await guardado(postgres_dsn, de_quem.id)) == sem_zeros(esperado(eventos))
                assert (await banco.leituras.relatorios.marca(de_quem.id)).ate == len(eventos)

    asyncio.run(main())


def test_every_event_counts_once_though_who_counts_is_killed_at_any_point(postgres_dsn: str) -> None:
    """Before it writes, in the middle of writing, and after it wrote, before it knows."""

    async def main() -> None:
        acaso = Random(3)
        escritor: Escritor | None = None
        for _ in range(400):
            async with aberto(postgres_dsn) as banco:
                livro = banco.store.relatorios
                escritor = escritor or await escrito(banco)
                for _ in range(acaso.randint(1, 4)):
                    leva = await livro.ler(escritor.id, acaso.randint(1, 60))
                    if leva is None:
                        break
                    contagem = contada(leva)
                    match acaso.randrange(4):
                        case 0:
                            break
                        case 1:
                            gravando = asyncio.ensure_future(livro.gravar(escritor.id, leva, contagem))
                            await asyncio.sleep(acaso.random() * 0.01)
                            gravando.cancel()
                            await asyncio.gather(gravando, return_exceptions=True)
                            break
                        case 2:
                            assert await livro.gravar(escritor.id, leva, contagem)
                            assert not await livro.gravar(escritor.id, leva, contagem)
                        case _:
                            assert await livro.gravar(escritor.id, leva, contagem)
                if (await banco.leituras.relatorios.marca(escritor.id)).ate == len(o_mes()):
                    break
        assert escritor is not None
        assert sem_zeros(await guardado(postgres_dsn, escritor.id)) == sem_zeros(esperado(o_mes()))

    asyncio.run(main())


def test_of_several_nodes_that_count_the_same_log_each_event_counts_once(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            aberto(postgres_dsn) as um,
            aberto(postgres_dsn, "teste:2") as outro,
            aberto(postgres_dsn, "teste:3") as terceiro,
        ):
            escritor = await escrito(um)
            await asyncio.gather(
                *(
                    contar_tudo(banco.store.relatorios, escritor.id, 20 + n)
                    for n, banco in enumerate((um, outro, terceiro))
                )
            )
            assert sem_zeros(await guardado(postgres_dsn, escritor.id)) == sem_zeros(esperado(o_mes()))

    asyncio.run(main())


def test_who_counts_goes_on_where_it_was_after_a_restart_and_follows_what_comes(postgres_dsn: str) -> None:
    async def main() -> None:
        eventos = o_mes()
        escritor: Escritor | None = None
        for fim in (200, 500, len(eventos)):
            async with aberto(postgres_dsn) as banco:
                contador = Contador(banco.store.relatorios, de_cada_vez=50, juntar=0)
                rodando = asyncio.ensure_future(contador.rodar())
                if escritor is None:
                    escritor = await escrito(banco, eventos[:150])
                novos = eventos[escritor.seq : fim]
                await escrever(banco, escritor, novos)
                contador.publish([replace(um, empresa_id=escritor.id) for um in novos])
                assert await contador.em_dia(escritor.id, 60)
                assert (await banco.leituras.relatorios.marca(escritor.id)).ate == fim
                # what comes last is counted by the next, which is not told of it
                await escrever(banco, escritor, eventos[fim : fim + 30])
                rodando.cancel()
        assert escritor is not None
        assert sem_zeros(await guardado(postgres_dsn, escritor.id)) == sem_zeros(esperado(eventos))

    asyncio.run(main())


def test_what_was_left_over_is_found_at_the_start_but_not_what_another_living_node_has(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, aberto(postgres_dsn, "teste:2") as outro:
            escritor = await escrito(banco, o_mes()[:50])
            assert await banco.store.relatorios.atrasadas() == [escritor.id]
            assert await outro.store.relatorios.atrasadas() == []
            await banco.store.release([escritor.id])
            assert await outro.store.relatorios.atrasadas() == [escritor.id]
            contador = Contador(outro.store.relatorios)
            rodando = asyncio.ensure_future(contador.rodar())
            await ate(lambda: contou(outro))
            rodando.cancel()

    asyncio.run(main())


def test_one_event_that_cannot_be_read_counts_for_nothing_and_stops_nobody(
    postgres_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        eventos = list(o_mes()[:200])
        mau = next(n for n, um in enumerate(eventos) if um.tipo == "ticket_criado")
        eventos[mau] = replace(eventos[mau], dados='{"ticket": 5}')
        async with aberto(postgres_dsn) as banco:
            escritor = await escrito(banco, eventos)
            contador = Contador(banco.store.relatorios)
            rodando = asyncio.ensure_future(contador.rodar())
            assert await contador.em_dia(escritor.id, 60)
            assert (await banco.leituras.relatorios.marca(escritor.id)).ate == 200
            rodando.cancel()

    asyncio.run(main())
    assert "counts for nothing" in caplog.text


def test_a_report_waits_for_the_latest_but_not_for_long_and_the_database_may_be_away() -> None:
    class Fora:
        async def ler(self, empresa_id: str, limite: int) -> Leva | None:
            raise StoreAway("fora", "fora")

        async def gravar(self, empresa_id: str, leva: Leva, contagem: Contagem) -> bool:
            raise AssertionError

        async def atrasadas(self) -> list[str]:
            return []

    async def main() -> None:
        contador = Contador(Fora())
        rodando = asyncio.ensure_future(contador.rodar())
        assert not await contador.em_dia("e", 0.05)
        rodando.cancel()

    asyncio.run(main())


def test_the_log_is_not_pruned_beyond_what_is_counted(postgres_dsn: str) -> None:
    async def ninguem(_empresa_id: str, _arquivo_id: str) -> None:
        raise AssertionError("no file is to be removed")

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await escrito(banco)
            livro, ler = banco.store.relatorios, banco.leituras
            leva = await livro.ler(escritor.id, 100)
            assert leva is not None
            await livro.gravar(escritor.id, leva, contada(leva))
            faxina = Faxina(banco.store, VirtualClock(AGORA + 100 * DIA), ninguem, 30 * DIA)
            await faxina.limpar()
            assert await ler.primeiro_evento(escritor.id) == 101
            await faxina.limpar()
            await contar_tudo(livro, escritor.id, 1_000)
            await faxina.limpar()
            assert await ler.primeiro_evento(escritor.id) == len(o_mes()) + 1
            assert sem_zeros(await guardado(postgres_dsn, escritor.id)) == sem_zeros(esperado(o_mes()))

    asyncio.run(main())


def test_a_closed_ticket_is_forgotten_after_some_days_and_reopens_all_the_same(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await escrito(banco)
            await contar_tudo(banco.store.relatorios, escritor.id, 1_000)
            fim = o_mes()[-1].em
            tarde = replace(o_mes()[0], seq=len(o_mes()) + 1, em=fim + 40 * DIA, tipo="fila_criada")
            await escrever(banco, escritor, [tarde])
            await contar_tudo(banco.store.relatorios, escritor.id, 1_000)
            async with por_fora(postgres_dsn) as con:
                sql = "SELECT count(*) FILTER (WHERE fim IS NOT NULL) FROM atendimento_relatorios_estados"
                assert await con.fetchval(sql) == 0

    asyncio.run(main())


def test_reading_a_month_touches_sums_and_no_ticket_and_no_event(postgres_dsn: str) -> None:
    """chatwoot 12874: reports that walk over what happened collapse when much has happened."""

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await escrito(banco)
            await contar_tudo(banco.store.relatorios, escritor.id, 1_000)
            ler = banco.leituras.relatorios
            async with por_fora(postgres_dsn) as con:
                # were it read, it would not be there
                await con.execute("DELETE FROM atendimento_eventos; DELETE FROM atendimento_tickets")
            horas = range(o_mes()[0].em // 3_600_000, o_mes()[-1].em // 3_600_000 + 1)
            achadas = []
            depois = (horas.start - 1, "")
            while pagina := await ler.somas(escritor.id, Corte.FILA, horas, None, depois, 10):
                achadas += pagina
                depois = (pagina[-1].hora, pagina[-1].chave)
            assert len(achadas) == sum(1 for corte, _, _ in esperado(o_mes()) if corte == Corte.FILA)
            assert await ler.somas(escritor.id, Corte.FILA, horas, ["ninguém"], (0, ""), 10) == []
            pares = await ler.somas(escritor.id, Corte.FILA_E_ATENDENTE, horas, None, (0, ""), 10_000)
            fila, _, quem = next(um.chave for um in pares if not um.chave.endswith("/")).partition("/")
            for chave in (f"{fila}/", f"/{quem}"):
                de_um = await ler.somas(escritor.id, Corte.FILA_E_ATENDENTE, horas, [chave], (0, ""), 10_000)
                assert de_um == [um for um in pares if chave[-1] == "/" and um.chave.startswith(chave)] or de_um == [
                    um for um in pares if chave[0] == "/" and um.chave.endswith(chave)
                ]

    asyncio.run(main())
