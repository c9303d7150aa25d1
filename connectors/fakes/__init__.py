"""Providers that behave like the real ones: what tests, the demonstration and the benchmarks talk to.

===================  ===============================================================
``servidor_http``    the HTTP server of all those that speak HTTP
``graph``            the Graph API, as far as WhatsApp goes
===================  ===============================================================
"""
