"""What goes out by a canal, and what came in and is to be read: handed to the connectors that wait for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, Final, NamedTuple

from actors.canal.comandos import BaterPonto, LargarCanal, ResponderTrabalho, TomarTrabalhos
from actors.canal.esvaziamento import Esvaziamento
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
from engine.envios.cargas import chaves_do_destino, e_de
from engine.envios.disjuntor import Disjuntor
from engine.envios.politica import Politica, Ritmo, ritmo_de
from engine.errors import BalcaoError, Conflict, fora_de_ordem
from engine.modelo import CanalRow, EnvioRow, Linha
from engine.ports import LugarNaFila
from engine.runtime import Ask, Reply, Stateful, settle
from engine.vistas import Endereco

Ler = Callable[[Linha, LugarNaFila | None, int, int], None]
"""Have the store read a line from a place on, at most so many; the answer is an EnviosLidos with that last number."""
LINHAS: Final[tuple[Linha, Linha]] = ("entrada", "saida")
"""In the order in which they are served: who wrote to us comes first."""


class _Espera(NamedTuple):
    """A connector that waits for jobs."""

    conector: str
    quantos: int
    resposta: Reply[Any]


class Despacho:
    """``anotar`` saves a job that has changed, and tells of it; ``pausar`` is told why nothing will pass; ``destino``
    says where the contact of a job is reached now. All that it holds can be read again, and is, when a turn fails.
    ``_neste_turno`` are those whom this turn answers: if it fails, it has answered nobody.

    After a start, connectors are back before what they have in hand was read: ``_adiados`` is what they say meanwhile.
    """

    __slots__ = (
        "_adiados", "_anotar", "_arquivo", "_ator", "_despertar", "_destino", "_esperas", "_leitura", "_ler", "_linhas",
        "_neste_turno", "_pausar", "_politica", "_sorteio", "esvaziamento",
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
    ) -> None:
        self._ator = ator
        self._destino = destino
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
            )
            for linha in LINHAS
        }

    def _todas(self) -> Collection[LinhaDeEnvios]:
        return self._linhas.values()

    def _pedir_leitura(self, linha: Linha, lido_ate: LugarNaFila | None, limite: int) -> None:
        self._ator.once_released(partial(self._ler, linha, lido_ate, limite, self._leitura))

    def aberto_ate(self) -> int | None:
        """Until when (ms) the circuit breaker lets nothing out; None: it does."""
        return self._linhas["saida"].disjuntor.aberto_ate or None

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
            elif self._adiados and self._aberto():
                self._retomar()
            else:
                self.servir()

    def _aberto(self) -> bool:
        return all(linha.aberta for linha in self._linhas.values())

    def _adiar(self, comando: ResponderTrabalho | LargarCanal) -> None:
        """It is handled again, in its order, once it is known who has what."""
        self._adiados.append(Ask(comando, self._ator.defer()))
        self.abrir()

    def _retomar(self) -> None:
        adiados, self._adiados = self._adiados, []
        self._lembrar(adiado.reply for adiado in adiados)
        for adiado in adiados:
            comando, resposta = adiado.message, adiado.reply
            assert isinstance(comando, LargarCanal | ResponderTrabalho), "nothing else is put off"
            try:
                if isinstance(comando, LargarCanal):
                    self._largar(comando)
                else:
                    self._responder(comando)
            except Conflict as recusa:
                self._ator.refuse(resposta, recusa)
            else:
                self._ator.answer(resposta, None)
        self.servir()

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

    def responder(self, comando: ResponderTrabalho) -> None:
        if self.linha_de(comando.resultado.id) is None and not self._aberto():
            self._adiar(comando)
            return
        self._responder(comando)
        self.servir()

    def _responder(self, comando: ResponderTrabalho) -> None:
        linha = self.linha_de(comando.resultado.id)
        if linha is None:
            raise Conflict("trabalho_perdido", "Este trabalho já não é deste conector: o prazo dele passou")
        linha.responder(comando.resultado)

    def linha_de(self, id_: str) -> LinhaDeEnvios | None:
        """The line in which a job is that is in memory."""
        return next((linha for linha in self._linhas.values() if linha.tem(id_)), None)

    def soube(self, antes: EnvioRow, mudar: Callable[[EnvioRow], EnvioRow]) -> EnvioRow:
        """Something is told of a job, which was stored as ``antes``. Gives the job as it is now."""
        linha = self.linha_de(antes.id)
        if linha is not None:
            depois = linha.soube(antes.id, mudar)
            self.servir()
            return depois
        depois = mudar(antes)
        if depois is not antes:
            self._anotar(antes, depois)
            self._linhas[depois.linha].tocar(depois.id, depois)
        return depois

    def religar(self) -> None:
        """The other side is another, or was mended: what failed before says nothing of it."""
        self._linhas["saida"].disjuntor = Disjuntor()
        self.servir()

    def abrir(self) -> None:
        """Look at what is stored, though nobody waits: somebody may have had jobs, whose deadlines go on."""
        for linha in self._linhas.values():
            linha.ler_mais()

    def esquecer(self, m: EsquecerEnvio) -> None:
        linha = self.linha_de(m.id)
        if linha is not None:
            linha.esquecer(m.id)
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
        if comando.tem is not None and not self._aberto():
            self._adiar(comando)
            return
        self._largar(comando)
        self.servir()

    def _largar(self, comando: LargarCanal) -> None:
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
