"""Webhooks to other systems; their rules are ``engine.conector.webhooks_de_saida``."""

from connectors.webhook._conector import ConectorWebhook

__all__ = ["ConectorWebhook"]
