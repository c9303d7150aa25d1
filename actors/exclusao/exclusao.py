"""How something that others use is deleted: another takes its place everywhere, and then it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import islice
from typing import Protocol

from actors.exclusao.mensagens import ExclusaoEmCurso, ExclusaoVencida, Trocou
from engine.errors import Conflict, Detalhe, Invalid, NotFound, Unavailable
from engine.modelo import Quem
from engine.runtime import Address, Effects, Reply, settle

FATIA = 500
"""How many users are asked at a time: a few milliseconds of work."""

VEZES = 4
"""How often the same one is asked before the deletion is given up."""

PRAZO = 30_000
"""How long a deletion may take, in ms."""


class Excluivel(Protocol):
    """What an :class:`Exclusao` has to know of what it deletes. ``em_uso`` are the ``codigo`` and the message of the
    refusal while something uses it.
    """

    @property
    def em_uso(self) -> tuple[str, str]: ...

    def exigir_substituto(self, id_: str) -> object:
        """Raise NotFound unless there is another of this id that could take its place."""

    def usos(self) -> list[Detalhe]:
        """What uses it: one for each kind of user, with the count and the remedy."""

    def ocupado(self) -> bool:
        """Whether somebody that must be asked still uses it."""

    def a_trocar(self, para: str, quem: Quem) -> Iterable[tuple[str, Address, object]]:
        """The users that have to be asked to use ``para``, some or all: a key, the actor, the message."""

    def apagar(self, quem: Quem, no_lugar: str | None) -> None:
        """Save and publish that it is deleted."""


class Saindo(Protocol):
    """What of the empresa is being deleted, by id, each with what takes its place: nobody new finds it."""

    @property
    def saindo(self) -> Mapping[str, str]: ...
    def vai_sair(self, id_: str, no_lugar: str) -> None: ...
    def nao_sai_mais(self, id_: str) -> None: ...


class Exclusao:
    """Held by an actor that can be deleted while others use it, if another takes its place.

    Nothing is deleted before the last user has moved and that is durable, so a crash at any moment leaves it there,
    used by those that are left, and the same command can be given again. The deletion itself is not durable, and need
    not be: who asked is told that it was interrupted.

    The actor calls, from its handlers::

        the command to delete    exclusao.pedir(quem, realocar)
        Trocou                   exclusao.trocou(m)
        ExclusaoVencida          exclusao.venceu(m)
        less use of it           exclusao.seguir()          nothing, if no deletion is under way
        recovered                exclusao.recuperar()
        suspended, stopped       exclusao.interromper()

    ``em_curso`` is not None while a deletion is under way, from within the turn that begins it. ``ao_comecar`` is
    called when one begins, before anybody is asked to move; ``ao_desistir`` when it is given up in a turn that stands
    (after a crash the actor was rebuilt, and nobody is called).
    """

    __slots__ = ("_ao_comecar", "_ao_desistir", "_ator", "_coisa", "_id", "_saindo", "em_curso")

    def __init__(
        self,
        ator: Effects,
        saindo: Saindo,
        id_: str,
        coisa: Excluivel,
        *,
        ao_comecar: Callable[[], None] = lambda: None,
        ao_desistir: Callable[[], None] = lambda: None,
    ) -> None:
        self._ator = ator
        self._saindo = saindo
        self._id = id_
        self._coisa = coisa
        self._ao_comecar = ao_comecar
        self._ao_desistir = ao_desistir
        self.em_curso: ExclusaoEmCurso | None = None

    # -- as it should go ---------------------------------------------------------------------------------------------

    def pedir(self, quem: Quem, realocar: str | None) -> None:
        """Delete it at once if nothing uses it, or when ``realocar`` has taken its place everywhere.

        Raises Conflict, Invalid, NotFound.
        """
        self.exigir(realocar)
        if not self._coisa.usos():
            self._coisa.apagar(quem, realocar)
            self._ator.stop()
        elif realocar is not None:
            self._comecar(ExclusaoEmCurso(quem, realocar, self._ator.defer()))

    def exigir(self, realocar: str | None) -> None:
        """Raise what :meth:`pedir` would."""
        if self.em_curso is not None:
            raise Conflict("em_exclusao", "Já está sendo excluído; aguarde")
        if realocar is not None:
            exigir_outro(self._id, realocar, self._coisa.exigir_substituto)
        if self._id in self._saindo.saindo.values():
            raise Conflict(
                "recebendo_realocacao",
                "Está recebendo o que era de outro que está sendo excluído; tente de novo em instantes",
            )
        usos = self._coisa.usos()
        if usos and realocar is None:
            raise Conflict(*self._coisa.em_uso, tuple(usos))

    def _comecar(self, em_curso: ExclusaoEmCurso) -> None:
        ator = self._ator
        self.em_curso = em_curso
        self._ao_comecar()
        ator.once_released(partial(self._saindo.vai_sair, self._id, em_curso.para))
        ator.at(ator.now() + PRAZO, ExclusaoVencida(em_curso))
        self.seguir()

    def seguir(self) -> None:
        """Ask whoever still uses it; when nobody does, go."""
        em_curso = self.em_curso
        if em_curso is None or em_curso.pedidos:
            return
        if self._coisa.ocupado():
            self._pedir_que_troquem(em_curso)
        else:
            self._coisa.apagar(em_curso.quem, em_curso.para)
            self._ator.answer(em_curso.resposta, None)
            self._ator.once_released(partial(self._largar, em_curso))
            self._ator.stop()

    def _pedir_que_troquem(self, em_curso: ExclusaoEmCurso) -> None:
        usuarios = list(islice(self._coisa.a_trocar(em_curso.para, em_curso.quem), FATIA))
        if any(em_curso.vezes[chave] == VEZES for chave, _, _ in usuarios):
            self._desistir(em_curso, em_curso.erro or _demorada())
            return
        for chave, usuario, troca in usuarios:
            em_curso.pedidos.add(chave)
            em_curso.vezes[chave] += 1
            usuario.forward(troca, _RespostaDaTroca(self._ator.ref, em_curso, chave))

    def trocou(self, m: Trocou) -> None:
        if m.exclusao is self.em_curso:
            m.exclusao.erro = m.erro or m.exclusao.erro
            m.exclusao.pedidos.discard(m.chave)
            self.seguir()

    # -- when it does not come to its end ----------------------------------------------------------------------------

    def venceu(self, m: ExclusaoVencida) -> None:
        if m.exclusao is self.em_curso:
            self._desistir(m.exclusao, _demorada())

    def _desistir(self, em_curso: ExclusaoEmCurso, erro: BaseException) -> None:
        """It stays, and with it those that have not moved yet."""
        self._ator.refuse(em_curso.resposta, erro)
        self._ator.once_released(partial(self._largar, em_curso))
        self._ao_desistir()

    def recuperar(self) -> None:
        """The actor was rebuilt after a crash: it stays."""
        if self.em_curso is not None:
            self._ator.refuse(self.em_curso.resposta, _interrompida())
            self._ator.once_released(partial(self._largar, self.em_curso))

    def interromper(self) -> None:
        """Outside any turn, the actor has stopped or is quarantined: whoever asked must not wait for ever."""
        if self.em_curso is not None:
            settle(self.em_curso.resposta, None, _interrompida())
            self._largar(self.em_curso)

    def _largar(self, em_curso: ExclusaoEmCurso) -> None:
        if self.em_curso is em_curso:
            self.em_curso = None
            self._saindo.nao_sai_mais(self._id)


class _RespostaDaTroca(Reply[object]):
    """A reply that tells the one that leaves how it ended, by a Trocou."""

    __slots__ = ("_chave", "_em_curso", "_quem_sai")

    def __init__(self, quem_sai: Address, em_curso: ExclusaoEmCurso, chave: str) -> None:
        super().__init__()
        self._quem_sai = quem_sai
        self._em_curso = em_curso
        self._chave = chave

    def settle(self, value: object, error: BaseException | None) -> None:
        super().settle(value, error)
        # Not told: it may be in the middle of a turn, and is no part of it.
        self._quem_sai.deliver(Trocou(self._em_curso, self._chave, error))


def exigir_outro(id_: str, realocar: str, exigir: Callable[[str], object]) -> None:
    """Raise Invalid or NotFound unless ``realocar`` is another one, that exists by what ``exigir`` says."""
    if realocar == id_:
        problema = Detalhe("realocar", "É o próprio que se quer excluir: informe o id de outro")
        raise Invalid("requisicao_invalida", "A requisição tem campos inválidos", (problema,))
    try:
        exigir(realocar)
    except NotFound as erro:
        problema = Detalhe("realocar", "Não existe, ou foi excluído: informe o id de outro")
        raise NotFound(erro.codigo, erro.message, (problema,)) from None


def _demorada() -> Unavailable:
    return Unavailable("exclusao_demorada", "Nem tudo pôde ser realocado, e nada foi excluído; tente de novo", 5)


def _interrompida() -> Unavailable:
    return Unavailable("exclusao_interrompida", "A exclusão foi interrompida; tente de novo em instantes", 5)
