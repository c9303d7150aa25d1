"""What goes out by a canal, and what came in and is to be read: handed to the connectors that wait for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, Final, NamedTuple

from actors.canal.comandos import BaterPonto, LargarCanal, ResponderTrabalho, TomarTrabalhos
from actors.canal.esvaziamento import Esvaziamento
from actors.canal.freios import Descanso
from actors.canal.linha import Anotador, LinhaDeEnvios
from actors.canal.mensagens import (
    AcordarDespacho,
    EnviosLidos,
    EsquecerDoContato,
    EsquecerDoTicket,
    EsquecerEnvio,
    NovoEnvio,
)
from engine.conector.enderecos import Endereco as EnderecoDoContato
from engine.conector.trabalhos import Trabalho
from engine.envios.cargas import NaFila, chaves_do_destino, e_de
from engine.envios.desfechos import Desfeito
from engine.envios.politica import Politica, Ritmo, ritmo_de
from engine.errors import BalcaoError, fora_de_ordem
from engine.modelo import CanalRow, EnvioRow, Linha
from engine.ports import DeOnde
from engine.runtime import Ask, Reply, Stateful, settle
from engine.vistas import Endereco

Ler = Callable[[Linha, DeOnde, int, int], None]
"""Have the store read a line from there on, at most so many; the answer is an EnviosLidos with that last number."""
LINHAS: Final[tuple[Linha, Linha]] = ("entrada", "saida")
"""In the order in which they are served: who wrote to us comes first."""


class _Espera(NamedTuple):
    """A connector that waits for jobs."""

    conector: str
    quantos: int
    resposta: Reply[Any]


class Despacho:
    """``anotar`` saves a job that has changed, and tells of it; ``pausar`` is told why nothing will pass; ``destino``
    says where the contact of a job is reached now, ``sem_efeito`` why it is not to be done any more. All that it holds
    can be read again, and is, when a turn fails. ``_neste_turno`` are those whom this turn answers: if it fails, it has
    answered nobody.

    After a start, connectors are back before what they have in hand was read: ``_adiados`` is what they say meanwhile.
    """

    __slots__ = (
        "_adiados", "_anotar", "_arquivo", "_ator", "_despertar", "_destino", "_esperas", "_leitura", "_ler", "_linhas",
        "_neste_turno", "_pausar", "_politica", "_sem_efeito", "_sorteio", "esvaziamento",
    )  # fmt: skip

    def __init__(
        self,
        ator: Stateful[CanalRow, Any],
        politica: Politica,
        arquivo: Endereco,
        ler: Ler,
        anotar: Anotador,
        pausar: Callable[[str], None],
        sorteio: Callable[[], float],
        destino: Callable[[EnvioRow], EnderecoDoContato | None],
        sem_efeito: Callable[[NaFila], str | None],
    ) -> None:
        self._ator = ator
        self._destino = destino
        self._sem_efeito = sem_efeito
        self._politica = politica
        self._arquivo = arquivo
        self._ler = ler
        self._anotar = anotar
        self._pausar = pausar
        self._sorteio = sorteio
        self._esperas: deque[_Espera] = deque()
        self._adiados: list[Ask[Any]] = []
        self._neste_turno: list[Reply[Any]] = []
        self.esvaziamento = Esvaziamento(ator, self._todas)
        self._leitura = 0
        self._recomecar()

    def _recomecar(self) -> None:
        self._despertar = 0
        self._leitura += 1
        ritmos = {"entrada": Ritmo(), "saida": ritmo_de(self._ator.row.tipo)}
        self._linhas: dict[Linha, LinhaDeEnvios] = {
            linha: LinhaDeEnvios(
                self._ator,
                self._politica,
                ritmos[linha],
                self._arquivo,
                partial(self._pedir_leitura, linha),
                self._anotar,
                self._pausar,
                self._sorteio,
                self._destino,
                self._sem_efeito,
            )
            for linha in LINHAS
        }

    def _todas(self) -> Collection[LinhaDeEnvios]:
        return self._linhas.values()

    def _pedir_leitura(self, linha: Linha, depois: DeOnde, limite: int) -> None:
        self._ator.once_released(partial(self._ler, linha, depois, limite, self._leitura))

    def aberto_ate(self) -> int | None:
        """Until when (ms) the circuit breaker lets nothing out; None: it does."""
        return self._linhas["saida"].freios.disjuntor.aberto_ate or None

    def descanso(self) -> Descanso | None:
        """Until when (ms) nothing goes out because the provider asked for that, and why; None: it goes."""
        descanso = self._linhas["saida"].freios.descanso
        return descanso if descanso.ate > self._ator.now() else None

    def em_memoria(self) -> int:
        return sum(len(linha) for linha in self._linhas.values())

    # -- what comes ----------------------------------------------------------------------------------------------------

    def novo(self, m: NovoEnvio) -> None:
        self._linhas[m.row.linha].nova(m.row, m.mensagem)
        self.servir()

    def lidos(self, m: EnviosLidos) -> None:
        if m.leitura == self._leitura:  # else it is of before all was forgotten
            self._linhas[m.linha].lida(m.pagina)
            if m.pagina is None:
                self._acordar_em(self._ator.now() + self._politica.recuo)
            else:
                if self._adiados and self.aberto:
                    self._ator.once_released(self._retomar)
                self.servir()

    @property
    def aberto(self) -> bool:
        """Whether it is known who has what."""
        return all(linha.aberta for linha in self._linhas.values())

    def adiar(self, comando: ResponderTrabalho | LargarCanal) -> None:
        """It is handled again, in its order, once it is known who has what."""
        self._adiados.append(Ask(comando, self._ator.defer()))
        self.abrir()

    def _retomar(self) -> None:
        adiados, self._adiados = self._adiados, []
        self._ator.ref.put_back(adiados)

    def tomar(self, comando: TomarTrabalhos) -> None:
        self._esperas.append(_Espera(comando.conector, comando.quantos, self._ator.defer()))
        self.servir()

    def servir(self) -> None:
        """Hand out what may be, to those who wait, in turn; and see when there will be more."""
        self.esvaziamento.seguir()
        while self._esperas:
            espera = self._esperas[0]
            trabalhos = self._tirar(espera)
            if not trabalhos:
                break
            self._esperas.popleft()
            self._responder_a(espera.resposta, trabalhos)
        if self._esperas:
            for linha in self._linhas.values():
                linha.ler_mais()
        self._marcar()

    def _responder_a(self, resposta: Reply[Any], trabalhos: list[Trabalho]) -> None:
        self._lembrar([resposta])
        self._ator.answer(resposta, trabalhos)

    def _lembrar(self, respostas: Iterable[Reply[Any]]) -> None:
        """They wait for nothing more if this turn stands; if it fails, what they were answered was never said."""
        if not self._neste_turno:
            self._ator.once_released(self._neste_turno.clear)
        self._neste_turno.extend(respostas)

    def _tirar(self, espera: _Espera) -> list[Trabalho]:
        trabalhos: list[Trabalho] = []
        for nome in LINHAS:
            if self._corre(nome):
                trabalhos += self._linhas[nome].tomar(espera.conector, espera.quantos - len(trabalhos))
        return trabalhos

    def _corre(self, linha: Linha) -> bool:
        """Whether jobs of a line are handed out: what came in is read also while nothing is sent."""
        row = self._ator.row
        return not self.esvaziamento.em_curso and (linha == "entrada" or (row.ativo and row.pausado_em is None))

    # -- time ----------------------------------------------------------------------------------------------------------

    def _marcar(self) -> None:
        """Be woken when there is something to do."""
        esperam = bool(self._esperas)
        instantes = [linha.proximo(esperam=esperam and self._corre(nome)) for nome, linha in self._linhas.items()]
        vivos = [instante for instante in instantes if instante is not None]
        if vivos:
            self._acordar_em(max(min(vivos), self._ator.now() + 1))

    def _acordar_em(self, quando: int) -> None:
        """One alarm at most is waited for: an earlier one takes the place of a later."""
        if not self._despertar or quando < self._despertar:
            self._despertar = quando
            self._ator.at(quando, AcordarDespacho(quando))

    def acordar(self, m: AcordarDespacho) -> None:
        if m.quando == self._despertar:
            self._despertar = 0
        for linha in self._linhas.values():
            linha.vencer()
        if self._adiados:
            self.abrir()
        self.servir()

    # -- what became of it -------------------------------------------------------------------------------------------

    def achar(self, id_: str) -> EnvioRow | None:
        """A job that is in memory."""
        return next((row for linha in self._linhas.values() if (row := linha.achar(id_)) is not None), None)

    @property
    def ha_em_maos(self) -> bool:
        """Whether there may be jobs to send that connectors have, or of which nobody knows."""
        return self._linhas["saida"].ha_em_maos

    def soube(self, antes: EnvioRow, mudar: Callable[[EnvioRow], Desfeito | None]) -> EnvioRow:
        """Something is told of a job, which was stored as ``antes``: ``mudar`` says what follows from it; None:
        nothing. Gives the job as it is now.
        """
        antes = self.achar(antes.id) or antes
        feito = mudar(antes)
        if feito is None:
            return antes
        depois = self._linhas[antes.linha].soube(antes, feito)
        self.servir()
        return self.achar(antes.id) or depois

    def religar(self) -> None:
        """The other side is another, or was mended: what failed before says nothing of it."""
        self._linhas["saida"].soltar()
        self.servir()

    def abrir(self) -> None:
        """Look at what is stored, though nobody waits: somebody may have had jobs, whose deadlines go on."""
        for linha in self._linhas.values():
            linha.ler_mais()

    def esquecer(self, m: EsquecerEnvio) -> None:
        row = self.achar(m.id)
        if row is not None:
            self._linhas[row.linha].esquecer(m.id)
            self.servir()
        else:
            self._linhas["saida"].tocar(m.id, None)

    def esquecer_do_ticket(self, m: EsquecerDoTicket) -> None:
        self._esquecer_todos(lambda row: row.ticket_id == m.ticket_id)

    def esquecer_do_contato(self, m: EsquecerDoContato) -> None:
        canal = self._ator.row

        def dele(row: EnvioRow) -> bool:
            return e_de(row, m.contatos) or not m.chaves.isdisjoint(chaves_do_destino(row, canal, m.pais))

        self._esquecer_todos(dele)

    def _esquecer_todos(self, quais: Callable[[EnvioRow], bool]) -> None:
        self._linhas["saida"].esquecer_todos(quais)
        self.servir()

    def largar(self, comando: LargarCanal) -> None:
        """A connector has gone, or is back: it waits for nothing, and has only what it says."""
        if comando.tem is not None and not self.aberto:
            self.adiar(comando)
            return
        ficam: deque[_Espera] = deque()
        for espera in self._esperas:
            if espera.conector == comando.conector:
                self._responder_a(espera.resposta, [])
            else:
                ficam.append(espera)
        self._esperas = ficam
        if comando.tem is not None:
            tem = {(um.id, um.tentativa) for um in comando.tem}
            for linha in self._linhas.values():
                linha.perder_de(comando.conector, tem)
        self.servir()

    def bateu(self, comando: BaterPonto) -> None:
        tem = None if comando.tem is None else {(um.id, um.tentativa) for um in comando.tem}
        for linha in self._linhas.values():
            linha.prolongar(comando.conector, tem)
        self._marcar()

    # -- when it goes wrong --------------------------------------------------------------------------------------------

    def refazer(self) -> None:
        """A turn has failed: whoever waits asks again, and all is read again."""
        for resposta in self._neste_turno:
            self._ator.refuse(resposta, fora_de_ordem())
        self._neste_turno = []
        for espera in self._esperas:
            self._ator.refuse(espera.resposta, fora_de_ordem())
        for adiado in (*self._adiados, *self.esvaziamento.soltar()):
            self._ator.refuse(adiado.reply, fora_de_ordem())
        self._esperas, self._adiados = deque(), []
        self._recomecar()
        self.abrir()

    def abandonar(self, erro: Callable[[], BalcaoError]) -> None:
        """Outside any turn, the actor has stopped or is quarantined."""
        esperas, self._esperas = self._esperas, deque()
        adiados, self._adiados = [*self._adiados, *self.esvaziamento.soltar()], []
        neste_turno, self._neste_turno = self._neste_turno, []
        for resposta in [*neste_turno, *(um.resposta for um in esperas), *(um.reply for um in adiados)]:
            settle(resposta, None, erro())
        self._recomecar()
