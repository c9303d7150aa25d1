"""JSON Schema of the Structs that routes read and answer: what msgspec makes of them, completed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from web.pedido.validacao import Dados

Esquema = dict[str, Any]

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
        entradas = {tipo.__name__: tipo for tipo in _todas(Dados)}
        for nome, esquema in componentes.items():
            esquema.pop("description", None)  # a docstring, for who reads the code
            if nome in entradas:
                _completar_entrada(esquema, entradas[nome])
            else:
                _completar_saida(esquema)

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


def _todas(base: type[Dados]) -> Iterator[type[Dados]]:
    """Everything that a caller may send, also within something else."""
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


def _completar_entrada(esquema: Esquema, tipo: type[Dados]) -> None:
    esquema["additionalProperties"] = False
    if not esquema["required"]:
        del esquema["required"]
    for campo in esquema["properties"].values():
        for parte in (campo, *campo.get("anyOf", ())):
            _completar_campo(parte)
    esquema.update(tipo.esquema_extra)


def _completar_campo(campo: Esquema) -> None:
    if str(campo.get("pattern", "")).startswith(_E_UUID):
        campo["format"] = "uuid"
    if campo.get("type") == "array":
        campo.setdefault("maxItems", _LISTA_MAXIMA)


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
    if nome == "em" or nome.endswith("At") or nome.startswith("data"):
        return {"format": "date-time"}
    if nome.endswith("Url"):
        return {"format": "uri"}
    return {}
