"""Messages that are put off: they need contacts that are not at hand, and are handled again when those were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from actors.contatos.agenda import Agenda
from actors.contatos.mensagens import ContatosCarregados, LeituraDeContatos, LerContatos
from engine.errors import Overloaded, fora_de_ordem
from engine.runtime import Ask, Effects, Reply, settle

PEDIDOS_POR_LEITURA = 1_000
"""Who waits is served by one reading for all, up to so many."""

ADIADOS_NO_MAXIMO = 20_000
"""More than that are not kept waiting: as many as the journal takes."""


class _Adiado(NamedTuple):
    """A message that cannot be handled yet, whoever waits for its answer, and what has to be read first."""

    mensagem: object
    resposta: Reply[Any]
    chaves: list[str]
    ids: list[str]


class Adiados:
    """What the agenda lacks is read: whoever needs it is in ``_adiados`` meanwhile, and is handled again when something
    was read. ``_lendo`` is the reading under way, for the first ``_quantos`` of them; ``_vai_ler`` says that one is
    about to begin. All change only in callbacks of turns: a crash leaves them as they were.

    ``ler`` has the node read; the answer is a ContatosCarregados to the actor.
    """

    __slots__ = ("_adiados", "_agenda", "_ator", "_lendo", "_ler", "_quantos", "_vai_ler")

    def __init__(self, ator: Effects, agenda: Agenda, ler: Callable[[LerContatos], None]) -> None:
        self._ator = ator
        self._agenda = agenda
        self._ler = ler
        self._adiados: list[_Adiado] = []
        self._lendo: LerContatos | None = None
        self._quantos = 0
        self._vai_ler = False

    def __len__(self) -> int:
        return len(self._adiados)

    def adiar(self, mensagem: object, chaves: Iterable[str], ids: Iterable[str] = ()) -> bool:
        """True if something of these addresses and contacts has to be read first: then the message is handled again
        when it was. Raises Overloaded.
        """
        falta = self._agenda.faltam(chaves, ids)
        if falta is None:
            return False
        if len(self._adiados) >= ADIADOS_NO_MAXIMO:
            raise Overloaded("sobrecarga", "Há contatos demais esperando para ser lidos; tente de novo em instantes")
        self._ator.once_released(partial(self._guardar, _Adiado(mensagem, self._ator.defer(), *falta)))
        return True

    def _guardar(self, adiado: _Adiado) -> None:
        self._adiados.append(adiado)
        if self._lendo is None and not self._vai_ler:
            self._vai_ler = True
            self._ator.ref.tell(LeituraDeContatos())  # behind what is in the mailbox: one reading serves all of that

    def comecar_a_ler(self) -> None:
        self._ator.once_released(self._comecar)

    def _comecar(self) -> None:
        leva = self._adiados[:PEDIDOS_POR_LEITURA]
        self._vai_ler = False
        self._quantos = len(leva)
        self._lendo = LerContatos(
            tuple(dict.fromkeys(chave for adiado in leva for chave in adiado.chaves)),
            tuple(dict.fromkeys(id_ for adiado in leva for id_ in adiado.ids)),
        )
        self._agenda.vai_ler()
        self._ler(self._lendo)

    def carregados(self, m: ContatosCarregados) -> None:
        """Something was read, or could not be."""
        if m.pedido is not self._lendo:  # of before a quarantine: nobody waits for it any more
            return
        recusados = 0
        if m.erro is not None:  # those who came meanwhile are refused too: what they wait for is away
            recusados = len(self._adiados)
            for adiado in self._adiados:
                self._ator.refuse(adiado.resposta, m.erro)
        self._ator.once_released(partial(self._leu, m, recusados))

    def _leu(self, m: ContatosCarregados, recusados: int) -> None:
        """All who wait are handled again, before what came later, so that the messages of one contact keep their
        order; who still lacks something waits for the next reading.
        """
        adiados, self._adiados = self._adiados, []
        self._lendo = None
        if m.achados is None:
            self._agenda.desistiu()
            del adiados[:recusados]
        else:
            self._agenda.leu(m.pedido, m.achados)
        self._ator.ref.put_back(Ask(adiado.mensagem, adiado.resposta) for adiado in adiados)

    # -- when it goes wrong ------------------------------------------------------------------------------------------

    def recuperar(self, mensagem: object) -> None:
        """The actor was rebuilt, and this message lost: what was read was lost with its turn, so those who waited for
        it are refused.
        """
        if isinstance(mensagem, LeituraDeContatos):
            self._ator.once_released(self._comecar)
        elif isinstance(mensagem, ContatosCarregados) and mensagem.pedido is self._lendo:
            for adiado in self._adiados[: self._quantos]:
                self._ator.refuse(adiado.resposta, fora_de_ordem())
            nada = ContatosCarregados(mensagem.pedido, None, fora_de_ordem())
            self._ator.once_released(partial(self._leu, nada, self._quantos))

    def abandonar(self) -> None:
        """Outside any turn, the actor has stopped or is quarantined: nobody will serve those who wait."""
        adiados, self._adiados = self._adiados, []
        self._lendo = None
        self._vai_ler = False
        self._agenda.desistiu()
        for adiado in adiados:
            settle(adiado.resposta, None, fora_de_ordem())
