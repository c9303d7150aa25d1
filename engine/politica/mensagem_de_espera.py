"""The message that tells a contact where it stands in line: what it says, and when it is due.

In its text stand variables: ``{posicao}`` (from 1) of ``{aguardando}``; ``{espera}``, in half of all cases it takes no
longer, and ``{esperaMaxima}``, in nine of ten; ``{numero}`` of the ticket.
"""

from __future__ import annotations

from typing import Final

from engine import textos
from engine.distribuicao.estimativa import Posicao
from engine.estados import com_mensagem_de_espera, espera
from engine.modelo import MensagemPendente, TicketRow, TipoCanal
from engine.politica.modelo import MensagemDeEspera

VARIAVEIS: Final = ("posicao", "aguardando", "espera", "esperaMaxima", "numero")
DE_ESTIMATIVA: Final = frozenset({"espera", "esperaMaxima"})
"""Those that are not always known."""
LEVAM: Final[frozenset[TipoCanal]] = frozenset({"whatsapp", "email", "sms", "api", "webchat"})
"""The kinds of canais by which what is said in a ticket gets to its contact."""
_MINUTO_MS: Final = 60_000


def estimam(texto: str) -> list[str]:
    """The variables of a text that are not always known, each once and as it is written."""
    return [textos.SIMPLES.escrita(nome) for nome in textos.variaveis(texto, textos.SIMPLES) if nome in DE_ESTIMATIVA]


def escrever(mensagem: MensagemDeEspera, numero: int, posicao: Posicao) -> str | None:
    """What is said to the contact of a ticket. None: nothing can be said without an estimate, and there is none."""
    valores = {"posicao": str(posicao.posicao), "aguardando": str(posicao.aguardando), "numero": str(numero)}
    texto: str | None = mensagem.texto
    if posicao.estimativa is not None:
        valores["espera"] = em_palavras(posicao.estimativa.p50)
        valores["esperaMaxima"] = em_palavras(posicao.estimativa.p90)
    elif estimam(mensagem.texto):
        texto = mensagem.texto_sem_estimativa
    return None if texto is None else textos.preencher(texto, valores, textos.SIMPLES)


def em_palavras(ms: int) -> str:
    """A duration as people say it, in whole minutes, rounded up."""
    minutos = max(1, -(-ms // _MINUTO_MS))
    horas, minutos = divmod(minutos, 60)
    partes = [_quantos(horas, "hora"), _quantos(minutos, "minuto")]
    return " e ".join(parte for parte in partes if parte)


def _quantos(quantos: int, de_que: str) -> str:
    return "" if not quantos else f"{quantos} {de_que}" + ("s" if quantos > 1 else "")


_LOGO: Final = 1_000
"""The soonest that who opens a ticket is told (ms): what it wrote stands in the ticket before that."""


def ao_mudar(antes: TicketRow | None, depois: TicketRow, mensagem: MensagemDeEspera | None, now: int) -> TicketRow:
    """A ticket is to be as ``depois``: with when its contact is told. It is told anew of each line that it comes to,
    by what the fila's policy (``mensagem``) is then; what goes on waiting keeps its time.
    """
    if not espera(depois):
        return com_mensagem_de_espera(depois, None)
    if antes is not None and espera(antes) and antes.fila_id == depois.fila_id:
        return depois
    apos = 0 if mensagem is None else mensagem.apos_segundos * 1000
    if antes is None:
        apos = max(apos, _LOGO)
    pendente = None if mensagem is None else MensagemPendente(now + apos)
    return com_mensagem_de_espera(depois, pendente)


def seguinte(mensagem: MensagemDeEspera, agora: MensagemPendente, now: int) -> MensagemPendente | None:
    """One was due, and said or left out: when the next is."""
    ditas = agora.ditas + 1
    if not mensagem.repetir_segundos or ditas >= mensagem.maximo:
        return None
    return MensagemPendente(now + mensagem.repetir_segundos * 1000, ditas)
