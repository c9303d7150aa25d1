"""What channels may lean on in a store: the same of PostgreSQL and of the one in memory that the simulation has."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from engine.exclusao import contato_excluido, ticket_excluido
from engine.modelo import EntregaRow, ExclusaoMensagemRow, LeituraRow, Row
from engine.ports import EnvioGuardado, PaginaDeEnvios, Store
from tests.storage.contrato import Loja, canal, com, escritor, imagem
from tests.storage.linhas import AGORA, Escritor, contato, envio, novo_id

# -- what came in by a channel ---------------------------------------------------------------------------------------


def test_which_messages_are_known_is_told_of_all_that_are_asked_for(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket = e.ticket()
        vista, apagada = e.mensagem(ticket, 1), e.mensagem(ticket, 2)
        await store.commit(e.lote(ticket, vista, apagada, eventos=2))
        await store.commit(e.lote(ExclusaoMensagemRow(e.id, apagada.id, AGORA)))
        assert await store.conhecidas(e.id, [vista.id, novo_id(), apagada.id, vista.id]) == {vista.id, apagada.id}
        assert await store.conhecidas(e.id, []) == set()
        assert await store.conhecidas((await escritor(store)).id, [vista.id]) == set()

    com(loja, historia)


def test_a_message_keeps_what_its_channel_told_of_it(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket = e.ticket(endereco="usuario:BR.1", do_canal=True, janela_ate=AGORA + 9)
        mensagem = e.mensagem(ticket, 1, metadados='{"tipoOriginal": "location"}', id_externo="wamid.1")
        await store.commit(e.lote(ticket, mensagem, eventos=1))
        assert await store.ticket(e.id, ticket.id) == ticket
        assert await store.mensagem(e.id, mensagem.id) == mensagem

    com(loja, historia)


def test_the_window_of_a_contact_is_what_its_tickets_of_the_canal_know(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        zap, ana = canal(e.id), novo_id()

        def ticket(**campos: Any) -> Any:
            return e.ticket(**{"canal_id": zap.id, "contato_id": ana, "do_canal": True} | campos)

        a_mao, sozinho = ticket(do_canal=False), ticket(do_canal=False, contato_id=novo_id())
        outros = [
            ticket(janela_ate=AGORA + 1, status="FECHADO"),
            ticket(janela_ate=AGORA + 7, status="RESOLVIDO"),
            ticket(),
            ticket(janela_ate=AGORA + 9, canal_id=novo_id()),
            ticket(janela_ate=AGORA + 9, contato_id=novo_id()),
        ]
        await store.commit(e.lote(a_mao, sozinho, *outros))
        assert await store.janela_do_contato(e.id, a_mao.id) == AGORA + 7
        assert await store.janela_do_contato(e.id, sozinho.id) is None
        assert await store.janela_do_contato(e.id, novo_id()) is None
        assert await store.janela_do_contato((await escritor(store)).id, a_mao.id) is None

    com(loja, historia)


def test_the_ticket_of_a_canal_is_the_one_resolved_last_and_not_too_long_ago(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site, ana, rui = canal(e.id), novo_id(), novo_id()

        def resolvido(em: int, **campos: Any) -> Any:
            padrao = {"canal_id": site.id, "contato_id": ana, "do_canal": True, "status": "RESOLVIDO"}
            return e.ticket(**padrao | {"data_resolucao": AGORA + em} | campos)

        velho, ultimo, do_rui = resolvido(1), resolvido(5), resolvido(9, contato_id=rui)
        outros = [
            resolvido(20, do_canal=False),
            resolvido(20, canal_id=novo_id()),
            resolvido(20, contato_id=novo_id()),
            resolvido(20, status="FECHADO"),
            resolvido(20, status="ABERTO", data_resolucao=None),
            ticket_excluido(resolvido(20, status="FECHADO"), AGORA),
        ]
        await store.commit(e.lote(velho, ultimo, do_rui, *outros))
        assert await store.ticket_do_canal(e.id, site.id, [ana], AGORA) == ultimo
        assert await store.ticket_do_canal(e.id, site.id, [ana, rui], AGORA) == do_rui
        assert await store.ticket_do_canal(e.id, site.id, [ana], AGORA + 5) == ultimo
        assert await store.ticket_do_canal(e.id, site.id, [ana], AGORA + 6) is None
        assert await store.ticket_do_canal(e.id, site.id, [novo_id()], AGORA) is None
        assert await store.ticket_do_canal((await escritor(store)).id, site.id, [ana], AGORA) is None

    com(loja, historia)


# -- the outbox ------------------------------------------------------------------------------------------------------


def test_what_a_canal_has_to_do_comes_in_order_page_by_page_with_the_messages(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site, outro = canal(e.id), canal(e.id)
        ticket = e.ticket()
        mensagem = e.mensagem(ticket, 1, direcao="enviada", status_entrega="pendente")
        fora = envio(e.id, site.id, 1, estado="enviando", conector="c1", tentativas=1, prazo=AGORA + 5)
        dela = envio(e.id, site.id, 2, id=mensagem.id, mensagem_id=mensagem.id, ticket_id=ticket.id)
        juntos = [envio(e.id, site.id, 4) for _ in range(2)]
        duvida = envio(e.id, site.id, 6, estado="desconhecido", duvidas=1, codigo="sem_resposta", erro="?")
        feitos = [
            envio(e.id, site.id, 3, estado=estado) for estado in ("enviado", "entregue", "lido", "falhou", "cancelado")
        ]
        alheios = [envio(e.id, outro.id, 1), envio(e.id, site.id, 1, linha="entrada", trabalho="processar_webhook")]
        await store.commit(e.lote(site, outro, ticket, mensagem, eventos=1))
        await store.commit(e.lote(duvida, *juntos, dela, fora, *feitos, *alheios))
        em_ordem = [fora, dela, *sorted(juntos, key=lambda row: row.id), duvida]
        todos = [EnvioGuardado(row, mensagem if row is dela else None) for row in em_ordem]
        de_fora = [todos[0], todos[-1]]
        inicio = await store.envios(e.id, site.id, "saida", None, 3)
        assert inicio.pagina == todos[:3]
        assert sorted(inicio.de_fora, key=lambda um: um.row.ordem) == de_fora
        ultimo = inicio.pagina[-1].row
        assert await store.envios(e.id, site.id, "saida", (ultimo.ordem, ultimo.id), 3) == PaginaDeEnvios(todos[3:])
        assert (await store.envios(e.id, site.id, "entrada", None, 9)).pagina == [EnvioGuardado(alheios[1], None)]
        assert await store.envios((await escritor(store)).id, site.id, "saida", None, 9) == PaginaDeEnvios([])

    com(loja, historia)


def test_a_page_of_what_a_canal_has_to_do_is_of_a_few_megabytes(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        zap = canal(e.id)
        grandes = [envio(e.id, zap.id, n, dados="x" * 1_500_000) for n in range(1, 7)]
        await store.commit(e.lote(zap, eventos=1))
        for grande in grandes:
            await store.commit(e.lote(grande))
        vistos: list[str] = []
        lugar = None
        while True:
            pagina = await store.envios(e.id, zap.id, "saida", lugar, 1_000)
            assert len(pagina.pagina) <= 3
            vistos += [um.row.id for um in pagina.pagina]
            if not pagina.cortada:
                break
            lugar = (pagina.pagina[-1].row.ordem, pagina.pagina[-1].row.id)
        assert vistos == [grande.id for grande in grandes]

    com(loja, historia)


def test_an_image_names_the_canais_that_have_something_to_do(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site, outro, ocioso = canal(e.id), canal(e.id), canal(e.id)
        dele, feito = envio(e.id, outro.id, 1), envio(e.id, ocioso.id, 1, estado="falhou")
        await store.commit(e.lote(site, outro, ocioso, envio(e.id, site.id, 1, estado="desconhecido"), dele, feito))
        assert (await imagem(store, e.id)).canais_com_envios == {site.id, outro.id}
        e = await escritor(store, e.id)
        await store.commit(e.lote(replace(dele, estado="cancelado"), replace(site, excluido_em=AGORA)))
        assert (await imagem(store, e.id)).canais_com_envios == set()

    com(loja, historia)


def test_jobs_are_looked_up_by_our_id_and_by_their_providers(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site, outro = canal(e.id), canal(e.id)
        um, dois = envio(e.id, site.id, 1, id_externo="w.1"), envio(e.id, site.id, 2)
        repetido = envio(e.id, site.id, 3, id_externo="w.1")
        alheio = envio(e.id, outro.id, 1, id_externo="w.2")
        await store.commit(e.lote(um, dois, repetido, alheio))

        async def achados(ids: list[str], externos: list[str]) -> list[str]:
            return sorted({row.id for row in await store.procurados(e.id, site.id, ids, externos)})

        assert await achados([dois.id, alheio.id, novo_id()], ["w.2", "w.3"]) == [dois.id]
        assert await achados([], ["w.1"]) == [repetido.id], "the latest that has it"
        assert await achados([um.id], ["w.1"]) == sorted([um.id, repetido.id])
        assert await achados([], []) == []
        assert await store.procurados(e.id, site.id, [um.id], []) == [um]
        assert await store.procurados((await escritor(store)).id, site.id, [um.id], ["w.1"]) == []

    com(loja, historia)


def test_a_job_takes_the_place_of_what_it_was_and_what_was_blanked_is_never_given_back(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site = canal(e.id)
        um = envio(e.id, site.id, 1)
        await store.commit(e.lote(um))
        depois = replace(
            um, estado="enviando", raia="outra", ordem=7, atualizado_em=AGORA + 1, tentativas=1, falhas=2, duvidas=3,
            proxima_em=AGORA + 4, prazo=AGORA + 5, conector="c1", id_externo="w.1", codigo="131", erro="porque",
        )  # fmt: skip
        await store.commit(e.lote(depois))
        assert await store.procurados(e.id, site.id, [um.id], []) == [depois]
        await store.commit(e.lote(replace(depois, dados="", estado="cancelado")))
        await store.commit(e.lote(depois))
        assert await store.procurados(e.id, site.id, [um.id], []) == [replace(depois, dados="")]

    com(loja, historia)


def test_a_job_goes_to_the_canal_that_takes_the_place_of_its_own(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        um, site, outro = envio(e.id, novo_id(), 1), novo_id(), novo_id()
        await store.commit(e.lote(replace(um, canal_id=site)))
        depois = replace(um, canal_id=outro, trabalho="enviar_sms", estado="falhou", codigo="canal_excluido")
        await store.commit(e.lote(depois))
        assert await store.procurados(e.id, site, [um.id], []) == []
        assert await store.procurados(e.id, outro, [um.id], []) == [depois]

    com(loja, historia)


@pytest.mark.parametrize("junto", [True, False], ids=["in the same batch", "in a later one"])
def test_how_far_a_message_has_got_is_set_on_it_beside_all_else_that_happens_to_it(loja: Loja, *, junto: bool) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        ticket = e.ticket()
        so, lida, apagada, intacta = (
            e.mensagem(ticket, n, direcao="enviada", status_entrega="pendente", metadados='{"a": 1}')
            for n in range(1, 5)
        )
        novas: list[Row] = [ticket, so, lida, apagada, intacta]
        fatos: list[Row] = [
            EntregaRow(e.id, so.id, "enviado", None, "w.1"),
            EntregaRow(e.id, lida.id, "falhou", "sem WhatsApp", None),
            LeituraRow(e.id, lida.id),
            EntregaRow(e.id, apagada.id, "entregue", None, "w.3"),
            ExclusaoMensagemRow(e.id, apagada.id, AGORA + 5),
        ]
        for rows in [novas + fatos] if junto else [novas, fatos]:
            await store.commit(e.lote(*rows, eventos=1))
        em_branco = {"conteudo": "", "arquivo": None, "metadados": None, "excluida_em": AGORA + 5}
        assert [await store.mensagem(e.id, um.id) for um in (so, lida, apagada, intacta)] == [
            replace(so, status_entrega="enviado", id_externo="w.1"),
            replace(lida, status_entrega="falhou", erro_entrega="sem WhatsApp", lida=True),
            replace(apagada, status_entrega="entregue", id_externo="w.3", **em_branco),
            intacta,
        ]

    com(loja, historia)


@pytest.mark.parametrize("com_envio", [True, False], ids=["beside jobs", "alone"])
def test_a_message_that_gets_further_forgets_its_error_and_keeps_its_providers_id(
    loja: Loja, *, com_envio: bool
) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site, ticket = canal(e.id), e.ticket()
        mensagem = e.mensagem(ticket, 1, direcao="enviada", status_entrega="pendente")
        trabalho = envio(e.id, site.id, 2, id=mensagem.id, mensagem_id=mensagem.id, ticket_id=ticket.id)
        await store.commit(e.lote(ticket, mensagem, trabalho, eventos=1))
        for fato in (
            EntregaRow(e.id, mensagem.id, "falhou", "não respondeu", "w.1"),
            EntregaRow(e.id, mensagem.id, "lido", None, None),
        ):
            await store.commit(e.lote(fato, *([replace(trabalho, estado="lido")] if com_envio else []), eventos=1))
        assert await store.mensagem(e.id, mensagem.id) == replace(mensagem, status_entrega="lido", id_externo="w.1")

    com(loja, historia)


@pytest.mark.parametrize("junto", [True, False], ids=["in the same batch", "in a later one"])
@pytest.mark.parametrize("o_que", ["mensagem", "ticket", "contato"])
def test_of_what_was_deleted_no_job_and_no_message_carries_anything(loja: Loja, o_que: str, *, junto: bool) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        site, ana = canal(e.id), contato(e.id)
        ticket = e.ticket(contato_id=ana.id, status="FECHADO", endereco="telefone:+5511")
        mensagem = e.mensagem(ticket, 1, direcao="enviada", metadados='{"modelo": {"parametros": ["Ana"]}}')
        dela = envio(e.id, site.id, 2, id=mensagem.id, mensagem_id=mensagem.id, ticket_id=ticket.id)
        alheio = envio(e.id, site.id, 4, ticket_id=novo_id())
        novas: list[Row] = [site, ana, ticket, mensagem, dela, alheio]
        fatos: dict[str, Row] = {
            "mensagem": ExclusaoMensagemRow(e.id, mensagem.id, AGORA + 5),
            "ticket": ticket_excluido(ticket, AGORA + 5),
            "contato": contato_excluido(ana, AGORA + 5),
        }
        if junto:
            sem = [row for row in novas if type(row) is not type(fatos[o_que]) or o_que == "mensagem"]
            await store.commit(e.lote(*sem, fatos[o_que], eventos=1))
        else:
            await store.commit(e.lote(*novas, eventos=1))
            await store.commit(e.lote(fatos[o_que], eventos=1))
        assert await store.procurados(e.id, site.id, [dela.id], []) == [replace(dela, dados="")]
        assert await store.procurados(e.id, site.id, [alheio.id], []) == [alheio]
        guardada = await store.mensagem(e.id, mensagem.id)
        assert guardada is not None
        assert (guardada.metadados is None) == (o_que != "contato"), "of a contact, what was said in tickets stays"
        como_esta = await store.ticket(e.id, ticket.id)
        assert como_esta is not None
        assert como_esta.endereco is None or o_que == "mensagem"

    com(loja, historia)


def test_a_message_whose_job_was_thrown_away_is_found_as_its_job_was(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        canal_id, seqs = novo_id(), count(1)
        ticket, de_outro = e.ticket(canal_id=canal_id), e.ticket(canal_id=novo_id())

        def enviada(de: Any = ticket, **campos: Any) -> Any:
            padrao: dict[str, Any] = {"direcao": "enviada", "status_entrega": "enviado", "id_externo": "wamid.1"}
            return e.mensagem(de, next(seqs), **(padrao | campos))

        lida, recusada = enviada(), enviada(status_entrega="falhou", erro_entrega="não quis", id_externo=None)
        com_envio = enviada()
        row = envio(e.id, canal_id, 1, id=com_envio.id, mensagem_id=com_envio.id, ticket_id=ticket.id)
        nunca = [
            enviada(status_entrega="pendente"), enviada(direcao="recebida"), enviada(excluida_em=AGORA),
            enviada(de_outro),
        ]  # fmt: skip
        await store.commit(e.lote(ticket, de_outro, lida, recusada, com_envio, row, *nunca))
        ids = [um.id for um in (lida, recusada, com_envio, *nunca)]
        achados = {um.id: um for um in await store.procurados(e.id, canal_id, [*ids, novo_id()], [])}
        assert achados.keys() == {lida.id, recusada.id, com_envio.id}
        assert achados[com_envio.id] == row
        da_lida, da_recusada = achados[lida.id], achados[recusada.id]
        assert (da_lida.estado, da_lida.id_externo, da_lida.mensagem_id) == ("enviado", "wamid.1", lida.id)
        assert (da_recusada.estado, da_recusada.erro) == ("cancelado", "não quis"), "it is no dead letter"
        assert {(um.dados, um.ticket_id, um.canal_id) for um in (da_lida, da_recusada)} == {("", ticket.id, canal_id)}
        depois = replace(da_lida, estado="lido", atualizado_em=AGORA + 1)
        await store.commit(e.lote(depois))
        assert await store.procurados(e.id, canal_id, [lida.id], []) == [depois]

    com(loja, historia)
