from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.diretorio.diretorio import DiretorioLocal
from engine.errors import Unavailable
from engine.journal import DurableGroup
from engine.modelo import EventoRow, MembroRow
from engine.ports import Lugar, Vidente
from tests.web.gateway_apoio import EMPRESA, FORMATO, Cliente, empresa_parada, pessoa, uid
from tests.web.test_gateway_audience import FILAS, TICKETS, ticket_row
from web.gateway import AjustesGateway, Conexao
from web.gateway._plateia import Plateia
from web.gateway._retomada import Retomada
from web.gateway._visao import alcanca


def grupo_de(plateia: Plateia) -> DurableGroup:
    diretorio = plateia.diretorio
    assert isinstance(diretorio, DiretorioLocal)
    return diretorio._grupo


class Log:
    """An event log that behaves like the real one: what is committed is there, then it is published.

    ``entre`` is called wherever reading gives the loop away.
    """

    def __init__(self, plateia: Plateia) -> None:
        self.plateia = plateia
        self.todos: list[EventoRow] = []
        self.podado = 0
        self.entre: Callable[[], None] = lambda: None
        self.leituras = 0
        self.onde: dict[str, Lugar] = {}

    def gravar(self, evento: EventoRow) -> None:
        self.todos.append(evento)
        grupo_de(self.plateia).durable_seq = evento.seq
        self.plateia.publicar(evento)

    async def eventos(self, empresa_id: str, desde: int, ate: int, limite: int) -> list[EventoRow]:
        self.leituras += 1
        self.entre()
        await asyncio.sleep(0)
        lidos = [e for e in self.todos[self.podado :] if desde < e.seq <= ate][:limite]
        self.entre()
        await asyncio.sleep(0)
        return lidos

    async def lugares(self, empresa_id: str, ticket_ids: Collection[str]) -> dict[str, Lugar]:
        self.entre()
        await asyncio.sleep(0)
        return {ticket_id: self.onde[ticket_id] for ticket_id in ticket_ids if ticket_id in self.onde}

    async def contatos_vistos(self, empresa_id: str, vidente: Vidente, contato_ids: Collection[str]) -> set[str]:
        self.entre()
        await asyncio.sleep(0)
        return {*contato_ids}

    async def primeiro_evento(self, empresa_id: str) -> int:
        self.entre()
        await asyncio.sleep(0)
        return self.podado + 1


class Apertado(Cliente):
    """A client with little room; writes happen while it makes some."""

    def __init__(self, vagas: int, log: Log) -> None:
        super().__init__(vagas)
        self._log = log

    async def escoar(self) -> bool:
        self._log.entre()
        return await super().escoar()


def evento(seq: int, tipo: str, ticket: int, fila: int, dono: int | None) -> EventoRow:
    return EventoRow(
        EMPRESA, seq, tipo, 0, TICKETS[ticket], FILAS[fila], None if dono is None else uid(dono), None, None, None,
        "sistema", f'{{"n":{seq}}}', None,
    )  # fmt: skip


formas = st.tuples(
    st.sampled_from(["ticket_criado", "nova_mensagem", "ticket_atribuido"]),
    st.integers(0, 3),
    st.integers(0, 2),
    st.none() | st.integers(0, 2),
)


@settings(deadline=None, max_examples=300)
@given(
    antes=st.lists(formas, max_size=40),
    depois=st.lists(formas, max_size=60),
    rajadas=st.lists(st.integers(0, 7), max_size=40),
    desde=st.integers(0, 45),
    podado=st.integers(0, 3),
    pagina=st.integers(1, 7),
    cauda=st.integers(1, 9),
    vagas=st.integers(1, 10),
    papel=st.sampled_from(["atendente", "supervisor"]),
    salas=st.sets(st.integers(0, 3)),
    onde=st.dictionaries(st.integers(0, 3), st.tuples(st.integers(0, 2), st.none() | st.integers(0, 2))),
)
def test_writes_interleaved_with_a_resume_arrive_once_in_order_and_complete(
    antes: list[tuple[str, int, int, int | None]],
    depois: list[tuple[str, int, int, int | None]],
    rajadas: list[int],
    desde: int,
    podado: int,
    pagina: int,
    cauda: int,
    vagas: int,
    papel: str,
    salas: set[int],
    onde: dict[int, tuple[int, int | None]],
) -> None:
    async def main() -> None:
        viva = empresa_parada()
        viva.vincular([MembroRow(viva.name, FILAS[0], uid(0), True)])
        plateia = Plateia(viva.diretorio, AjustesGateway(cauda=cauda))
        log = Log(plateia)
        log.onde = {TICKETS[n]: (FILAS[f], None if d is None else uid(d)) for n, (f, d) in onde.items()}
        for forma in antes:
            log.gravar(evento(len(log.todos) + 1, *forma))
        log.podado = min(podado, len(antes))
        a_gravar, pausas = list(depois), list(rajadas)

        def entre() -> None:
            for _ in range(pausas.pop() if pausas else 0):
                if a_gravar:
                    log.gravar(evento(len(log.todos) + 1, *a_gravar.pop(0)))

        log.entre = entre
        cliente = Apertado(vagas, log)
        conexao = Conexao(FORMATO, cliente, 1)
        conexao.quem = pessoa(0, "atendente" if papel == "atendente" else "supervisor")
        plateia.entrou(conexao)
        for sala in salas:
            plateia.entrar_na_sala(conexao, ticket_row(TICKETS[sala], FILAS[0], None))
        presente = len(antes)
        await Retomada(conexao, plateia, desde, log, AjustesGateway(pagina=pagina, cauda=cauda)).correr()
        while a_gravar:
            log.gravar(evento(len(log.todos) + 1, *a_gravar.pop(0)))

        assert cliente.fechamento is None
        assert not plateia.cauda
        fora = desde > presente or desde < log.podado
        (marco,) = cliente.eventos("resync" if fora else "retomado")
        inicio = marco["data"]["seq"] if fora else desde
        ao_vivo = marco["data"]["seq"]
        meus = {ticket_id for ticket_id, (fila, dono) in log.onde.items() if fila == FILAS[0] or dono == uid(0)}
        esperados = [
            e.seq
            for e in log.todos
            if e.seq > inicio
            and alcanca(viva.diretorio, conexao.quem, conexao.salas, e)
            and (e.seq > ao_vivo or papel == "supervisor" or e.ticket_id in meus)
        ]
        assert cliente.seqs() == esperados
        assert cliente.eventos("resync", "retomado") == [marco]

    asyncio.run(main())


def test_a_log_pruned_while_it_is_replayed_says_resync_instead_of_leaving_a_gap() -> None:
    async def main() -> None:
        plateia = Plateia(empresa_parada().diretorio, AjustesGateway(cauda=10))
        log = Log(plateia)
        for seq in range(1, 31):
            log.gravar(evento(seq, "ticket_criado", 0, 0, None))
        cliente, conexao = _supervisor(plateia)

        def podar() -> None:
            log.podado = min(28, log.podado + 7)

        log.entre = podar
        await Retomada(conexao, plateia, 8, log, AjustesGateway(pagina=5)).correr()
        assert cliente.eventos("resync")[0]["data"] == {"seq": 30}
        log.gravar(evento(31, "ticket_criado", 0, 0, None))
        assert cliente.seqs()[-1] == 31
        assert cliente.seqs() == sorted(set(cliente.seqs()))

    asyncio.run(main())


def test_where_the_whole_log_was_pruned_only_who_had_seen_its_end_resumes() -> None:
    async def main() -> None:
        plateia = Plateia(empresa_parada().diretorio, AjustesGateway())
        log = Log(plateia)
        for seq in range(1, 11):
            log.gravar(evento(seq, "ticket_criado", 0, 0, None))
        log.podado = 10
        for desde, nome in ((9, "resync"), (10, "retomado"), (0, "resync")):
            cliente, conexao = _supervisor(plateia)
            await Retomada(conexao, plateia, desde, log, AjustesGateway()).correr()
            assert cliente.recebidos == [{"event": nome, "data": {"seq": 10}}]
        log.gravar(evento(11, "ticket_criado", 0, 0, None))
        for desde, seqs in ((9, []), (10, [11])):
            cliente, conexao = _supervisor(plateia)
            await Retomada(conexao, plateia, desde, log, AjustesGateway()).correr()
            assert cliente.seqs() == seqs

    asyncio.run(main())


def test_a_client_that_is_up_to_date_resumes_without_asking_the_database() -> None:
    async def main() -> None:
        plateia = Plateia(empresa_parada().diretorio, AjustesGateway(cauda=10))
        log = Log(plateia)
        log.gravar(evento(1, "ticket_criado", 0, 0, None))
        cliente, conexao = _supervisor(plateia)
        await Retomada(conexao, plateia, 1, log, AjustesGateway()).correr()
        assert log.leituras == 0
        assert cliente.recebidos == [{"event": "retomado", "data": {"seq": 1}}]

    asyncio.run(main())


def test_a_replay_that_the_database_cuts_short_closes_the_connection_to_resume_later() -> None:
    async def main() -> None:
        plateia = Plateia(empresa_parada().diretorio, AjustesGateway(cauda=10))
        log = Log(plateia)
        for seq in range(1, 4):
            log.gravar(evento(seq, "ticket_criado", 0, 0, None))
        cliente, conexao = _supervisor(plateia)

        def cair() -> None:
            raise Unavailable("banco_indisponivel", "fora")

        log.entre = cair
        await Retomada(conexao, plateia, 0, log, AjustesGateway()).correr()
        assert cliente.fechamento is not None
        assert cliente.fechamento.codigo == 1013
        assert not conexao.ao_vivo

    asyncio.run(main())


def test_an_event_counted_as_seen_before_it_is_published_is_not_sent_twice() -> None:
    async def main() -> None:
        plateia = Plateia(empresa_parada().diretorio, AjustesGateway())
        log = Log(plateia)
        cliente, conexao = _supervisor(plateia)
        primeiro = evento(1, "ticket_criado", 0, 0, None)
        log.todos.append(primeiro)
        grupo_de(plateia).durable_seq = 1
        await Retomada(conexao, plateia, 0, log, AjustesGateway()).correr()
        plateia.publicar(primeiro)
        log.gravar(evento(2, "ticket_criado", 0, 0, None))
        assert cliente.seqs() == [1, 2]

    asyncio.run(main())


def test_a_client_that_leaves_while_resuming_stops_the_replay() -> None:
    async def main() -> None:
        plateia = Plateia(empresa_parada().diretorio, AjustesGateway(cauda=10))
        log = Log(plateia)
        for seq in range(1, 101):
            log.gravar(evento(seq, "ticket_criado", 0, 0, None))
        _, conexao = _supervisor(plateia)
        log.entre = lambda: plateia.saiu(conexao)
        await Retomada(conexao, plateia, 0, log, AjustesGateway(pagina=5)).correr()
        assert log.leituras == 1

    asyncio.run(main())


def _supervisor(plateia: Plateia) -> tuple[Cliente, Conexao]:
    cliente = Cliente()
    conexao = Conexao(FORMATO, cliente, 1)
    conexao.quem = pessoa(9, "supervisor")
    plateia.entrou(conexao)
    return cliente, conexao
