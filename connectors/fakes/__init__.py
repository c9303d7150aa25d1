"""Providers that behave like the real ones: what tests, the demonstration and the benchmarks talk to.

===================  ===============================================================
``push``             a push service and the browsers behind it
``receptor``         a system that receives our webhooks
``roteiro``          faults that a fake is told to make
``sms``              Twilio, and a provider as many others are
``servidor_http``    the HTTP server of all those that speak HTTP
===================  ===============================================================
"""
