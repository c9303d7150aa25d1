"""Who serves which fila: its own members, and the members of the equipes that are linked to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from engine.modelo import EquipeFilaRow, EquipeMembroRow, MembroRow

Vinculo = MembroRow | EquipeMembroRow | EquipeFilaRow
"""One fact of membership, or that it is over (``ativo`` False)."""

Vias = tuple[str | None, ...]
"""By what somebody serves a fila: the ids of equipes, in order; None, before them, as a member of its own."""

Passagem = tuple[str, str, Vias]
"""A fila, an atendente, and by what it serves it from now on: by nothing, if it ceases to."""

_NINGUEM: frozenset[str] = frozenset()


class Relacao:
    """Pairs of ids, looked up from both sides."""

    __slots__ = ("_de_um", "_do_outro")

    def __init__(self) -> None:
        self._de_um: dict[str, set[str]] = {}
        self._do_outro: dict[str, set[str]] = {}

    def mudar(self, um: str, outro: str, *, ativo: bool) -> None:
        for lado, chave, valor in ((self._de_um, um, outro), (self._do_outro, outro, um)):
            if ativo:
                lado.setdefault(chave, set()).add(valor)
            elif chave in lado:
                lado[chave].discard(valor)
                if not lado[chave]:
                    del lado[chave]

    def de(self, um: str) -> Set[str]:
        return self._de_um.get(um, _NINGUEM)

    def com(self, outro: str) -> Set[str]:
        return self._do_outro.get(outro, _NINGUEM)


class Participacao:
    """The memberships of an empresa.

    ``membros_de`` (by fila) and ``filas_de`` (by atendente) are who serves what for any reason. ``proprios`` relates
    filas and their own members, ``da_equipe`` equipes and their members, ``servidas`` equipes and the filas they are
    linked to.
    """

    __slots__ = ("da_equipe", "filas_de", "membros_de", "proprios", "servidas")

    def __init__(self) -> None:
        self.membros_de: dict[str, set[str]] = {}
        self.filas_de: dict[str, set[str]] = {}
        self.proprios = Relacao()
        self.da_equipe = Relacao()
        self.servidas = Relacao()

    def aplicar(self, vinculos: Iterable[Vinculo]) -> list[Passagem]:
        """Take these facts, in order. Answers who begins or ceases to serve a fila, or does by other ways, by all of
        them together, sorted.
        """
        antes: dict[tuple[str, str], Vias] = {}
        for vinculo in vinculos:
            for par in self._tocados(vinculo):
                if par not in antes:
                    antes[par] = self.vias(*par)
            self._gravar(vinculo)
        return [passagem for par in sorted(antes) if (passagem := self._passar(*par, antes[par])) is not None]

    def _tocados(self, vinculo: Vinculo) -> Iterator[tuple[str, str]]:
        """The pairs of fila and atendente that a fact may concern."""
        match vinculo:
            case MembroRow():
                yield vinculo.fila_id, vinculo.atendente_id
            case EquipeMembroRow():
                for fila_id in self.servidas.de(vinculo.equipe_id):
                    yield fila_id, vinculo.atendente_id
            case EquipeFilaRow():
                for atendente_id in self.da_equipe.de(vinculo.equipe_id):
                    yield vinculo.fila_id, atendente_id

    def _gravar(self, vinculo: Vinculo) -> None:
        match vinculo:
            case MembroRow():
                self.proprios.mudar(vinculo.fila_id, vinculo.atendente_id, ativo=vinculo.ativo)
            case EquipeMembroRow():
                self.da_equipe.mudar(vinculo.equipe_id, vinculo.atendente_id, ativo=vinculo.ativo)
            case EquipeFilaRow():
                self.servidas.mudar(vinculo.equipe_id, vinculo.fila_id, ativo=vinculo.ativo)

    def _passar(self, fila_id: str, atendente_id: str, antes: Vias) -> Passagem | None:
        vias = self.vias(fila_id, atendente_id)
        if bool(vias) != bool(antes):
            self._contar(fila_id, atendente_id, serve=bool(vias))
        return None if vias == antes else (fila_id, atendente_id, vias)

    def _contar(self, fila_id: str, atendente_id: str, *, serve: bool) -> None:
        for lado, chave, valor in (
            (self.membros_de, fila_id, atendente_id),
            (self.filas_de, atendente_id, fila_id),
        ):
            if serve:
                lado.setdefault(chave, set()).add(valor)
            else:
                lado[chave].discard(valor)
                if not lado[chave]:
                    del lado[chave]

    def vias(self, fila_id: str, atendente_id: str) -> Vias:
        """By what somebody serves a fila, as the facts say."""
        equipes = sorted(self.servidas.com(fila_id) & self.da_equipe.com(atendente_id))
        return (None, *equipes) if atendente_id in self.proprios.de(fila_id) else tuple(equipes)
