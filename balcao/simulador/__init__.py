"""Simulations that the API is asked for, in a process of their own (``python -m balcao.simulador``); and of what is in
a database, for the command line (``do_banco``).
"""
