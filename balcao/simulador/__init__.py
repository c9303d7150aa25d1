"""Simulations that the API is asked for, in a process of their own: ``python -m balcao.simulador``."""
