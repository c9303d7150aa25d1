"""JSON Schema of the Structs that routes read and answer: what msgspec makes of them, completed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from engine.politica.modelo import Parte
from web.pedido.validacao import DeFora

Esquema = dict[str, Any]
T = TypeVar("T")

_RAIZ: Final = "#/components/schemas/"
_E_UUID: Final = "^[0-9a-fA-F]{8}("
"""How the pattern of a UUID begins."""
_LISTA_MAXIMA: Final = 50


class Esquemas:
    """The schemas of a set of types."""

    def __init__(self, tipos: Iterable[Any]) -> None:
        unicos = list({repr(tipo): tipo for tipo in tipos}.values())
        prontos, componentes = msgspec.json.schema_components(unicos, ref_template=_RAIZ + "{name}")
        self._de = {repr(tipo): pronto for tipo, pronto in zip(unicos, prontos, strict=True)}
        self.componentes: dict[str, Esquema] = componentes
        entradas = {tipo.__name__: tipo for tipo in _todas(DeFora)}
        partes = {tipo.__name__: tipo for tipo in _todas(Parte)}
        for nome, esquema in componentes.items():
            esquema.pop("description", None)  # a docstring, for who reads the code
            if nome in entradas:
                _completar_entrada(esquema, entradas[nome])
            elif nome in partes and partes[nome].__struct_config__.omit_defaults:
                _completar_parte(esquema)
            else:
                _completar_saida(esquema)
            if nome in partes:
                _nomear(esquema, partes[nome])

    def de(self, tipo: Any) -> Esquema:
        """The schema of one of the types: a reference, or written out."""
        return self._de[repr(tipo)]

    def nome(self, tipo: Any) -> str:
        """Under which name the schema of a Struct is in ``componentes``."""
        referencia: str = self.de(tipo)["$ref"]
        return referencia.removeprefix(_RAIZ)

    def propriedades(self, tipo: Any) -> tuple[dict[str, Esquema], set[str]]:
        """The fields of a Struct, and the names of those that must be there."""
        esquema = self.componentes[self.nome(tipo)]
        return esquema["properties"], set(esquema.get("required", ()))


def _todas(base: type[T]) -> Iterator[type[T]]:
    """What derives from it: everything that a caller may send, also within something else."""
    for tipo in base.__subclasses__():
        yield tipo
        yield from _todas(tipo)


def sem_nulo(esquema: Esquema) -> Esquema:
    """The schema of a field where null cannot be written: a parameter."""
    if esquema.get("default", 0) is None:
        esquema = {chave: valor for chave, valor in esquema.items() if chave != "default"}
    opcoes = esquema.get("anyOf")
    if opcoes is None:
        return esquema
    resto = [opcao for opcao in opcoes if opcao != {"type": "null"}]
    outros = {chave: valor for chave, valor in esquema.items() if chave != "anyOf"}
    return {**resto[0], **outros} if len(resto) == 1 else {"anyOf": resto, **outros}


def _completar_entrada(esquema: Esquema, tipo: type[DeFora]) -> None:
    _completar_parte(esquema)
    esquema.update(tipo.esquema_extra)


def _completar_parte(esquema: Esquema) -> None:
    """What may be sent. A part of a document is answered in the same shape, and then has all its fields."""
    esquema["additionalProperties"] = False
    if not esquema["required"]:
        del esquema["required"]
    for campo in esquema["properties"].values():
        for parte in (campo, *campo.get("anyOf", ())):
            _completar_campo(parte)


def _nomear(esquema: Esquema, tipo: type[Parte]) -> None:
    """Which names there are where values are kept by some: msgspec does not say it."""
    dicas = get_type_hints(tipo)
    for campo in msgspec.structs.fields(tipo):
        nomes = get_args(dicas[campo.name])[:1]
        if get_origin(dicas[campo.name]) is dict and get_origin(nomes[0]) is Literal:
            esquema["properties"][campo.encode_name]["propertyNames"] = {"enum": [*get_args(nomes[0])]}


def _completar_campo(campo: Esquema) -> None:
    if str(campo.get("pattern", "")).startswith(_E_UUID):
        campo["format"] = "uuid"
    if campo.get("type") == "array":
        campo.setdefault("maxItems", _LISTA_MAXIMA)
        if isinstance(campo.get("items"), dict):
            _completar_campo(campo["items"])


def _completar_saida(esquema: Esquema) -> None:
    """Answers are made by us: that an ``…Id`` is a UUID and an ``…At`` a date is how this API names things."""
    for nome, campo in esquema.get("properties", {}).items():
        if "default" in campo:  # it is always there
            del campo["default"]
            esquema["required"].append(nome)
        for parte in (campo, *campo.get("anyOf", ())):
            if parte.get("type") == "string":
                parte.update(_formato(nome))


def _formato(nome: str) -> Mapping[str, str]:
    if nome == "id" or nome.endswith("Id"):
        return {"format": "uuid"}
    if nome == "em" or nome.endswith("At") or (nome.startswith(("data", "prazo")) and nome != "data"):
        return {"format": "date-time"}
    if nome.endswith("Url"):
        return {"format": "uri"}
    return {}
