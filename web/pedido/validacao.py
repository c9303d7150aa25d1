"""Validation: from what was sent to a Struct, with every problem found at once.

msgspec decodes the JSON and describes the Structs; but it stops at the first error, so the fields are read here one by
one. A schema is compiled once from a Struct: each field's reader comes from its annotation.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from urllib.parse import parse_qsl

import msgspec
from msgspec import NODEFAULT, UNSET, Meta, Struct, UnsetType

from engine.errors import Detalhe, Invalid
from engine.politica.modelo import NOME_MAXIMO, Id, Nome, Parte
from web.pedido.campos import (
    Leitor,
    Ler,
    Limite,
    Pagina,
    Problema,
    UmaLinha,
    Uuid,
    VariasLinhas,
    texto,
    uma_linha,
    uuid,
    varias_linhas,
)
from web.pedido.leitores import (
    PROBLEMAS_MAXIMO,
    Problemas,
    curto,
    dentro,
    leitor_booleano,
    leitor_de_escolha,
    leitor_de_inteiro,
    leitor_de_numero,
    leitor_de_texto,
)
from web.pedido.recipientes import lista, lista_simples, mapa, sequencia

_PARAMETROS_MAXIMO = 50
_LISTA_MAXIMA = 50
"""Items of a list whose annotation sets no bound of its own."""
_CAMPOS_MAXIMO = 200
"""Fields of one object. All that is done for each of them, for a caller who may be anybody, is bounded by this."""
_SUGESTOES_MAXIMO = 10
_NOME_MAXIMO = 60
"""Length of a name to which the nearest right one is looked for."""


class DeFora:
    """What a caller may send, and the rules of it beyond the types of its fields."""

    __slots__ = ()

    do_servidor: ClassVar[Mapping[str, str]] = {}
    """Fields that exist but cannot be set here, each with how it does change ("" when it never does)."""

    esquema_extra: ClassVar[Mapping[str, object]] = {}
    """What JSON Schema can say of the rules over several fields: keywords beside those that the fields make."""

    def problemas(self) -> Iterable[Detalhe]:
        """Rules over several fields, asked when each field is right by itself."""
        return ()


class Dados(DeFora, Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of bodies and queries. (A document that the engine keeps is its own Struct, beside DeFora.)"""


def um_destes(*campos: str) -> list[dict[str, object]]:
    """In the words of JSON Schema: at least one of these fields is there, and not null."""
    return [{"required": [campo], "properties": {campo: {"not": {"type": "null"}}}} for campo in campos]


class DaEmpresa(Dados, frozen=True, kw_only=True):
    """What may name the empresa, which must be the token's."""

    empresa_id: Uuid | UnsetType = UNSET


class Paginacao(DaEmpresa, frozen=True, kw_only=True):
    """Which page of a list."""

    page: Pagina = 1
    limit: Limite = 20


class Realocacao(DaEmpresa, frozen=True, kw_only=True):
    """Of what is deleted while in use: what takes its place."""

    realocar: Uuid | None = None


T = TypeVar("T", bound=Struct)


class Modo(Struct, frozen=True):
    """How values are read. ``de_texto``: numbers and booleans arrive as text (a query). ``documento``: of a
    :class:`~engine.politica.modelo.Parte`, whose problems have their whole paths.
    """

    de_texto: bool = False
    documento: bool = False


class Esquema(Generic[T]):
    """How to read one Struct. ``de_texto``: it is a query."""

    def __init__(self, tipo: type[T], *, de_texto: bool = False) -> None:
        self.tipo = tipo
        self._regras: type[DeFora] = tipo if issubclass(tipo, DeFora) else DeFora
        modo = Modo(de_texto, issubclass(tipo, Parte))
        dicas = get_type_hints(tipo, include_extras=True)
        self._campos: dict[str, tuple[str, Leitor]] = {}
        self._obrigatorios: list[str] = []
        for campo in msgspec.structs.fields(tipo):
            self._campos[campo.encode_name] = (campo.name, _leitor(dicas[campo.name], modo))
            if campo.default is NODEFAULT and campo.default_factory is NODEFAULT:
                self._obrigatorios.append(campo.encode_name)

    @property
    def esquema_extra(self) -> Mapping[str, object]:
        return self._regras.esquema_extra

    def ler(self, dados: Mapping[str, object]) -> T:
        """The Struct. Raises Invalid with every problem found, or for too many fields at once."""
        if len(dados) > _CAMPOS_MAXIMO:
            raise Invalid("dados_invalidos", f"Há {len(dados)} campos; mande no máximo {_CAMPOS_MAXIMO}")
        valores: dict[str, Any] = {}
        problemas: list[Detalhe] = []
        campos = self._campos
        for nome, valor in dados.items():
            campo = campos.get(nome)
            if campo is None:
                sugerir = len(problemas) < _SUGESTOES_MAXIMO and len(nome) <= _NOME_MAXIMO
                problemas.append(Detalhe(curto(nome), self._desconhecido(nome, sugerir=sugerir)))
                continue
            try:
                valores[campo[0]] = campo[1](valor)
            except Problema as problema:
                problemas.extend(dentro(nome, problema))
        problemas.extend(Detalhe(nome, "é obrigatório") for nome in self._obrigatorios if nome not in dados)
        if not problemas:
            lido = self.tipo(**valores)
            if isinstance(lido, DeFora):
                problemas.extend(lido.problemas())
            if not problemas:
                return lido
        raise invalido(problemas)

    def _desconhecido(self, nome: str, *, sugerir: bool) -> str:
        como = self._regras.do_servidor.get(nome)
        if como is not None:
            return f"é do servidor e não pode ser alterado aqui{f'; {como}' if como else ''}"
        perto = difflib.get_close_matches(nome, self._campos, n=1, cutoff=0.6) if sugerir else []
        return f"não existe este campo; {f'você quis dizer {perto[0]}?' if perto else 'retire-o'}"


def invalido(problemas: Iterable[Detalhe]) -> Invalid:
    """A refusal that lists what is wrong, up to a bound. The message has the first problem, and counts the others."""
    todos = tuple(problemas)
    cortados = f"; detalhes tem os {PROBLEMAS_MAXIMO} primeiros" if len(todos) > PROBLEMAS_MAXIMO else ""
    resto = f" (e mais {len(todos) - 1}{cortados})" if len(todos) > 1 else ""
    return Invalid("dados_invalidos", f"{todos[0].campo}: {todos[0].problema}{resto}", todos[:PROBLEMAS_MAXIMO])


def objeto_json(corpo: bytes) -> dict[str, object]:
    """A body as a JSON object; an empty body is an empty object. Raises Invalid."""
    if not corpo:
        return {}
    try:
        dados = msgspec.json.decode(corpo)
    except UnicodeDecodeError:
        raise Invalid("json_invalido", "O corpo não está em UTF-8") from None
    except RecursionError:
        raise Invalid("json_invalido", "O JSON do corpo tem níveis demais") from None
    except msgspec.MsgspecError as erro:
        raise Invalid("json_invalido", f"O corpo não é JSON válido: {erro}") from None
    if not isinstance(dados, dict):
        raise Invalid("json_invalido", "O corpo deve ser um objeto JSON")
    return dados


def parametros(consulta: bytes) -> dict[str, object]:
    """The parameters of a query string, each given once. Raises Invalid."""
    try:
        pares = parse_qsl(
            consulta.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_PARAMETROS_MAXIMO
        )
    except UnicodeDecodeError:
        raise Invalid("consulta_invalida", "Os parâmetros da URL não estão em UTF-8") from None
    except ValueError:
        raise Invalid("consulta_invalida", f"A URL tem mais de {_PARAMETROS_MAXIMO} parâmetros") from None
    dados: dict[str, object] = dict(pares)
    if len(dados) < len(pares):
        nomes = [nome for nome, _ in pares]
        raise invalido(Detalhe(curto(nome), "foi dado mais de uma vez") for nome in dados if nomes.count(nome) > 1)
    return dados


# -- readers from annotations --------------------------------------------------------------------------------------


def _leitor(tipo: Any, modo: Modo) -> Leitor:
    if tipo == Id:
        return uuid
    if tipo == Nome:
        return leitor_de_texto(uma_linha, 1, NOME_MAXIMO)
    origem = get_origin(tipo)
    if origem is Annotated:
        base, *notas = get_args(tipo)
        return _anotado(base, notas, modo)
    if origem in {Union, UnionType}:
        return _uniao(get_args(tipo), modo)
    if origem is Literal:
        return leitor_de_escolha(get_args(tipo))
    return _anotado(tipo, [], modo)


def _leitor_de_linhas(notas: list[Any]) -> Callable[[object], str]:
    if any(isinstance(nota, UmaLinha) for nota in notas):
        return uma_linha
    return varias_linhas if any(isinstance(nota, VariasLinhas) for nota in notas) else texto


def _anotado(base: Any, notas: list[Any], modo: Modo) -> Leitor:
    for nota in notas:
        if isinstance(nota, Ler):
            return nota.leitor
    meta = next((nota for nota in notas if isinstance(nota, Meta)), Meta())
    if base is str:
        return leitor_de_texto(_leitor_de_linhas(notas), meta.min_length or 0, meta.max_length)
    if base is int:
        return leitor_de_inteiro(meta.ge, meta.le, de_texto=modo.de_texto)
    if base is float:
        return leitor_de_numero(meta)
    if base is bool:
        return leitor_booleano(de_texto=modo.de_texto)
    if isinstance(base, type) and issubclass(base, Struct):
        return _objeto(Esquema(base))
    return _recipiente(base, meta, modo)


def _recipiente(base: Any, meta: Meta, modo: Modo) -> Leitor:
    """Of what holds others: a list, so many values in their order, or values by names."""
    origem, partes = get_origin(base), get_args(base)
    if origem is tuple and partes[-1] is Ellipsis:
        ler = _leitor(partes[0], modo)
        maximo = meta.max_length or _LISTA_MAXIMA
        return (
            lista(ler, meta.min_length or 0, maximo) if _com_caminhos(partes[0], modo) else lista_simples(ler, maximo)
        )
    if origem is tuple:
        return sequencia(tuple(_leitor(parte, modo) for parte in partes))
    if origem is dict:
        return mapa(_leitor(partes[0], modo), _leitor(partes[1], modo), meta.max_length or _CAMPOS_MAXIMO)
    raise TypeError(f"no reader for {base!r}")


def _com_caminhos(item: Any, modo: Modo) -> bool:
    return modo.documento or (isinstance(item, type) and issubclass(item, Parte))


def _uniao(partes: tuple[Any, ...], modo: Modo) -> Leitor:
    (tipo,) = (parte for parte in partes if parte not in {NoneType, UnsetType})
    ler = _leitor(tipo, modo)
    if NoneType not in partes:
        return ler
    return lambda valor: None if valor is None else _ou_nada(ler(valor))


def _ou_nada(lido: object) -> object:
    """A text that may be left out, and shows nothing, was left out."""
    return None if lido == "" else lido


def _objeto(esquema: Esquema[Any]) -> Leitor:
    """An object within an object: its own schema says what is wrong in it."""
    com_caminhos = issubclass(esquema.tipo, Parte)

    def leitor(valor: object) -> object:
        if not isinstance(valor, dict):
            raise Problema("deve ser um objeto JSON")
        try:
            return esquema.ler(valor)
        except Invalid as invalido:
            detalhes = invalido.detalhes or (Detalhe("", invalido.message),)
            if com_caminhos:
                raise Problemas(Detalhe(f".{um.campo}".rstrip("."), um.problema) for um in detalhes) from None
            raise Problema("; ".join(f"{um.campo}: {um.problema}".removeprefix(": ") for um in detalhes)) from None

    return leitor
