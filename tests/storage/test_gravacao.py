"""What is committed is what is read back, whatever the row; what is refused leaves nothing."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from engine.errors import NotFound
from engine.modelo import (
    AtendenteRow,
    EmpresaRow,
    EventoRow,
    FilaRow,
    MembroRow,
    Row,
    TicketRow,
)
from engine.ports import Batch, Fence, FiltroTickets, Rejected
from tests.storage.linhas import (
    AGORA,
    Escritor,
    aberto,
    arquivo,
    atendente,
    fila,
    leitura,
    membro,
    novo_id,
    por_fora,
)


def test_every_row_type_comes_back_as_it_was_written(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            geral = fila(escritor.id, descricao="Primeiro nível")
            maria = atendente(escritor.id)
            ticket = escritor.ticket(
                fila_id=geral.id,
                atendente_id=maria.id,
                canal_id=novo_id(),
                status="EM_ANDAMENTO",
                prioridade="URGENTE",
                contato_nome="D'Ávila \\ 日本 \U0001f600\n",
                contato_email="a@b.c",
                assunto="",
                forcado=True,
                data_primeira_resposta=AGORA + 3,
                data_resolucao=AGORA + 4,
                data_fechamento=2**62,
            )
            mensagem = escritor.mensagem(
                ticket, 1, conteudo="x" * 4096, remetente_id=maria.id, arquivo=arquivo(), direcao="enviada"
            )
            evento = escritor.evento(
                ticket.id,
                1,
                atendente_id=maria.id,
                fila_anterior_id=novo_id(),
                atendente_anterior_id=novo_id(),
                ator_id=maria.id,
                ator_papel="atendente",
                mudancas='{"status":["ABERTO","EM_ANDAMENTO"]}',
            )
            participa = membro(escritor.id, geral.id, maria.id)
            await banco.store.commit(escritor.lote(ticket, mensagem, evento, geral, maria, participa))

            imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
            assert imagem.empresa == EmpresaRow(escritor.id, escritor.id, 1, AGORA)
            assert (imagem.seq, imagem.epoch) == (1, escritor.epoch + 1)
            assert imagem.filas == [geral]
            assert imagem.atendentes == [maria]
            assert imagem.membros == [participa]
            assert imagem.tickets == [ticket]
            assert await banco.leituras.mensagem(escritor.id, mensagem.id) == mensagem
            assert await banco.leituras.eventos(escritor.id, 0, 10, 10) == [evento]

    asyncio.run(main())


def test_a_row_written_again_replaces_every_column_of_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            antes = escritor.ticket()
            geral, maria = fila(escritor.id), atendente(escritor.id)
            await banco.store.commit(
                escritor.lote(antes, geral, maria, membro(escritor.id, geral.id, maria.id), eventos=1)
            )

            depois = TicketRow(
                escritor.id, antes.id, 1, "PENDENTE", "ALTA", "Outro", None, "o@x.y", "Assunto", novo_id(), novo_id(),
                novo_id(), True, 11, 12, 13, 14, 15, 16,
            )  # fmt: skip
            outra = FilaRow(
                escritor.id, geral.id, "B", "b", "ROUND_ROBIN", False, "manter", 9, False, 21, 22, None
            )  # fmt: skip
            ana = AtendenteRow(
                escritor.id, maria.id, "Ana", "ana@x.y", 0, (), False, "pausa", "café", False, None, 31, 32, 33, None
            )  # fmt: skip
            saiu = membro(escritor.id, geral.id, maria.id, ativo=False)
            await banco.store.commit(escritor.lote(depois, outra, ana, saiu, eventos=1))

            imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
            assert (imagem.tickets, imagem.filas, imagem.atendentes, imagem.membros) == ([depois], [outra], [ana], [])

    asyncio.run(main())


def test_a_message_read_in_its_own_batch_is_saved_as_read_in_any_order(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            mensagem = escritor.mensagem(ticket, 1)
            await banco.store.commit(escritor.lote(leitura(mensagem), escritor.evento(ticket.id, 1), mensagem, ticket))
            assert await banco.leituras.mensagem(escritor.id, mensagem.id) == replace(mensagem, lida=True)

            depois = escritor.mensagem(ticket, 2)
            await banco.store.commit(escritor.lote(depois, escritor.evento(ticket.id, 2)))
            await banco.store.commit(escritor.lote(leitura(depois), eventos=1))
            assert await banco.leituras.mensagem(escritor.id, depois.id) == replace(depois, lida=True)

    asyncio.run(main())


def test_one_batch_writes_for_several_empresas(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritores = [await Escritor.de(banco) for _ in range(3)]
            lotes = [escritor.lote(escritor.ticket(), eventos=n) for n, escritor in enumerate(escritores)]
            linhas = {
                tipo: [row for lote in lotes for row in lote.rows.get(tipo, [])]
                for tipo in {tipo for lote in lotes for tipo in lote.rows}
            }
            await banco.store.commit(Batch([lote.fences[0] for lote in lotes], linhas))
            for n, escritor in enumerate(escritores):
                imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
                assert (imagem.seq, imagem.empresa.numero, len(imagem.tickets)) == (n, 1, 1)

    asyncio.run(main())


def test_recovery_loads_only_what_is_open_and_not_deleted(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            abertos = [escritor.ticket(status=status) for status in ("ABERTO", "EM_ANDAMENTO", "PENDENTE")]
            fechados = [escritor.ticket(status=status) for status in ("RESOLVIDO", "FECHADO")]
            excluidos = (fila(escritor.id, excluida_em=AGORA), atendente(escritor.id, excluido_em=AGORA))
            await banco.store.commit(escritor.lote(*fechados, *abertos, *excluidos, eventos=5))

            imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
            assert imagem.tickets == abertos
            assert (imagem.filas, imagem.atendentes) == ([], [])
            assert imagem.empresa.numero == 5
            for ticket in (*abertos, *fechados):
                assert await banco.store.ticket(escritor.id, ticket.id) == ticket
            assert await banco.store.ticket(escritor.id, novo_id()) is None
            assert await banco.store.ticket(novo_id(), abertos[0].id) is None

    asyncio.run(main())


def test_more_open_tickets_than_one_fetch_takes_are_all_loaded_in_order(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            tickets = [escritor.ticket() for _ in range(4_500)]
            await banco.store.commit(escritor.lote(*tickets, eventos=1))
            assert (await banco.store.activate(escritor.id, provision=False, now=AGORA)).tickets == tickets

    asyncio.run(main())


def test_an_unknown_empresa_is_made_only_when_asked(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            empresa_id = novo_id()
            with pytest.raises(NotFound):
                await banco.store.activate(empresa_id, provision=False, now=AGORA)
            imagem = await banco.store.activate(empresa_id, provision=True, now=AGORA)
            assert imagem.empresa == EmpresaRow(empresa_id, empresa_id, 0, AGORA)
            assert (imagem.seq, imagem.epoch) == (0, 1)
            assert await banco.leituras.primeiro_evento(empresa_id) == 1

    asyncio.run(main())


def test_data_the_database_cannot_hold_is_rejected_without_quoting_it_and_leaves_nothing(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            bom = escritor.ticket()
            ruins: list[Row] = [
                escritor.mensagem(bom, 1, conteudo="segredo \0"),
                escritor.mensagem(bom, 1, conteudo="segredo \ud800"),
                escritor.mensagem(bom, 1, criada_em=2**70, conteudo="segredo"),
                escritor.mensagem(bom, 1, id="segredo"),
                escritor.mensagem(bom, 1, tipo="segredo"),
                escritor.mensagem(bom, 1, conteudo=None),
                escritor.ticket(contato_nome="segredo \0"),
                escritor.ticket(contato_nome="segredo \ud800"),
                escritor.ticket(numero=1, contato_nome="segredo"),
                atendente(escritor.id, capacidade=-1, nome="segredo"),
            ]
            for ruim in ruins:
                linhas: dict[type[Row], list[Row]] = {TicketRow: [bom], EventoRow: [escritor.evento(bom.id, 1)]}
                linhas.setdefault(type(ruim), []).append(ruim)
                lote = Batch([Fence(escritor.id, escritor.epoch, 0, 1, 1, escritor.token)], linhas)
                with pytest.raises(Rejected) as erro:
                    await banco.store.commit(lote)
                assert "segredo" not in erro.value.message
                assert await banco.leituras.tickets(escritor.id, FiltroTickets(), 1, 10) == ([], 0)
            await banco.store.commit(escritor.lote(bom, eventos=1))

    asyncio.run(main())


def test_the_same_event_seq_is_never_written_twice(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            await banco.store.commit(escritor.lote(eventos=2))
            repetido = Batch(
                [Fence(escritor.id, escritor.epoch, 2, 3, None, escritor.token)],
                {EventoRow: [escritor.evento(None, 2)]},
            )
            with pytest.raises(Rejected, match="atendimento_eventos_pkey"):
                await banco.store.commit(repetido)

    asyncio.run(main())


def test_a_commit_is_on_disk_even_where_the_server_would_not_wait(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            nome = await con.fetchval("SELECT current_database()")
            await con.execute(f"ALTER DATABASE {nome} SET synchronous_commit = off")
        async with aberto(postgres_dsn) as banco, banco.store._gravar.usar() as con:
            assert await con.fetchval("SHOW synchronous_commit") == "on"

    asyncio.run(main())


def test_an_empty_membership_list_and_an_empty_batch_are_no_trouble(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            await banco.store.commit(Batch([], {}))
            await banco.store.commit(
                Batch([Fence(escritor.id, escritor.epoch, 0, 0, None, escritor.token)], {MembroRow: []})
            )
            await banco.store.release([])

    asyncio.run(main())
