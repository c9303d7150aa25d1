"""Connectors and their providers: they take jobs, answer, fall silent, and come back with what they had or without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any, get_args

from msgspec import Struct

from actors.canal.comandos import BaterPonto, LargarCanal, ReceberStatus, ResponderTrabalho, TomarTrabalhos
from actors.canal.linha import FATIAS
from actors.comandos import Comando
from engine.conector.entradas import StatusRecebido
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import ClasseDeErro, Desfecho, Resultado, Trabalho
from engine.envios.antecipados import GUARDADOS_MS
from engine.envios.cargas import TRABALHOS
from engine.envios.politica import Politica
from engine.errors import BalcaoError, Conflict
from engine.modelo import EnvioRow, Quem
from engine.runtime import Reply
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.mundo import Mundo
from tests.simulacao.provedores import Provedores

NOMES = ("c1", "c2")
ARRENDAMENTO = Politica().arrendamento
FOLGA = ARRENDAMENTO // FATIAS
"""A lease that was prolonged a moment ago is not prolonged again."""
CHEGOU = ("aceito", "entregue", "lido")
DE_MENSAGEM = {nome for nomes in TRABALHOS.values() for nome in nomes}
Pedido = tuple[Comando[Any], Reply[Any]]


class Posse(Struct):
    """A job that was handed out: with whom it is, and until when it is that one's alone. ``externo``: what its provider
    calls it, which has it already though nobody was answered yet.
    """

    trabalho: Trabalho
    conector: Conector
    ate: int
    externo: str | None = None


class _Cedo(Struct):
    """A status that was told before the answer that says of which job it is: when, and the two replies."""

    trabalho: Trabalho
    empresa_id: str
    estado: str
    dito: Reply[Any]
    dito_em: int
    resposta: Reply[Any] | None = None
    respondido_em: int = 0


class _Espera(Reply[list[Trabalho]]):
    """``ao_chegar`` is called when it is answered."""

    __slots__ = ("ao_chegar",)

    def __init__(self, ao_chegar: Callable[[Reply[list[Trabalho]]], None]) -> None:
        super().__init__()
        self.ao_chegar = ao_chegar

    def settle(self, value: list[Trabalho] | None, error: BaseException | None) -> None:
        super().settle(value, error)
        self.ao_chegar(self)


class Conector:
    """One connector of one canal."""

    def __init__(self, empresa_id: str, canal_id: str, nome: str) -> None:
        self.empresa_id = empresa_id
        self.canal_id = canal_id
        self.nome = nome
        self.tem: dict[str, Posse] = {}
        self.espera: _Espera | None = None

    def dizer(self, classe: Any, **campos: Any) -> Comando[Any]:
        comando: Comando[Any] = classe(
            quem=Quem(self.empresa_id, None, "conector"), canal_id=self.canal_id, **campos
        )  # fmt: skip
        return comando


class Conectores:
    """``entregues`` are the jobs in the order in which each was handed out first. ``falhas`` are the errors by which
    waiting for jobs has ended, and whose. ``repetidas`` counts the answers that were said again.
    """

    def __init__(self, aleatorio: Random) -> None:
        self._r = aleatorio
        self._todos: dict[tuple[str, str, str], Conector] = {}
        self._posses: dict[str, Posse] = {}
        self._batidas: list[tuple[int, Conector, Reply[Any]]] = []
        self._chegadas: list[tuple[int, Conector, Reply[list[Trabalho]]]] = []
        self._ditas: list[tuple[Conector, Resultado, Reply[Any]]] = []
        self._de_novo: list[tuple[Reply[Any], Reply[Any]]] = []
        self._intrusas: list[Reply[Any]] = []
        self._cedo: list[_Cedo] = []
        self.provedores = Provedores(aleatorio)
        self.repetidas = 0
        self.entregues: list[Trabalho] = []
        self.desfechos: Counter[str] = Counter()
        self.falhas: list[tuple[Conector, BalcaoError]] = []

    def esquecer(self) -> None:
        """The node is gone: nobody is answered any more."""
        self._batidas.clear()
        for conector in self._todos.values():
            conector.espera = None

    # -- what happens ------------------------------------------------------------------------------------------------

    def mexer(self, mundo: Mundo, empresa_id: str, canal_id: str) -> Pedido | None:
        """One of them does something; None if that is nothing that is answered soon."""
        conector = self._um(empresa_id, canal_id, self._r.choice(NOMES))
        sorte = self._r.random()
        if sorte < 0.05:
            return self._repetir(mundo, canal_id)
        if sorte < 0.30 or not conector.tem:
            self.pedir(mundo, conector, self._r.randint(1, 4))
            return None
        if sorte < 0.55:
            return self._responder(mundo, conector)
        if sorte < 0.66:
            return self._antecipar(mundo, conector)
        if sorte < 0.68:
            return self._intrometer(mundo, conector)
        if sorte < 0.82:
            return self._status(mundo, conector)
        if sorte < 0.88:
            return self._bater(mundo, conector)
        if sorte < 0.94:
            return self._voltar(mundo, conector)
        if sorte < 0.97:
            return self._mandar(mundo, conector, LargarCanal, conector=conector.nome)
        self._sumir(conector)
        return None

    def _um(self, empresa_id: str, canal_id: str, nome: str) -> Conector:
        chave = (empresa_id, canal_id, nome)
        return self._todos.setdefault(chave, Conector(*chave))

    def _mandar(self, mundo: Mundo, de: Conector, classe: Any, **campos: Any) -> Pedido:
        comando = de.dizer(classe, **campos)
        return comando, mundo.pedir(comando)

    def pedir(self, mundo: Mundo, conector: Conector, quantos: int) -> None:
        if conector.espera is None:
            comando = conector.dizer(TomarTrabalhos, conector=conector.nome, quantos=quantos)
            conector.espera = _Espera(partial(self._chegou, mundo, conector))
            mundo.pedir(comando, conector.espera)

    def _responder(self, mundo: Mundo, conector: Conector) -> Pedido:
        posse = self._r.choice(list(conector.tem.values()))
        livres = (*get_args(Desfecho), "aceito", "aceito", "falhou")
        desfecho = self._r.choice(livres if posse.externo is None else (*CHEGOU, "aceito", "desconhecido"))
        return self.responder(mundo, conector, posse, desfecho)

    def responder(self, mundo: Mundo, conector: Conector, posse: Posse, desfecho: Any) -> Pedido:
        r, trabalho = self._r, posse.trabalho
        self._soltar(conector, trabalho.id)
        self.desfechos[desfecho] += 1
        chegou = desfecho in CHEGOU or (desfecho == "desconhecido" and r.random() < 0.5)
        externo = posse.externo
        if chegou and externo is None:
            externo = self.provedores.tomar(conector.canal_id, trabalho)
        resultado = Resultado(
            id=trabalho.id,
            tentativa=trabalho.tentativa,
            desfecho=desfecho,
            id_externo=externo,
            classe=r.choice(get_args(ClasseDeErro)) if desfecho == "falhou" else None,
            codigo=r.choice((None, "131026", "410")) if desfecho == "falhou" else None,
            tentar_em_ms=r.choice((None, 1_000, 60_000)) if desfecho == "falhou" else None,
        )
        pedido = self._mandar(mundo, conector, ResponderTrabalho, conector=conector.nome, resultado=resultado)
        self._ditas.append((conector, resultado, pedido[1]))
        for um in self._cedo:
            if um.trabalho is trabalho and desfecho in CHEGOU:
                um.resposta, um.respondido_em = pedido[1], mundo.clock.now()
        return pedido

    def _repetir(self, mundo: Mundo, canal_id: str) -> Pedido | None:
        """An answer is said again, perhaps long after."""
        ditas = [dita for dita in self._ditas if dita[0].canal_id == canal_id][-10:]
        if not ditas:
            return None
        conector, resultado, antes = self._r.choice(ditas)
        pedido = self._mandar(mundo, conector, ResponderTrabalho, conector=conector.nome, resultado=resultado)
        self._de_novo.append((antes, pedido[1]))
        return pedido

    def _intrometer(self, mundo: Mundo, conector: Conector) -> Pedido | None:
        """Somebody answers what another has."""
        posse = self._r.choice(list(conector.tem.values()))
        if self._posses.get(posse.trabalho.id) is not posse:
            return None
        outro = next(nome for nome in NOMES if nome != conector.nome)
        resultado = Resultado(id=posse.trabalho.id, tentativa=posse.trabalho.tentativa, desfecho="aceito")
        pedido = self._mandar(mundo, conector, ResponderTrabalho, conector=outro, resultado=resultado)
        self._intrusas.append(pedido[1])
        return pedido

    def _antecipar(self, mundo: Mundo, conector: Conector) -> Pedido | None:
        """The provider has it, and tells of it, before its connector has answered."""
        posse = self._r.choice(list(conector.tem.values()))
        if posse.externo is not None or posse.trabalho.trabalho not in DE_MENSAGEM:
            return None
        dele, now = self._posses.get(posse.trabalho.id) is posse, mundo.clock.now()
        posse.externo = self.provedores.tomar(conector.canal_id, posse.trabalho)
        id_, status = self.provedores.dizer(posse.trabalho.id, posse.externo, cedo=True)
        pedido = self._dizer_status(mundo, conector, [(id_, status)])
        if dele and now < posse.ate and status.trabalho_id is None:
            self._cedo.append(_Cedo(posse.trabalho, conector.empresa_id, status.estado, pedido[1], now))
        return pedido

    def _soltar(self, conector: Conector, id_: str) -> None:
        posse = conector.tem.pop(id_)
        if self._posses.get(id_) is posse:
            del self._posses[id_]

    def _status(self, mundo: Mundo, conector: Conector) -> Pedido | None:
        """The provider tells of what it was given, in any order, of a few at once."""
        ditos = self.provedores.contar(conector.canal_id)
        return self._dizer_status(mundo, conector, ditos) if ditos else None

    def _dizer_status(self, mundo: Mundo, conector: Conector, ditos: list[tuple[str, StatusRecebido]]) -> Pedido:
        for id_, um in ditos:
            if um.estado == "falhou":  # what it gives up is tried again
                self._posses.pop(id_, None)
        return self._mandar(mundo, conector, ReceberStatus, status=tuple(um for _, um in ditos))

    def _bater(self, mundo: Mundo, conector: Conector) -> Pedido:
        pedido = self._mandar(mundo, conector, BaterPonto, conector=conector.nome)
        self._batidas.append((mundo.clock.now(), conector, pedido[1]))
        return pedido

    def _voltar(self, mundo: Mundo, conector: Conector) -> Pedido:
        """A new connection of that name, which has some of what it had; what comes by the old one is never read."""
        conector.espera = None
        self._chegadas = [chegada for chegada in self._chegadas if chegada[1] is not conector]
        for id_ in [*conector.tem]:
            if self._r.random() < 0.5:
                self._soltar(conector, id_)
        sumidas = [id_ for id_, um in self._posses.items() if um.conector is conector and id_ not in conector.tem]
        for id_ in sumidas:
            del self._posses[id_]
        tem = tuple(EmMaos(posse.trabalho.id, posse.trabalho.tentativa) for posse in conector.tem.values())
        return self._mandar(mundo, conector, LargarCanal, conector=conector.nome, tem=tem)

    def _sumir(self, conector: Conector) -> None:
        """It falls silent, whatever it has done by then."""
        for posse in conector.tem.values():
            if posse.externo is None and self._r.random() < 0.5:
                self.provedores.tomar(conector.canal_id, posse.trabalho)
        conector.tem.clear()

    # -- what they are given -----------------------------------------------------------------------------------------

    def _chegou(self, mundo: Mundo, conector: Conector, resposta: Reply[list[Trabalho]]) -> None:
        if conector.espera is resposta:
            conector.espera = None
            self._chegadas.append((mundo.clock.now(), conector, resposta))

    def recolher(self) -> None:
        """Take what was answered: nobody else may have it, and nobody had that one before."""
        for em, conector, resposta in self._batidas:
            if resposta.is_set and _valor(resposta) is None:
                for posse in conector.tem.values():
                    posse.ate = max(posse.ate, em + ARRENDAMENTO - FOLGA) if em < posse.ate else posse.ate
        self._batidas = [batida for batida in self._batidas if not batida[2].is_set]
        chegadas, self._chegadas = self._chegadas, []
        for em, conector, resposta in chegadas:
            for trabalho in self._respondido(conector, resposta):
                self._receber(conector, trabalho, em)
        self._conferir_respostas()

    def _conferir_respostas(self) -> None:
        """Nobody answers for another; and what was taken is taken again, unless there is another try by now."""
        assert not any(_aceita(um) for um in self._intrusas), "somebody has answered what another has"
        self._intrusas = [um for um in self._intrusas if not um.is_set]
        for antes, de_novo in self._de_novo:
            valor = _valor(de_novo) if de_novo.is_set and _aceita(antes) else None
            perdida = isinstance(valor, Conflict) and valor.codigo == "trabalho_perdido"
            assert not perdida or "entregue de novo" in str(valor), f"what was taken is refused: {valor}"
            self.repetidas += _aceita(de_novo)
        self._de_novo = [um for um in self._de_novo if not um[1].is_set]

    def conferir_antecipados(self, loja: LojaEmMemoria) -> int:
        """Where nothing went wrong: that a message has arrived is not lost because it was told too early. Gives how
        many there were.
        """
        quantos = 0
        for um in self._cedo:
            certas = um.resposta is not None and _aceita(um.dito) and _aceita(um.resposta)
            if certas and um.estado in {"entregue", "lido"} and um.respondido_em - um.dito_em < GUARDADOS_MS:
                row = loja.um(EnvioRow, um.empresa_id, um.trabalho.id)
                assert row is not None
                assert row.estado in {"entregue", "lido"}, f"what was told early of {row.id} is lost"
                quantos += 1
        return quantos

    def _respondido(self, conector: Conector, resposta: Reply[list[Trabalho]]) -> list[Trabalho]:
        try:
            return resposta.get()
        except BalcaoError as erro:
            self.falhas.append((conector, erro))
            return []

    def _receber(self, conector: Conector, trabalho: Trabalho, now: int) -> None:
        antes = self._posses.get(trabalho.id)
        if antes is not None and antes.conector.canal_id != conector.canal_id:
            antes = None  # what a canal leaves behind when it is deleted goes by another, if somebody wants that
        assert antes is None or now >= antes.ate, f"{trabalho.id} is with two connectors"
        assert antes is None or antes.trabalho.tentativa < trabalho.tentativa, f"{trabalho.id} is handed out twice"
        if trabalho.tentativa == 1:
            self.entregues.append(trabalho)
        posse = Posse(trabalho, conector, trabalho.prazo)
        conector.tem[trabalho.id] = self._posses[trabalho.id] = posse

    def trabalhar(self, mundo: Mundo, empresa_id: str, canal_id: str) -> Iterator[Pedido]:
        """Once there are no faults any more: one of them does all that it has, the other has nothing."""
        for nome in NOMES:
            conector = self._um(empresa_id, canal_id, nome)
            for posse in [*conector.tem.values()]:
                yield self.responder(mundo, conector, posse, "aceito")
        self.pedir(mundo, self._um(empresa_id, canal_id, NOMES[0]), 100)


def _aceita(resposta: Reply[Any]) -> bool:
    return resposta.is_set and _valor(resposta) is None


def _valor(resposta: Reply[Any]) -> object:
    try:
        return resposta.get()
    except BalcaoError as erro:
        return erro
