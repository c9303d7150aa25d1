"""What is known of a provider of SMS: how it is asked, what its answers mean, how its webhooks are read. Twilio has a
description of its own (``_twilio``); any other is described in the canal's ``config`` (``_leitura``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from connectors.sms._modelos import ModeloDeCorpo
from engine.conector.entradas import EstadoExterno
from engine.conector.trabalhos import ClasseDeErro

Autenticacao = Literal["nenhuma", "basic", "bearer"]
Metodo = Literal["POST", "PUT", "GET"]
SIGNIFICADOS: Final[Mapping[str, EstadoExterno]] = {
    "enviado": "enviado",
    "entregue": "entregue",
    "lido": "lido",
    "falhou": "falhou",
}
"""What the words of a provider may stand for; ``nada`` beside these."""


class Resposta(Struct, frozen=True, kw_only=True):
    """Where an answer in JSON says what (dotted paths; ``messages.0.id``), and what error codes mean.

    ``caminho_do_erro``: what is there and not in ``sem_erro`` is an error, also in an answer of 200.
    """

    caminho_do_id: str = ""
    caminho_do_erro: str = ""
    caminho_da_mensagem: str = ""
    sem_erro: frozenset[str] = frozenset()
    classes: Mapping[str, ClasseDeErro] = {}


class CamposDoWebhook(Struct, frozen=True, kw_only=True):
    """Where a webhook says what: dotted paths from the beginning, or from each item of ``lista``. Of ``id``, ``estado``
    and ``texto`` the first path that is there counts. In ``arquivo`` and ``tipo_do_arquivo`` ``{n}`` counts from 0.
    ``estados``: in small letters, what the provider's words stand for (None: nothing).
    """

    lista: str = ""
    id: tuple[str, ...] = ()
    trabalho: str = ""
    estado: tuple[str, ...] = ()
    estados: Mapping[str, EstadoExterno | None] = {}
    erro: str = ""
    de: str = ""
    para: str = ""
    texto: tuple[str, ...] = ()
    em: str = ""
    arquivo: str = ""
    tipo_do_arquivo: str = ""
    guardar: tuple[str, ...] = ()
    """More that is kept in ``metadados.provedor``."""


class Descricao(Struct, frozen=True, kw_only=True):
    """A provider. ``url``, ``corpo`` and ``cabecalhos`` are templates; ``com_mais``: phones are written with a plus.

    ``url_de_teste``: a GET there answers 2xx where all is well. ``url_do_webhook``: where it is to call us.
    """

    provedor: Literal["twilio", "http"]
    de: str
    url: str
    metodo: Metodo = "POST"
    corpo: ModeloDeCorpo | None = None
    cabecalhos: Mapping[str, str] = {}
    autenticacao: Autenticacao = "nenhuma"
    usuario: str = ""
    senha: str = ""
    arquivo_a_parte: bool = False
    """Files go as files; else the text has their address."""
    texto_maximo: int = 1_600
    resposta: Resposta = Resposta()
    campos: CamposDoWebhook = CamposDoWebhook()
    url_de_teste: str = ""
    url_do_webhook: str = ""
    token_do_webhook: str = ""

    def __repr__(self) -> str:
        return f"Descricao(provedor={self.provedor!r})"
