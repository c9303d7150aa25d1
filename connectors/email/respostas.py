"""What an answer of an SMTP server asks for (RFC 5321, section 4.2; RFC 3463)."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from connectors.email.palavras import uma_linha
from engine.conector.trabalhos import ClasseDeErro

_DIZERES: Final = 300
_DO_TAMANHO: Final = frozenset({523, 552})
_DO_TAMANHO_AMPLIADO: Final = frozenset({"5.2.3", "5.3.4"})
"""It is this mail that is too large, and not the sender who is unknown."""
_ampliado: Final = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?=\s|\Z)")
_limite: Final = re.compile(r"\b(?:rate|limit\w*|throttl\w*|too (?:many|fast)|muitas)\b", re.IGNORECASE)
_do_lugar: Final = re.compile(
    r"\b(?:quota|size|space|storage|disk|full|mailbox limit|cota|tamanho|espa[çc]o|chei[ao])\b", re.IGNORECASE
)
"""It is too much in one place, and not too fast: waiting with others would not help."""
_retransmissao: Final = re.compile(r"\brelay(?:ing)?\b", re.IGNORECASE)
"""Who may not send to others than the server's own users has not logged in; of the text of a mail it says something
else.
"""
_diario: Final = re.compile(r"daily|per day|24 hours|di[áa]ri[oa]|por dia", re.IGNORECASE)


_ESPERAS_MS: Final = (60_000, 20 * 60_000, 60 * 60_000)
"""After the first refusal, the second, and each that follows."""
_ESPERA_MAXIMA_MS: Final = 2 * 60 * 60_000
_MARGEM_MS: Final = 10_000
_espera_dita: Final = re.compile(
    r"\b(?:in|for|after|within|wait|em|por|ap[óo]s|aguarde)\s+(?:(?:about|at least|another|cerca de)\s+)?"
    r"(?:(\d{1,5})\s*(s|m|h)\w*|(\d{1,2}):(\d\d)(?::(\d\d))?)",
    re.IGNORECASE,
)
_SEGUNDOS: Final = {"s": 1, "m": 60, "h": 3_600}


class Resposta(Struct, frozen=True):
    """A reply: its code, and its lines' texts."""

    codigo: int
    linhas: tuple[str, ...]

    @property
    def texto(self) -> str:
        """What it says, in one line, for people."""
        return uma_linha(" ".join(self.linhas), _DIZERES)

    @property
    def ampliado(self) -> str | None:
        """The enhanced status code (RFC 2034)."""
        achado = _ampliado.match(self.linhas[0]) if self.linhas else None
        return achado[0] if achado else None


class Fase:
    """At what a server said no."""

    LIGAR: Final = "ligar"
    ENTRAR: Final = "entrar"
    REMETENTE: Final = "remetente"
    DESTINATARIO: Final = "destinatario"
    DADOS: Final = "dados"


_FRASES: Final = {
    Fase.LIGAR: "O servidor SMTP não atendeu",
    Fase.ENTRAR: "O servidor SMTP recusou o usuário ou a senha; confira smtpUsuario e smtpSenha",
    Fase.REMETENTE: "O servidor SMTP não aceita enviar como o endereço do canal; confira 'endereco' e smtpUsuario",
    Fase.DESTINATARIO: "O servidor SMTP não aceitou o destinatário",
    Fase.DADOS: "O servidor SMTP não aceitou a mensagem",
}


def classe(resposta: Resposta, fase: str) -> ClasseDeErro:
    """What a refusal asks for: 4xx is worth another try, 5xx is final, and what says that the canal itself is wrong
    (we may not connect, log in, send as its address, or to others) pauses it.
    """
    temporaria = 400 <= resposta.codigo < 500
    if _diario.search(resposta.texto) and _limite.search(resposta.texto):
        return "amanha"
    if fase == Fase.ENTRAR or resposta.codigo in {530, 534, 535, 538}:
        return "tentar" if temporaria else "canal"
    if fase in {Fase.REMETENTE, Fase.DESTINATARIO} and _retransmissao.search(resposta.texto):
        return "canal"
    if temporaria:
        apressada = _limite.search(resposta.texto) and not _do_lugar.search(resposta.texto)
        return _com_pressa(fase) if apressada else "tentar"
    if fase == Fase.LIGAR or (fase == Fase.REMETENTE and not _grande(resposta)):
        return "canal"
    return "final"


def _grande(resposta: Resposta) -> bool:
    return resposta.codigo in _DO_TAMANHO or resposta.ampliado in _DO_TAMANHO_AMPLIADO


def espera_ms(resposta: Resposta, tentativa: int) -> int | None:
    """How long (ms) to wait after this refusal of the try ``tentativa`` (from 1); None if nothing asks for more than
    the usual.

    A server that greylists (RFC 6647) refuses with 4xx whoever it does not know, until it comes back after 1 to 15
    minutes; one that is busy or full wants longer still (RFC 5321, section 4.5.4.1). So a refusal with 4xx waits for 1
    minute, then 20, then an hour each time, or longer if the server says so ("try again in 300 seconds"): with the
    three tries that are usual the last one is made 21 minutes after the first.
    """
    if not 400 <= resposta.codigo < 500:
        return None
    usual = _ESPERAS_MS[min(max(tentativa, 1), len(_ESPERAS_MS)) - 1]
    return max(usual, min(_dita_ms(resposta.texto), _ESPERA_MAXIMA_MS))


def _dita_ms(texto: str) -> int:
    """What a server asks for; 0 if nothing. ``00:04:59`` and ``04:59`` are hours, minutes and seconds."""
    achado = _espera_dita.search(texto)
    if achado is None:
        return 0
    quanto, unidade, *relogio = achado.groups()
    if quanto:
        return int(quanto) * _SEGUNDOS[unidade.lower()] * 1_000 + _MARGEM_MS
    segundos = 0
    for parte in (numero for numero in relogio if numero is not None):
        segundos = segundos * 60 + int(parte)
    return segundos * 1_000 + _MARGEM_MS


def _com_pressa(fase: str) -> ClasseDeErro:
    """Of a rate that was exceeded: the recipient's, or ours."""
    return "contato" if fase == Fase.DESTINATARIO else "numero"


def em_palavras(resposta: Resposta, fase: str) -> str:
    """What went wrong, for people."""
    return f"{_FRASES[fase]} ({resposta.codigo} {resposta.texto})".replace(" )", ")")
