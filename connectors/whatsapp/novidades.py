"""What a webhook says of the account, the number and the templates.

Fields: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview. ``dados`` is
``{"field", "value"}`` as Meta gave them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from connectors.whatsapp.erros import classe_do_codigo, codigo_de, em_palavras
from engine.conector.entradas import NovidadeDoCanal
from engine.conector.limpeza import Objeto, ate_o_limite, estrutura, objeto_de, objetos_de, texto_de

TipoDeNovidade = Literal["modelo", "qualidade", "conta", "telefone"]

CAMPOS: Final[dict[str, TipoDeNovidade]] = {
    "message_template_status_update": "modelo",
    "message_template_quality_update": "modelo",
    "message_template_components_update": "modelo",
    "template_category_update": "modelo",
    "template_correct_category_detection": "modelo",
    "phone_number_quality_update": "qualidade",
    "phone_number_name_update": "telefone",
    "business_username_update": "telefone",
    "security": "telefone",
    "account_update": "conta",
    "account_alerts": "conta",
    "account_review_update": "conta",
    "account_settings_update": "conta",
    "business_capability_update": "conta",
    "business_status_update": "conta",
    "payment_configuration_update": "conta",
    "partner_solutions": "conta",
}
_SEM_ACESSO: Final = {
    "ACCOUNT_DELETED": "A conta do WhatsApp Business foi excluída",
    "ACCOUNT_OFFBOARDED": "A conta foi desligada da Cloud API (troca de aparelho ou novo registro do número)",
    "PARTNER_REMOVED": "O acesso à conta do WhatsApp Business foi retirado",
    "PARTNER_APP_UNINSTALLED": "O aplicativo foi removido da conta do WhatsApp Business",
}
_NAO_RESPONDE: Final = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"
"""Not even who wrote can be answered."""


def ler_novidade(campo: str, valor: Objeto) -> NovidadeDoCanal:
    """What a change of one of :data:`CAMPOS` says."""
    pausa = _PAUSAS.get(campo, _nunca)(valor)
    return _novidade(CAMPOS[campo], campo, valor, pausa, pausa or _motivo(campo, valor))


def erro_da_conta(erro: Objeto) -> NovidadeDoCanal:
    """An error beside the messages of a webhook, which is about none of them."""
    codigo = codigo_de(erro)
    pausa = codigo is not None and classe_do_codigo(codigo) == "canal"
    return _novidade("conta", "errors", erro, em_palavras(erro) if pausa else None, em_palavras(erro))


def _novidade(tipo: TipoDeNovidade, campo: str, valor: Objeto, pausa: str | None, motivo: str) -> NovidadeDoCanal:
    dados = ate_o_limite({"field": campo, "value": estrutura(valor)})
    return NovidadeDoCanal(tipo=tipo, dados=dados, pausar=pausa is not None, motivo=motivo)


# -- what stops everything ---------------------------------------------------------------------------------------------


def _conta(valor: Objeto) -> str | None:
    evento = texto_de(valor, "event", 64) or ""
    banida = texto_de(objeto_de(valor, "ban_info"), "waba_ban_state", 64)
    if evento == "DISABLED_UPDATE" and banida == "DISABLE":
        return "A conta do WhatsApp Business foi desativada pela Meta: veja o Gerenciador do WhatsApp"
    if evento == "ACCOUNT_RESTRICTION" and _NAO_RESPONDE in _restricoes(valor):
        return "A Meta restringiu a conta: ela não pode nem responder; veja o Gerenciador do WhatsApp"
    return _SEM_ACESSO.get(evento)


def _restricoes(valor: Objeto) -> list[str | None]:
    return [texto_de(item, "restriction_type", 64) for item in objetos_de(valor, "restriction_info")]


def _revisao(valor: Objeto) -> str | None:
    recusada = texto_de(valor, "decision", 64) == "REJECTED"
    return "A Meta recusou a conta do WhatsApp Business: veja o Gerenciador do WhatsApp" if recusada else None


def _nunca(_: Objeto) -> str | None:
    return None


_PAUSAS: Final[dict[str, Callable[[Objeto], str | None]]] = {
    "account_update": _conta,
    "account_review_update": _revisao,
}

# -- in words ----------------------------------------------------------------------------------------------------------


def _motivo(campo: str, valor: Objeto) -> str:
    if CAMPOS[campo] == "modelo":
        return _do_modelo(valor)
    alerta = objeto_de(valor, "alert_info")
    descricao = texto_de(alerta, "alert_description", 500) or texto_de(alerta, "alert_type", 100)
    dito = descricao or " ".join(_ditos(valor)) or "houve uma mudança"
    return f"{_TITULOS[CAMPOS[campo]]}: {dito}"


def _do_modelo(valor: Objeto) -> str:
    nome = texto_de(valor, "message_template_name", 512) or "?"
    ditos = [*_ditos(valor), texto_de(valor, "new_quality_score", 32), texto_de(valor, "new_category", 32)]
    razao = texto_de(valor, "reason", 300)
    dito = " ".join(filter(None, ditos)) or "mudou"
    return f"Modelo «{nome}»: {dito}" + (f" ({razao})" if razao and razao != "NONE" else "")


def _ditos(valor: Objeto) -> list[str]:
    nomes = ("event", "decision", "current_limit", "max_daily_conversations_per_business", "requested_verified_name")
    return [dito for nome in nomes if (dito := texto_de(valor, nome, 200))]


_TITULOS: Final[dict[TipoDeNovidade, str]] = {
    "modelo": "Modelo",
    "qualidade": "Qualidade do número",
    "conta": "Conta do WhatsApp Business",
    "telefone": "Número do WhatsApp",
}
