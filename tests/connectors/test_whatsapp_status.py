"""Statuses of what we sent, and news of the channel itself."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.whatsapp.leitura import Leitura, Numero, ler_webhook
from tests.connectors.whatsapp import AGORA, NUMERO, WABA, conversa, corpo_json, estados, mensagem, webhook_de

EU = Numero(NUMERO, WABA)


def ler(corpo: bytes) -> Leitura:
    return ler_webhook(corpo, EU, AGORA)


# -- statuses ---------------------------------------------------------------------------------------------------------

TRABALHO = "0197c5d2-7c1e-7000-8000-0123456789ab"


@pytest.mark.parametrize(
    ("dito", "nosso"), [("sent", "enviado"), ("delivered", "entregue"), ("read", "lido"), ("played", "lido")]
)
def test_a_status_is_of_the_job_that_it_echoes(dito: str, nosso: str) -> None:
    bruto = {"id": "wamid.9", "status": dito, "timestamp": "1799999990", "biz_opaque_callback_data": TRABALHO.upper()}
    status = ler(webhook_de(estados(bruto))).status[0]
    assert (status.estado, status.em, status.trabalho_id, status.id_externo) == (
        nosso,
        1_799_999_990_000,
        TRABALHO,
        "wamid.9",
    )
    assert (status.classe, status.erro) == (None, None)


@pytest.mark.parametrize("eco", [None, "", "campanha-7", 7, {}, TRABALHO + "x", TRABALHO.replace("-", "")])
def test_an_echo_that_is_not_ours_is_no_job(eco: object) -> None:
    bruto = {"id": "wamid.9", "status": "sent", "timestamp": "1799999990", "biz_opaque_callback_data": eco}
    assert ler(webhook_de(estados(bruto))).status[0].trabalho_id is None


def test_a_failure_says_its_class_and_why() -> None:
    erro = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "More than 24 hours"}}
    status = ler(webhook_de(estados({"id": "w", "status": "failed", "timestamp": "1", "errors": [erro]}))).status[0]
    assert (status.estado, status.classe, status.codigo) == ("falhou", "modelo", "131047")
    assert "More than 24 hours" in (status.erro or "")
    sem = ler(webhook_de(estados({"id": "w", "status": "failed", "timestamp": "1"}))).status[0]
    assert (sem.classe, sem.codigo) == ("final", None)


def test_statuses_of_other_things_are_not_of_messages() -> None:
    pagamento = {"id": "w", "status": "failed", "type": "payment", "timestamp": "1"}
    lida = ler(webhook_de(estados(pagamento, {"id": "w", "status": "warning"}, {"id": "w"}, {"status": "sent"}, 5)))
    assert lida.status == []
    assert lida.ignoradas == {"statuses failed": 1, "statuses warning": 1}
    assert lida.com_problema == 3


# -- news -------------------------------------------------------------------------------------------------------------

NOVIDADES: list[tuple[str, dict[str, Any], str, bool]] = [
    ("message_template_status_update", {"event": "PAUSED", "message_template_name": "promo"}, "modelo", False),
    ("message_template_quality_update", {"new_quality_score": "RED", "message_template_name": "p"}, "modelo", False),
    ("template_category_update", {"new_category": "MARKETING", "message_template_name": "p"}, "modelo", False),
    ("phone_number_quality_update", {"event": "FLAGGED", "current_limit": "TIER_1K"}, "qualidade", False),
    ("phone_number_name_update", {"decision": "APPROVED", "requested_verified_name": "Loja"}, "telefone", False),
    ("security", {"event": "PIN_CHANGED"}, "telefone", False),
    ("account_alerts", {"alert_info": {"alert_description": "Limite", "alert_severity": "WARNING"}}, "conta", False),
    ("account_review_update", {"decision": "APPROVED"}, "conta", False),
    ("account_review_update", {"decision": "REJECTED"}, "conta", True),
    ("account_update", {"event": "ACCOUNT_DELETED"}, "conta", True),
    ("account_update", {"event": "ACCOUNT_OFFBOARDED"}, "conta", True),
    ("account_update", {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": WABA}}, "conta", True),
    ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, "conta", True),
    ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, "conta", False),
    (
        "account_update",
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"}],
        },
        "conta",
        True,
    ),
    (
        "account_update",
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}],
        },
        "conta",
        False,
    ),
    ("account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}}, "conta", False),
    ("business_capability_update", {"max_daily_conversation_per_phone": 1000}, "conta", False),
]


@pytest.mark.parametrize(("campo", "valor", "tipo", "pausar"), NOVIDADES)
def test_news_of_the_account_pause_what_cannot_send_any_more(
    campo: str, valor: dict[str, Any], tipo: str, pausar: bool
) -> None:
    novidade = ler(webhook_de(valor, campo)).novidades[0]
    assert (novidade.tipo, novidade.pausar) == (tipo, pausar)
    assert novidade.dados == {"field": campo, "value": valor}
    assert novidade.motivo


def test_news_of_another_account_are_not_ours() -> None:
    assert ler(webhook_de({"event": "ACCOUNT_DELETED"}, "account_update", "999")).alheias == 1
    de_parceiro = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": "999"}}
    assert ler(webhook_de(de_parceiro, "account_update")).novidades == []
    qualquer = ler_webhook(webhook_de({"event": "ACCOUNT_DELETED"}, "account_update", "9"), Numero(NUMERO), AGORA)
    assert len(qualquer.novidades) == 1


def test_an_error_of_the_account_beside_its_messages_is_news() -> None:
    valor = conversa(mensagem("text", {"body": "x"})) | {
        "errors": [{"code": 131031, "title": "Locked"}, {"code": 130429}]
    }
    lida = ler(webhook_de(valor))
    assert [(n.tipo, n.pausar) for n in lida.novidades] == [("conta", True), ("conta", False)]
    assert len(lida.mensagens) == 1


def test_fields_that_are_nothing_to_us_are_counted() -> None:
    lida = ler(webhook_de({"x": 1}, "calls"))
    assert (lida.ignoradas, lida.com_problema) == ({"calls": 1}, 0)


def test_a_body_without_messages_is_read_too() -> None:
    lida = ler(corpo_json({"object": "whatsapp_business_account", "entry": []}))
    assert (lida.mensagens, lida.com_problema) == ([], 0)
