"""The kinds of channels that the host serves, and who serves each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.base import FabricaDeConector
from connectors.email.conector import ConectorEmail
from connectors.push import ConectorPush
from connectors.sms import ConectorSms
from connectors.webhook import ConectorGancho
from connectors.whatsapp.conector import ConectorWhatsApp
from engine.modelo import TipoCanal

FABRICAS: Final[Mapping[TipoCanal, FabricaDeConector]] = {
    "whatsapp": ConectorWhatsApp,
    "email": ConectorEmail,
    "sms": ConectorSms,
    "push": ConectorPush,
    "webhook": ConectorGancho,
}
