"""As what a file of ours is sent: WhatsApp shows few kinds in the conversation, and takes all others as documents.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from connectors.whatsapp.recusas import Impossivel
from engine.conector.trabalhos import ArquivoParaEnviar

_MB: Final = 1024 * 1024
TipoDeMidia = Literal["image", "video", "audio", "document"]

_MOSTRADOS: Final[dict[str, TipoDeMidia]] = {
    "image/jpeg": "image",
    "image/png": "image",
    "video/mp4": "video",
    "video/3gpp": "video",
    "audio/aac": "audio",
    "audio/amr": "audio",
    "audio/mp4": "audio",
    "audio/mpeg": "audio",
    "audio/ogg": "audio",
}
_MAXIMO: Final[dict[TipoDeMidia, int]] = {"image": 5 * _MB, "video": 16 * _MB, "audio": 16 * _MB, "document": 100 * _MB}
DOCUMENTO_MAXIMO: Final = _MAXIMO["document"]


class Remessa(Struct, frozen=True):
    """A file that is at Meta, and as what it goes."""

    id: str
    tipo: TipoDeMidia
    nome: str


def tipo_de_envio(arquivo: ArquivoParaEnviar, com_legenda: bool) -> TipoDeMidia:
    """What is too large to be shown goes as a document; and so does a sound that has a text beside it, for it could
    not have one. Raises Impossivel if it is too large for that too.
    """
    tipo = _MOSTRADOS.get(arquivo.tipo.partition(";")[0].strip().lower(), "document")
    if arquivo.tamanho > _MAXIMO[tipo] or (tipo == "audio" and com_legenda):
        tipo = "document"
    if arquivo.tamanho > DOCUMENTO_MAXIMO:
        tem = arquivo.tamanho / _MB
        raise Impossivel(f"O arquivo tem {tem:.0f} MB; o WhatsApp aceita {DOCUMENTO_MAXIMO // _MB} MB")
    return tipo
