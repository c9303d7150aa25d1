"""Providers that behave like the real ones: what tests, the demonstration and the benchmarks talk to.

===================  ===============================================================
``servidor_http``    the HTTP server of all those that speak HTTP
``graph``            the Graph API, as far as WhatsApp goes
``smtp``             a server that mails are handed to, with a book of all it took
``imap``             a server that mails are read from; ``caixa_postal`` its mailbox
``correio``          the post office that carries from the one to the other
``linhas``           what both speak in: lines
``sms``              Twilio, and a provider as many others are
``push``             a push service and the browsers behind it
``receptor``         a system that receives our webhooks
``roteiro``          faults that a fake is told to make
===================  ===============================================================
"""
