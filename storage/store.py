"""The engine's ``Store`` on PostgreSQL: leases, the group commit, and what became of a commit nobody answered.

Fencing. An empresa's lease row holds ``epoch``, ``posse`` and ``seq``. A batch moves ``seq`` on from what its writer
believes it to be, under the epoch and posse it was given; a row that does not match means that the lease is another's
by now, and nothing of the batch is written. (The fencing token of M. Kleppmann, "How to do distributed locking", 2016.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple, NoReturn

from engine.envios.situacao import LINHAS_VISTAS, NA_FILA_CONTADOS, CanaisDeUmTipo, TrabalhoNaFila
from engine.errors import LeaseElsewhere, NotFound
from engine.modelo import EmpresaImage, EmpresaRow, EnvioRow, IdempotenciaRow, Linha, MensagemRow, TicketRow
from engine.ports import (
    Adormecida,
    Batch,
    CommitUnknown,
    ContatosAchados,
    DeOnde,
    Fence,
    Fenced,
    Lease,
    PaginaDeEnvios,
    Panorama,
    Rejected,
    StoreAway,
)
from engine.saude import Saude
from storage import carga, lote, reescrita, segredos
from storage.apartados import WebhooksApartados
from storage.cofre import Cofre
from storage.conexao import (
    CARREGAR,
    FALHAS,
    GRAVAR,
    Conexao,
    Conexoes,
    ausente,
    motivo,
    sem_resposta,
    transacao,
)
from storage.consultas import sql
from storage.erros import ausencia, causa
from storage.migrar import CLASSE_DO_NO
from storage.no import TravaDoNo
from storage.relatorios import CONTAR, LivroDeRelatorios

_TOMAR: Final = sql("lease_tomar")
_DE_QUEM: Final = sql("lease_de_quem")
_CRIAR: Final = sql("empresa_criar")
_PERDIDAS: Final = sql("lease_perdidas")
_DEVOLVER: Final = sql("lease_devolver")
_CONFERIR: Final = sql("lease_conferir")
_RESERVAR_ARQUIVO: Final = sql("arquivo_reservar")
_ABANDONADOS: Final = sql("arquivos_abandonados")
_ESQUECER_ARQUIVOS: Final = sql("arquivos_esquecer")
_VENCIDAS: Final = sql("idempotencia_vencidas")
_A_PODAR: Final = sql("eventos_a_podar")
_PODAR: Final = sql("eventos_podar")
_ENVIOS_FEITOS: Final = sql("envios_feitos_apagar")
_DECISOES: Final = sql("decisoes_apagar")
_ESTADOS: Final = sql("estados_apagar")
_ARREMATES: Final = sql("arremates_apagar")
_NOTIFICACOES: Final = sql("notificacoes_apagar")
_AVISOS_DADOS: Final = sql("avisos_dados_apagar")
_ENTREGAS: Final = (sql("entregas_mortas_apagar"), sql("entregas_orfas_apagar"))
_PANORAMA: Final = sql("panorama")
_ADORMECIDAS: Final = sql("adormecidas")
_LIGADOS: Final = sql("canais_ligados")
_NA_FILA: Final = sql("envios_na_fila")
_CANAL_POR_ID: Final = sql("canal_por_id")
_CANAIS_POR_NUMERO: Final = sql("canais_por_numero")
_CANAIS_POR_CONTA: Final = sql("canais_por_conta")
_CONECTAVEIS: Final = sql("canais_conectaveis")
_PRIMEIRAS_EMPRESAS: Final = sql("primeiras_empresas")
_DE_CADA_VEZ: Final = 1_000
"""Rows thrown away by one statement: the locks it holds are few, and short."""


class PostgresStore:
    """Implements :class:`engine.ports.Store`, for the node whose lock is ``trava``. Secrets go through ``cofre``."""

    def __init__(self, dsn: str, trava: TravaDoNo, saude: Saude, cofre: Cofre) -> None:
        self._trava = trava
        self._saude = saude
        self._cofre = cofre
        self._refecho = segredos.Refecho(cofre)
        self._gravar = Conexoes(dsn, GRAVAR, no=trava.nome, saude=saude)
        self._carregar = Conexoes(dsn, CARREGAR, no=trava.nome, saude=saude)
        self.apartados = WebhooksApartados(self._carregar, self._ausencia)
        self.relatorios = LivroDeRelatorios(Conexoes(dsn, CONTAR, no=trava.nome, saude=saude), self._ausencia, trava)

    # --- leases and recovery

    async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:
        """Take the lease and load the empresa. See :meth:`engine.ports.Store.activate`. Raises SegredoNaoAbre, too."""
        with self._ausencia():
            await self._trava.garantir()
            async with self._carregar.usar() as con, transacao(con):
                empresa, seq, posse = await self._tomar(con, empresa_id, provision=provision, now=now)
                return await carga.carregar(con, empresa, seq, posse, self._cofre, now)

    async def _tomar(
        self, con: Conexao, empresa_id: str, *, provision: bool, now: int
    ) -> tuple[EmpresaRow, int, Lease]:
        quem = (empresa_id, self._trava.numero, self._trava.nome, now, CLASSE_DO_NO)
        tomada = await con.fetchrow(_TOMAR, *quem)
        if tomada is None:
            dono = await con.fetchval(_DE_QUEM, empresa_id)
            if dono is not None:
                _recusar(dono)
            if not provision:
                raise NotFound("empresa_nao_encontrada", "Empresa não encontrada")
            await con.execute(_CRIAR, empresa_id, now)
            tomada = await con.fetchrow(_TOMAR, *quem)
            if tomada is None:  # another node created it, and took it, in between
                _recusar(await con.fetchval(_DE_QUEM, empresa_id))
        seq, epoch, posse, *empresa = tomada
        return carga.empresa(empresa), seq, (epoch, posse)

    async def ticket(self, empresa_id: str, ticket_id: str) -> TicketRow | None:
        """A committed ticket, open or not."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.ticket(con, empresa_id, ticket_id)

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        """A committed message, deleted or not. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.mensagem(con, empresa_id, mensagem_id)

    async def contatos(self, empresa_id: str, chaves: Collection[str], ids: Collection[str]) -> ContatosAchados:
        """Committed contacts and whose these addresses are. See :meth:`engine.ports.Store.contatos`."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.contatos(con, empresa_id, chaves, ids)

    async def conhecidas(self, empresa_id: str, ids: Collection[str]) -> set[str]:
        """Which of these messages are stored. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.conhecidas(con, empresa_id, ids)

    async def ticket_do_canal(
        self, empresa_id: str, canal_id: str, contatos: Collection[str], desde: int
    ) -> TicketRow | None:
        """The canal's own ticket that was resolved last. See :meth:`engine.ports.Store.ticket_do_canal`."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.ticket_do_canal(con, empresa_id, canal_id, contatos, desde)

    async def janela_do_contato(self, empresa_id: str, ticket_id: str) -> int | None:
        """See :meth:`engine.ports.Store.janela_do_contato`."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.janela_do_contato(con, empresa_id, ticket_id)

    async def envios(
        self, empresa_id: str, canal_id: str, linha: Linha, depois: DeOnde, limite: int
    ) -> PaginaDeEnvios:  # fmt: skip
        """What a canal has still to do. See :meth:`engine.ports.Store.envios`."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.envios(con, empresa_id, canal_id, linha, depois, limite)

    async def procurados(
        self, empresa_id: str, canal_id: str, ids: Collection[str], externos: Collection[str]
    ) -> list[EnvioRow]:
        """Jobs by their ids, or by what the provider calls them. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.procurados(con, empresa_id, canal_id, ids, externos)

    async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
        """What was answered under this key, if it is kept still. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await carga.idempotencia(con, empresa_id, usuario_id, chave)

    async def lost(self, leases: Mapping[str, Lease]) -> Sequence[str]:
        """Which of these empresas another node has taken since. Raises StoreAway."""
        if not leases:
            return []
        epochs, marcas = zip(*leases.values(), strict=True)
        with self._ausencia(sonda=True):
            async with self._carregar.usar() as con:
                linhas = await con.fetch(_PERDIDAS, list(leases), epochs, marcas)
        return [empresa_id for (empresa_id,) in linhas]

    async def release(self, empresa_ids: Sequence[str]) -> None:
        """Give leases back. Raises StoreAway; they are free anyway once the node's lock is gone."""
        with self._ausencia():
            async with self._gravar.usar() as con:
                await con.execute(_DEVOLVER, list(empresa_ids), self._trava.numero)

    # --- what is written beside the journal, and what is thrown away

    async def reservar_arquivo(self, empresa_id: str, arquivo_id: str, now: int) -> None:
        """Say durably that a file is about to be stored: it is swept unless a message takes it. Raises StoreAway."""
        await self._executar(_RESERVAR_ARQUIVO, empresa_id, arquivo_id, now)

    async def arquivos_abandonados(self, antes: int, limite: int) -> list[tuple[str, str]]:
        """Files (empresa, id) that were about to be stored before ``antes`` and that no message has taken, the oldest
        first, at most ``limite``. Raises StoreAway.
        """
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [(empresa_id, id_) for empresa_id, id_ in await con.fetch(_ABANDONADOS, antes, limite)]

    async def esquecer_arquivos(self, arquivos: Sequence[tuple[str, str]]) -> None:
        """These files (empresa, id) are not there any more. Raises StoreAway."""
        empresas, ids = [empresa_id for empresa_id, _ in arquivos], [id_ for _, id_ in arquivos]
        await self._executar(_ESQUECER_ARQUIVOS, empresas, ids)

    async def vencidas(self, antes: int) -> int:
        """Throw away the answers to Idempotency-Keys that are older than ``antes``; says how many. Raises StoreAway."""
        total = 0
        while True:
            quantas = int((await self._executar(_VENCIDAS, antes, _DE_CADA_VEZ)).rpartition(" ")[2])
            total += quantas
            if quantas < _DE_CADA_VEZ:
                return total

    async def a_podar(self, antes: int) -> list[tuple[str, int]]:
        """Empresas whose event log begins before ``antes``, each with the ``seq`` up to which it is pruned already.
        Raises StoreAway.
        """
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [(empresa_id, ate) for empresa_id, ate in await con.fetch(_A_PODAR, antes)]

    async def podar(self, empresa_id: str, desde: int, antes: int, limite: int) -> int:
        """Take the events after ``desde`` that are older than ``antes`` out of an empresa's log, at most ``limite``;
        those of tickets stay in their history. Answers up to which ``seq`` the log is pruned now. Raises StoreAway.
        """
        with self._ausencia():
            async with self._carregar.usar() as con:
                return int(await con.fetchval(_PODAR, empresa_id, desde, antes, limite))

    async def apagar_envios(self, antes: int, limite: int) -> int:
        """Throw away jobs of the outbox that were done before ``antes``, the oldest first, at most ``limite``; says how
        many. Their messages keep what became of them. Raises StoreAway.
        """
        return int((await self._executar(_ENVIOS_FEITOS, antes, limite)).rpartition(" ")[2])

    async def apagar_entregas(self, antes: int, limite: int) -> int:
        """Throw away deliveries of webhooks that were given up before ``antes``, and those of webhooks that were
        deleted before then, at most ``limite`` of each; says how many. Raises StoreAway.
        """
        feitos = [await self._executar(texto, antes, limite) for texto in _ENTREGAS]
        return sum(int(feito.rpartition(" ")[2]) for feito in feitos)

    async def apagar_decisoes(self, antes: int, limite: int) -> int:
        """Throw away decision records of before ``antes``, at most ``limite``; says how many. Raises StoreAway."""
        return int((await self._executar(_DECISOES, antes, limite)).rpartition(" ")[2])

    async def apagar_estados(self, antes: int, limite: int) -> int:
        """Throw away of the agents' timelines what was over before ``antes``, the oldest first, at most ``limite``;
        says how many. Raises StoreAway.
        """
        return int((await self._executar(_ESTADOS, antes, limite)).rpartition(" ")[2])

    async def apagar_arremates(self, antes: int, limite: int) -> int:
        """Throw away wrap-ups that were over at ``antes``, at most ``limite``; says how many. Raises StoreAway."""
        return int((await self._executar(_ARREMATES, antes, limite)).rpartition(" ")[2])

    async def apagar_notificacoes(self, antes: int, limite: int) -> int:
        """Throw away of people's lists the notices of before ``antes``, at most ``limite``; says how many. Raises
        StoreAway.
        """
        return int((await self._executar(_NOTIFICACOES, antes, limite)).rpartition(" ")[2])

    async def apagar_avisos_dados(self, antes: int, limite: int) -> int:
        """Throw away what kept people from being told again until ``antes``, at most ``limite``; says how many. Raises
        StoreAway.
        """
        return int((await self._executar(_AVISOS_DADOS, antes, limite)).rpartition(" ")[2])

    async def panorama(self) -> list[Panorama]:
        """How every empresa stands that no other living node has. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [Panorama(*linha) for linha in await con.fetch(_PANORAMA, self._trava.numero, CLASSE_DO_NO)]

    async def adormecidas(self, ativas: Collection[str], depois: str, limite: int) -> list[Adormecida]:
        """Empresas that no living node serves and where time does something, beside ``ativas``, which are active here:
        by their ids, from after that one, at most ``limite``. Raises StoreAway.
        """
        with self._ausencia():
            async with self._carregar.usar() as con:
                linhas = await con.fetch(
                    _ADORMECIDAS, self._trava.numero, CLASSE_DO_NO, self._trava.nome, depois, limite, list(ativas)
                )  # fmt: skip
        return [Adormecida(*linha) for linha in linhas]

    async def envios_na_fila(self) -> list[TrabalhoNaFila]:
        """What is not done of the outbox, of all empresas, by job. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                linhas = await con.fetch(_NA_FILA, NA_FILA_CONTADOS, LINHAS_VISTAS)
        return [TrabalhoNaFila(*linha) for linha in linhas]

    async def canais_ligados(self, servidos: list[str]) -> list[CanaisDeUmTipo]:
        """The active canais that need a connector, by kind, and how many are among these. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [CanaisDeUmTipo(*linha) for linha in await con.fetch(_LIGADOS, servidos)]

    async def reescrever(self, limite: int) -> bool:
        """Write a few rows of before anew by the rules of this version (see :mod:`storage.reescrita`), and then secrets
        under the key of now (:mod:`storage.segredos`). False if there were none. Raises StoreAway.
        """
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await reescrita.passo(con, limite) or await self._refecho.passo(con, limite)

    async def conferir(self) -> None:
        """Raise FaltaChave if there are secrets under a key that is not here; StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                await segredos.conferir(con, self._cofre)

    async def _executar(self, texto: str, *argumentos: object) -> str:
        with self._ausencia():
            async with self._carregar.usar() as con:
                return await con.execute(texto, *argumentos)

    # --- canais, of whatever empresa

    async def lugares_do_canal(self, canal_id: str) -> list[tuple[str, str]]:
        """The canal of this id, with its empresa first. Raises StoreAway."""
        return await self._pares(_CANAL_POR_ID, canal_id)

    async def lugares_do_numero(self, numero: str) -> list[tuple[str, str]]:
        """The canais that say that this ``phone_number_id`` is theirs. Raises StoreAway."""
        return [(empresa_id, id_) for _, empresa_id, id_ in await self.lugares_dos_numeros([numero])]

    async def lugares_dos_numeros(self, numeros: list[str]) -> list[tuple[str, str, str]]:
        """Each that a canal says is its own, and that canal. Raises StoreAway."""
        return await self._ditos(_CANAIS_POR_NUMERO, numeros)

    async def lugares_das_contas(self, contas: list[str]) -> list[tuple[str, str, str]]:
        """As :meth:`lugares_dos_numeros`, of WhatsApp accounts."""
        return await self._ditos(_CANAIS_POR_CONTA, contas)

    async def _ditos(self, texto: str, valores: list[str]) -> list[tuple[str, str, str]]:
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [(valor, empresa_id, id_) for valor, empresa_id, id_ in await con.fetch(texto, valores)]

    async def canais_conectaveis(self) -> list[tuple[str, str]]:
        """All active canais of the installation. Raises StoreAway."""
        return await self._pares(_CONECTAVEIS)

    async def primeiras_empresas(self, quantas: int) -> list[str]:
        """The ids of the oldest empresas. Raises StoreAway."""
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [empresa_id for (empresa_id,) in await con.fetch(_PRIMEIRAS_EMPRESAS, quantas)]

    async def _pares(self, texto: str, *argumentos: object) -> list[tuple[str, str]]:
        with self._ausencia():
            async with self._carregar.usar() as con:
                return [(empresa_id, id_) for empresa_id, id_ in await con.fetch(texto, *argumentos)]

    # --- the group commit

    async def commit(self, batch: Batch) -> None:
        """Write a batch durably: all of it or nothing. See :meth:`engine.ports.Store.commit`.

        It is one statement outside of any transaction block, so PostgreSQL commits it before it answers; a transaction
        of a few, where something is deleted. An answer that is an error means that nothing was written; no answer
        means nothing at all, and is CommitUnknown.
        """
        enviado = False
        try:
            async with self._gravar.usar() as con:
                enviado = True
                await lote.gravar(con, batch, self._cofre)
        except (*FALHAS, ValueError, TypeError, OverflowError) as exc:
            if enviado and sem_resposta(exc):
                raise CommitUnknown("commit_incerto", motivo(exc)) from exc
            if ausente(exc):
                raise self._fora(exc) from exc
            raise Rejected("lote_recusado", motivo(exc)) from exc

    async def outcome(self, batch: Batch) -> bool:
        """Whether a batch that ended in CommitUnknown was committed.

        It begins by locking the lease rows of its fences, so locking them waits for its end: one that still hangs in
        the server is StoreAway (ask again), never a wrong answer. One that the server has not even begun finds its
        fences moved once it is repeated, and does nothing. Then ``seq`` tells: a batch moved it or did not. A batch
        that moves no ``seq`` at all only upserts rows, and doing that twice is doing it once: False.

        Where the lease was taken meanwhile, ``seq_inicial`` (the ``seq`` its taker found) tells the same, for one
        taking: that whose ``posse_anterior`` is ours. All fences share one transaction: any of them speaks for all.

        Raises:
            StoreAway: the database cannot tell now.
            Fenced: the batch was not committed and never will be, because the empresas named are another node's; or
                they have been taken more than once since, and nobody can tell any more.
        """
        with self._ausencia():
            async with self._gravar.usar() as con, transacao(con):
                linhas = await con.fetch(_CONFERIR, [fence.empresa_id for fence in batch.fences])
        return _resultado(batch.fences, {linha[0]: _Lease(*linha[1:]) for linha in linhas})

    @contextmanager
    def _ausencia(self, *, sonda: bool = False) -> Iterator[None]:
        """Raise StoreAway when the block finds the database away, or when that is known already: to ask one that
        answers nothing is to wait. ``sonda``: ask nevertheless, since this is how it is found out.
        """
        if self._saude.calada and not sonda:
            raise self._fora(TimeoutError())
        try:
            yield
        except FALHAS as exc:
            if ausente(exc):
                raise self._fora(exc) from exc
            raise

    def _fora(self, exc: BaseException) -> StoreAway:
        porque = causa(exc)
        return StoreAway("banco_indisponivel", ausencia(self._saude, porque), porque)

    async def fechar(self) -> None:
        await self._gravar.fechar()
        await self._carregar.fechar()
        await self.relatorios.fechar()


class _Lease(NamedTuple):
    """A lease row, as it is now."""

    epoch: int
    posse: str
    posse_anterior: str | None
    seq: int
    seq_inicial: int

    def nossa(self, fence: Fence) -> bool:
        return (self.epoch, self.posse) == (fence.epoch, fence.token)

    def ate(self, fence: Fence) -> int | None:
        """Up to which ``seq`` it was written under this fence; None if that cannot be told any more."""
        if self.nossa(fence):
            return self.seq
        tomada_uma_vez = self.epoch == fence.epoch + 1 and fence.token in {self.posse, self.posse_anterior}
        return self.seq_inicial if tomada_uma_vez else None


def _resultado(fences: Sequence[Fence], leases: Mapping[str, _Lease]) -> bool:
    perdidas = [f.empresa_id for f in fences if f.empresa_id not in leases or not leases[f.empresa_id].nossa(f)]
    for fence in fences:
        ate = leases[fence.empresa_id].ate(fence) if fence.empresa_id in leases else None
        if fence.seq_before == fence.seq_after or ate is None:
            continue
        if ate >= fence.seq_after:
            return True
        break
    if perdidas:
        raise Fenced(perdidas)
    return False


def _recusar(dono: str) -> NoReturn:
    raise LeaseElsewhere(
        "empresa_em_outro_no",
        f"Esta empresa é atendida pelo nó {dono}, que está ativo; envie o pedido a ele, ou encerre-o e tente de novo",
    )
