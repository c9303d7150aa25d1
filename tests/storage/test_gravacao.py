"""What is committed is what is read back, whatever the row; what is refused leaves nothing."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from engine.errors import NotFound
from engine.modelo import (
    ArquivoRow,
    AtendenteRow,
    CanalRow,
    CanalSegredosRow,
    EmpresaConfigRow,
    EmpresaRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EventoRow,
    ExclusaoMensagemRow,
    FilaRow,
    IdempotenciaRow,
    LeituraTicketRow,
    MembroRow,
    Row,
    TicketRow,
)
from engine.ports import Batch, Fence, Fenced, FiltroTickets, Rejected
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


def test_everything_that_an_empresa_is_set_up_with_comes_back_and_is_replaced(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            id_ = escritor.id
            config = EmpresaConfigRow(id_, "Padaria São José", 86_400_000, 8, AGORA)
            zap = CanalRow(id_, novo_id(), "Zap", "whatsapp", novo_id(), True, '{"a": [1,  2]}', AGORA, AGORA)
            segredos = CanalSegredosRow(id_, zap.id, '{"token":"x"}')
            equipe = EquipeRow(id_, novo_id(), "Vendas", "Balcão", AGORA, AGORA)
            membro_dela = EquipeMembroRow(id_, equipe.id, novo_id(), True)
            fila_dela = EquipeFilaRow(id_, equipe.id, novo_id(), True)
            tudo = (config, zap, segredos, equipe, membro_dela, fila_dela)
            await banco.store.commit(escritor.lote(*tudo, eventos=1))

            imagem = await banco.store.activate(id_, provision=False, now=AGORA)
            assert imagem.empresa == EmpresaRow(id_, "Padaria São José", 0, AGORA, AGORA, 86_400_000, 8)
            assert (imagem.canais, imagem.segredos, imagem.equipes) == ([zap], [segredos], [equipe])
            assert (imagem.equipe_membros, imagem.equipe_filas) == ([membro_dela], [fila_dela])

            escritor = Escritor(imagem)
            email = replace(zap, nome="E-mail", tipo="email", fila_id=None, ativo=False, config="{}", atualizado_em=2)
            outros = replace(segredos, segredos="{}")
            suporte = replace(equipe, nome="Suporte", descricao=None, atualizada_em=2)
            sem = replace(membro_dela, ativo=False), replace(fila_dela, ativo=False)
            padrao = replace(config, janela_reabertura=None)
            await banco.store.commit(escritor.lote(email, outros, suporte, *sem, padrao, eventos=1))
            imagem = await banco.store.activate(id_, provision=False, now=AGORA)
            assert imagem.empresa.janela_reabertura is None
            assert (imagem.canais, imagem.segredos, imagem.equipes) == ([email], [outros], [suporte])
            assert (imagem.equipe_membros, imagem.equipe_filas) == ([], [])

            escritor = Escritor(imagem)
            foi = replace(email, excluido_em=AGORA), replace(suporte, excluida_em=AGORA)
            await banco.store.commit(escritor.lote(*foi, eventos=1))
            imagem = await banco.store.activate(id_, provision=False, now=AGORA)
            assert (imagem.canais, imagem.segredos, imagem.equipes) == ([], [], [])

    asyncio.run(main())


def test_all_that_happens_to_a_message_at_once_is_kept(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket, outro = escritor.ticket(), escritor.ticket()
            antes = [escritor.mensagem(ticket, seq) for seq in (1, 2, 3)]
            nossa = escritor.mensagem(ticket, 4, direcao="enviada")
            alheia = escritor.mensagem(outro, 5)
            eventos = [escritor.evento(ticket.id, seq) for seq in range(1, 6)]
            await banco.store.commit(escritor.lote(ticket, outro, *antes, nossa, alheia, *eventos))
            ler = banco.leituras
            assert await ler.nao_lidas(escritor.id, ticket.id) == 3

            novas = [escritor.mensagem(ticket, seq) for seq in (6, 7, 8)]
            mudancas = (
                leitura(antes[0]),
                ExclusaoMensagemRow(escritor.id, antes[0].id, AGORA + 1),
                ExclusaoMensagemRow(escritor.id, novas[0].id, AGORA + 2),
                ExclusaoMensagemRow(escritor.id, nossa.id, AGORA + 3),
                LeituraTicketRow(escritor.id, ticket.id, 7),
            )
            eventos = [escritor.evento(ticket.id, seq) for seq in range(6, 9)]
            await banco.store.commit(escritor.lote(*mudancas, *novas, *eventos))
            vistas, total = await ler.mensagens(escritor.id, ticket.id, 1, 10)
            lidas = [replace(row, lida=True) for row in (antes[1], antes[2], novas[1])]
            assert (vistas, total) == ([*lidas, novas[2]], 4)
            assert await ler.nao_lidas(escritor.id, ticket.id) == 1
            assert await ler.mensagem(escritor.id, alheia.id) == alheia
            async with por_fora(postgres_dsn) as con:
                linhas = await con.fetch(
                    "SELECT id::text, lida, excluida_em FROM atendimento_mensagens "
                    "WHERE excluida_em IS NOT NULL ORDER BY seq"
                )
            assert linhas == [
                (antes[0].id, True, AGORA + 1),
                (nossa.id, False, AGORA + 3),
                (novas[0].id, True, AGORA + 2),
            ]
            for row in (antes[0], nossa, novas[0]):
                assert await ler.mensagem(escritor.id, row.id) is None
            detalhe = await ler.detalhe(escritor.id, ticket.id, 2)
            assert detalhe is not None
            assert detalhe.mensagens == [lidas[2], novas[2]]
            assert len((await ler.historico(escritor.id, ticket.id, 1, 100))[0]) == 8

    asyncio.run(main())


def test_a_file_is_read_until_its_message_or_its_ticket_is_deleted(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outra = await Escritor.de(banco), await Escritor.de(banco)
            for apagar_ticket in (False, True):
                ticket = escritor.ticket()
                foto = arquivo()
                mensagem = escritor.mensagem(ticket, escritor.seq + 1, arquivo=foto, tipo="imagem")
                registro = ArquivoRow(escritor.id, foto.id, ticket.id, mensagem.id, foto, AGORA)
                await banco.store.reservar_arquivo(escritor.id, foto.id, AGORA)
                await banco.store.commit(escritor.lote(ticket, mensagem, registro, eventos=1))
                assert await banco.leituras.arquivo(escritor.id, foto.id) == registro
                assert await banco.leituras.mensagem(escritor.id, mensagem.id) == mensagem
                assert await banco.leituras.arquivo(outra.id, foto.id) is None
                assert await banco.store.arquivos_abandonados(AGORA + 1, 10) == []
                sumiu = (
                    replace(ticket, excluido_em=AGORA)
                    if apagar_ticket
                    else ExclusaoMensagemRow(escritor.id, mensagem.id, AGORA)
                )
                await banco.store.commit(escritor.lote(sumiu, eventos=1))
                assert await banco.leituras.arquivo(escritor.id, foto.id) is None

    asyncio.run(main())


def test_a_deleted_ticket_is_shown_nowhere_but_its_history_is_kept(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket(status="FECHADO")
            await banco.store.commit(escritor.lote(ticket, escritor.evento(ticket.id, 1)))
            assert await banco.leituras.detalhe(escritor.id, ticket.id, 1) is not None
            excluido = replace(ticket, excluido_em=AGORA)
            await banco.store.commit(escritor.lote(excluido, escritor.evento(ticket.id, 2)))
            assert await banco.leituras.detalhe(escritor.id, ticket.id, 1) is None
            assert await banco.leituras.tickets(escritor.id, FiltroTickets(), 1, 10) == ([], 0)
            assert await banco.store.ticket(escritor.id, ticket.id) == excluido
            assert (await banco.leituras.historico(escritor.id, ticket.id, 1, 10))[1] == 2

    asyncio.run(main())


def test_the_answer_to_an_idempotency_key_is_there_with_its_effect_and_a_later_one_replaces_it(
    postgres_dsn: str,
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outra = await Escritor.de(banco), await Escritor.de(banco)
            linha = IdempotenciaRow(escritor.id, novo_id(), "chave-1", "ab" * 32, '{"id":"ç"}', AGORA)
            ticket = escritor.ticket()
            await banco.store.commit(escritor.lote(linha, ticket, eventos=1))
            ler = banco.store.idempotencia
            assert await ler(escritor.id, linha.usuario_id, "chave-1") == linha
            assert await ler(escritor.id, linha.usuario_id, "chave-2") is None
            assert await ler(escritor.id, novo_id(), "chave-1") is None
            assert await ler(outra.id, linha.usuario_id, "chave-1") is None
            depois = replace(linha, resumo="cd" * 32, resultado="null", criada_em=AGORA + 1)
            await banco.store.commit(escritor.lote(depois))
            assert await ler(escritor.id, linha.usuario_id, "chave-1") == depois

            vizinho = Escritor(await banco.store.activate(escritor.id, provision=False, now=AGORA))
            with pytest.raises(Fenced):
                await banco.store.commit(escritor.lote(replace(linha, chave="perdida"), eventos=1))
            assert await ler(vizinho.id, linha.usuario_id, "perdida") is None

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
            assert await banco.leituras.primeiro_evento(empresa_id) == 0

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
                lote = Batch([Fence(escritor.id, escritor.epoch, 0, 1, 1)], linhas)
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
            repetido = Batch([Fence(escritor.id, escritor.epoch, 2, 3, None)], {EventoRow: [escritor.evento(None, 2)]})
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
            await banco.store.commit(Batch([Fence(escritor.id, escritor.epoch, 0, 0, None)], {MembroRow: []}))
            await banco.store.release([])

    asyncio.run(main())
