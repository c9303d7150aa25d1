"""What the engine may lean on in a store: the same of PostgreSQL and of the one in memory that the simulation has."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from msgspec.structs import replace

from engine.contatos import chave_de_email, chave_de_telefone
from engine.errors import NotFound
from engine.exclusao import contato_excluido, ticket_excluido
from engine.modelo import (
    ArquivoRow,
    ArremateRow,
    AvisoDadoRow,
    AvisoRetidoRow,
    CanalSegredosRow,
    ContatoChaveRow,
    ContatoNosTicketsRow,
    DecisaoRow,
    EmpresaConfigRow,
    EmpresaImage,
    EmpresaRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EscalaRow,
    EstadoAtendenteRow,
    ExclusaoMensagemRow,
    FilaRow,
    IdempotenciaRow,
    InscricaoRow,
    LeituraRow,
    LeituraTicketRow,
    Ofertado,
    Pedida,
    PreferenciaAvisosRow,
    Rota,
    Row,
    TicketRow,
)
from engine.ports import Batch, ContatosAchados, Fence, Fenced, Rejected, Store
from engine.silencio.estado import Adiamento, Silencio
from tests.storage.contrato import Loja, canal, com, equipe, escritor, imagem
from tests.storage.linhas import AGORA, Escritor, arquivo, atendente, contato, fila, membro, novo_id

# -- taking an empresa ---------------------------------------------------------------------------------------------


def test_an_empresa_that_does_not_exist_is_made_only_if_that_is_asked_for(loja: Loja) -> None:
    async def main() -> None:
        async with loja() as store:
            id_ = novo_id()
            with pytest.raises(NotFound, match="Empresa não encontrada"):
                await store.activate(id_, provision=False, now=AGORA)
            nova = await store.activate(id_, provision=True, now=AGORA)
            assert nova == EmpresaImage(EmpresaRow(id_, id_, 0, AGORA), 0, 1, nova.token, [], [], [], [])
            assert nova.token
            outra = await store.activate(id_, provision=False, now=AGORA + 1)
            assert (outra.empresa, outra.epoch) == (nova.empresa, 2)
            assert outra.token != nova.token

    asyncio.run(main())


def test_an_image_holds_what_is_in_force_in_the_order_of_its_keys(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        filas, gente, canais, equipes = (
            [fazer(e.id) for _ in range(3)] for fazer in (fila, atendente, canal, equipe)
        )  # fmt: skip
        tickets = [e.ticket(status=status) for status in ("PENDENTE", "RESOLVIDO", "ABERTO", "FECHADO", "EM_ANDAMENTO")]
        participam = [membro(e.id, filas[0].id, um.id) for um in gente]
        segredos = [CanalSegredosRow(e.id, um.id, '{"s": "x"}') for um in canais]
        da_equipe = [EquipeMembroRow(e.id, equipes[0].id, um.id, True) for um in gente]
        ligadas = [EquipeFilaRow(e.id, equipes[0].id, uma.id, True) for uma in filas]
        tudo: list[Row] = [*filas, *gente, *canais, *equipes, *tickets, *participam, *segredos, *da_equipe, *ligadas]
        await store.commit(e.lote(*reversed(tudo), eventos=2))
        saem: list[Row] = [
            replace(filas[1], excluida_em=AGORA),
            replace(gente[1], excluido_em=AGORA + 7),
            replace(canais[1], excluido_em=AGORA),
            replace(equipes[1], excluida_em=AGORA),
            replace(participam[2], ativo=False),
            replace(da_equipe[2], ativo=False),
            replace(ligadas[2], ativo=False),
        ]
        await store.commit(e.lote(*saem, eventos=1))
        agora = await imagem(store, e.id)
        assert (agora.seq, agora.empresa.numero) == (3, 5)
        assert agora.filas == [filas[0], filas[2]]
        assert agora.atendentes == [gente[0], gente[2]]
        assert agora.excluidos == {gente[1].id: AGORA + 7}
        assert agora.tickets == [tickets[0], tickets[2], tickets[4]]
        assert agora.membros == participam[:2]
        assert agora.canais == [canais[0], canais[2]]
        assert agora.segredos == [segredos[0], segredos[2]]
        assert agora.equipes == [equipes[0], equipes[2]]
        assert agora.equipe_membros == da_equipe[:2]
        assert agora.equipe_filas == ligadas[:2]

    com(loja, historia)


def test_what_an_empresa_sets_of_itself_is_in_its_image(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        config = EmpresaConfigRow(
            e.id, "Padaria", 5_000, 9, AGORA + 3, "PT", ("almoço", "reunião"), "todos", '{"x": 1}'
        )
        await store.commit(e.lote(config, eventos=1))
        e2 = await imagem(store, e.id)
        assert e2.empresa == EmpresaRow(
            e.id, "Padaria", 0, AGORA, AGORA + 3, 5_000, 9, "PT", ("almoço", "reunião"), "todos", '{"x": 1}'
        )

    com(loja, historia)


# -- fences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("que_nao_vale", ["epoch", "token", "seq_before", "empresa_id"])
def test_a_batch_is_written_whole_under_every_fence_or_not_at_all(loja: Loja, que_nao_vale: str) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        outro = await escritor(store)
        meu, dele = e.lote(fila(e.id), eventos=1), outro.lote(fila(outro.id), eventos=1)
        falsos: dict[str, Any] = {"epoch": 7, "token": novo_id(), "seq_before": 5, "empresa_id": novo_id()}
        falsa = replace(dele.fences[0], **{que_nao_vale: falsos[que_nao_vale]})
        juntas = {tipo: [*meu.rows[tipo], *dele.rows[tipo]] for tipo in meu.rows}
        with pytest.raises(Fenced) as recusa:
            await store.commit(Batch([*meu.fences, falsa], juntas))
        assert recusa.value.empresa_ids == (falsa.empresa_id,)
        for um in (e, outro):
            como_esta = await imagem(store, um.id)
            assert (como_esta.seq, como_esta.filas) == (0, [])

    com(loja, historia)


def test_a_batch_of_several_empresas_is_written_for_all(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        outro = await escritor(store)
        meu, dele = e.lote(fila(e.id), eventos=1), outro.lote(fila(outro.id), eventos=2)
        juntas = {tipo: [*meu.rows[tipo], *dele.rows[tipo]] for tipo in meu.rows}
        await store.commit(Batch([*meu.fences, *dele.fences], juntas))
        assert [(await imagem(store, um.id)).filas for um in (e, outro)] == [meu.rows[FilaRow], dele.rows[FilaRow]]

    com(loja, historia)


def test_whoever_has_lost_the_lease_writes_nothing_any_more(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        await store.commit(e.lote(eventos=1))
        assert await store.lost({e.id: (e.epoch, e.token)}) == []
        agora = await escritor(store, e.id)
        assert await store.lost({agora.id: (agora.epoch, agora.token)}) == []
        assert await store.lost({e.id: (e.epoch, e.token)}) == [e.id]
        assert await store.lost({novo_id(): (1, novo_id())}) == [], "nobody took what is not there"
        with pytest.raises(Fenced):
            await store.commit(e.lote(eventos=1))
        await store.commit(agora.lote(eventos=1))
        await store.release([e.id])
        assert (await imagem(store, e.id)).seq == 2

    com(loja, historia)


def test_a_number_is_kept_until_another_is_given(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        await store.commit(e.lote(e.ticket(), e.ticket()))
        await store.commit(Batch([Fence(e.id, e.epoch, e.seq, e.seq, None, e.token)], {FilaRow: [fila(e.id)]}))
        assert (await imagem(store, e.id)).empresa.numero == 2

    com(loja, historia)


# -- what became of a commit -----------------------------------------------------------------------------------------


def test_what_became_of_a_commit_is_told_by_its_seq(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        feito = e.lote(eventos=2)
        assert not await store.outcome(feito)
        await store.commit(feito)
        assert await store.outcome(feito)
        assert not await store.outcome(e.lote(eventos=1))

    com(loja, historia)


def test_it_is_told_also_after_another_took_the_lease_once(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        feito = e.lote(eventos=1)
        await store.commit(feito)
        por_fazer = e.lote(eventos=1)
        agora = await escritor(store, e.id)
        await store.commit(agora.lote(eventos=3))
        assert await store.outcome(feito)
        with pytest.raises(Fenced, match=e.id):
            await store.outcome(por_fazer)
        await escritor(store, e.id)
        with pytest.raises(Fenced, match=e.id):
            await store.outcome(feito)

    com(loja, historia)


# -- rows ------------------------------------------------------------------------------------------------------------


def test_a_row_takes_the_place_of_the_one_with_its_key(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket, uma = e.ticket(), fila(e.id)
        chave = IdempotenciaRow(e.id, novo_id(), "k", "r", '{"id": "1"}', AGORA)
        await store.commit(e.lote(ticket, uma, chave))
        depois = replace(ticket, status="FECHADO", data_fechamento=AGORA, assunto="Outro")
        outra = replace(chave, resumo="s", resultado='{"id": "2"}')
        await store.commit(e.lote(depois, replace(uma, nome="Nova"), outra))
        assert await store.ticket(e.id, ticket.id) == depois
        assert await store.idempotencia(e.id, chave.usuario_id, "k") == outra
        assert [linha.nome for linha in (await imagem(store, e.id)).filas] == ["Nova"]

    com(loja, historia)


def test_nothing_is_found_under_another_key_or_in_another_empresa(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket = e.ticket()
        mensagem = e.mensagem(ticket, 1)
        chave = IdempotenciaRow(e.id, novo_id(), "k", "r", "{}", AGORA)
        await store.commit(e.lote(ticket, mensagem, chave, eventos=1))
        outra = (await escritor(store)).id
        assert await store.ticket(outra, ticket.id) is await store.ticket(e.id, novo_id()) is None
        assert await store.mensagem(outra, mensagem.id) is await store.mensagem(e.id, novo_id()) is None
        assert await store.idempotencia(outra, chave.usuario_id, "k") is None
        assert await store.idempotencia(e.id, chave.usuario_id, "outra") is None

    com(loja, historia)


def test_a_message_that_is_there_is_refused_and_nothing_beside_it_is_written(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket = e.ticket()
        mensagem = e.mensagem(ticket, 1)
        await store.commit(e.lote(ticket, mensagem, eventos=1))
        antes = e.seq
        with pytest.raises(Rejected):
            await store.commit(e.lote(mensagem, fila(e.id), eventos=1))
        como_esta = await imagem(store, e.id)
        assert (como_esta.seq, como_esta.filas) == (antes, [])

    com(loja, historia)


# -- what happens to messages, and to tickets -------------------------------------------------------------------------


@pytest.mark.parametrize("junto", [True, False], ids=["in the same batch", "in a later one"])
def test_what_is_read_is_read_and_nothing_else(loja: Loja, *, junto: bool) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket, outro = e.ticket(), e.ticket()
        lida, nao = e.mensagem(ticket, 1), e.mensagem(ticket, 2)
        recebidas = [e.mensagem(outro, n) for n in (3, 4, 5)]
        enviada = e.mensagem(outro, 6, direcao="enviada", remetente_id=novo_id())
        novas: list[Row] = [ticket, outro, lida, nao, *recebidas, enviada]
        fatos: list[Row] = [LeituraRow(e.id, lida.id), LeituraTicketRow(e.id, outro.id, 4)]
        for rows in [novas + fatos] if junto else [novas, fatos]:
            await store.commit(e.lote(*rows, eventos=1))
        lidas = [await store.mensagem(e.id, um.id) for um in (lida, nao, *recebidas, enviada)]
        assert [um is not None and um.lida for um in lidas] == [True, False, True, True, False, False]
        assert lidas[0] == replace(lida, lida=True)

    com(loja, historia)


@pytest.mark.parametrize("junto", [True, False], ids=["in the same batch", "in a later one"])
def test_of_a_deleted_message_only_its_place_is_left(loja: Loja, *, junto: bool) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket, dela = e.ticket(), arquivo()
        mensagem = e.mensagem(ticket, 1, arquivo=dela)
        resposta = json.dumps({"id": mensagem.id, "conteudo": "Olá!", "arquivo": {"id": dela.id}})
        guardada = IdempotenciaRow(e.id, novo_id(), "k", "r", resposta, AGORA, mensagem.id)
        novas: list[Row] = [ticket, mensagem, guardada, ArquivoRow(e.id, dela.id, ticket.id, mensagem.id, dela, AGORA)]
        fatos: list[Row] = [ExclusaoMensagemRow(e.id, mensagem.id, AGORA + 5)]
        for rows in [novas + fatos] if junto else [novas, fatos]:
            await store.commit(e.lote(*rows, eventos=1))
        await store.commit(e.lote(ExclusaoMensagemRow(e.id, mensagem.id, AGORA + 9)))
        em_branco = replace(mensagem, conteudo="", arquivo=None, excluida_em=AGORA + 5)
        assert await store.mensagem(e.id, mensagem.id) == em_branco
        kept = await store.idempotencia(e.id, guardada.usuario_id, "k")
        assert kept is not None
        assert json.loads(kept.resultado) == {"id": mensagem.id, "conteudo": "", "arquivo": None}

    com(loja, historia)


def test_of_a_deleted_ticket_nothing_that_was_said_is_left(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket, outro = e.ticket(), e.ticket()
        dita, alheia = e.mensagem(ticket, 1), e.mensagem(outro, 2)
        resposta = json.dumps({"id": ticket.id, "contato_nome": "João", "contato_telefone": "1", "assunto": "a"})
        guardada = IdempotenciaRow(e.id, novo_id(), "k", "r", resposta, AGORA, ticket.id)
        await store.commit(e.lote(ticket, outro, dita, alheia, guardada, eventos=2))
        excluido = ticket_excluido(replace(ticket, status="FECHADO"), AGORA + 5)
        await store.commit(e.lote(excluido, eventos=1))
        assert await store.ticket(e.id, ticket.id) == excluido
        assert await store.mensagem(e.id, dita.id) == replace(dita, conteudo="")
        assert await store.mensagem(e.id, alheia.id) == alheia
        kept = await store.idempotencia(e.id, guardada.usuario_id, "k")
        assert kept is not None
        sem_contato = {"contato_nome": "", "contato_telefone": None, "contato_email": None}
        assert json.loads(kept.resultado) == {"id": ticket.id, "assunto": None, **sem_contato}

    com(loja, historia)


def test_tickets_show_their_contact_as_it_is_now_but_those_at_work_that_are_written_beside_it(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ana = contato(e.id)
        fechado, noutro, aberto_, excluido, alheio = (
            e.ticket(contato_id=ana.id, status="FECHADO"),
            e.ticket(contato_id=ana.id, status="FECHADO"),
            e.ticket(contato_id=ana.id),
            ticket_excluido(e.ticket(contato_id=ana.id, status="FECHADO"), AGORA),
            e.ticket(contato_id=novo_id()),
        )
        todos = (fechado, noutro, aberto_, excluido, alheio)
        await store.commit(e.lote(*todos, ana))
        mudou = ContatoNosTicketsRow(e.id, ana.id, "Ana Maria", None, "ana@x.y")
        await store.commit(e.lote(mudou, replace(noutro, assunto="x"), replace(aberto_, assunto="y")))
        novo = {"contato_nome": "Ana Maria", "contato_telefone": None, "contato_email": "ana@x.y"}
        assert [await store.ticket(e.id, um.id) for um in todos] == [
            replace(fechado, **novo),
            replace(noutro, assunto="x", **novo),
            replace(aberto_, assunto="y"),
            excluido,
            alheio,
        ]

    com(loja, historia)


def test_tickets_are_not_answered_any_more_where_their_contact_is_not_reached(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ana = contato(e.id)

        def fechado(endereco: str | None, contato_id: str = ana.id) -> TicketRow:
            ticket = e.ticket(contato_id=contato_id, status="RESOLVIDO", contato_nome="Ana")
            return replace(ticket, contato_telefone="2", contato_email=None, endereco=endereco)

        mudados = [fechado("telefone:+1"), fechado("email:a@x.y")]
        ficam = [fechado("telefone:+3"), fechado(None), fechado("telefone:+1", novo_id())]
        await store.commit(e.lote(*mudados, *ficam, ana))
        trocas = {"telefone:+1": "telefone:+2", "email:a@x.y": None}
        noutro = fechado("telefone:+1")
        await store.commit(e.lote(ContatoNosTicketsRow(e.id, ana.id, "Ana", "2", None, trocas), noutro))
        enderecos = {
            um.id: lido.endereco for um in (*mudados, *ficam, noutro) if (lido := await store.ticket(e.id, um.id))
        }
        assert [enderecos[um.id] for um in mudados] == ["telefone:+2", None]
        assert [enderecos[um.id] for um in ficam] == [um.endereco for um in ficam]
        assert enderecos[noutro.id] == "telefone:+2"

    com(loja, historia)


# -- contacts --------------------------------------------------------------------------------------------------------


def test_contacts_are_found_by_address_by_id_and_with_those_merged_into_them(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ana = contato(e.id, email="ana@x.y")
        rui = contato(e.id, telefone=None, email="rui@x.y")
        unido = contato(e.id, telefone=None, unido_a=ana.id)
        de_telefone, de_email = chave_de_telefone("5511999998888"), chave_de_email("ana@x.y")
        donos = [ContatoChaveRow(e.id, de_telefone, ana.id), ContatoChaveRow(e.id, de_email, ana.id)]
        dela = ContatoChaveRow(e.id, "tel:1", unido.id)
        ninguem = ContatoChaveRow(e.id, "tel:2", None)
        await store.commit(e.lote(unido, rui, ana, *donos, dela, ninguem))
        assert await store.contatos(e.id, [de_telefone, de_email, "tel:2", "tel:3"], []) == ContatosAchados(
            {de_telefone: ana.id, de_email: ana.id}, [ana, unido]
        )
        assert await store.contatos(e.id, ["tel:1"], [rui.id]) == ContatosAchados({"tel:1": unido.id}, [rui, unido])
        assert await store.contatos(e.id, [], []) == ContatosAchados({}, [])
        outra = await escritor(store)
        assert await store.contatos(outra.id, [de_telefone], [ana.id]) == ContatosAchados({}, [])
        await store.commit(e.lote(replace(donos[0], contato_id=rui.id), replace(donos[1], contato_id=None)))
        assert (await store.contatos(e.id, [de_telefone, de_email], [])).chaves == {de_telefone: rui.id}

    com(loja, historia)


def test_a_deleted_contact_is_gone_from_its_addresses_and_from_its_tickets(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ana, rui = contato(e.id), contato(e.id)
        chave, de_rui = ContatoChaveRow(e.id, "tel:1", ana.id), ContatoChaveRow(e.id, "tel:2", rui.id)
        dela, dele = e.ticket(contato_id=ana.id, status="FECHADO"), e.ticket(contato_id=rui.id, status="FECHADO")
        resposta = json.dumps({"id": ana.id, "nome": "Ana", "telefone": "1", "unido_a": None})
        guardada = IdempotenciaRow(e.id, novo_id(), "k", "r", resposta, AGORA, ana.id)
        await store.commit(e.lote(ana, rui, chave, de_rui, dela, dele, guardada))
        await store.commit(e.lote(contato_excluido(ana, AGORA + 1)))
        assert await store.contatos(e.id, ["tel:1", "tel:2"], [ana.id]) == ContatosAchados({"tel:2": rui.id}, [rui])
        em_branco = replace(dela, contato_nome="", contato_telefone=None, contato_email=None)
        assert await store.ticket(e.id, dela.id) == em_branco
        assert await store.ticket(e.id, dele.id) == dele
        kept = await store.idempotencia(e.id, guardada.usuario_id, "k")
        assert kept is not None
        em_branco_tambem = {"nome": "", "telefone": None, "email": None, "observacao": None}
        assert json.loads(kept.resultado) == {"id": ana.id, "unido_a": None, **em_branco_tambem}

    com(loja, historia)


# -- who is told by which browser --------------------------------------------------------------------------------------


def test_an_empresa_wakes_up_with_the_browsers_that_are_wanted_each_of_whoever_used_it_last(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ana, rui, canal_id = novo_id(), novo_id(), novo_id()
        dela = InscricaoRow(e.id, novo_id(), ana, canal_id, "https://p/1", "chave", "segredo", AGORA)
        outra = replace(dela, id=novo_id(), endpoint="https://p/2")
        await store.commit(e.lote(dela, outra))
        dele = replace(dela, atendente_id=rui, criada_em=AGORA + 1, p256dh="outra")
        await store.commit(e.lote(dele, replace(outra, ativa=False)))
        assert (await imagem(store, e.id)).inscricoes == [dele]
        assert (await imagem(store, novo_id())).inscricoes == []

    com(loja, historia)


# -- what people are told ----------------------------------------------------------------------------------------------


def test_an_empresa_wakes_up_with_what_its_people_prefer_and_with_what_waits_for_them(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ana, rui = novo_id(), novo_id()
        dela = PreferenciaAvisosRow(e.id, ana, "supervisor", "ana@x.y", '{"fuso":"UTC"}', AGORA)
        dele = PreferenciaAvisosRow(e.id, rui, None, None, "{}", AGORA)
        espera = AvisoRetidoRow(e.id, novo_id(), ana, "email", "oferta", novo_id(), 7, novo_id(), AGORA + 5, AGORA)
        outro = replace(espera, id=novo_id(), meio="sms", ticket_id=None, numero=None, canal_id=None)
        dado = AvisoDadoRow(e.id, "regra ana ticket oferta sms", ana, AGORA + 10)
        passado = AvisoDadoRow(e.id, "outra", ana, AGORA)
        await store.commit(e.lote(dela, dele, espera, outro, dado, passado))
        mudada = replace(dela, papel="atendente", dados="{}", atualizada_em=AGORA + 1)
        adiado = replace(espera, em=AGORA + 9)
        await store.commit(e.lote(mudada, adiado, replace(outro, ativo=False)))
        vista = await imagem(store, e.id)
        assert sorted(vista.preferencias, key=lambda row: row.usuario_id) == sorted(
            [mudada, dele], key=lambda row: row.usuario_id
        )
        assert vista.avisos_retidos == [adiado]
        assert vista.avisos_dados == [dado]
        vizinha = await imagem(store, novo_id())
        assert (vizinha.preferencias, vizinha.avisos_retidos, vizinha.avisos_dados) == ([], [], [])

    com(loja, historia)


# -- what the distribution remembers -----------------------------------------------------------------------------------


def decisao(empresa_id: str, ticket_id: str, **campos: Any) -> DecisaoRow:
    row = DecisaoRow(
        empresa_id, novo_id(), ticket_id, novo_id(), "atribuicao", AGORA, novo_id(), 1, '{"a": 1,  "b":"ç"}'
    )
    return replace(row, **campos)


def test_what_is_known_of_a_ticket_and_of_an_agent_comes_back_as_it_was_and_can_be_taken_away(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        rota = Rota(
            ("vip", "2ª via"), "pt-BR", (Pedida("inglês", 3), Pedida("judô", preferida=True)), AGORA, novo_id(),
            (novo_id(),), novo_id(), (novo_id(), novo_id()), Ofertado((novo_id(),), AGORA + 9),
        )  # fmt: skip
        silencio = Silencio(AGORA, AGORA + 1, AGORA + 2, novo_id(), AGORA + 3)
        adiado = Adiamento(AGORA + 4, "ABERTO", novo_id(), 'Ligar "amanhã"', deve=True)
        tickets = [
            e.ticket(rota=rota, silencio=silencio, adiamento=adiado), e.ticket(rota=Rota(), silencio=Silencio(AGORA)),
            e.ticket(adiamento=adiado), e.ticket(status="FECHADO", rota=rota), e.ticket(),
        ]  # fmt: skip
        ana = atendente(e.id, niveis={"inglês": 4, "é": 1}, turno='{"dias": {"seg":[]}}')
        await store.commit(e.lote(*tickets, ana))
        agora = await imagem(store, e.id)
        assert (agora.tickets, agora.atendentes) == ([*tickets[:3], tickets[4]], [ana])
        assert [await store.ticket(e.id, um.id) for um in tickets] == tickets
        e = Escritor(agora)
        sem = replace(tickets[0], rota=None, silencio=None, adiamento=None), replace(ana, niveis={}, turno=None)
        await store.commit(e.lote(*sem))
        agora = await imagem(store, e.id)
        assert (agora.tickets[0], agora.atendentes) == (sem[0], [sem[1]])

    com(loja, historia)


def test_an_empresa_wakes_up_with_its_rotations_and_with_the_wrap_ups_that_last_still(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        filas, gente = [fila(e.id) for _ in range(2)], [atendente(e.id) for _ in range(2)]
        escala = [EscalaRow(e.id, f.id, a.id, 1, AGORA, 0.1, {"3600": (AGORA, 7)}) for f in filas for a in gente]
        arremates = [ArremateRow(e.id, novo_id(), gente[0].id, AGORA + n, 50) for n in range(3)]
        de_quem_saiu = ArremateRow(e.id, novo_id(), gente[1].id, AGORA + 9, 50)
        await store.commit(e.lote(*filas, *gente, *reversed(escala), *arremates, de_quem_saiu))
        assert (await imagem(store, e.id)).arremates == [*arremates[1:], de_quem_saiu]
        e = Escritor(await imagem(store, e.id))
        andou = replace(escala[0], vez=9, dada_em=AGORA + 1, passo=1 / 3, contas={})
        acabou = replace(arremates[1], ate=AGORA, custo=25, atendente_id=gente[1].id)
        await store.commit(e.lote(andou, acabou))
        como_esta = await imagem(store, e.id)
        assert (como_esta.escala, como_esta.arremates) == ([andou, *escala[1:]], [arremates[2], de_quem_saiu])
        e = Escritor(como_esta)
        await store.commit(e.lote(replace(filas[1], excluida_em=AGORA), replace(gente[1], excluido_em=AGORA)))
        como_esta = await imagem(store, e.id)
        assert (como_esta.escala, como_esta.arremates) == ([andou], [arremates[2]])
        await store.commit(Escritor(como_esta).lote(replace(escala[3], vez=4)))
        assert (await imagem(store, e.id)).escala == [andou], "nobody's rotation is not found"
        assert (await imagem(store, novo_id())).escala == []

    com(loja, historia)


def test_a_decision_is_written_once(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket = e.ticket()
        uma = decisao(e.id, ticket.id)
        estado = EstadoAtendenteRow(e.id, novo_id(), AGORA, True, "pausa", "café", None)
        await store.commit(e.lote(ticket, uma, estado, decisao(e.id, ticket.id, atendente_id=None), eventos=1))
        antes = e.seq
        with pytest.raises(Rejected):
            await store.commit(e.lote(uma, fila(e.id), eventos=1))
        como_esta = await imagem(store, e.id)
        assert (como_esta.seq, como_esta.filas) == (antes, [])

    com(loja, historia)
