"""One of the two lines of a canal: its jobs in lanes, a window on what is stored, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from msgspec.structs import replace

from actors.canal.novidades_da_leitura import NovidadesDaLeitura
from actors.canal.prazos import Prazos
from engine.conector.enderecos import Endereco as EnderecoDoContato
from engine.conector.trabalhos import Resultado, Trabalho
from engine.envios import desfechos
from engine.envios.cargas import SEM_CARGA, NaFila, na_fila
from engine.envios.desfechos import Desfeito
from engine.envios.disjuntor import Disjuntor
from engine.envios.estados import ABERTOS
from engine.envios.politica import REPETIVEIS, Politica, Ritmo
from engine.envios.raias import Raias
from engine.errors import Conflict
from engine.modelo import CanalRow, EnvioRow, MensagemRow
from engine.ports import EnvioGuardado, LugarNaFila, PaginaDeEnvios
from engine.runtime import Stateful
from engine.vistas import Endereco

JANELA: Final = 2_000
"""Jobs of a line that are in memory; the others wait in the store, however many they are."""
PAGINA: Final = 1_000
"""Jobs read at once."""
JANELA_BYTES: Final = 8_388_608
"""Of what jobs in memory carry: a webhook may be of megabytes."""
EM_MAOS_BYTES: Final = 8_388_608
"""Of what connectors have in hand of a line; one job more, however large."""
FATIAS: Final = 12
"""Of a lease: it is prolonged no more often, however often its connector says that it is at work."""


class Anotador(Protocol):
    """Who saves a job that has changed, and tells of it."""

    def __call__(self, antes: EnvioRow, depois: EnvioRow) -> None: ...


class LinhaDeEnvios:
    """All of the line up to ``_lido_ate``, as long as it fits. It is changed in the middle of a turn: when one fails,
    whoever holds it makes another, which reads all again.

    ``aberta``: what others have in hand has been read, so that they can be answered. ``ler`` has the store read from a
    place on. ``pausar`` is told why nothing will pass. ``sorteio`` draws from 0 to 1. ``destino`` says where the
    contact of a job is reached now; None: where the job says.
    """

    __slots__ = (
        "_anotar", "_arquivo", "_ator", "_bytes", "_bytes_fora", "_destino", "_leitura", "_ler", "_lido_ate", "_mais",
        "_pausar", "_politica", "_prazos", "_raias", "_sorteio", "aberta", "disjuntor",
    )  # fmt: skip

    def __init__(
        self,
        ator: Stateful[CanalRow, Any],
        politica: Politica,
        ritmo: Ritmo,
        arquivo: Endereco,
        ler: Callable[[LugarNaFila | None, int], None],
        anotar: Anotador,
        pausar: Callable[[str], None],
        sorteio: Callable[[], float],
        destino: Callable[[EnvioRow], EnderecoDoContato | None],
    ) -> None:
        self._ator = ator
        self._destino = destino
        self._politica = politica
        self._arquivo = arquivo
        self._ler = ler
        self._anotar = anotar
        self._pausar = pausar
        self._sorteio = sorteio
        self._raias: Raias[NaFila] = Raias(ritmo)
        self._prazos = Prazos()
        self._bytes = self._bytes_fora = 0
        self._lido_ate: LugarNaFila | None = None
        self._mais = True
        self._leitura = NovidadesDaLeitura()
        self.aberta = False
        self.disjuntor = Disjuntor()

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._raias)

    # -- what is to be done ------------------------------------------------------------------------------------------

    def nova(self, row: EnvioRow, mensagem: MensagemRow | None) -> None:
        """A job was written down, in the turn that told of it."""
        item = na_fila(row, mensagem, self._arquivo)
        cheia = len(self._raias) >= JANELA or self._bytes >= JANELA_BYTES
        if item is None or self._mais or self._leitura.lendo or cheia:
            self._mais = True
        else:
            self._por(item)
            self._lido_ate = item.lugar

    def ler_mais(self) -> None:
        """Read on, if there may be more and there is room."""
        cabe = len(self._raias) <= JANELA - PAGINA and self._bytes <= JANELA_BYTES // 2
        if self._mais and not self._leitura.lendo and cabe:
            self._leitura.comecou()
            self._mais = False
            self._ler(self._lido_ate, PAGINA)

    def lida(self, pagina: PaginaDeEnvios | None) -> None:
        """What was read; None: it could not be."""
        lidos = self._leitura.acabou([] if pagina is None else [*pagina.de_fora, *pagina.pagina])
        if pagina is None:
            self._mais = True
            return
        self.aberta = True
        if pagina.pagina:
            ultimo = pagina.pagina[-1].row
            self._lido_ate = (ultimo.ordem, ultimo.id)
        self._mais = self._mais or pagina.cortada or len(pagina.pagina) >= PAGINA
        for guardado in lidos:
            self._retomar(guardado)

    def tocar(self, id_: str, row: EnvioRow | None) -> None:
        """A job has changed that may be read just now; None: what it was to send was deleted."""
        self._leitura.tocado(id_, row)

    def _retomar(self, guardado: EnvioGuardado) -> None:
        """A job as it was stored. One that somebody had keeps its lane: who has it may still answer, and what was in
        doubt before a start may be told of just after it.
        """
        row = guardado.row
        if row.id in self._raias or row.estado not in ABERTOS:
            return
        item = na_fila(row, guardado.mensagem, self._arquivo)
        if row.estado != "pendente":
            self._raias.por_em_curso(item or NaFila(row, SEM_CARGA))
            self._bytes += len(row.dados)
            self._bytes_fora += len(row.dados) if row.estado == "enviando" else 0
            self._prazos.marcar(
                row.id, row.tentativas, max(row.prazo or 0, self._ator.now() + self._politica.arrendamento)
            )
        elif item is not None:
            self._por(item)
        else:
            self._anotar(row, desfechos.cancelar(row, "O que seria enviado foi excluído", self._ator.now()))

    def _por(self, item: NaFila) -> None:
        self._raias.por(item)
        self._bytes += len(item.row.dados)

    # -- handing out -------------------------------------------------------------------------------------------------

    def tomar(self, conector: str, quantos: int) -> list[Trabalho]:
        """Jobs for a connector; only one while the circuit is not closed."""
        now = self._ator.now()
        trabalhos: list[Trabalho] = []
        while len(trabalhos) < quantos and self._bytes_fora < EM_MAOS_BYTES and self.disjuntor.passa(now):
            item = self._raias.tomar(now)
            if item is None:
                break
            if item.passou(now):
                self._aplicar(item, Desfeito(desfechos.cancelar(item.row, "Já passou", now)))
                continue
            trabalhos.append(self._entregar(item, conector, now))
        return trabalhos

    def _entregar(self, item: NaFila, conector: str, now: int) -> Trabalho:
        row = desfechos.entregar_a(item.row, conector, now, self._politica)
        entregue = replace(item, row=row)
        self._raias.trocar(entregue)
        self._bytes_fora += len(row.dados)
        self._prazos.marcar(row.id, row.tentativas, now + self._politica.arrendamento)
        self._ator.save(row)
        self.tocar(row.id, row)
        self.disjuntor.tentou()
        return entregue.trabalho(self._destino(row))

    def proximo(self, *, esperam: bool) -> int | None:
        """When (ms) there is something to do: a deadline, or, if connectors wait, a job that may be handed out."""
        prazo = self._prazos.proximo()
        cabe = self._bytes_fora < EM_MAOS_BYTES and not self.disjuntor.sondando
        pronto = self._raias.proximo(self._ator.now()) if esperam and cabe else None
        if pronto is None:
            return prazo
        pronto = max(pronto, self.disjuntor.aberto_ate)
        return pronto if prazo is None else min(prazo, pronto)

    # -- what became of it -------------------------------------------------------------------------------------------

    def tem(self, id_: str) -> bool:
        return id_ in self._raias

    def responder(self, resultado: Resultado) -> None:
        """Raises Conflict if the job is not that answer's any more."""
        item = self._raias.achar(resultado.id)
        if item is None or item.row.tentativas != resultado.tentativa or item.row.estado == "pendente":
            raise Conflict("trabalho_perdido", "Este trabalho já não é deste conector: o prazo dele passou")
        now = self._ator.now()
        self._aplicar(item, desfechos.julgar(item.row, resultado, now, self._sorteio(), self._politica))

    def vencer(self) -> None:
        """Whose deadline has passed is taken for lost."""
        for id_, tentativa in self._prazos.vencidos(self._ator.now()):
            item = self._raias.achar(id_)
            if item is not None and item.row.tentativas == tentativa and item.row.estado != "pendente":
                self._perder(item)

    def perder_de(self, conector: str, tem: set[tuple[str, int]]) -> None:
        """What this connector had, and does not have any more, is lost."""
        for item in [*self._raias.em_curso()]:
            row = item.row
            if row.estado == "enviando" and row.conector == conector and (row.id, row.tentativas) not in tem:
                self._perder(item)

    def _perder(self, item: NaFila) -> None:
        self._aplicar(item, desfechos.vencer(item.row, self._ator.now(), self._sorteio(), self._politica))

    def prolongar(self, conector: str, tem: set[tuple[str, int]] | None) -> None:
        """The connector is at work still: what it has (None: all that it was given) is its for longer."""
        prazo = self._ator.now() + self._politica.arrendamento
        for item in self._raias.em_curso():
            dele = item.row.estado == "enviando" and item.row.conector == conector
            if dele and (tem is None or (item.id, item.row.tentativas) in tem):
                self._prazos.prolongar(item.id, item.row.tentativas, prazo, self._politica.arrendamento // FATIAS)

    def soube(self, id_: str, mudar: Callable[[EnvioRow], EnvioRow]) -> EnvioRow:
        """Something is told of a job that is here. Gives the job as it is now."""
        item = self._raias.achar(id_)
        assert item is not None, "it is here"
        row = mudar(item.row)
        if row is not item.row:
            self._aplicar(item, Desfeito(row, saude="boa"))
        return row

    def esquecer(self, id_: str) -> None:
        """What it sends was deleted. If somebody has it, it is not sent again."""
        item = self._raias.achar(id_)
        if item is None:
            return
        if item.row.estado == "pendente":
            self._aplicar(item, Desfeito(desfechos.cancelar(item.row, "A mensagem foi excluída", self._ator.now())))
        else:
            self._raias.trocar(replace(item, carga=SEM_CARGA))

    def esquecer_todos(self, quais: Callable[[EnvioRow], bool]) -> None:
        """What these were to send was deleted."""
        self._leitura.apagados(quais)
        for item in self._raias.todos():
            if quais(item.row):
                self.esquecer(item.id)

    @property
    def vazia(self) -> bool:
        """Whether it is known that nothing is to be done."""
        return self.aberta and not self._mais and not self._leitura.lendo and not len(self._raias)

    def esvaziar(self, herdeiro: CanalRow | None) -> None:
        """The canal is being deleted: give up all that is here, to ``herdeiro`` if it takes that, and read on."""
        now = self._ator.now()
        for item in self._raias.todos():
            self._aplicar(item, Desfeito(desfechos.abandonar(item.row, now, herdeiro)))
        self.ler_mais()

    def _aplicar(self, item: NaFila, feito: Desfeito) -> None:
        row = feito.row
        if row.estado == "pendente" and item.carga is SEM_CARGA:
            row = desfechos.cancelar(row, "O que seria enviado foi excluído", self._ator.now())
        self._anotar(item.row, row)
        self._bytes += (len(row.dados) if row.estado in ABERTOS else 0) - len(item.row.dados)
        self._bytes_fora -= len(item.row.dados) if item.row.estado == "enviando" else 0
        self.tocar(row.id, row)
        self._prazos.largar(row.id)
        self._julgar_canal(row, feito)
        self._por_de_volta(replace(item, row=row), feito.contato_ate or 0)

    def _julgar_canal(self, row: EnvioRow, feito: Desfeito) -> None:
        if feito.saude == "nada" or row.trabalho in REPETIVEIS:
            self.disjuntor.nada()
        elif feito.saude == "boa":
            self.disjuntor.foi_bem()
        else:
            self.disjuntor.foi_mal(self._ator.now())
        if feito.canal_ate is not None:
            self._raias.canal_ate = max(self._raias.canal_ate, feito.canal_ate)
        if feito.pausar is not None:
            self._pausar(feito.pausar)

    def _por_de_volta(self, item: NaFila, contato_ate: int) -> None:
        row = item.row
        if row.estado not in ABERTOS:
            self._raias.tirar(row.id)
        elif row.estado == "desconhecido":
            self._raias.trocar(item)
            self._prazos.marcar(row.id, row.tentativas, row.prazo or self._ator.now())
        elif row.raia != self._raias.raia_de(row.id):  # out of the way of what follows
            self._raias.tirar(row.id)
            self._raias.por(item)
        else:
            self._raias.devolver(item, contato_ate)
