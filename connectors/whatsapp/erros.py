"""What an answer of the Graph API, or none, means for a job.

The codes are those of https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes. A code decides,
whatever the status of HTTP; without a code, the status does; and without an answer, whether the request had been sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from msgspec import Struct

from connectors.whatsapp.limpeza import Objeto, objeto_de, texto_de
from engine.conector.trabalhos import ClasseDeErro, Desfecho

_CODIGOS: Final[Mapping[ClasseDeErro, tuple[int | range, ...]]] = {
    "numero": (130429,),
    "contato": (131056,),
    "tentar": (1, 2, 4, 17, 32, 341, 613, 80007, 131000, 131016, 131057, 133004),
    "canal": (
        *(0, 3, 10, 102, 190, range(200, 300), 368),
        *(130497, 131005, 131031, 131037, 131042, 131045, 131048, 133010),
    ),
    "modelo": (131047,),
    "amanha": (131049,),
    "final": (
        *(33, 100, 130403, 130472, 131008, 131009, 131021, 131026),
        *(131030, 131050, 131051, 131052, 131053, 131062, range(132000, 132017)),
    ),
}
_POR_CODIGO: Final[Mapping[int, ClasseDeErro]] = {
    codigo: classe
    for classe, grupos in _CODIGOS.items()
    for grupo in grupos
    for codigo in (grupo if isinstance(grupo, range) else (grupo,))
}
_ESPERA_MAXIMA_MS: Final = 24 * 3_600_000
_EM_PALAVRAS: Final[Mapping[int, str]] = {
    100: "a Meta recusou o pedido: um parâmetro não vale",
    131021: "não se envia para o próprio número do canal",
    131026: "o número não tem WhatsApp, ou não pode receber esta mensagem",
    131030: "o número é de teste e este destinatário não está na lista dele",
    131047: "passaram mais de 24 horas da última mensagem do contato: só um modelo pode ser enviado",
    131049: "a Meta não entregou agora, para não cansar o contato; pode passar depois de 24 horas",
    131050: "o contato não quer mais receber mensagens de marketing desta empresa",
    131051: "a Meta não conhece este tipo de mensagem",
    131053: "a Meta não aceitou o arquivo",
    131056: "mensagens demais para este contato em pouco tempo",
    130429: "mensagens demais deste número em pouco tempo",
    190: "o token de acesso expirou ou foi revogado: gere outro e grave no canal",
    10: "o token de acesso não tem a permissão whatsapp_business_messaging",
    368: "a conta foi bloqueada por violação de política: veja o Gerenciador do WhatsApp",
    131031: "a conta foi bloqueada: veja o Gerenciador do WhatsApp",
    131042: "há um problema com o pagamento da conta: veja o Gerenciador do WhatsApp",
    131048: "o número foi limitado por mensagens denunciadas: veja a qualidade no Gerenciador do WhatsApp",
    130497: "a conta não pode enviar a contatos deste país",
    133010: "o número não está registrado na Cloud API",
}


class Falha(Struct, frozen=True, kw_only=True):
    """Why something was not done, in the terms of a :class:`~engine.conector.trabalhos.Resultado`."""

    erro: str
    desfecho: Desfecho = "falhou"
    classe: ClasseDeErro | None = None
    codigo: str | None = None
    tentar_em_ms: int | None = None


class Recusa(Exception):
    """A request that did not succeed. ``sem_resposta``: Meta was not reached, or said nothing."""

    def __init__(self, falha: Falha, status: int | None = None, *, sem_resposta: bool = False) -> None:
        super().__init__(falha.erro)
        self.falha = falha
        self.status = status
        self.sem_resposta = sem_resposta

    def repetivel(self) -> Recusa:
        """Of a request that may be made twice without harm."""
        return Recusa(idempotente(self.falha), self.status, sem_resposta=self.sem_resposta)


def classe_do_codigo(codigo: int) -> ClasseDeErro | None:
    """What the code of an error asks for; None: it is not known."""
    return _POR_CODIGO.get(codigo)


def codigo_de(erro: Objeto) -> int | None:
    """The code of an error of Meta's, in an answer or in a status."""
    codigo = erro.get("code")
    if isinstance(codigo, str) and codigo.isascii() and codigo.isdigit() and len(codigo) < 10:
        return int(codigo)
    return codigo if isinstance(codigo, int) and not isinstance(codigo, bool) and abs(codigo) < 10**9 else None


def em_palavras(erro: Objeto) -> str:
    """What an error says, for people: what it asks for in our words, if we know it, and in Meta's."""
    detalhe = texto_de(objeto_de(erro, "error_data"), "details", 400) or texto_de(erro, "message", 400)
    detalhe = detalhe or texto_de(erro, "title", 400) or texto_de(erro, "error_user_msg", 400)
    codigo = codigo_de(erro)
    nosso = _EM_PALAVRAS.get(codigo) if codigo is not None else None
    partes = [parte for parte in (nosso, detalhe) if parte] or ["a Meta recusou, e não diz por quê"]
    return " — ".join(partes)


def falha_da_resposta(status: int, corpo: object, cabecalhos: Mapping[str, str], agora: datetime) -> Falha:
    """What an answer that is not a success means. ``corpo`` is its JSON, or None; names of ``cabecalhos`` in lower
    case.
    """
    erro = objeto_de(corpo, "error") if isinstance(corpo, dict) else {}
    codigo = codigo_de(erro)
    espera = espera_pedida(cabecalhos.get("retry-after"), agora)
    if codigo is None:
        return _sem_codigo(status, espera)
    classe = classe_do_codigo(codigo) or ("tentar" if status == 429 or status >= 500 else "final")
    return Falha(erro=em_palavras(erro), classe=classe, codigo=str(codigo), tentar_em_ms=espera)


def _sem_codigo(status: int, espera: int | None) -> Falha:
    """The Graph API itself always gives a code; this comes from what is before it."""
    dito = f"a resposta foi HTTP {status}, sem código de erro"
    if status == 429:
        return Falha(erro=dito, classe="tentar", tentar_em_ms=espera)
    if status in {401, 407} or 300 <= status < 400:
        return Falha(erro=f"{dito}: confira urlBase e o token do canal", classe="canal")
    if 400 <= status < 500:
        return Falha(erro=dito, classe="final")
    return Falha(erro=dito, desfecho="desconhecido", tentar_em_ms=espera)


def espera_pedida(escrito: str | None, agora: datetime) -> int | None:
    """``Retry-After`` (RFC 9110 §10.2.3): seconds or a date → milliseconds, a day at most; None if it says nothing."""
    escrito = (escrito or "").strip()
    if escrito.isascii() and escrito.isdigit():
        return min(int(escrito[:9]) * 1_000, _ESPERA_MAXIMA_MS)
    try:
        quando = parsedate_to_datetime(escrito)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    ate = quando.replace(tzinfo=quando.tzinfo or UTC) - agora
    return max(0, min(int(ate.total_seconds() * 1_000), _ESPERA_MAXIMA_MS))


def idempotente(falha: Falha) -> Falha:
    """Of a request that may be made twice without harm: what is not known can be tried again."""
    if falha.desfecho != "desconhecido":
        return falha
    return Falha(erro=falha.erro, classe="tentar", codigo=falha.codigo, tentar_em_ms=falha.tentar_em_ms)


def erro_de_status(erros: list[Any]) -> tuple[ClasseDeErro, str | None, str]:
    """Class, code and words of the ``errors`` of a status ``failed``: it did fail, so what is not known is final."""
    erro = next((item for item in erros if isinstance(item, dict)), {})
    codigo = codigo_de(erro)
    classe = classe_do_codigo(codigo) if codigo is not None else None
    return classe or "final", None if codigo is None else str(codigo), em_palavras(erro)
