"""What is wrong with a canal, by what the engine knows of it."""

from __future__ import annotations

import json

import pytest

from engine.conector.exame import problemas_do_webhook
from engine.modelo import CanalRow, TipoCanal


def canal(tipo: TipoCanal = "whatsapp", /, **config: object) -> CanalRow:
    return CanalRow("e", "c", "Zap", tipo, None, True, json.dumps(config), 0, 0)


@pytest.mark.parametrize(
    "endereco",
    [
        "http://127.0.0.1:3001/webhooks/whatsapp/c",
        "https://127.0.0.1:3001/webhooks/whatsapp/c",
        "http://atende.example.com/webhooks/whatsapp/c",
        "https://10.0.0.7/webhooks/whatsapp/c",
        "https://localhost/webhooks/whatsapp/c",
    ],
)
@pytest.mark.parametrize("base", [None, "", "https://graph.facebook.com/"])
def test_meta_cannot_call_what_is_not_public_https_and_the_remedy_is_named(endereco: str, base: str | None) -> None:
    (problema,) = problemas_do_webhook(canal(urlBase=base), endereco)
    assert endereco in problema
    assert "BACKEND_URL" in problema


def test_a_public_address_a_fake_and_other_kinds_of_canais_have_no_such_problem() -> None:
    assert problemas_do_webhook(canal(), "https://atende.example.com:8443/webhooks/whatsapp/c") == []
    assert problemas_do_webhook(canal(urlBase="http://127.0.0.1:4801"), "http://127.0.0.1:3001/webhooks/x") == []
    assert problemas_do_webhook(canal("sms"), "http://127.0.0.1:3001/webhooks/sms/c") == []
    assert problemas_do_webhook(canal(), None) == []
