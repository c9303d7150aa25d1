"""The actors: Empresa, Ticket, Fila, Atendente, Canal, Equipe. Thin shells around the rules of ``engine``."""
