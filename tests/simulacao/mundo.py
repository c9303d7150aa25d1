"""A node without machine: the real actors, journal and rules, on the virtual clock and a store in memory.

Everything random comes from one seed, so a run repeats to the byte. The journal's writer is the real coroutine, driven
by hand: where it would sleep it stays suspended until the virtual clock has passed that moment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from types import ModuleType
from typing import Any, TypeVar

from actors.canal import linha
from actors.canal.comandos import ItemDeEntrada, ReceberMensagem
from actors.canal.mensagens import EnviosAchados, EnviosLidos
from actors.comandos import Comando
from actors.contatos.mensagens import ContatosCarregados, LerContatos
from actors.diretorio.ajustes import Opcoes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import Inaugurar, TicketCarregado, TicketDoCanal
from actors.no.ativacao import despertar, povoar
from actors.no.entrega import enviar, fora_do_ar
from engine.conector.ids import id_de_entrada
from engine.envios import raias
from engine.errors import BalcaoError
from engine.ids import UuidV7
from engine.journal import DurableGroup, Journal
from engine.modelo import EventoRow, Linha, MensagemRow, Quem, TicketRow
from engine.ports import ContatosAchados, DeOnde, StoreAway
from engine.runtime import ManualLoop, Reply, Supervisor, _dispatcher
from engine.tempo import VirtualClock
from tests.simulacao.loja import LojaEmMemoria

_VOLTAS_MAXIMAS = 10_000

T = TypeVar("T")


class _Sono:
    """What the journal awaits when it sleeps: hands the seconds to whoever drives the coroutine."""

    def __init__(self, segundos: float) -> None:
        self.segundos = segundos

    def __await__(self) -> Generator[float, None, None]:
        yield self.segundos


async def _dormir(segundos: float) -> None:
    await _Sono(segundos)


def concluir(trabalho: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never really waits."""
    try:
        trabalho.send(None)
    except StopIteration as fim:
        return fim.value
    raise AssertionError("this coroutine waits for something")


@contextmanager
def uma_mensagem_por_vez() -> Iterator[None]:
    """Passes of one message, so that commands can come between any two."""
    quanta = ("PASS_BUDGET", "GROUP_QUANTUM", "ACTOR_QUANTUM")
    antes = {nome: getattr(_dispatcher, nome) for nome in quanta}
    for nome in quanta:
        setattr(_dispatcher, nome, 1)
    try:
        yield
    finally:
        for nome, valor in antes.items():
            setattr(_dispatcher, nome, valor)


_ESTREITA: Mapping[ModuleType, Mapping[str, int]] = {
    linha: {"JANELA": 3, "PAGINA": 2, "POR_RAIA": 2, "RAIAS_POR_LEITURA": 2, "RAIAS_LEMBRADAS": 40},
    raias: {"POUCOS": 1},
}


@contextmanager
def janela_estreita() -> Iterator[None]:
    """Canais that hold next to nothing in memory: most of what waits is left out, and read again."""
    antes = {modulo: {nome: getattr(modulo, nome) for nome in nomes} for modulo, nomes in _ESTREITA.items()}
    _por(_ESTREITA)
    try:
        yield
    finally:
        _por(antes)


def _por(valores: Mapping[ModuleType, Mapping[str, int]]) -> None:
    for modulo, nomes in valores.items():
        for nome, valor in nomes.items():
            setattr(modulo, nome, valor)


def _lido(leitura: Coroutine[Any, Any, T]) -> tuple[T | None, BalcaoError | None]:
    try:
        return concluir(leitura), None
    except StoreAway:
        return None, fora_do_ar()


class Mundo:
    """One node. ``publicados`` are the events that left it, in order; a new node on the same ``loja`` takes over."""

    def __init__(self, loja: LojaEmMemoria, clock: VirtualClock, aleatorio: Random, supervisor: Supervisor) -> None:
        self.loja = loja
        self.clock = clock
        self.supervisor = supervisor
        self._aleatorio = aleatorio
        self.publicados: list[EventoRow] = []
        self.vivas: dict[str, EmpresaViva] = {}
        self.ids = UuidV7(clock, aleatorio.getrandbits(64))
        dormir: Callable[[float], Awaitable[None]] = _dormir
        self._opcoes = Opcoes(sorteio=aleatorio.random, cronometro=lambda: 0)
        self.journal = Journal(loja, self, clock, sleep=dormir)
        self.journal.on_lost = self._perdeu
        self.loop = ManualLoop(clock, self.journal, supervisor)
        self._escritor: Coroutine[Any, Any, None] | None = None
        self._acorda_em = 0
        self._a_carregar: list[tuple[EmpresaViva, str]] = []
        self._a_ler: list[Callable[[], None]] = []
        self._lidos: list[tuple[EmpresaViva, ContatosCarregados]] = []

    # -- the ports ---------------------------------------------------------------------------------------------------

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        self.publicados.extend(eventos)

    def dropped(self, empresa_id: str) -> None:
        assert empresa_id not in self.vivas

    def _perdeu(self, group: DurableGroup) -> None:
        viva = self.vivas.pop(group.name, None)
        self.loop.dispatcher.close(group)
        if viva is not None:
            for ref in viva.diretorio.refs():
                self.loop.dispatcher.stop(ref)
            self.dropped(viva.name)

    # -- commands ----------------------------------------------------------------------------------------------------

    def pedir(self, comando: Comando[Any], resposta: Reply[Any] | None = None) -> Reply[Any]:
        """What :meth:`actors.no.no.No.pedir` does, up to the waiting."""
        resposta = Reply() if resposta is None else resposta
        try:
            comando.autorizar()
            if not comando.sempre:
                self.journal.admit()
            return enviar(self.ativar(comando.quem.empresa_id), comando, resposta)
        except BalcaoError as erro:
            resposta.fail(erro)
            return resposta

    def receber(self, quem: Quem, canal_id: str, item: ItemDeEntrada) -> Reply[MensagemRow] | None:
        """What :class:`actors.no.entradas.EntradasUnicas` does with one that is not under way; None: it was there."""
        id_ = id_de_entrada(canal_id, item.mensagem.id, item.mensagem.de)
        if concluir(self.loja.conhecidas(quem.empresa_id, [id_])):
            return None
        pedido = ReceberMensagem(quem=quem, canal_id=canal_id, id=id_, mensagem=item.mensagem, arquivo=item.arquivo)
        return enviar(self.ativar(quem.empresa_id), pedido)

    def entrar(self, quem: Quem, canal_id: str, item: ItemDeEntrada) -> Reply[MensagemRow | None]:
        """What it does with one that may be in the store: it looks once all is durable. None: it was there."""
        resposta: Reply[MensagemRow | None] = Reply()
        id_ = id_de_entrada(canal_id, item.mensagem.id, item.mensagem.de)
        pedido = ReceberMensagem(quem=quem, canal_id=canal_id, id=id_, mensagem=item.mensagem, arquivo=item.arquivo)

        def ler() -> None:
            conhecidas, erro = _lido(self.loja.conhecidas(viva.name, [id_]))
            try:
                if erro is not None or self.vivas.get(viva.name) is not viva:
                    raise erro or fora_do_ar()
                if conhecidas:
                    resposta.set(None)
                else:
                    enviar(viva, pedido, resposta)
            except BalcaoError as recusa:
                resposta.fail(recusa)

        try:
            self.journal.admit()
            viva = self.ativar(quem.empresa_id)
        except BalcaoError as erro:
            resposta.fail(erro)
        else:
            self._a_ler.append(ler)
        return resposta

    def ativar(self, empresa_id: str) -> EmpresaViva:
        viva = self.vivas.get(empresa_id)
        if viva is None:
            imagem = concluir(self.loja.activate(empresa_id, provision=True, now=self.clock.now()))
            viva = EmpresaViva(imagem, self.loop.dispatcher, self.ids, self._opcoes, self)
            for _ in povoar(viva, imagem):
                pass
            self.vivas[empresa_id] = viva
            for _ in despertar(viva, imagem):
                pass
            iniciada = viva.diretorio.empresa.request(Inaugurar())
            self._sossegar()
            if iniciada.is_set:
                self._exigir_iniciada(viva, iniciada)
        return viva

    def _exigir_iniciada(self, viva: EmpresaViva, iniciada: Reply[None]) -> None:
        try:
            iniciada.get()
        except BalcaoError:
            self._perdeu(viva)
            raise

    def andar(self, passes: int) -> None:
        """Let a little happen: with :func:`uma_mensagem_por_vez`, one message a pass."""
        for _ in range(passes):
            self._passe()

    def _passe(self) -> None:
        """One pass, with the actors that have mail in any order: nothing may depend on who is handled first."""
        self.loop.run_calls()
        for group in self.loop.dispatcher._groups:
            self._aleatorio.shuffle(group.ready)
        self.loop.dispatcher.run_pass()

    def _sossegar(self) -> None:
        while not self.loop.idle():
            self._passe()

    # -- making things happen ----------------------------------------------------------------------------------------

    def assentar(self) -> None:
        """Until nothing moves: no mail, no batch that can be written, no ticket to load, nothing that is due."""
        for _ in range(_VOLTAS_MAXIMAS):
            self._sossegar()
            if self._entregar_contatos() or self._escrever() or self._carregar() or self._disparar():
                continue
            if self.loop.idle():
                return
        raise AssertionError("the world does not settle")

    def _disparar(self) -> bool:
        """What is due already when it is set: a node that comes up finds such deadlines."""
        timers = self.loop.dispatcher.timers
        prazo = timers.next_deadline()
        if prazo is None or prazo > self.clock.now():
            return False
        return self.loop.dispatcher.fire_timers()

    def _escrever(self) -> bool:
        """Drive the writer as far as it goes; True if anything became durable or failed."""
        if self._escritor is None:
            if not self.journal.pending:
                return False
            self._escritor = self.journal.write()
        elif self.clock.now() < self._acorda_em:
            return False
        try:
            segundos = self._escritor.send(None)
        except StopIteration:
            self._escritor = None
        else:
            self._acorda_em = self.clock.now() + max(1, round(segundos * 1000))
        return True

    def _carregar(self) -> bool:
        """Answer the tickets that were asked for, once nothing is unwritten (the barrier of the node)."""
        if self.journal.pending or not (self._a_carregar or self._a_ler):
            return False
        leituras, self._a_ler = self._a_ler, []
        for ler in leituras:
            ler()
        pedidos, self._a_carregar = self._a_carregar, []
        for viva, ticket_id in pedidos:
            row: TicketRow | None = None
            erro: BalcaoError | None = None
            try:
                row = concluir(self.loja.ticket(viva.name, ticket_id))
            except StoreAway as fora:
                erro = fora
            viva.diretorio.empresa.tell(TicketCarregado(ticket_id, row, erro))
        return True

    def ler_ticket(self, viva: EmpresaViva, ticket_id: str) -> None:
        self._a_carregar.append((viva, ticket_id))

    def ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        """What the store says now; it is heard of later, when it may be old."""
        achados: ContatosAchados | None = None
        erro: BalcaoError | None = None
        try:
            achados = concluir(self.loja.contatos(viva.name, pedido.chaves, pedido.ids))
        except StoreAway:
            erro = fora_do_ar()
        self._lidos.append((viva, ContatosCarregados(pedido, achados, erro)))

    def ler_ticket_do_canal(self, viva: EmpresaViva, canal_id: str, contatos: tuple[str, ...], desde: int) -> None:
        def ler() -> None:
            row, erro = _lido(self.loja.ticket_do_canal(viva.name, canal_id, contatos, desde))
            viva.diretorio.empresa.tell(TicketDoCanal(canal_id, contatos[0], row, erro))

        self._a_ler.append(ler)

    def ler_envios(
        self, viva: EmpresaViva, canal_id: str, linha: Linha, depois: DeOnde, limite: int, leitura: int
    ) -> None:
        def ler() -> None:
            pagina, _ = _lido(self.loja.envios(viva.name, canal_id, linha, depois, limite))
            if canal_id in viva.diretorio.canais:
                viva.diretorio.canais[canal_id].tell(EnviosLidos(linha, leitura, pagina))

        self._a_ler.append(ler)

    def procurar_envios(
        self, viva: EmpresaViva, canal_id: str, ids: tuple[str, ...], externos: tuple[str, ...], consulta: int
    ) -> None:
        def ler() -> None:
            rows, erro = _lido(self.loja.procurados(viva.name, canal_id, ids, externos))
            if canal_id in viva.diretorio.canais:
                viva.diretorio.canais[canal_id].tell(EnviosAchados(consulta, rows or [], erro))

        self._a_ler.append(ler)

    def _entregar_contatos(self) -> bool:
        lidos, self._lidos = self._lidos, []
        for viva, lido in lidos:
            viva.diretorio.empresa.tell(lido)
        return bool(lidos)

    def avancar(self, ms: int) -> None:
        """Let time pass, stopping at each deadline."""
        fim = self.clock.now() + ms
        while self.clock.now() < fim:
            proximo = min(fim, self.proximo_prazo() or fim)
            self.loop.advance_to(max(proximo, self.clock.now() + 1))
            self.loop.dispatcher.fire_timers()
            self.assentar()

    def proximo_prazo(self) -> int | None:
        """When something is due next (ms)."""
        prazo = self.loop.dispatcher.timers.next_deadline()
        if self._escritor is not None and (prazo is None or self._acorda_em < prazo):
            return self._acorda_em
        return prazo

    def fechar(self) -> None:
        """The node is gone: whatever was not durable never happened."""
        if self._escritor is not None:
            self._escritor.close()
