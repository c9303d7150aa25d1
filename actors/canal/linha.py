"""One of the two lines of a canal: its jobs in lanes, a window on what is stored, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from msgspec.structs import replace

from actors.canal.freios import Freios
from actors.canal.leitura_da_linha import LeituraDaLinha, Ler, OQue, dorme
from actors.canal.prazos import Prazos
from engine.conector.enderecos import Endereco as EnderecoDoContato
from engine.conector.trabalhos import Trabalho
from engine.envios import desfechos
from engine.envios.cargas import SEM_CARGA, NaFila, na_fila
from engine.envios.desfechos import Desfeito
from engine.envios.estados import ABERTOS
from engine.envios.politica import Politica, Ritmo
from engine.envios.raias import POR_RAIA, Raias
from engine.modelo import CanalRow, EnvioRow, MensagemRow
from engine.ports import EnvioGuardado, PaginaDeEnvios
from engine.runtime import Stateful
from engine.vistas import Endereco

JANELA: Final = 2_000
"""Jobs of a line that are in memory; the others wait in the store, however many they are."""
PAGINA: Final = 1_000
"""Jobs read at once."""
RAIAS_POR_LEITURA: Final = PAGINA // POR_RAIA
"""Lanes read at once."""
RAIAS_LEMBRADAS: Final = 200_000
"""Lanes that are known, most of them asleep and in the store; with more, the line is read on when some are done."""
JANELA_BYTES: Final = 8_388_608
"""Of what jobs in memory carry: a webhook may be of megabytes."""
EM_MAOS_BYTES: Final = 8_388_608
"""Of what connectors have in hand of a line; one job more, however large."""
_PRIMEIRO: Final = "00000000-0000-0000-0000-000000000000"
"""Before every id."""
FATIAS: Final = 12
"""Of a lease: it is prolonged no more often, however often its connector says that it is at work."""


class Anotador(Protocol):
    """Who saves a job that has changed, and tells of it."""

    def __call__(self, antes: EnvioRow, depois: EnvioRow) -> None: ...


class LinhaDeEnvios:
    """The first jobs of each lane, of the line as far as it was read. It is changed in the middle of a turn: when one
    fails, whoever holds it makes another, which reads all again.

    What stands still makes room: however many contacts wait, and however much waits for one, it is in the store, and
    the line is read on beyond it. ``pausar`` is told why nothing will pass. ``sorteio`` draws from 0 to 1. ``destino``
    says where the contact of a job is reached now; None: where the job says. ``sem_efeito`` says why a job is not to be
    done any more; None: it is.
    """

    __slots__ = (
        "_anotar", "_arquivo", "_ator", "_bytes", "_bytes_fora", "_destino", "_esvaziando", "_leitura", "_politica",
        "_prazos", "_raias", "_sem_efeito", "_sorteio", "freios",
    )  # fmt: skip

    def __init__(
        self,
        ator: Stateful[CanalRow, Any],
        politica: Politica,
        ritmo: Ritmo,
        arquivo: Endereco,
        ler: Ler,
        anotar: Anotador,
        pausar: Callable[[str], None],
        sorteio: Callable[[], float],
        destino: Callable[[EnvioRow], EnderecoDoContato | None],
        sem_efeito: Callable[[NaFila], str | None] = lambda _: None,
    ) -> None:
        self._ator = ator
        self._destino = destino
        self._sem_efeito = sem_efeito
        self._politica = politica
        self._arquivo = arquivo
        self._anotar = anotar
        self._sorteio = sorteio
        self._raias: Raias[NaFila] = Raias(ritmo)
        self._prazos = Prazos()
        self._bytes = self._bytes_fora = 0
        self._esvaziando = False
        self._leitura = LeituraDaLinha(ler)
        self.freios = Freios(pausar)

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._raias)

    @property
    def aberta(self) -> bool:
        """Whether what others have in hand has been read, so that they can be answered."""
        return self._leitura.aberta

    # -- what is to be done ------------------------------------------------------------------------------------------

    def nova(self, row: EnvioRow, mensagem: MensagemRow | None) -> None:
        """A job was written down, in the turn that told of it."""
        item = na_fila(row, mensagem, self._arquivo)
        cheia = len(self._raias) >= JANELA or self._bytes >= JANELA_BYTES
        if item is None or not self._leitura.em_dia or cheia or self._lembra_demais:
            self._leitura.mais = True
        else:
            self._por(item)
            self._leitura.ate(item.lugar)

    @property
    def _lembra_demais(self) -> bool:
        return self._raias.lembradas >= RAIAS_LEMBRADAS

    def ler_mais(self) -> None:
        """Read on, if there may be more and there is room."""
        ha = [] if self._leitura.lendo else self._por_ler()
        if not ha:
            return
        if not self._cabe():
            self._aliviar()
        if not self._cabe():
            return
        match self._leitura.escolher(ha):
            case "linha":
                self._leitura.pedir_linha(PAGINA)
            case "raias":
                self._leitura.pedir_raias(self._raias.ler(RAIAS_POR_LEITURA), POR_RAIA)
            case "adormecidos":
                self._leitura.pedir_adormecidos(PAGINA)

    def _por_ler(self) -> list[OQue]:
        """Of what there may be more."""
        ha: list[OQue] = ["linha"] if self._leitura.mais and not self._lembra_demais else []
        if self._raias.quer_ler:
            ha.append("raias")
        if self._leitura.acorda_em is not None and self._leitura.acorda_em <= self._ator.now():
            ha.append("adormecidos")
        return ha

    def _cabe(self) -> bool:
        return len(self._raias) <= JANELA - PAGINA and self._bytes <= JANELA_BYTES // 2

    def _aliviar(self) -> None:
        """What stands still is in the store as well, and can be read again."""
        self._bytes -= sum(len(item.row.dados) for item in self._raias.aliviar())

    def lida(self, pagina: PaginaDeEnvios | None) -> None:
        """What was read; None: it could not be."""
        raias, lidos = self._leitura.acabou(pagina, self._ator.now())
        esperadas = {raia: mais for raia, mais in raias.items() if self._raias.lendo(raia)}
        for guardado in lidos:
            self._retomar(guardado, esperadas if raias else None)
        for raia, mais in esperadas.items():
            self._raias.lida(raia, mais=mais)

    def tocar(self, id_: str, row: EnvioRow | None) -> None:
        """A job has changed that may be read just now; None: what it was to send was deleted."""
        self._leitura.tocado(id_, row)
        if row is not None and id_ not in self._raias:
            self._raias.acordar(row.raia)

    def _retomar(self, guardado: EnvioGuardado, raias: Mapping[str, bool] | None) -> None:
        """A job as it was stored, of these lanes, if they were what was read. One that somebody had keeps its lane: who
        has it may still answer, and what was in doubt before a start may be told of just after it.
        """
        row = guardado.row
        if raias is not None and row.raia not in raias:
            return
        if row.id in self._raias or row.estado not in ABERTOS:
            return
        if dorme(row, self._ator.now()) and not self._esvaziando:
            self._leitura.dormiu(row.proxima_em or 0)
            return
        if row.estado == "pendente" and raias is None and self._raias.recusa(row.raia, (row.ordem, row.id)):
            return  # without a look at what it carries: there may be very many
        item = na_fila(row, guardado.mensagem, self._arquivo)
        if row.estado != "pendente":
            self._raias.por_em_curso(item or NaFila(row, SEM_CARGA))
            self._bytes += len(row.dados)
            self._bytes_fora += len(row.dados) if row.estado == "enviando" else 0
            self._prazos.marcar(
                row.id, row.tentativas, max(row.prazo or 0, self._ator.now() + self._politica.arrendamento)
            )
            if row.estado == "desconhecido":
                self._raias.parar(row.id)
        elif item is None:
            self._anotar(row, desfechos.cancelar(row, "O que seria enviado foi excluído", self._ator.now()))
        elif raias is None:
            self._por(item)
        else:
            self._raias.acrescentar(item)
            self._bytes += len(row.dados)

    def _por(self, item: NaFila) -> None:
        if self._raias.por(item):
            self._bytes += len(item.row.dados)

    # -- handing out -------------------------------------------------------------------------------------------------

    def tomar(self, conector: str, quantos: int) -> list[Trabalho]:
        """Jobs for a connector; only one while the circuit is not closed."""
        now = self._ator.now()
        self._esvaziando, self._raias.por_raia = False, POR_RAIA
        trabalhos: list[Trabalho] = []
        while len(trabalhos) < quantos and self._bytes_fora < EM_MAOS_BYTES and self.freios.disjuntor.passa(now):
            item = self._raias.tomar(now)
            if item is None:
                break
            passou = "Já passou" if item.passou(now) else self._sem_efeito(item)
            if passou is not None:
                self._aplicar(item, Desfeito(desfechos.cancelar(item.row, passou, now)))
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
        self.freios.disjuntor.tentou()
        return entregue.trabalho(self._destino(row))

    def proximo(self, *, esperam: bool) -> int | None:
        """When (ms) there is something to do: a deadline, or, if connectors wait, a job that may be handed out."""
        prazo = self._prazos.proximo()
        disjuntor = self.freios.disjuntor
        cabe = self._bytes_fora < EM_MAOS_BYTES and not disjuntor.sondando
        pronto = self._raias.proximo(self._ator.now()) if esperam and cabe else None
        acorda_em = self._leitura.acorda_em if esperam and self._cabe() else None
        if pronto is None or (acorda_em is not None and acorda_em < pronto):
            pronto = acorda_em
        if pronto is None:
            return prazo
        pronto = max(pronto, disjuntor.aberto_ate)
        return pronto if prazo is None else min(prazo, pronto)

    # -- what became of it -------------------------------------------------------------------------------------------

    def achar(self, id_: str) -> EnvioRow | None:
        """A job that is here."""
        item = self._raias.achar(id_) if id_ in self._raias else None
        return None if item is None else item.row

    @property
    def ha_em_maos(self) -> bool:
        """Whether there may be jobs that connectors have, or of which nobody knows."""
        return not self.aberta or bool(self._prazos)

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

    def soube(self, antes: EnvioRow, feito: Desfeito) -> EnvioRow:
        """Something is told of a job, which was like this. It may be here or not. Gives the job as it is now."""
        item = self._raias.achar(antes.id)
        if item is not None:
            return self._aplicar(item, feito)
        row = feito.row
        self._anotar(antes, row)
        self.tocar(row.id, row)
        self.freios.segurar(feito, self._ator.now())
        self._raias.canal_ate = self.freios.descanso.ate
        if dorme(row, self._ator.now()):
            self._leitura.dormiu(row.proxima_em or 0)
        elif row.estado == "pendente":  # it is done again, in its place
            self._raias.segurar(row.raia, feito.contato_ate or 0)
            self._leitura.reler((row.ordem, _PRIMEIRO))
        return row

    def soltar(self) -> None:
        """What was wrong is mended: nothing waits for it any more."""
        for id_ in self.freios.soltar():
            item = self._raias.achar(id_)
            if item is not None and item.row.estado == "pendente":
                solto = replace(item, row=replace(item.row, proxima_em=None, atualizado_em=self._ator.now()))
                self._anotar(item.row, solto.row)
                self.tocar(id_, solto.row)
                self._raias.devolver(solto)
        self._raias.canal_ate = 0

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
        lida = self.aberta and not self._leitura.lendo and not self._por_ler()
        return lida and not len(self._raias) and self._leitura.acorda_em is None

    def esvaziar(self, herdeiro: CanalRow | None) -> None:
        """The canal is being deleted: give up all that is here, to ``herdeiro`` if it takes that, and read on."""
        now = self._ator.now()
        self._esvaziando, self._raias.por_raia = True, JANELA
        for item in self._raias.todos():
            self._aplicar(item, Desfeito(desfechos.abandonar(item.row, now, herdeiro)))
        if self._raias.largar_restos() or self._leitura.acorda_em is not None:
            self._leitura.recomecar()
        self.ler_mais()

    def _aplicar(self, item: NaFila, feito: Desfeito) -> EnvioRow:
        row = feito.row
        if row.estado == "pendente" and item.carga is SEM_CARGA:
            row = desfechos.cancelar(row, "O que seria enviado foi excluído", self._ator.now())
        self._anotar(item.row, row)
        self._bytes += (len(row.dados) if row.estado in ABERTOS else 0) - len(item.row.dados)
        self._bytes_fora -= len(item.row.dados) if item.row.estado == "enviando" else 0
        self.tocar(row.id, row)
        self._prazos.largar(row.id)
        self.freios.julgar(replace(feito, row=row), self._ator.now())
        self._raias.canal_ate = self.freios.descanso.ate
        self._por_de_volta(replace(item, row=row), feito.contato_ate or 0)
        return row

    def _por_de_volta(self, item: NaFila, contato_ate: int) -> None:
        row = item.row
        if row.estado not in ABERTOS:
            self._raias.tirar(row.id)
        elif row.estado == "desconhecido":
            self._raias.trocar(item)
            self._raias.parar(row.id)
            self._prazos.marcar(row.id, row.tentativas, row.prazo or self._ator.now())
        elif dorme(row, self._ator.now()):
            self._raias.tirar(row.id)
            self._bytes -= len(row.dados)
            self._leitura.dormiu(row.proxima_em or 0)
        elif row.raia != self._raias.raia_de(row.id):  # out of the way of what follows
            self._raias.tirar(row.id)
            self._raias.por(item)  # nothing else is in that lane
        else:
            self._raias.devolver(item, contato_ate)
