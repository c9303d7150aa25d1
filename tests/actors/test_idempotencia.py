"""Idempotency keys: done once, answered always alike, and kept together with what was done or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import msgspec
import pytest

from actors.atendente.comandos import CriarAtendente, MudarPresenca
from actors.comandos import Comando
from actors.contatos.comandos import CriarContato
from actors.diretorio.ajustes import Opcoes
from actors.fila.comandos import CriarFila, IncluirMembro
from actors.no.idempotencia import VALIDADE, ChaveIdempotente, tipo_da_resposta
from actors.no.no import No
from actors.ticket.comandos import AtribuirTicket, CriarTicket, EncerrarTicket, EnviarMensagem, VerTicket
from engine.errors import BalcaoError, Conflict, Unavailable, Unprocessable
from engine.ids import UuidV7
from engine.journal import Journal, JournalLimits
from engine.modelo import Arquivo, IdempotenciaRow, MensagemRow, TicketRow
from engine.ports import Batch, StoreAway
from engine.runtime import AsyncioLoop
from engine.tempo import VirtualClock
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.comandos import COMANDOS
from tests.actors.test_no import Publico
from tests.simulacao.loja import Falha, LojaEmMemoria

NOVO = CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888")
OUTRO = CriarTicket(quem=ADMIN, contato_nome="Maria", contato_telefone="5521999998888")


def chave(nome: str = "k1", resumo: str = "r", usuario: str = "u1") -> ChaveIdempotente:
    return ChaveIdempotente(usuario, nome, resumo)


class Loja(LojaEmMemoria):
    """Keeps the rows of each batch by the names of their types, and can be made to wait before it commits."""

    def __init__(self) -> None:
        super().__init__()
        self.lotes: list[set[str]] = []
        self.pode = asyncio.Event()
        self.pode.set()
        self.chegou = asyncio.Event()

    async def commit(self, batch: Batch) -> None:
        self.chegou.set()
        await self.pode.wait()
        await super().commit(batch)
        self.lotes.append({tipo.__name__ for tipo in batch.rows})

    async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
        await asyncio.sleep(0)
        return await super().idempotencia(empresa_id, usuario_id, chave)

    def tickets(self) -> list[TicketRow]:
        return list(self.de(TicketRow, EMPRESA))


class Vida:
    def __init__(self, no: No, loja: Loja, journal: Journal, clock: VirtualClock) -> None:
        self.no, self.loja, self.journal, self.clock = no, loja, journal, clock


@asynccontextmanager
async def um_no(loja: Loja, clock: VirtualClock | None = None, paciencia: int = 60_000) -> AsyncIterator[Vida]:
    clock = clock or VirtualClock()
    publico = Publico()
    limites = JournalLimits(first_delay=0.001, longest_delay=0.002, patience=paciencia)
    journal = Journal(loja, publico, clock, limits=limites)
    escritor = asyncio.create_task(journal.run())
    laco = AsyncioLoop(clock, journal)
    no = No(loja, journal, publico, laco.dispatcher, clock, UuidV7(clock), Opcoes(), provisionar=True)
    try:
        yield Vida(no, loja, journal, clock)
    finally:
        loja.pode.set()
        laco.close()
        escritor.cancel()
        await asyncio.wait({escritor})


def test_a_twin_that_comes_meanwhile_waits_and_gets_the_same_answer() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            gemeos = await asyncio.gather(*(vida.no.pedir(NOVO, chave()) for _ in range(10)))
            assert len({ticket.id for ticket in gemeos}) == 1
            assert len(vida.loja.tickets()) == 1

    asyncio.run(main())


def test_a_later_one_gets_the_answer_of_the_first_also_from_another_node() -> None:
    async def main() -> None:
        loja, clock = Loja(), VirtualClock()
        async with um_no(loja, clock) as vida:
            primeiro = await vida.no.pedir(NOVO, chave())
            assert await vida.no.pedir(NOVO, chave()) == primeiro
            await vida.no.pedir(EncerrarTicket(quem=ADMIN, ticket_id=primeiro.id))
            assert await vida.no.pedir(NOVO, chave()) == primeiro, "as it was answered, not as it is now"
        clock.advance_to(clock.now() + 1)
        async with um_no(loja, clock) as vida:
            assert await vida.no.pedir(NOVO, chave()) == primeiro
            assert len(loja.tickets()) == 1

    asyncio.run(main())


def test_a_key_belongs_to_one_user_and_no_key_asks_for_nothing() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            um = await vida.no.pedir(NOVO, chave(usuario="u1"))
            outro = await vida.no.pedir(NOVO, chave(usuario="u2"))
            sem = await vida.no.pedir(NOVO)
            assert len({um.id, outro.id, sem.id}) == 3

    asyncio.run(main())


def test_the_same_key_for_something_else_is_refused_also_while_the_first_is_under_way() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            primeiro = asyncio.create_task(vida.no.pedir(NOVO, chave()))
            await asyncio.sleep(0)
            for momento in ("under way", "done"):
                with pytest.raises(Unprocessable) as recusa:
                    await vida.no.pedir(OUTRO, chave(resumo="outro"))
                assert recusa.value.codigo == "chave_reutilizada", momento
                await primeiro
            assert len(vida.loja.tickets()) == 1

    asyncio.run(main())


def test_a_refusal_is_not_kept_and_is_tried_again() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            ana = await vida.no.pedir(CriarAtendente(quem=ADMIN, nome="Ana", email="a@x.y", capacidade=1))
            fila = await vida.no.pedir(CriarFila(quem=ADMIN, nome="manual", distribuicao_automatica=False))
            await vida.no.pedir(IncluirMembro(quem=ADMIN, fila_id=fila.row.id, atendente_id=ana.row.id))
            ticket = await vida.no.pedir(msgspec.structs.replace(NOVO, fila_id=fila.row.id))
            atribuir = AtribuirTicket(quem=ADMIN, ticket_id=ticket.id, atendente_id=ana.row.id)
            with pytest.raises(Conflict):
                await vida.no.pedir(atribuir, chave())
            assert not list(vida.loja.de(IdempotenciaRow, EMPRESA))
            await vida.no.pedir(MudarPresenca(quem=ADMIN, atendente_id=ana.row.id, online=True))
            feito = await vida.no.pedir(atribuir, chave())
            assert feito.atendente_id == ana.row.id, "an answer that another actor's turn gives"
            assert await vida.no.pedir(atribuir, chave()) == feito

    asyncio.run(main())


@pytest.mark.parametrize(
    ("comando", "efeito"),
    [
        (NOVO, "TicketRow"),
        (CriarContato(quem=ADMIN, nome="Ana", telefone="5511999998888"), "ContatoRow"),
        (CriarFila(quem=ADMIN, nome="vip"), "FilaRow"),
        (CriarAtendente(quem=ADMIN, nome="Ana", email="a@x.y"), "AtendenteRow"),
    ],
    ids=lambda valor: type(valor).__name__ if isinstance(valor, Comando) else valor,
)
def test_what_was_answered_is_written_with_what_was_done(comando: Comando[Any], efeito: str) -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            await vida.no.pedir(comando, chave())
            com_chave = [lote for lote in vida.loja.lotes if "IdempotenciaRow" in lote]
            assert len(com_chave) == 1
            assert efeito in com_chave[0]

    asyncio.run(main())


def test_a_deferred_answer_is_written_with_what_was_done() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            ana = await vida.no.pedir(CriarAtendente(quem=ADMIN, nome="Ana", email="a@x.y"))
            ticket = await vida.no.pedir(NOVO)
            vida.loja.lotes.clear()
            comando = AtribuirTicket(quem=ADMIN, ticket_id=ticket.id, atendente_id=ana.row.id, forcar=True)
            await vida.no.pedir(comando, chave())
            assert [{"TicketRow", "IdempotenciaRow"} <= lote for lote in vida.loja.lotes] == [True]

    asyncio.run(main())


def test_a_message_that_moves_on_to_a_new_ticket_is_answered_once() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            ticket = await vida.no.pedir(NOVO)
            await vida.no.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
            envio = EnviarMensagem(quem=ADMIN, ticket_id=ticket.id, conteudo="oi", direcao="recebida")
            primeira = await vida.no.pedir(envio, chave())
            assert primeira.ticket_id != ticket.id
            assert await vida.no.pedir(envio, chave()) == primeira
            assert len(list(vida.loja.de(MensagemRow, EMPRESA))) == 1

    asyncio.run(main())


def test_a_commit_that_fails_keeps_neither_the_effect_nor_the_answer() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            await vida.no.ativar(EMPRESA)
            falhas: Iterator[Falha] = iter(["recusado"])
            vida.loja.falhar = lambda: next(falhas, None)
            with pytest.raises(BalcaoError):
                await vida.no.pedir(NOVO, chave())
            assert not vida.loja.tickets()
            assert not list(vida.loja.de(IdempotenciaRow, EMPRESA))
            assert (await vida.no.pedir(NOVO, chave())).numero == 1

    asyncio.run(main())


def test_after_an_unknown_outcome_the_same_request_finds_what_was_done() -> None:
    """The database hangs until whoever asked is told to look for themselves; then it writes it after all."""

    async def main() -> None:
        async with um_no(Loja(), paciencia=50) as vida:
            await vida.no.ativar(EMPRESA)
            vida.loja.pode.clear()
            with pytest.raises(Unavailable) as visto:
                await vida.no.pedir(NOVO, chave())
            assert visto.value.codigo == "resultado_incerto"
            vida.loja.pode.set()
            await vida.journal.drain()
            (feito,) = vida.loja.tickets()
            assert (await vida.no.pedir(NOVO, chave())).id == feito.id
            assert len(vida.loja.tickets()) == 1

    asyncio.run(main())


def test_who_goes_away_leaves_it_going_on_and_finds_the_answer_when_it_comes_back() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            await vida.no.ativar(EMPRESA)
            vida.loja.chegou.clear()
            vida.loja.pode.clear()
            impaciente = asyncio.create_task(vida.no.pedir(NOVO, chave()))
            await vida.loja.chegou.wait()
            impaciente.cancel()
            gemeo = asyncio.create_task(vida.no.pedir(NOVO, chave()))
            await asyncio.sleep(0)
            vida.loja.pode.set()
            feito = await gemeo
            assert impaciente.cancelled()
            assert await vida.no.pedir(NOVO, chave()) == feito
            assert [ticket.id for ticket in vida.loja.tickets()] == [feito.id]

    asyncio.run(main())


def test_a_key_that_cannot_be_looked_up_is_a_503_and_nothing_is_done() -> None:
    class SemChaves(Loja):
        async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
            raise StoreAway("fora", "away")

    async def main() -> None:
        async with um_no(SemChaves()) as vida:
            with pytest.raises(Unavailable) as visto:
                await vida.no.pedir(NOVO, chave())
            assert visto.value.codigo == "banco_indisponivel"
            assert not vida.loja.tickets()

    asyncio.run(main())


def test_a_node_that_stops_leaves_no_request_with_a_key_behind() -> None:
    class Lenta(Loja):
        def __init__(self) -> None:
            super().__init__()
            self.perguntada = asyncio.Event()

        async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
            self.perguntada.set()
            await asyncio.Event().wait()
            return await super().idempotencia(empresa_id, usuario_id, chave)

    async def main() -> None:
        loja = Lenta()
        async with um_no(loja) as vida:
            pedido = asyncio.create_task(vida.no.pedir(NOVO, chave()))
            await loja.perguntada.wait()
            await vida.no.parar()
            await asyncio.wait({pedido}, timeout=30)
            assert pedido.cancelled()
            assert not loja.tickets()

    asyncio.run(main())


def test_a_key_is_good_for_a_day_and_then_as_good_as_new() -> None:
    async def main() -> None:
        loja, clock = Loja(), VirtualClock()
        async with um_no(loja, clock) as vida:
            primeiro = await vida.no.pedir(NOVO, chave())
            clock.advance_to(clock.now() + VALIDADE - 1)
            assert (await vida.no.pedir(NOVO, chave())).id == primeiro.id
            clock.advance_to(clock.now() + 1)
            segundo = await vida.no.pedir(OUTRO, chave(resumo="outro"))
            assert segundo.id != primeiro.id
            assert (await vida.no.pedir(OUTRO, chave(resumo="outro"))).id == segundo.id

    asyncio.run(main())


# -- every command


@pytest.mark.parametrize("comando", COMANDOS, ids=[classe.__name__ for classe in COMANDOS])
def test_every_command_names_an_answer_that_can_be_written_and_read_back(comando: type[Comando[Any]]) -> None:
    tipo = tipo_da_resposta(comando)
    msgspec.json.Decoder(tipo)
    assert tipo is not Any
    if tipo is None:
        assert msgspec.json.decode(b"null", type=tipo) is None


def test_what_is_read_back_is_what_was_answered() -> None:
    foto = Arquivo("a1", "foto.png", "image/png", 2048, "sha", 640, None)
    valor = MensagemRow("e", "m", "t", 9, "José 🙂", "imagem", "enviada", "q", foto, True, "falhou", 1, "erro", 2)
    assert msgspec.json.decode(msgspec.json.encode(valor), type=tipo_da_resposta(EnviarMensagem)) == valor
    assert tipo_da_resposta(VerTicket) is TicketRow
    assert get_args(tipo_da_resposta(CriarTicket)) == ()
