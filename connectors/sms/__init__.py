"""SMS: a provider is data (``_descricao``), given by us for Twilio (``_twilio``) and by the canal's ``config`` for any
other (``_leitura``). From it comes the request (``_pedido``, by ``_modelos``), what the answer means (``_respostas``)
and what a webhook says (``_entradas``): pure. ``_conector`` does the rest.
"""

from connectors.sms._conector import ConectorSms

__all__ = ["ConectorSms"]
