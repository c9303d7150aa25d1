"""What a message can be beside text and file: as the body of a request asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Annotated, Any, ClassVar, Final

import msgspec
from msgspec import Meta

from engine.envios.opcoes import Modelo, OpcoesDeEnvio, Reacao
from engine.errors import Conflict, Detalhe, NotFound
from engine.modelo import MensagemRow
from web.pedido.campos import Uuid
from web.pedido.validacao import Dados

_Nome = Annotated[str, Meta(min_length=1, max_length=512, pattern=r"^[^\u0000-\u001f]*$")]
_Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\u0000]*$")]
_Parametro = Annotated[str, Meta(max_length=1024, pattern=r"^[^\u0000]*$")]
_Titulo = Annotated[str, Meta(min_length=1, max_length=24, pattern=r"^[^\u0000]*$")]


class ModeloPedido(Dados, frozen=True, kw_only=True):
    """A template of the canal, with the values of its variables in their order."""

    nome: _Nome
    idioma: Annotated[str, Meta(min_length=2, max_length=10, pattern="^[A-Za-z_]*$")] = "pt_BR"
    parametros: Annotated[tuple[_Parametro, ...], Meta(max_length=50)] = ()
    cabecalho: _Parametro | None = None
    botoes: Annotated[tuple[_Parametro, ...], Meta(max_length=10)] = ()


class BotaoPedido(Dados, frozen=True, kw_only=True):
    id: _Id
    titulo: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\u0000]*$")]


class LinhaPedida(Dados, frozen=True, kw_only=True):
    id: _Id
    titulo: _Titulo
    descricao: Annotated[str, Meta(max_length=72, pattern=r"^[^\u0000]*$")] | None = None


class SecaoPedida(Dados, frozen=True, kw_only=True):
    linhas: Annotated[tuple[LinhaPedida, ...], Meta(min_length=1, max_length=10)]
    titulo: _Titulo | None = None


class ListaPedida(Dados, frozen=True, kw_only=True):
    botao: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\u0000]*$")]
    secoes: Annotated[tuple[SecaoPedida, ...], Meta(min_length=1, max_length=10)]

    def problemas(self) -> Iterable[Detalhe]:
        linhas = [linha for secao in self.secoes for linha in secao.linhas]
        if not 0 < len(linhas) <= 10:  # what WhatsApp shows
            yield Detalhe("secoes", "devem ter de 1 a 10 linhas ao todo")
        if len({linha.id for linha in linhas}) < len(linhas):
            yield Detalhe("secoes", "têm duas linhas com o mesmo id")


class InterativoPedido(Dados, frozen=True, kw_only=True):
    """Buttons (at most three) or a list (at most ten rows), to choose from."""

    botoes: Annotated[tuple[BotaoPedido, ...], Meta(max_length=3)] = ()
    lista: ListaPedida | None = None

    esquema_extra: ClassVar = {
        "oneOf": [
            {"required": ["botoes"], "properties": {"botoes": {"minItems": 1}}},
            {"required": ["lista"], "properties": {"lista": {"type": "object"}}},
        ]
    }

    def problemas(self) -> Iterable[Detalhe]:
        if bool(self.botoes) == (self.lista is not None):
            yield Detalhe("botoes", "mande botoes ou lista, um dos dois")


class ReacaoPedida(Dados, frozen=True, kw_only=True):
    """``a`` is the id of the message; without ``emoji`` a reaction is taken back."""

    a: Uuid
    emoji: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[^\u0000]*$")] | None = None


SOZINHAS: Final = ("modelo", "interativo", "reacao")
"""What a message is one of, at most."""
OPCOES: Final = ("respostaA", *SOZINHAS)
INCOMPATIVEIS: Final = tuple(combinations(SOZINHAS, 2))


class Opcoes(Dados, frozen=True, kw_only=True):
    """``respostaA``: the id of the message of this ticket that is answered."""

    resposta_a: Uuid | None = None
    modelo: ModeloPedido | None = None
    interativo: InterativoPedido | None = None
    reacao: ReacaoPedida | None = None

    def problemas(self) -> Iterable[Detalhe]:
        ditas = [nome for nome in SOZINHAS if getattr(self, nome) is not None]
        if len(ditas) > 1:
            yield Detalhe(ditas[1], f"não vai junto com {ditas[0]}: mande duas mensagens")

    @property
    def ha(self) -> bool:
        return any((self.resposta_a, self.modelo, self.interativo, self.reacao))

    @property
    def citadas(self) -> set[str]:
        """The messages that it names."""
        return {id_ for id_ in (self.resposta_a, self.reacao.a if self.reacao else None) if id_ is not None}

    def prontas(self, ticket_id: str, citadas: dict[str, MensagemRow]) -> OpcoesDeEnvio:
        """As they are sent. ``citadas``: the messages that it names, as they are stored. Raises NotFound, Conflict."""
        modelo = None if self.modelo is None else msgspec.convert(_sem_nada(self.modelo), Modelo)
        reacao = None
        if self.reacao is not None:
            reacao = Reacao(_externo("reacao.a", self.reacao.a, ticket_id, citadas), self.reacao.emoji)
        resposta = None
        if self.resposta_a is not None:
            resposta = _externo("respostaA", self.resposta_a, ticket_id, citadas)
        interativo = None if self.interativo is None else _sem_nada(self.interativo)
        return OpcoesDeEnvio(responde_a=resposta, modelo=modelo, interativo=interativo, reacao=reacao)


def _externo(campo: str, id_: str, ticket_id: str, citadas: dict[str, MensagemRow]) -> str:
    """What the provider calls a message of the ticket."""
    row = citadas.get(id_)
    if row is None or row.ticket_id != ticket_id:
        raise NotFound("mensagem_nao_encontrada", f"{campo}: não há esta mensagem neste ticket")
    if row.id_externo is None:
        problema = "esta mensagem não passou pelo canal, ou ainda não saiu: espere que statusEntrega seja enviado"
        raise Conflict("mensagem_sem_envio", f"{campo}: {problema}", (Detalhe(campo, problema),))
    return row.id_externo


def _sem_nada(valor: Dados) -> dict[str, Any]:
    """As JSON has it, without what was left out."""
    objeto = msgspec.to_builtins(valor)
    assert isinstance(objeto, dict)
    return {nome: _podado(um) for nome, um in objeto.items() if um not in (None, [], ())}


def _podado(valor: Any) -> Any:
    if isinstance(valor, dict):
        return {nome: _podado(um) for nome, um in valor.items() if um is not None}
    return [_podado(um) for um in valor] if isinstance(valor, list | tuple) else valor
