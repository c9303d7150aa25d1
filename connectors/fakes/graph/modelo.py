"""What a fake Graph API is told to be: its numbers, and how it behaves."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

JANELA_S: Final = 24 * 3_600.0


class NumeroFalso(Struct, kw_only=True):
    """A business number, its account and the app that has its webhooks."""

    phone_number_id: str = "100000000000001"
    waba_id: str = "200000000000001"
    telefone: str = "551130000000"
    """Digits, as ``display_phone_number``."""
    nome: str = "Loja Exemplo"
    token: str = "token-do-falso"  # noqa: S105
    app_secret: str = "segredo-do-falso"  # noqa: S105
    verify_token: str = "verificacao-do-falso"  # noqa: S105
    webhook: str | None = None
    """Where its webhooks go; None: nowhere."""
    assinado: bool = True
    estado: str = "CONNECTED"


class Comportamento(Struct, kw_only=True):
    """How it behaves when no script says otherwise. Shares are of 1; times in seconds."""

    por_segundo: int | None = 80
    """Messages that a number may send; None: any."""
    por_contato: bool = True
    """One to a contact in six seconds, forty-five at once."""
    janela: bool = False
    """Whether a free text needs a message of the contact within 24 hours; else it fails with 131047."""
    latencia_s: float = 0.0
    cair_depois: float = 0.0
    """How many messages are accepted without an answer."""
    status: tuple[str, ...] = ("sent", "delivered")
    """What becomes of a message that was accepted, by webhook."""
    duplicar: float = 0.0
    """Of what goes by webhook."""
    demora_de_status_s: float = 0.0
    """How long a status takes to go at least."""
    omitir: float = 0.0
    """Of the statuses."""
    embaralhar: bool = False
    """Statuses that wait go in any order."""
    lote: int = 1
    """Statuses that may go in one webhook; at most 1,000."""
    sem_nono: bool = False
    """``wa_id`` comes without Brazil's ninth digit."""
    url_de_midia_s: float = 300.0
    tentativas: int = 40
    """Times that a webhook is sent until it is answered 200."""
    espera_s: float = 0.05
    """Before the second time; then twice as long each time."""
    espera_maxima_s: float = 5.0
    semente: int = 1


class Contato(Struct, frozen=True, kw_only=True):
    """Somebody who uses WhatsApp: with a phone (digits), an id of this business's own, or both."""

    telefone: str | None = None
    usuario: str | None = None
    nome: str | None = "Maria Silva"


def componentes_padrao() -> list[dict[str, Any]]:
    """The templates that an account has at first."""
    corpo = "Olá {{1}}, seu pedido {{2}} saiu para entrega."
    botao = {"type": "URL", "text": "Acompanhar", "url": "https://exemplo.com/{{1}}"}
    return [
        _modelo("hello_world", "en_US", "UTILITY", [{"type": "BODY", "text": "Hello world"}]),
        _modelo("boas_vindas", "pt_BR", "MARKETING", [{"type": "BODY", "text": "Olá {{1}}, como podemos ajudar?"}]),
        _modelo(
            "pedido_enviado",
            "pt_BR",
            "UTILITY",
            [
                {"type": "HEADER", "format": "TEXT", "text": "Pedido {{1}}"},
                {"type": "BODY", "text": corpo},
                {"type": "BUTTONS", "buttons": [botao]},
            ],
        ),
        _modelo("promocao", "pt_BR", "MARKETING", [{"type": "BODY", "text": "Só hoje!"}], "PAUSED"),
    ]


def _modelo(
    nome: str, idioma: str, categoria: str, componentes: list[dict[str, Any]], estado: str = "APPROVED"
) -> dict[str, Any]:
    return {"name": nome, "language": idioma, "category": categoria, "status": estado, "components": componentes}


class Conta(Struct):
    """An account: its templates."""

    waba_id: str
    modelos: list[dict[str, Any]] = field(default_factory=componentes_padrao)
