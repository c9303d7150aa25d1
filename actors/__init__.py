"""The actors: Empresa, Ticket, Fila, Atendente. Thin shells that hold state and call the rules of ``engine``."""
