"""Webhooks to other systems; their rules are ``engine.conector.webhooks_de_saida``."""

from connectors.webhook._conector import ConectorWebhook
from connectors.webhook._gancho import ConectorGancho

__all__ = ["ConectorGancho", "ConectorWebhook"]
