"""Waiting for contacts: a message that needs some that are not at hand is handled again when they were read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from actors.contatos.agenda import Agenda
from actors.diretorio.empresa_viva import EmpresaViva
from actors.protocolo import ContatosCarregados, LeituraDeContatos, LerContatos
from engine.errors import Overloaded, fora_de_ordem
from engine.runtime import Actor, Ask, Reply, handles, settle

PEDIDOS_POR_LEITURA = 1_000
"""Who waits is served by one reading for all, up to so many."""

ESPERANDO_NO_MAXIMO = 20_000
"""More than that are not kept waiting: as many as the journal takes."""


class _Pedido(NamedTuple):
    """A message that cannot be handled yet, whoever waits for its answer, and what has to be read first."""

    mensagem: object
    resposta: Reply[Any]
    chaves: list[str]
    ids: list[str]


class Espera(Actor):
    """The part of an Empresa that has its contacts at hand, and reads those that it lacks.

    ``_agenda`` is what is at hand. What it lacks is read: whoever needs it is in ``_esperando`` meanwhile, and is
    handled again when something was read. ``_lendo`` is the reading under way, for the first ``_quantos`` of them;
    ``_vai_ler`` says that one is about to begin. All change only in callbacks of turns: a crash leaves them as they
    were.
    """

    __slots__ = ("_agenda", "_esperando", "_lendo", "_quantos", "_vai_ler")

    group: EmpresaViva

    def __init__(self, group: EmpresaViva, row: Any) -> None:
        super().__init__(group, row=row)
        self._agenda = Agenda(lambda: group.durable_seq)
        self._esperando: list[_Pedido] = []
        self._lendo: LerContatos | None = None
        self._quantos = 0
        self._vai_ler = False

    def _aguardar(self, mensagem: object, de: Iterable[str], ids: Iterable[str] = ()) -> bool:
        """True if something of these addresses and contacts has to be read first: then the message is handled again
        when it was.
        """
        falta = self._agenda.faltam(de, ids)
        if falta is None:
            return False
        if len(self._esperando) >= ESPERANDO_NO_MAXIMO:
            raise Overloaded("sobrecarga", "Há contatos demais esperando para ser lidos; tente de novo em instantes")
        self.once_released(partial(self._entrar_em_espera, _Pedido(mensagem, self.defer(), *falta)))
        return True

    def _entrar_em_espera(self, espera: _Pedido) -> None:
        self._esperando.append(espera)
        if self._lendo is None and not self._vai_ler:
            self._vai_ler = True
            self.ref.tell(LeituraDeContatos())  # behind what is in the mailbox: one reading serves all of that

    @handles(LeituraDeContatos)
    def comecar_a_ler(self, _: LeituraDeContatos) -> None:
        self.once_released(self._ler)

    def _ler(self) -> None:
        leva = self._esperando[:PEDIDOS_POR_LEITURA]
        self._vai_ler = False
        self._quantos = len(leva)
        self._lendo = LerContatos(
            tuple(dict.fromkeys(chave for espera in leva for chave in espera.chaves)),
            tuple(dict.fromkeys(id_ for espera in leva for id_ in espera.ids)),
        )
        self._agenda.vai_ler()
        self.group.leituras.ler_contatos(self.group, self._lendo)

    @handles(ContatosCarregados)
    def contatos_carregados(self, m: ContatosCarregados) -> None:
        if m.pedido is not self._lendo:  # of before a quarantine: nobody waits for it any more
            return
        recusados = 0
        if m.erro is not None:  # those who came meanwhile are refused too: what they wait for is away
            recusados = len(self._esperando)
            for espera in self._esperando:
                self.refuse(espera.resposta, m.erro)
        self.once_released(partial(self._leu, m, recusados))

    def _leu(self, m: ContatosCarregados, recusados: int) -> None:
        """All who wait are handled again, before what came later, so that the messages of one contact keep their
        order; who still lacks something waits for the next reading.
        """
        esperando, self._esperando = self._esperando, []
        self._lendo = None
        if m.achados is None:
            self._agenda.desistiu()
            del esperando[:recusados]
        else:
            self._agenda.leu(m.pedido, m.achados)
        assert self.ref.queue is not None, "this runs between two messages of the mailbox"
        self.ref.queue.extendleft(Ask(espera.mensagem, espera.resposta) for espera in reversed(esperando))

    def recovered(self, message: object) -> None:
        """What was read was lost with its turn: those who waited for it are refused."""
        if isinstance(message, LeituraDeContatos):
            self.once_released(self._ler)
        elif isinstance(message, ContatosCarregados) and message.pedido is self._lendo:
            for espera in self._esperando[: self._quantos]:
                self.refuse(espera.resposta, fora_de_ordem())
            self.once_released(
                partial(self._leu, ContatosCarregados(message.pedido, None, fora_de_ordem()), self._quantos)
            )

    def _ninguem_espera(self) -> None:
        """The actor stops, or is quarantined: nobody will serve those who wait."""
        esperando, self._esperando = self._esperando, []
        self._lendo = None
        self._vai_ler = False
        self._agenda.desistiu()
        for espera in esperando:
            settle(espera.resposta, None, fora_de_ordem())
