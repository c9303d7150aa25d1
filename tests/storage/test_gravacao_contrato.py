"""What an empresa is set up with, what happens to messages, files and keys: written and read back."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from engine.ids import NINGUEM
from engine.modelo import (
    ArquivoRow,
    CanalRow,
    CanalSegredosRow,
    ContatoNosTicketsRow,
    EmpresaConfigRow,
    EmpresaRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    ExclusaoMensagemRow,
    IdempotenciaRow,
    LeituraTicketRow,
    ModelosRow,
)
from engine.ports import Fenced, FiltroTickets
from tests.storage.linhas import AGORA, Escritor, aberto, arquivo, contato, leitura, novo_id, por_fora


def test_everything_that_an_empresa_is_set_up_with_comes_back_and_is_replaced(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            id_ = escritor.id
            config = EmpresaConfigRow(id_, "Padaria São José", 86_400_000, 8, AGORA, "PT")
            zap = CanalRow(id_, novo_id(), "Zap", "whatsapp", novo_id(), True, '{"a": [1,  2]}', AGORA, AGORA)
            segredos = CanalSegredosRow(id_, zap.id, '{"token":"x"}')
            equipe = EquipeRow(id_, novo_id(), "Vendas", "Balcão", AGORA, AGORA)
            membro_dela = EquipeMembroRow(id_, equipe.id, novo_id(), True)
            fila_dela = EquipeFilaRow(id_, equipe.id, novo_id(), True)
            modelos = ModelosRow(id_, zap.id, '[{"nome":"a"}]', ("a", 'b "c", d'), AGORA)
            tudo = (config, zap, segredos, equipe, membro_dela, fila_dela, modelos)
            await banco.store.commit(escritor.lote(*tudo, eventos=1))

            imagem = await banco.store.activate(id_, provision=False, now=AGORA)
            assert imagem.empresa == EmpresaRow(id_, "Padaria São José", 0, AGORA, AGORA, 86_400_000, 8, "PT")
            assert (imagem.canais, imagem.segredos, imagem.equipes) == ([zap], [segredos], [equipe])
            assert (imagem.equipe_membros, imagem.equipe_filas) == ([membro_dela], [fila_dela])
            assert imagem.modelos == {zap.id: ("a", 'b "c", d')}
            assert await banco.leituras.modelos(id_, zap.id) == modelos
            assert await banco.leituras.modelos(novo_id(), zap.id) is None

            escritor = Escritor(imagem)
            email = replace(zap, nome="E-mail", tipo="email", fila_id=None, ativo=False, config="{}", atualizado_em=2)
            outros = replace(segredos, segredos="{}")
            suporte = replace(equipe, nome="Suporte", descricao=None, atualizada_em=2)
            sem = replace(membro_dela, ativo=False), replace(fila_dela, ativo=False)
            padrao = replace(config, janela_reabertura=None)
            sem_modelos = replace(modelos, modelos="[]", aprovados=(), atualizado_em=2)
            await banco.store.commit(escritor.lote(email, outros, suporte, *sem, padrao, sem_modelos, eventos=1))
            imagem = await banco.store.activate(id_, provision=False, now=AGORA)
            assert await banco.leituras.modelos(id_, zap.id) == sem_modelos
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
                varridos = await banco.store.arquivos_abandonados(AGORA + 1, 10)
                assert (escritor.id, foto.id) not in varridos
                sumiu = (
                    replace(ticket, excluido_em=AGORA)
                    if apagar_ticket
                    else ExclusaoMensagemRow(escritor.id, mensagem.id, AGORA)
                )
                await banco.store.commit(escritor.lote(sumiu, eventos=1))
                assert await banco.leituras.arquivo(escritor.id, foto.id) is None
                a_varrer = await banco.store.arquivos_abandonados(AGORA + 1, 10)
                assert a_varrer == [*varridos, (escritor.id, foto.id)]

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


def test_tickets_without_an_owner_and_of_the_nil_one_are_counted_together_in_one_batch(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            tickets = [
                escritor.ticket(numero=1, status="RESOLVIDO", atendente_id=None),
                escritor.ticket(numero=2, status="RESOLVIDO", atendente_id=NINGUEM),
            ]
            await banco.store.commit(escritor.lote(*tickets))
            achados, total = await banco.leituras.tickets(escritor.id, FiltroTickets(status="RESOLVIDO"), 1, 10)
            assert (len(achados), total) == (2, 2)

    asyncio.run(main())


def test_what_a_contact_has_become_is_written_into_its_tickets_with_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outra = await Escritor.de(banco), await Escritor.de(banco)
            ana = contato(escritor.id, nome="Ana")
            antigos = [escritor.ticket(contato_id=ana.id, status="FECHADO") for _ in range(3)]
            alheio = escritor.ticket(contato_id=novo_id())
            do_vizinho = outra.ticket(contato_id=ana.id)
            await banco.store.commit(escritor.lote(ana, *antigos, alheio, eventos=1))
            await banco.store.commit(outra.lote(do_vizinho, eventos=1))

            mudada = ContatoNosTicketsRow(escritor.id, ana.id, "Bia", None, "bia@x.y")
            fecha = escritor.ticket(contato_id=ana.id, status="FECHADO")
            abre = escritor.ticket(contato_id=ana.id, contato_nome="Como disse")
            excluido = replace(antigos[2], excluido_em=AGORA)
            await banco.store.commit(escritor.lote(excluido, fecha, abre, mudada, eventos=1))
            nomes = {
                ticket.id: (lido.contato_nome, lido.contato_telefone, lido.contato_email)
                for dono, ticket in [(escritor, t) for t in (*antigos, fecha, abre, alheio)] + [(outra, do_vizinho)]
                if (lido := await banco.store.ticket(dono.id, ticket.id)) is not None
            }
            agora = ("Bia", None, "bia@x.y")
            assert [nomes[t.id] for t in (*antigos[:2], fecha)] == [agora] * 3
            assert nomes[excluido.id][0] == excluido.contato_nome, "what was deleted is not filled again"
            assert nomes[abre.id][0] == "Como disse", "an open one is told, and knows better"
            assert nomes[alheio.id][0] == nomes[do_vizinho.id][0] == alheio.contato_nome

    asyncio.run(main())
