"""Leaving: how something that others use is deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import ClassVar

from actors.diretorio.empresa_viva import EmpresaViva
from actors.exclusao.realocacao import Pendencia, Retorno, SaidaVencida, Trocou
from engine.errors import Conflict, Detalhe, Invalid, NotFound, Unavailable
from engine.modelo import Quem
from engine.runtime import Actor, Ref, handles, settle

FATIA = 500
"""How many users are asked at a time: a few milliseconds of work."""

VEZES = 4
"""How often the same one is asked before the deletion is given up."""

PRAZO = 30_000
"""How long a deletion may take, in ms."""


class Saida(Actor):
    """An actor that can be deleted while others use it, if another takes its place.

    Nothing is deleted before the last user has moved and that is durable, so a crash at any moment leaves it there,
    used by those that are left, and the same command can be given again. Meanwhile nobody new finds it
    (``EmpresaViva.saindo``).
    """

    __slots__ = ("_saida",)

    em_uso: ClassVar[tuple[str, str]]
    """The ``codigo`` and the message of the refusal while something uses it."""

    group: EmpresaViva

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: object) -> None:
        super().__init__(group, parent=parent, row=row)
        self._saida: Pendencia | None = None

    # -- what a subclass says ----------------------------------------------------------------------------------------

    def _do_mesmo_tipo(self, id_: str) -> Ref:
        """One that could take its place. Raises NotFound."""
        raise NotImplementedError

    def _usos(self) -> list[Detalhe]:
        """What uses it: one for each kind of user, with the count and the remedy."""
        raise NotImplementedError

    def _a_trocar(self, saida: Pendencia) -> Iterable[tuple[str, Ref, object]]:
        """The users that have to be asked, some or all: a key, the actor, the message."""
        raise NotImplementedError

    def _ocupado(self) -> bool:
        """Whether somebody that must be asked still uses it."""
        raise NotImplementedError

    def _excluir(self, quem: Quem, no_lugar: str | None) -> None:
        """Save and publish that it is deleted."""
        raise NotImplementedError

    def _ficou(self) -> None:
        """The deletion was given up."""

    # -- the way out -------------------------------------------------------------------------------------------------

    def _sair(self, quem: Quem, realocar: str | None) -> None:
        """Delete it at once if nothing uses it, or when ``realocar`` has taken its place everywhere."""
        if self._saida is not None:
            raise Conflict("em_exclusao", "Já está sendo excluído; aguarde")
        if realocar is not None:
            exigir_outro(self.row.id, realocar, self._do_mesmo_tipo)
        if self.row.id in self.group.saindo.values():
            raise Conflict(
                "recebendo_realocacao",
                "Está recebendo o que era de outro que está sendo excluído; tente de novo em instantes",
            )
        if not self._usos():
            self._excluir(quem, realocar)
            self.stop()
        elif realocar is None:
            raise Conflict(*self.em_uso, tuple(self._usos()))
        else:
            self._comecar(Pendencia(quem, realocar, self.defer()))

    def _comecar(self, saida: Pendencia) -> None:
        self._saida = saida
        self.once_released(partial(self.group.vai_sair, self.row.id, saida.para))
        self.at(self.now() + PRAZO, SaidaVencida(saida))
        self._seguir(saida)

    def _seguir(self, saida: Pendencia) -> None:
        """Ask whoever still uses it; when nobody does, go."""
        if saida.pedidos:
            return
        if not self._ocupado():
            self._excluir(saida.quem, saida.para)
            self.answer(saida.resposta, None)
            self.once_released(partial(self._largar, saida))
            self.stop()
        else:
            self._pedir_que_troquem(saida)

    def _pedir_que_troquem(self, saida: Pendencia) -> None:
        usuarios = list(islice(self._a_trocar(saida), FATIA))
        if any(saida.vezes[chave] == VEZES for chave, _, _ in usuarios):
            self._desistir_de_sair(saida, saida.erro or _demorada())
            return
        for chave, ref, mensagem in usuarios:
            saida.pedidos.add(chave)
            saida.vezes[chave] += 1
            ref.forward(mensagem, Retorno(self.ref, saida, chave))

    @handles(Trocou)
    def trocou(self, m: Trocou) -> None:
        if m.saida is self._saida:
            m.saida.erro = m.erro or m.saida.erro
            m.saida.pedidos.discard(m.chave)
            self._seguir(m.saida)

    @handles(SaidaVencida)
    def vencer_saida(self, m: SaidaVencida) -> None:
        if m.saida is self._saida:
            self._desistir_de_sair(m.saida, _demorada())

    def _desistir_de_sair(self, saida: Pendencia, erro: BaseException) -> None:
        """It stays, and with it those that have not moved yet."""
        self.refuse(saida.resposta, erro)
        self.once_released(partial(self._largar, saida))
        self._ficou()

    def _largar(self, saida: Pendencia) -> None:
        if self._saida is saida:
            self._saida = None
            self.group.nao_sai_mais(self.row.id)

    # -- when it does not come to its end ----------------------------------------------------------------------------

    def recovered(self, message: object) -> None:  # noqa: ARG002
        if self._saida is not None:
            self.refuse(self._saida.resposta, _interrompida())
            self.once_released(partial(self._largar, self._saida))

    def suspended(self) -> None:
        self._interromper()

    def stopped(self) -> None:
        self._interromper()

    def _interromper(self) -> None:
        """Outside any turn: whoever asked must not wait for ever."""
        if self._saida is not None:
            settle(self._saida.resposta, None, _interrompida())
            self._largar(self._saida)


def exigir_outro(id_: str, realocar: str, achar: Callable[[str], Ref]) -> None:
    """Raise Invalid or NotFound unless ``realocar`` is another one, that exists."""
    if realocar == id_:
        problema = Detalhe("realocar", "É o próprio que se quer excluir: informe o id de outro")
        raise Invalid("requisicao_invalida", "A requisição tem campos inválidos", (problema,))
    try:
        achar(realocar)
    except NotFound as erro:
        problema = Detalhe("realocar", "Não existe, ou foi excluído: informe o id de outro")
        raise NotFound(erro.codigo, erro.message, (problema,)) from None


def _demorada() -> Unavailable:
    return Unavailable("exclusao_demorada", "Nem tudo pôde ser realocado, e nada foi excluído; tente de novo", 5)


def _interrompida() -> Unavailable:
    return Unavailable("exclusao_interrompida", "A exclusão foi interrompida; tente de novo em instantes", 5)
