"""Providers that behave like the real ones: what tests, the demonstration and the benchmarks talk to.

===================  ===============================================================
``servidor_http``    the HTTP server of all those that speak HTTP
``graph``            the Graph API, as far as WhatsApp goes
``smtp``             a server that mails are handed to, with a book of all it took
``imap``             a server that mails are read from; ``caixa_postal`` its mailbox
``correio``          the post office that carries from the one to the other
``linhas``           what both speak in: lines
``sms``              providers of SMS
``push``             a push service of browsers
``receptor``         whoever receives our webhooks
===================  ===============================================================
"""
