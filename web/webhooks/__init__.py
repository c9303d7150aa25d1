"""Webhooks of providers: received, verified, kept, and only then answered. Reading them is a connector's work."""

from web.webhooks._borda import PREFIXO_DOS_WEBHOOKS, BordaDeWebhooks, ObservadorDeWebhooks
from web.webhooks._lugares import LugaresDosCanais
from web.webhooks._repescagem import Apartados, Repescagem

__all__ = [
    "PREFIXO_DOS_WEBHOOKS",
    "Apartados",
    "BordaDeWebhooks",
    "LugaresDosCanais",
    "ObservadorDeWebhooks",
    "Repescagem",
]
