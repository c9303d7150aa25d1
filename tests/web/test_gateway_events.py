from __future__ import annotations

import asyncio
from typing import Any

import pytest

from actors.atendente.comandos import CriarAtendente
from actors.fila.comandos import AtualizarFila, CriarFila, RemoverMembro
from actors.ticket.comandos import AtribuirTicket, TransferirTicket
from engine.errors import Forbidden
from tests.web.gateway_apoio import EMPRESA, LONGE, OUTRA_EMPRESA, Cliente, Servidor, pessoa, servidor, uid
from web.gateway import AjustesGateway, Conexao

ADMIN = pessoa(0, "admin")
ANA, BIA = pessoa(1), pessoa(2)
CONECTOR = pessoa(7, "conector")


async def fila_manual(s: Servidor, nome: str = "Suporte") -> str:
    fila = await s.pedir(CriarFila(quem=ADMIN, nome=nome, distribuicao_automatica=False))
    fila_id: str = fila.row.id
    return fila_id


async def duas_filas(s: Servidor) -> tuple[str, str]:
    """Ana works in the first, Bia in the second; nothing is assigned by itself."""
    for quem in (ANA, BIA):
        await s.pedir(CriarAtendente(quem=ADMIN, id=quem.id, nome=quem.email or "", email=quem.email or ""))
    uma, outra = await fila_manual(s, "Uma"), await fila_manual(s, "Outra")
    await s.no.ativar(EMPRESA)
    for fila_id in list(s.no._vivas[EMPRESA].diretorio.filas):
        await s.pedir(AtualizarFila(quem=ADMIN, fila_id=fila_id, distribuicao_automatica=False))
        for quem in (ANA, BIA):
            await s.pedir(RemoverMembro(quem=ADMIN, fila_id=fila_id, atendente_id=quem.id or ""))
    await s.incluir(ADMIN, uma, ANA)
    await s.incluir(ADMIN, outra, BIA)
    return uma, outra


async def falar(s: Servidor, conexao: Conexao, ticket_id: str, texto: str, ack: int = 1) -> None:
    await s.mandar(conexao, "mensagem:enviar", {"ticketId": ticket_id, "conteudo": texto}, ack)


def test_connect_says_who_connected_and_where_the_stream_begins() -> None:
    async def main() -> None:
        async with servidor() as s:
            await s.ticket(ADMIN)
            cliente, _ = await s.conectar(ADMIN)
            (connect,) = cliente.recebidos
            assert connect["event"] == "connect"
            viva = await s.no.ativar(EMPRESA)
            assert connect["data"] == {
                "userId": ADMIN.id,
                "message": "Conectado com sucesso",
                "seq": viva.durable_seq,
            }
            await s.ticket(ADMIN)
            assert (await cliente.ate_evento("ticket_criado"))["seq"] == connect["data"]["seq"] + 1

    asyncio.run(main())


def test_ticket_events_reach_the_fila_and_those_who_see_all_and_nobody_else() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            ana, _ = await s.conectar(ANA)
            bia, _ = await s.conectar(BIA)
            chefe, _ = await s.conectar(pessoa(5, "supervisor"))
            estranho, _ = await s.conectar(pessoa(6, "admin", OUTRA_EMPRESA))
            do_bia = await s.ticket(ADMIN, fila_id=outra)
            da_ana = await s.ticket(ADMIN, fila_id=uma)
            await ana.ate_evento("ticket_criado")
            await chefe.ate(lambda c: len(c.eventos("ticket_criado")) == 2)
            assert [f["data"]["ticket"]["id"] for f in ana.eventos("ticket_criado")] == [da_ana.id]
            assert [f["data"]["ticket"]["id"] for f in bia.eventos("ticket_criado")] == [do_bia.id]
            assert not estranho.eventos("ticket_criado")

    asyncio.run(main())


def test_the_fila_that_a_ticket_leaves_learns_of_it() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            ana, _ = await s.conectar(ANA)
            bia, _ = await s.conectar(BIA)
            ticket = await s.ticket(ADMIN, fila_id=uma)
            await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket.id, fila_id=outra))
            assert (await ana.ate_evento("ticket_transferido"))["data"]["filaId"] == outra
            assert (await bia.ate_evento("ticket_transferido"))["data"]["ticketId"] == ticket.id

    asyncio.run(main())


def test_a_message_reaches_the_room_the_owner_and_the_fila_only_while_nobody_owns_the_ticket() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            await s.incluir(ADMIN, uma, BIA)
            ticket = await s.ticket(ADMIN, fila_id=uma)
            ana, _ = await s.conectar(ANA)
            bia, _ = await s.conectar(BIA)
            chefe, _ = await s.conectar(pessoa(5, "supervisor"))
            na_sala, conexao = await s.conectar(pessoa(4, "supervisor"))
            _, conector = await s.conectar(CONECTOR)
            await s.mandar(conexao, "ticket:entrar", {"ticketId": ticket.id}, 1)
            assert na_sala.respostas()[1] == {"ok": True, "ticketId": ticket.id}

            await falar(s, conector, ticket.id, "sem dono")
            for cliente in (ana, bia, na_sala):
                assert (await cliente.ate_evento("nova_mensagem"))["data"]["conteudo"] == "sem dono"
            await s.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket.id, atendente_id=ANA.id or "", forcar=True))
            await falar(s, conector, ticket.id, "com dono")
            for cliente in (ana, na_sala):
                await cliente.ate(lambda c: c.eventos("nova_mensagem")[-1]["data"]["conteudo"] == "com dono")
            assert len(bia.eventos("nova_mensagem")) == 1
            assert not chefe.eventos("nova_mensagem")

    asyncio.run(main())


def test_the_ack_of_a_message_holds_it_and_comes_after_its_event_was_published() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN, salas=(ticket.id,))
            await falar(s, conexao, ticket.id, "Olá", ack=77)
            resposta = await cliente.ate_resposta(77)
            evento = cliente.eventos("nova_mensagem")[0]
            assert resposta == {"ok": True, "mensagem": evento["data"]}
            assert resposta["mensagem"]["remetenteId"] == ADMIN.id
            assert [e.tipo for e in s.loja.eventos][-1] == "nova_mensagem"

    asyncio.run(main())


def test_one_connections_messages_are_pipelined_and_keep_their_order() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN, salas=(ticket.id,))
            antes = s.loja.commits
            for n in range(200):
                await falar(s, conexao, ticket.id, f"m{n}", ack=n)
            await cliente.ate(lambda c: len(c.respostas()) == 200)
            esperadas = [f"m{n}" for n in range(200)]
            assert [f["data"]["conteudo"] for f in cliente.eventos("nova_mensagem")] == esperadas
            assert list(cliente.respostas()) == list(range(200))
            assert s.loja.commits - antes < 50

    asyncio.run(main())


def test_leaving_a_room_takes_effect_after_the_messages_sent_before_it() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN, salas=(ticket.id,))
            for n in range(5):
                await falar(s, conexao, ticket.id, f"m{n}", ack=n)
            await s.mandar(conexao, "ticket:sair", {"ticketId": ticket.id}, 9)
            await falar(s, conexao, ticket.id, "depois", ack=10)
            await cliente.ate_resposta(10)
            assert [f["data"]["conteudo"] for f in cliente.eventos("nova_mensagem")] == [f"m{n}" for n in range(5)]

    asyncio.run(main())


def test_who_loses_a_fila_hears_nothing_more_in_the_rooms_it_is_in() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            ticket = await s.ticket(ADMIN, fila_id=uma)
            ana, da_ana = await s.conectar(ANA, salas=(ticket.id,))
            admin, do_admin = await s.conectar(ADMIN, salas=(ticket.id,))
            await falar(s, do_admin, ticket.id, "ouve")
            await ana.ate_evento("nova_mensagem")
            await s.pedir(RemoverMembro(quem=ADMIN, fila_id=uma, atendente_id=ANA.id or ""))
            await falar(s, do_admin, ticket.id, "não ouve", ack=2)
            await s.mandar(do_admin, "usuario:digitando", {"ticketId": ticket.id, "nome": "Chefe"}, 3)
            await admin.ate_resposta(3)
            assert [f["data"]["conteudo"] for f in ana.eventos("nova_mensagem")] == ["ouve"]
            assert not ana.eventos("usuario_digitando")
            await s.mandar(da_ana, "usuario:digitando", {"ticketId": ticket.id, "nome": "Ana"}, 4)
            assert ana.respostas()[4]["codigo"] == "ticket_sem_acesso"

    asyncio.run(main())


def test_typing_reaches_the_others_in_the_room_and_none_of_the_senders_devices() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            celular, conexao = await s.conectar(ADMIN, salas=(ticket.id,))
            mesa, _ = await s.conectar(ADMIN, salas=(ticket.id,))
            outro, _ = await s.conectar(pessoa(5, "supervisor"), salas=(ticket.id,))
            fora, _ = await s.conectar(pessoa(6, "supervisor"))
            await s.mandar(conexao, "usuario:digitando", {"ticketId": ticket.id, "nome": "Maria Santos"}, None)
            digitando = await outro.ate_evento("usuario_digitando")
            assert digitando == {
                "event": "usuario_digitando",
                "data": {"ticketId": ticket.id, "userId": ADMIN.id, "nome": "Maria Santos"},
            }
            for cliente in (celular, mesa, fora):
                assert not cliente.eventos("usuario_digitando")

    asyncio.run(main())


def test_messages_with_ids_of_their_own_keep_their_order_and_are_stored_once() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN, salas=(ticket.id,))
            for n in range(6):  # every other one, twice
                dados = {"ticketId": ticket.id, "conteudo": str(n)} | ({} if n % 2 else {"id": uid(700 + n)})
                for vez in range(1 if n % 2 else 2):
                    await s.mandar(conexao, "mensagem:enviar", dados, 10 * n + vez)
            for n in (0, 2, 4):
                primeira, segunda = [await cliente.ate_resposta(10 * n + vez) for vez in range(2)]
                assert primeira["mensagem"] == segunda["mensagem"]
                assert primeira["mensagem"]["id"] == uid(700 + n)
            await cliente.ate_resposta(50)
            assert [evento["data"]["conteudo"] for evento in cliente.eventos("nova_mensagem")] == list("012345")
            outra = {"ticketId": ticket.id, "conteudo": "outra", "id": uid(700)}
            await s.mandar(conexao, "mensagem:enviar", outra, 90)
            assert (await cliente.ate_resposta(90))["codigo"] == "id_reutilizado"

    asyncio.run(main())


def test_a_message_read_is_told_to_the_room_once() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN, salas=(ticket.id,))
            nossa = {"ticketId": ticket.id, "conteudo": "Olá"}
            await s.mandar(conexao, "mensagem:enviar", nossa, 0)
            enviada_id = (await cliente.ate_resposta(0))["mensagem"]["id"]
            await s.mandar(conexao, "mensagem:lida", {"mensagemId": enviada_id}, 9)
            assert (await cliente.ate_resposta(9))["codigo"] == "mensagem_enviada"
            await s.mandar(conexao, "mensagem:enviar", {**nossa, "direcao": "recebida"}, 1)
            mensagem_id = (await cliente.ate_resposta(1))["mensagem"]["id"]
            await s.mandar(conexao, "mensagem:lida", {"mensagemId": mensagem_id}, 2)
            assert (await cliente.ate_resposta(2))["ok"]
            dados = cliente.eventos("mensagem_status")[0]["data"]
            chegou = {"statusEntrega": "entregue", "erroEntrega": None}
            assert dados == {"id": mensagem_id, "ticketId": ticket.id, "lida": True, **chegou}
            await s.mandar(conexao, "mensagem:lida", {"mensagemId": uid(999)}, 3)
            assert (await cliente.ate_resposta(3))["codigo"] == "mensagem_nao_encontrada"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("evento", "dados", "codigo"),
    [
        ("ticket:entrar", {"ticketId": uid(999)}, "ticket_nao_encontrado"),
        ("ticket:entrar", {}, "dados_invalidos"),
        ("ticket:entrar", None, "dados_invalidos"),
        ("ticket:entrar", ["x"], "dados_invalidos"),
        ("ticket:entrar", {"ticketId": 7}, "dados_invalidos"),
        ("ticket:entrar", {"ticketId": "1; DROP TABLE"}, "dados_invalidos"),
        ("mensagem:enviar", {"ticketId": uid(999), "conteudo": "oi"}, "ticket_nao_encontrado"),
        ("mensagem:enviar", {"ticketId": uid(999), "conteudo": ""}, "dados_invalidos"),
        ("mensagem:enviar", {"ticketId": uid(999), "conteudo": "a\0b"}, "dados_invalidos"),
        ("mensagem:enviar", {"ticketId": uid(999), "conteudo": "x" * 4097}, "dados_invalidos"),
        ("mensagem:enviar", {"ticketId": uid(999), "conteudo": "oi", "seq": 1}, "dados_invalidos"),
        ("mensagem:enviar", {"ticketId": uid(999), "conteudo": "oi", "direcao": "recebida"}, "recebida_sem_permissao"),
        ("usuario:digitando", {"ticketId": uid(999)}, "ticket_nao_encontrado"),
        ("mensagem:lida", {"mensagemId": None}, "dados_invalidos"),
        ("atendente:status", {"online": "sim"}, "dados_invalidos"),
        ("nada:disso", {}, "evento_desconhecido"),
    ],
)
def test_what_is_wrong_is_said_in_the_ack_or_as_an_error_event(evento: str, dados: object, codigo: str) -> None:
    async def main() -> None:
        async with servidor() as s:
            cliente, conexao = await s.conectar(pessoa(5, "supervisor"))
            await s.mandar(conexao, evento, dados, 5)
            resposta = await cliente.ate_resposta(5)
            assert (resposta["ok"], resposta["codigo"]) == (False, codigo)
            assert resposta["message"]
            await s.mandar(conexao, evento, dados, None)
            erro = await cliente.ate_evento("erro")
            assert (erro["data"]["codigo"], erro["data"]["event"]) == (codigo, evento)

    asyncio.run(main())


def test_tickets_of_others_are_refused_without_saying_more() -> None:
    async def main() -> None:
        async with servidor() as s:
            _, outra = await duas_filas(s)
            do_bia = await s.ticket(ADMIN, fila_id=outra)
            ana, da_ana = await s.conectar(ANA)
            forasteiro, de_fora = await s.conectar(pessoa(9, "admin", OUTRA_EMPRESA))
            pedidos: list[tuple[str, dict[str, Any]]] = [
                ("ticket:entrar", {"ticketId": do_bia.id}),
                ("mensagem:enviar", {"ticketId": do_bia.id, "conteudo": "oi"}),
                ("usuario:digitando", {"ticketId": do_bia.id}),
            ]
            for n, (evento, dados) in enumerate(pedidos):
                await s.mandar(da_ana, evento, dados, n)
                assert (await ana.ate_resposta(n))["codigo"] == "ticket_sem_acesso"
                await s.mandar(de_fora, evento, dados, n)
                assert (await forasteiro.ate_resposta(n))["codigo"] == "ticket_nao_encontrado"
            assert not [e for e in s.loja.eventos if e.tipo == "nova_mensagem"]

    asyncio.run(main())


def test_losing_the_empresa_closes_its_connections_and_resuming_elsewhere_continues() -> None:
    async def main() -> None:
        async with servidor() as s:
            cliente, conexao = await s.conectar(ADMIN)
            vizinho, _ = await s.conectar(pessoa(1, "admin", OUTRA_EMPRESA))
            s.gateway.dropped(EMPRESA)
            assert cliente.fechamento is not None
            assert cliente.fechamento.codigo == 1012
            assert "desde" in cliente.fechamento.motivo
            assert vizinho.fechamento is None
            s.recepcao.saiu(conexao)
            assert s.gateway.conexoes == 1

    asyncio.run(main())


def test_shutdown_asks_every_client_to_resume_and_takes_no_more() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(prazo_encerramento=10)) as s:
            cliente, conexao = await s.conectar(ADMIN)
            anonimo = Cliente()
            sem_token = s.recepcao.chegou(Cliente.formato, anonimo)
            await s.gateway.encerrar()
            for c in (cliente, anonimo):
                assert c.fechamento is not None
                assert (c.fechamento.codigo, "desde" in c.fechamento.motivo) == (1012, True)
            with pytest.raises(Exception, match="reiniciando"):
                s.recepcao.chegou(Cliente.formato, Cliente())
            s.recepcao.saiu(conexao)
            s.recepcao.saiu(sem_token)
            await s.gateway.encerrar()
            assert (s.gateway.conexoes, s.gateway.anonimas) == (0, 0)

    asyncio.run(main())


def test_a_token_renews_only_the_session_of_its_own_user() -> None:
    async def main() -> None:
        async with servidor() as s:
            cliente, conexao = await s.conectar(ADMIN)
            assert await s.recepcao.identificar(conexao, ADMIN, LONGE) == {"userId": ADMIN.id}
            with pytest.raises(Forbidden):
                await s.recepcao.identificar(conexao, BIA, LONGE)
            with pytest.raises(Forbidden):
                await s.recepcao.identificar(conexao, pessoa(0, "admin", OUTRA_EMPRESA), LONGE)
            assert len(cliente.eventos("connect")) == 1

    asyncio.run(main())


def test_a_session_ends_with_its_token_unless_it_was_renewed() -> None:
    async def main() -> None:
        async with servidor() as s:
            cliente, conexao = Cliente(), None
            conexao = s.recepcao.chegou(Cliente.formato, cliente)
            await s.recepcao.identificar(conexao, ADMIN, expira_em=0)
            await cliente.ate(lambda c: c.fechamento)
            assert cliente.fechamento is not None
            assert cliente.fechamento.codigo == 4401

    asyncio.run(main())


def test_a_client_that_leaves_while_it_enters_a_room_is_not_left_in_it() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            _, conexao = await s.conectar(ADMIN)
            entrando = asyncio.ensure_future(s.mandar(conexao, "ticket:entrar", {"ticketId": ticket.id}, 1))
            await asyncio.sleep(0)
            plateia = conexao.plateia
            s.recepcao.saiu(conexao)
            assert not entrando.done()
            await entrando
            assert plateia is not None
            assert not plateia.salas

    asyncio.run(main())


def test_one_empresas_commands_under_way_are_bounded_over_all_its_connections() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(em_voo=50, em_voo_empresa=8)) as s:
            ticket = await s.ticket(ADMIN)
            telas = [await s.conectar(ADMIN) for _ in range(5)]

            async def inundar(conexao: Conexao) -> None:
                for n in range(20):
                    await falar(s, conexao, ticket.id, f"m{n}", ack=n)
                    em_voo.append(sum(outra.janela.em_voo for _, outra in telas))

            em_voo: list[int] = []
            await asyncio.gather(*(inundar(conexao) for _, conexao in telas))
            for cliente, _ in telas:
                await cliente.ate(lambda c: len(c.respostas()) == 20)
            assert max(em_voo) <= 8 + len(telas)

    asyncio.run(main())


def test_the_rooms_of_a_connection_are_bounded() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(max_salas=1)) as s:
            um, outro = await s.ticket(ADMIN), await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN)
            await s.mandar(conexao, "ticket:entrar", {"ticketId": um.id}, 1)
            await s.mandar(conexao, "ticket:entrar", {"ticketId": um.id}, 2)
            await s.mandar(conexao, "ticket:entrar", {"ticketId": outro.id}, 3)
            assert [r["ok"] for r in cliente.respostas().values()] == [True, True, False]

    asyncio.run(main())


def test_who_shows_no_token_in_time_is_closed() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(prazo_autenticacao=1)) as s:
            cliente = Cliente()
            conexao = s.recepcao.chegou(Cliente.formato, cliente)
            await cliente.ate(lambda c: c.fechamento)
            assert cliente.fechamento is not None
            assert cliente.fechamento.codigo == 4401
            s.recepcao.saiu(conexao)

    asyncio.run(main())
