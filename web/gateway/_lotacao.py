"""Who takes which place. Strangers have a pool apart, so that they never take the place of somebody with a token."""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeVar

from engine.errors import Overloaded
from engine.modelo import Quem
from web.gateway._ajustes import AjustesGateway
from web.gateway._conexao import Conexao, Fechamento
from web.resposta.erros import TooManyRequests

K = TypeVar("K")

SEM_VAGA: Final = Fechamento(1013, "conexões demais sem token; conecte de novo e mostre um logo")
"""What the stranger is told that gives its place to another."""
_ESPERA_S: Final = 5


class Lotacao:
    """The places of a process.

    Strangers are bounded per address and together. Many addresses together may fill their pool: then the one that has
    been silent for longest gives its place to the one that comes. Who means to show a token shows it within a round
    trip, so it takes more than a full pool in each to keep it out. Everybody else is bounded per user, per empresa and
    together.
    """

    def __init__(self, ajustes: AjustesGateway) -> None:
        self._ajustes = ajustes
        self._por_endereco_maximo = min(ajustes.max_anonimas_endereco, ajustes.max_anonimas)
        self._estranhas: dict[Conexao, str] = {}
        self._por_endereco: Counter[str] = Counter()
        self._conhecidas: dict[Conexao, Quem] = {}
        self._por_usuario: Counter[tuple[str, str | None]] = Counter()
        self._por_empresa: Counter[str] = Counter()

    @property
    def estranhas(self) -> int:
        return len(self._estranhas)

    def receber(self, conexao: Conexao, endereco: str) -> None:
        """Give a stranger a place. Raises Overloaded if its address has too many."""
        if self._por_endereco[endereco] >= self._por_endereco_maximo:
            raise Overloaded(
                "conexoes_demais", "Há conexões demais sem token neste endereço; tente de novo em instantes", _ESPERA_S
            )
        if len(self._estranhas) >= self._ajustes.max_anonimas:
            antiga = next(iter(self._estranhas))
            self.deixar(antiga)
            antiga.saida.fechar(SEM_VAGA)
        self._estranhas[conexao] = endereco
        self._por_endereco[endereco] += 1

    def reconhecer(self, conexao: Conexao, quem: Quem) -> None:
        """Give a place to somebody with a token, who leaves that of a stranger. Raises Unavailable if there is none."""
        antes = self._conhecidas.get(conexao)
        if antes is not None and (antes.empresa_id, antes.id) == (quem.empresa_id, quem.id):
            return
        self._exigir_vaga(quem)
        self.deixar(conexao)
        self._conhecidas[conexao] = quem
        self._por_usuario[quem.empresa_id, quem.id] += 1
        self._por_empresa[quem.empresa_id] += 1

    def deixar(self, conexao: Conexao) -> None:
        """Its place is free."""
        endereco = self._estranhas.pop(conexao, None)
        if endereco is not None:
            _descontar(self._por_endereco, endereco)
        quem = self._conhecidas.pop(conexao, None)
        if quem is not None:
            _descontar(self._por_usuario, (quem.empresa_id, quem.id))
            _descontar(self._por_empresa, quem.empresa_id)

    def _exigir_vaga(self, quem: Quem) -> None:
        ajustes = self._ajustes
        if len(self._conhecidas) >= ajustes.max_conexoes:
            raise Overloaded("conexoes_demais", "Há conexões demais; tente de novo em instantes", _ESPERA_S)
        if 0 < ajustes.max_por_empresa <= self._por_empresa[quem.empresa_id]:
            raise TooManyRequests(
                "conexoes_da_empresa",
                f"A empresa já tem {ajustes.max_por_empresa} conexões abertas; feche algumas",
                _ESPERA_S,
            )
        if 0 < ajustes.max_por_usuario <= self._por_usuario[quem.empresa_id, quem.id]:
            raise TooManyRequests(
                "conexoes_do_usuario",
                f"Este usuário já tem {ajustes.max_por_usuario} conexões abertas; feche algumas",
                _ESPERA_S,
            )


def _descontar(contagem: Counter[K], chave: K) -> None:
    contagem[chave] -= 1
    if not contagem[chave]:
        del contagem[chave]
