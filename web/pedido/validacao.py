"""Validation: from what was sent to a Struct, with every problem found at once.

msgspec decodes the JSON and describes the Structs; but it stops at the first error, so the fields are read here one by
one. A schema is compiled once from a Struct: each field's reader comes from its annotation.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from msgspec import NODEFAULT, UNSET, Meta, Struct, UnsetType

from engine.caracteres import tem_visivel
from engine.errors import Detalhe, Invalid
from web.pedido.campos import Leitor, Ler, Limite, Pagina, Problema, UmaLinha, Uuid, texto, uma_linha

_PARAMETROS_MAXIMO = 50
_LISTA_MAXIMA = 50
"""Items of a list whose annotation sets no bound of its own."""
_CAMPOS_MAXIMO = 200
"""Fields of one object. All that is done for each of them, for a caller who may be anybody, is bounded by this."""
_PROBLEMAS_MAXIMO = 50
_SUGESTOES_MAXIMO = 10
_NOME_MAXIMO = 60
"""Length of a name to which the nearest right one is looked for."""
_INTEIRO = re.compile(r"-?[0-9]{1,18}")
_VERDADEIRO_FALSO = {"true": True, "false": False}


class Dados(Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of bodies and queries: what a caller may send."""

    do_servidor: ClassVar[Mapping[str, str]] = {}
    """Fields that exist but cannot be set here, each with how it does change ("" when it never does)."""

    esquema_extra: ClassVar[Mapping[str, object]] = {}
    """What JSON Schema can say of the rules over several fields: keywords beside those that the fields make."""

    def problemas(self) -> Iterable[Detalhe]:
        """Rules over several fields, asked when each field is right by itself."""
        return ()


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


T = TypeVar("T", bound=Dados)


class Esquema(Generic[T]):
    """How to read one Struct. ``de_texto``: numbers and booleans arrive as text (a query)."""

    def __init__(self, tipo: type[T], *, de_texto: bool = False) -> None:
        self.tipo = tipo
        dicas = get_type_hints(tipo, include_extras=True)
        self._campos: dict[str, tuple[str, Leitor]] = {}
        self._obrigatorios: list[str] = []
        for campo in msgspec.structs.fields(tipo):
            self._campos[campo.encode_name] = (campo.name, _leitor(dicas[campo.name], de_texto))
            if campo.default is NODEFAULT and campo.default_factory is NODEFAULT:
                self._obrigatorios.append(campo.encode_name)

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
                problemas.append(Detalhe(_curto(nome), self._desconhecido(nome, sugerir=sugerir)))
                continue
            try:
                valores[campo[0]] = campo[1](valor)
            except Problema as problema:
                problemas.append(Detalhe(nome, str(problema)))
        problemas.extend(Detalhe(nome, "é obrigatório") for nome in self._obrigatorios if nome not in dados)
        if not problemas:
            lido = self.tipo(**valores)
            problemas.extend(lido.problemas())
            if not problemas:
                return lido
        raise invalido(problemas)

    def _desconhecido(self, nome: str, *, sugerir: bool) -> str:
        como = self.tipo.do_servidor.get(nome)
        if como is not None:
            return f"é do servidor e não pode ser alterado aqui{f'; {como}' if como else ''}"
        perto = difflib.get_close_matches(nome, self._campos, n=1, cutoff=0.6) if sugerir else []
        return f"não existe este campo; {f'você quis dizer {perto[0]}?' if perto else 'retire-o'}"


def invalido(problemas: Iterable[Detalhe]) -> Invalid:
    """A refusal that lists what is wrong, up to a bound. The message has the first problem, and counts the others."""
    todos = tuple(problemas)
    cortados = f"; detalhes tem os {_PROBLEMAS_MAXIMO} primeiros" if len(todos) > _PROBLEMAS_MAXIMO else ""
    resto = f" (e mais {len(todos) - 1}{cortados})" if len(todos) > 1 else ""
    return Invalid("dados_invalidos", f"{todos[0].campo}: {todos[0].problema}{resto}", todos[:_PROBLEMAS_MAXIMO])


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
        raise invalido(Detalhe(_curto(nome), "foi dado mais de uma vez") for nome in dados if nomes.count(nome) > 1)
    return dados


def _curto(nome: str) -> str:
    """A field name as it may be echoed: bounded, and certain to be encodable."""
    return nome[:100].encode(errors="replace").decode()


# -- readers from annotations --------------------------------------------------------------------------------------


def _leitor(tipo: Any, de_texto: bool) -> Leitor:
    origem = get_origin(tipo)
    if origem is Annotated:
        base, *notas = get_args(tipo)
        return _anotado(base, notas, de_texto)
    if origem in {Union, UnionType}:
        return _uniao(get_args(tipo), de_texto)
    if origem is Literal:
        return _escolha(get_args(tipo))
    return _anotado(tipo, [], de_texto)


def _anotado(base: Any, notas: list[Any], de_texto: bool) -> Leitor:
    for nota in notas:
        if isinstance(nota, Ler):
            return nota.leitor
    meta = next((nota for nota in notas if isinstance(nota, Meta)), Meta())
    if base is str:
        ler = uma_linha if any(isinstance(nota, UmaLinha) for nota in notas) else texto
        return _texto(ler, meta.min_length or 0, meta.max_length)
    if base is int:
        return _inteiro(meta.ge, meta.le, de_texto)
    if base is bool:
        return _booleano(de_texto)
    if isinstance(base, type) and issubclass(base, Dados):
        return _objeto(Esquema(base))
    if get_origin(base) is tuple:
        return _lista(_leitor(get_args(base)[0], de_texto), meta.max_length or _LISTA_MAXIMA)
    raise TypeError(f"no reader for {base!r}")


def _uniao(partes: tuple[Any, ...], de_texto: bool) -> Leitor:
    (tipo,) = (parte for parte in partes if parte not in {NoneType, UnsetType})
    ler = _leitor(tipo, de_texto)
    if NoneType not in partes:
        return ler
    return lambda valor: None if valor is None else _ou_nada(ler(valor))


def _ou_nada(lido: object) -> object:
    """A text that may be left out, and shows nothing, was left out."""
    return None if lido == "" else lido


def _objeto(esquema: Esquema[Any]) -> Leitor:
    """An object within an object: its own schema says what is wrong in it."""

    def leitor(valor: object) -> object:
        if not isinstance(valor, dict):
            raise Problema("deve ser um objeto JSON")
        try:
            return esquema.ler(valor)
        except Invalid as invalido:
            detalhes = invalido.detalhes or (Detalhe("", invalido.message),)
            raise Problema("; ".join(f"{um.campo}: {um.problema}".removeprefix(": ") for um in detalhes)) from None

    return leitor


def _texto(ler: Leitor, minimo: int, maximo: int | None) -> Leitor:
    def leitor(valor: object) -> object:
        lido = ler(valor)
        assert isinstance(valor, str)
        assert isinstance(lido, str)
        if not tem_visivel(lido):
            if minimo:
                raise Problema("não pode ser vazio")
            lido = ""
        if maximo is not None and len(valor) > maximo:
            raise Problema(f"deve ter no máximo {maximo} caracteres; tem {len(valor)}")
        return lido

    return leitor


def _inteiro(minimo: float | None, maximo: float | None, de_texto: bool) -> Leitor:
    problema = f"deve ser um número inteiro de {minimo} a {maximo}"

    def leitor(valor: object) -> object:
        if de_texto and isinstance(valor, str) and _INTEIRO.fullmatch(valor):
            valor = int(valor)
        if isinstance(valor, float) and valor.is_integer():  # to JSON Schema, and to JavaScript, 4.0 is an integer
            valor = int(valor)
        if type(valor) is not int or (minimo is not None and valor < minimo) or (maximo is not None and valor > maximo):
            raise Problema(problema)
        return valor

    return leitor


def _booleano(de_texto: bool) -> Leitor:
    def leitor(valor: object) -> object:
        if de_texto and isinstance(valor, str):
            valor = _VERDADEIRO_FALSO.get(valor)
        if not isinstance(valor, bool):
            raise Problema("deve ser true ou false")
        return valor

    return leitor


def _escolha(opcoes: tuple[Any, ...]) -> Leitor:
    nomes = [str(opcao).lower() if isinstance(opcao, bool) else str(opcao) for opcao in opcoes]

    def leitor(valor: object) -> object:
        for opcao in opcoes:
            if type(valor) is type(opcao) and valor == opcao:
                return valor
        parecidos = {nome.lower(): nome for nome in nomes}
        perto = difflib.get_close_matches(valor[:100].lower(), parecidos, n=1) if isinstance(valor, str) else []
        sugestao = f"; você quis dizer {parecidos[perto[0]]}?" if perto else ""
        raise Problema(f"deve ser {' ou '.join(nomes) if len(nomes) < 3 else 'um de ' + ', '.join(nomes)}{sugestao}")

    return leitor


def _lista(ler: Leitor, maximo: int) -> Leitor:
    def leitor(valor: object) -> object:
        if not isinstance(valor, list):
            raise Problema("deve ser uma lista")
        if len(valor) > maximo:
            raise Problema(f"deve ter no máximo {maximo} itens")
        lidos = []
        for posicao, item in enumerate(valor):
            try:
                lidos.append(ler(item))
            except Problema as problema:
                raise Problema(f"item {posicao}: {problema}") from None
        return tuple(lidos)

    return leitor
