"""What the engine and its connectors say to each other: the vocabulary of channels, which both sides import.

===============  =================================================================================================
``enderecos``    the kinds of addresses that contacts have
``entradas``     what came in: messages, statuses, news about the channel itself
``trabalhos``    what is to be sent, and what became of it
``protocolo``    the frames of ``/conectores/ws``
``assinaturas``  whether a webhook comes from where it says
===============  =================================================================================================

On the wire everything is JSON in camel case; instants are milliseconds since the epoch, UTC, as integers.
"""
