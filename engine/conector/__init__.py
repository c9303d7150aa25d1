"""What the engine and its connectors say to each other: the vocabulary of channels, which both sides import.

===============  =================================================================================================
``enderecos``    the kinds of addresses that contacts have
``entradas``     what came in: messages, statuses, news about the channel itself
``trabalhos``    what is to be sent, and what became of it
``protocolo``    the frames of ``/conectores/ws``
``assinaturas``  whether a webhook comes from where it says; ``assinaturas_sms``: one of SMS
``webhooks``     which must be read one after the other; ``webhooks_sms``: those of SMS
``segmentos``    how many SMS a text is
``redes``        which addresses are on the public internet
``vapid``        the keys by which a sender of push is known
===============  =================================================================================================

``webhooks_whatsapp`` says whose each part of a webhook is, by ``json_tolerante`` and ``limpeza``; ``webhooks_de_saida``
are those that we send ourselves.

On the wire everything is JSON in camel case; instants are milliseconds since the epoch, UTC, as integers.
"""
