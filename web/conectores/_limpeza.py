"""What a connector says, or repeats of what a provider said, as a database holds it and a reader bears it: no NUL, no
half of a pair of surrogates, nothing longer than it may be, no number beyond its bounds.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from engine.conector.entradas import Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import Respondido
from engine.envios.politica import DIA_MS
from engine.errors import Detalhe, Invalid
from engine.ids import is_uuid
from engine.vistas import json_text

ID_MAXIMO: Final = 512
CODIGO_MAXIMO: Final = 100
FRASE_MAXIMA: Final = 500
"""Characters of what is said to people: an error, why a canal pauses."""
METADADOS_MAXIMO: Final = 65_536
"""Characters of JSON."""
INSTANTE_MAXIMO: Final = 253_402_300_799_999
"""The last millisecond of the year 9999."""


def texto_limpo(texto: str) -> str:
    return texto.replace("\0", "").encode("utf-8", "replace").decode()


def valor_limpo(valor: Any) -> Any:
    """A JSON value with its texts cleaned. It is no deeper than what the decoder takes."""
    if isinstance(valor, str):
        return texto_limpo(valor)
    if isinstance(valor, dict):
        return {texto_limpo(nome): valor_limpo(um) for nome, um in valor.items()}
    if isinstance(valor, list):
        return [valor_limpo(um) for um in valor]
    return valor


def curto(texto: str | None, maximo: int) -> str | None:
    """At most so much of it; None if nothing of it is left."""
    return None if texto is None else texto_limpo(texto[: 2 * maximo])[:maximo] or None


def resultado_limpo(quadro: Respondido) -> Respondido:
    return replace(
        quadro,
        id_externo=curto(quadro.id_externo, ID_MAXIMO),
        codigo=curto(quadro.codigo, CODIGO_MAXIMO),
        erro=curto(quadro.erro, FRASE_MAXIMA),
        tentar_em_ms=None if quadro.tentar_em_ms is None else min(max(quadro.tentar_em_ms, 0), DIA_MS),
    )


def status_limpo(status: StatusRecebido) -> StatusRecebido:
    trabalho_id = None if status.trabalho_id is None else status.trabalho_id.lower()
    return replace(
        status,
        em=min(max(status.em, 0), INSTANTE_MAXIMO),
        trabalho_id=trabalho_id if trabalho_id is not None and is_uuid(trabalho_id) else None,
        id_externo=curto(status.id_externo, ID_MAXIMO),
        codigo=curto(status.codigo, CODIGO_MAXIMO),
        erro=curto(status.erro, FRASE_MAXIMA),
    )


def novidade_limpa(novidade: NovidadeDoCanal) -> NovidadeDoCanal:
    """Raises Invalid if it is too long."""
    if len(json_text(novidade.dados)) > METADADOS_MAXIMO:
        problema = f"devem ter no máximo {METADADOS_MAXIMO} caracteres de JSON"
        raise Invalid("novidade_invalida", f"dados: {problema}", (Detalhe("dados", problema),))
    return replace(novidade, dados=valor_limpo(novidade.dados), motivo=curto(novidade.motivo, FRASE_MAXIMA))


def modelo_limpo(modelo: Modelo) -> Modelo:
    return replace(
        modelo,
        nome=texto_limpo(modelo.nome)[:ID_MAXIMO],
        idioma=texto_limpo(modelo.idioma)[:CODIGO_MAXIMO],
        estado=texto_limpo(modelo.estado)[:CODIGO_MAXIMO],
        categoria=curto(modelo.categoria, CODIGO_MAXIMO),
        corpo=None if modelo.corpo is None else texto_limpo(modelo.corpo),
        componentes=valor_limpo(modelo.componentes),
    )
