"""What of a canal's ``config`` is shown: what is listed here for its ``tipo``. All else is secret, whatever its name.

A secret is kept, replaced and taken away, and never told: in no answer, and in no event. A listed value is one too if
it is an address with a password in it (RFC 3986 §3.2.1) or, of a service that is called, with anything else that may be
a key: then the name stands among the secrets, and in ``config`` there is nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Raw

from engine.modelo import TipoCanal

PUBLICOS: Final[Mapping[TipoCanal, frozenset[str]]] = {
    "whatsapp": frozenset({"phoneNumberId", "wabaId", "urlBase", "versao", "confirmarLeitura"}),
    "email": frozenset(
        {
            "endereco", "nomeRemetente", "smtpHost", "smtpPort", "smtpTls", "smtpUsuario", "imapHost", "imapPort",
            "imapTls", "imapUsuario", "imapPasta", "etiqueta",
        }
    ),
    "sms": frozenset(
        {
            "provedor", "de", "url", "usuario", "mms", "metodo", "tipoDeConteudo", "autenticacao", "caminhoDoId",
            "caminhoDoErro", "caminhoDaMensagemDeErro", "semErro", "classesDeErro", "textoMaximo",
        }
    ),
    "webchat": frozenset(
        {"origens", "titulo", "cor", "saudacao", "horario", "arquivosAntes", "nomes", "mostrarPosicao"}
    ),
    "push": frozenset({"vapidAssunto", "vapidChavePublica", "mostrarConteudo"}),
    "api": frozenset(),
    "webhook": frozenset({"eventos"}),
}  # fmt: skip
"""The names that are shown, by ``tipo``."""

SECRETOS: Final[Mapping[TipoCanal, frozenset[str]]] = {
    "whatsapp": frozenset({"accessToken", "appSecret", "webhookVerifyToken"}),
    "email": frozenset({"smtpSenha", "imapSenha"}),
    "sms": frozenset(
        {
            "senha", "conta", "corpo", "cabecalhos", "urlDeTeste", "urlDoWebhook", "webhookArquivo",
            "webhookAutenticacao", "webhookCabecalho", "webhookDe", "webhookEm", "webhookErro", "webhookEstado",
            "webhookEstados", "webhookId", "webhookLista", "webhookPara", "webhookSegredo", "webhookTexto",
            "webhookTrabalho",
        }
    ),
    "push": frozenset({"vapidChavePrivada"}),
}  # fmt: skip
"""The names that our connectors know of those that are not shown."""

NOMES_MAXIMO: Final = 50
BYTES_MAXIMO: Final = 16_384
"""What one ``config`` may hold, with its secrets."""

_MAQUINAS: Final = frozenset({"urlBase", "url", "smtpHost", "imapHost", "origens"})
"""Where machines are, which need no ``@`` to be found."""
_SERVICOS: Final = frozenset({"urlBase", "url"})
"""What is called: all that follows the path may be a key, but for what stands for something else (``{texto}``)."""

_com_usuario = re.compile(r"://[^/?#\s]*@|://[^\s/@]*:[^\s@]*@").search
_partes = re.compile("[?&;#]").split
_e_modelo = re.compile(r"(\{+\w+\}+)?").fullmatch
_ler: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_texto: Final = msgspec.json.Encoder().encode


def e_publico(tipo: TipoCanal, nome: str, valor: object) -> bool:
    """Whether this entry may be shown."""
    if nome not in PUBLICOS[tipo]:
        return False
    if not isinstance(valor, str):
        return True
    if _com_usuario(valor) is not None or (nome in _MAQUINAS and "@" in valor):
        return False
    return nome not in _SERVICOS or all(_e_modelo(parte.rpartition("=")[2]) for parte in _partes(valor)[1:])


def separar(tipo: TipoCanal, config: str) -> tuple[dict[str, Raw], dict[str, Raw]]:
    """What is shown and what is secret of a ``config`` (a JSON object), each entry as it was written."""
    aberto: dict[str, Raw] = {}
    secreto: dict[str, Raw] = {}
    for nome, valor in _ler(config).items():
        onde = aberto if e_publico(tipo, nome, msgspec.json.decode(valor)) else secreto
        onde[nome] = valor.copy()
    return aberto, secreto


def mostrado(tipo: TipoCanal, config: str) -> tuple[str, frozenset[str]]:
    """A ``config`` without what is secret of it, and the names of that."""
    aberto, secreto = separar(tipo, config)
    return (_texto(aberto).decode(), frozenset(secreto)) if secreto else (config, frozenset())


def valor_publico(config: str, nome: str) -> object:
    """An entry of a ``config`` (without what is secret); None if it is not there."""
    valor = _ler(config).get(nome)
    lido: object = None if valor is None else msgspec.json.decode(valor)
    return lido
