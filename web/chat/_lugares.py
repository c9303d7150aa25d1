"""Which sockets of visitors are open, and how many there may be. To the house they are strangers' (``balcao/porta``):
where that is full, one of them goes before anybody with a token of ours does.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, Protocol

from engine.errors import Overloaded, Unavailable
from web.chat._ajustes import AjustesDoChat
from web.gateway import SEM_VAGA, Fechamento
from web.resposta.erros import TooManyRequests

OUTRA_ABA: Final = Fechamento(4409, "a conversa está aberta em abas demais")
_ESPERA_S: Final = 10


class Soquete(Protocol):
    """A socket, as far as its place goes."""

    def fechar(self, fechamento: Fechamento) -> None: ...


class _Lugar:
    __slots__ = ("canal", "endereco", "sessao")

    def __init__(self, endereco: str) -> None:
        self.endereco = endereco
        self.canal: str | None = None
        self.sessao: str | None = None


class Lugares:
    """Those without a session yet have a few places apart; the others are bounded by session, canal and address."""

    def __init__(self, ajustes: AjustesDoChat) -> None:
        self._ajustes = ajustes
        self._lugares: dict[Soquete, _Lugar] = {}
        self._estranhos: dict[Soquete, None] = {}
        """The oldest first."""
        self._estranhos_de: Counter[str] = Counter()
        self._de_endereco: Counter[str] = Counter()
        self._de_canal: Counter[str] = Counter()
        self._de_sessao: dict[str, dict[Soquete, None]] = {}

    def __len__(self) -> int:
        return len(self._lugares)

    def chegou(self, soquete: Soquete, endereco: str) -> None:
        """Raises TooManyRequests if its address has too many already."""
        if self._estranhos_de[endereco] >= self._ajustes.estranhos_por_endereco:
            raise _demais("deste endereço")
        if len(self._estranhos) >= self._ajustes.estranhos:
            antigo = next(iter(self._estranhos))
            self.saiu(antigo)
            antigo.fechar(SEM_VAGA)
        self._lugares[soquete] = _Lugar(endereco)
        self._estranhos[soquete] = None
        self._estranhos_de[endereco] += 1

    def apresentou(self, soquete: Soquete, canal_id: str, sessao: str) -> None:
        """It has shown its session. Raises Unavailable if there is no place for it."""
        lugar = self._lugares.get(soquete)
        if lugar is None:
            raise Unavailable("conexao_encerrada", "A conexão terminou antes de entrar; conecte de novo", _ESPERA_S)
        self._exigir(lugar.endereco, canal_id)
        self._abrir_na_sessao(sessao)
        self._deixar_os_estranhos(soquete, lugar)
        lugar.canal, lugar.sessao = canal_id, sessao
        self._de_endereco[lugar.endereco] += 1
        self._de_canal[canal_id] += 1
        self._de_sessao.setdefault(sessao, {})[soquete] = None

    def _exigir(self, endereco: str, canal_id: str) -> None:
        ajustes = self._ajustes
        if len(self._lugares) - len(self._estranhos) >= ajustes.soquetes:
            raise Overloaded("conversas_demais", "Há conversas demais; tente de novo em instantes", _ESPERA_S)
        if self._de_endereco[endereco] >= ajustes.soquetes_por_endereco:
            raise _demais("deste endereço")
        if self._de_canal[canal_id] >= ajustes.soquetes_por_canal:
            raise _demais("deste canal")

    def _abrir_na_sessao(self, sessao: str) -> None:
        da_sessao = self._de_sessao.get(sessao, {})
        if len(da_sessao) >= self._ajustes.soquetes_por_sessao:
            antigo = next(iter(da_sessao))
            self.saiu(antigo)
            antigo.fechar(OUTRA_ABA)

    def saiu(self, soquete: Soquete) -> None:
        lugar = self._lugares.pop(soquete, None)
        if lugar is None:
            return
        self._deixar_os_estranhos(soquete, lugar)
        if lugar.canal is None or lugar.sessao is None:
            return
        _descontar(self._de_endereco, lugar.endereco)
        _descontar(self._de_canal, lugar.canal)
        da_sessao = self._de_sessao[lugar.sessao]
        del da_sessao[soquete]
        if not da_sessao:
            del self._de_sessao[lugar.sessao]

    def _deixar_os_estranhos(self, soquete: Soquete, lugar: _Lugar) -> None:
        if soquete in self._estranhos:
            del self._estranhos[soquete]
            _descontar(self._estranhos_de, lugar.endereco)

    def fechar_todos(self, fechamento: Fechamento) -> None:
        for soquete in list(self._lugares):
            soquete.fechar(fechamento)


def _descontar(contagem: Counter[str], chave: str) -> None:
    contagem[chave] -= 1
    if not contagem[chave]:
        del contagem[chave]


def _demais(de_que: str) -> TooManyRequests:
    return TooManyRequests("conversas_demais", f"Há conexões demais {de_que}; feche algumas e tente de novo", _ESPERA_S)
