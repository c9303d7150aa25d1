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
from engine.conector.entradas import EstadoExterno, StatusRecebido
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import ClasseDeErro, Desfecho, Resultado, Trabalho
from engine.envios.politica import Politica
from engine.errors import BalcaoError
from engine.modelo import Quem
from engine.runtime import Reply
from tests.simulacao.mundo import Mundo

NOMES = ("c1", "c2")
ARRENDAMENTO = Politica().arrendamento
FOLGA = ARRENDAMENTO // FATIAS
"""A lease that was prolonged a moment ago is not prolonged again."""
Pedido = tuple[Comando[Any], Reply[Any]]


class Posse(Struct):
    """A job that was handed out: with whom it is, and until when it is that one's alone."""

    trabalho: Trabalho
    conector: Conector
    ate: int


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
    """``enviados`` counts how often a provider has taken a job. ``entregues`` are the jobs in the order in which each
    was handed out first. ``falhas`` are the errors by which waiting for jobs has ended, and whose.
    """

    def __init__(self, aleatorio: Random) -> None:
        self._r = aleatorio
        self._todos: dict[tuple[str, str, str], Conector] = {}
        self._posses: dict[str, Posse] = {}
        self._batidas: list[tuple[int, Conector, Reply[Any]]] = []
        self._chegadas: list[tuple[int, Conector, Reply[list[Trabalho]]]] = []
        self._conhecidos: dict[str, list[tuple[str, str]]] = {}
        self.enviados: Counter[str] = Counter()
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
        if sorte < 0.35 or not conector.tem:
            self.pedir(mundo, conector, self._r.randint(1, 4))
            return None
        if sorte < 0.75:
            return self._responder(mundo, conector)
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
        desfecho = self._r.choice((*get_args(Desfecho), "aceito", "aceito", "falhou"))
        return self.responder(mundo, conector, posse.trabalho, desfecho)

    def responder(self, mundo: Mundo, conector: Conector, trabalho: Trabalho, desfecho: Any) -> Pedido:
        r = self._r
        self._soltar(conector, trabalho.id)
        self.desfechos[desfecho] += 1
        chegou = desfecho in {"aceito", "entregue", "lido"} or (desfecho == "desconhecido" and r.random() < 0.5)
        externo = self._enviar(conector, trabalho) if chegou else None
        resultado = Resultado(
            id=trabalho.id,
            tentativa=trabalho.tentativa,
            desfecho=desfecho,
            id_externo=externo,
            classe=r.choice(get_args(ClasseDeErro)) if desfecho == "falhou" else None,
            codigo=r.choice((None, "131026", "410")) if desfecho == "falhou" else None,
            tentar_em_ms=r.choice((None, 1_000, 60_000)) if desfecho == "falhou" else None,
        )
        return self._mandar(mundo, conector, ResponderTrabalho, conector=conector.nome, resultado=resultado)

    def _enviar(self, conector: Conector, trabalho: Trabalho) -> str:
        """The provider takes it; gives what it calls it."""
        externo = f"ext.{trabalho.id}.{trabalho.tentativa}"
        self.enviados[trabalho.id] += 1
        self._conhecidos.setdefault(conector.canal_id, []).append((trabalho.id, externo))
        return externo

    def _soltar(self, conector: Conector, id_: str) -> None:
        posse = conector.tem.pop(id_)
        if self._posses.get(id_) is posse:
            del self._posses[id_]

    def _status(self, mundo: Mundo, conector: Conector) -> Pedido | None:
        """The provider tells of what it was given, in any order, of a few at once."""
        r, conhecidos = self._r, self._conhecidos.get(conector.canal_id, [])
        if not conhecidos:
            return None
        ditos = []
        for id_, externo in r.choices(conhecidos[-10:], k=r.randint(1, 4)):
            com_id = r.random() < 0.5
            estado = r.choice((*get_args(EstadoExterno), "entregue", "lido"))
            ditos.append(
                StatusRecebido(
                    estado=estado, em=0, trabalho_id=id_ if com_id else None, id_externo=None if com_id else externo
                )
            )
            if estado == "falhou":  # what it gives up, somebody may have tried again
                self._posses.pop(id_, None)
        return self._mandar(mundo, conector, ReceberStatus, status=tuple(ditos))

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
            if self._r.random() < 0.5:
                self._enviar(conector, posse.trabalho)
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

    def _respondido(self, conector: Conector, resposta: Reply[list[Trabalho]]) -> list[Trabalho]:
        try:
            return resposta.get()
        except BalcaoError as erro:
            self.falhas.append((conector, erro))
            return []

    def _receber(self, conector: Conector, trabalho: Trabalho, now: int) -> None:
        antes = self._posses.get(trabalho.id)
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
                yield self.responder(mundo, conector, posse.trabalho, "aceito")
        self.pedir(mundo, self._um(empresa_id, canal_id, NOMES[0]), 100)


def _valor(resposta: Reply[Any]) -> object:
    try:
        return resposta.get()
    except BalcaoError as erro:
        return erro
