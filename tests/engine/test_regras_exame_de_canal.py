"""What `testar` says of a canal by what the engine knows of it."""

from __future__ import annotations

import pytest

from engine.canais import PUBLICOS, SECRETOS
from engine.conector.exame import problemas_do_canal
from engine.modelo import CanalRow, TipoCanal
from engine.vistas import json_text


def ditos(tipo: TipoCanal, segredos: tuple[str, ...], config: dict[str, object] | None = None) -> list[str]:
    row = CanalRow("e", "c", "C", tipo, None, True, json_text(config or {}), 0, 0)
    problemas = problemas_do_canal(row, segredos, tem_a_fila=True, aberto_ate=None, agora=0)
    return [um for um in problemas if not um.startswith("Falta ")]


@pytest.mark.parametrize(
    ("tipo", "errado", "certo"),
    [
        ("whatsapp", "phonenumberid", "phoneNumberId"),
        ("whatsapp", "access_token", "accessToken"),
        ("whatsapp", "wabaID", "wabaId"),
        ("email", "imapSenhas", "imapSenha"),
        ("email", "SMTPHost", "smtpHost"),
        ("sms", "Url", "url"),
        ("push", "vapid_assunto", "vapidAssunto"),
        ("webchat", "origem", "origens"),
    ],
)
def test_a_name_that_is_nearly_right_is_told_with_the_right_one(tipo: TipoCanal, errado: str, certo: str) -> None:
    (dito,) = ditos(tipo, (errado,))
    assert f"{errado} não tem efeito" in dito
    assert f"você quis dizer {certo}?" in dito


@pytest.mark.parametrize("tipo", ["whatsapp", "email", "sms", "push", "api"])
def test_a_name_that_only_somebody_elses_connector_knows_is_no_problem(tipo: TipoCanal) -> None:
    assert ditos(tipo, ("chaveDoMeuSistema",)) == []


@pytest.mark.parametrize("tipo", ["whatsapp", "email", "sms", "push", "webchat"])
def test_the_names_that_are_ours_are_none_whatever_is_near_them(tipo: TipoCanal) -> None:
    proprios = {"email": ("chaveConversa",), "push": ("vapidChavePrivada",)}.get(tipo, ())
    assert ditos(tipo, (*SECRETOS.get(tipo, ()), *PUBLICOS[tipo], *proprios)) == []


def test_a_chat_knows_no_other_names_than_its_own() -> None:
    (dito,) = ditos("webchat", ("senhaDoWifi",))
    assert "apague-o com null" in dito
    assert "saudacao" in dito


def test_what_a_chat_is_set_to_wrongly_is_told() -> None:
    assert len(ditos("webchat", (), {"origens": "www.empresa.com", "cor": "blue"})) == 2


def test_a_rest_that_the_provider_asked_for_is_told_with_how_to_end_it() -> None:
    row = CanalRow("e", "c", "C", "api", None, True, "{}", 0, 0)
    (dito,) = problemas_do_canal(row, (), True, None, 1_000, (2_000, "limite do número"))
    assert "limite do número" in dito
    assert "/canais/c/retomar" in dito
    assert problemas_do_canal(row, (), True, None, 3_000, (2_000, None)) == []
