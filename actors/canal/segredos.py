"""What of a canal's config is secret: kept from everybody but the canal itself."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from engine import eventos
from engine.canais import BYTES_MAXIMO, NOMES_MAXIMO, separar
from engine.errors import Conflict
from engine.modelo import CanalRow
from engine.vistas import json_text

Segredos = Mapping[str, msgspec.Raw]
"""The secrets of a canal by name, each JSON text as it was given."""

_NULO = b"null"
_decodificador = msgspec.json.Decoder(dict[str, msgspec.Raw])


def ler_segredos(texto: str) -> Segredos:
    """The secrets in a JSON object; null is none."""
    return {nome: valor.copy() for nome, valor in _decodificador.decode(texto).items() if bytes(valor) != _NULO}


def nomes(segredos: Segredos) -> tuple[str, ...]:
    """What is told of them."""
    return tuple(sorted(segredos))


def cru(valor: str) -> msgspec.Raw:
    """A text, as an entry of a ``config``."""
    return msgspec.Raw(json_text(valor).encode())


def com_segredos(atuais: Segredos, aberto: Segredos, secreto: Segredos) -> Segredos:
    """The secrets after a change: each name of ``secreto`` replaces its value, null takes it away, and so does saying
    it in the open.
    """
    ficam = {nome: valor for nome, valor in atuais.items() if nome not in aberto and nome not in secreto}
    return ficam | {nome: valor for nome, valor in secreto.items() if bytes(valor) != _NULO}


def lido(row: CanalRow, segredos: Segredos) -> tuple[CanalRow, Segredos]:
    """A canal as it was saved, by what is secret now: a name that stood in the open is with the secrets."""
    aberto, secreto = separar(row.tipo, row.config)
    if not secreto:
        return row, segredos
    return replace(row, config=json_text(aberto)), {**com_segredos({}, {}, secreto), **segredos}


def mudancas_dos_segredos(antes: Segredos, depois: Segredos) -> eventos.Mudancas:
    """That the secret of a name changed, and nothing of what it was or is."""
    mudancas: eventos.Mudancas = {}
    for nome in sorted(antes.keys() | depois.keys()):
        velho, novo = antes.get(nome), depois.get(nome)
        if velho is None:
            mudancas[f"segredos.{nome}"] = (None, "definido")
        elif novo is None:
            mudancas[f"segredos.{nome}"] = ("definido", None)
        elif bytes(velho) != bytes(novo):
            mudancas[f"segredos.{nome}"] = ("definido", "alterado")
    return mudancas


def exigir_que_caiba(aberto: Segredos, segredos: Segredos) -> None:
    """Raise Conflict if it is too much. Secrets stay when they are not named: what is kept would grow with every
    change.
    """
    quantos, tamanho = len(aberto) + len(segredos), len(json_text(aberto)) + len(json_text(segredos))
    if quantos > NOMES_MAXIMO or tamanho > BYTES_MAXIMO:
        raise Conflict(
            "config_grande_demais",
            f"Com os segredos já guardados, o canal teria {quantos} nomes e {tamanho} bytes; o máximo são "
            f"{NOMES_MAXIMO} e {BYTES_MAXIMO}: apague os segredos que não usa, mandando null",
        )
