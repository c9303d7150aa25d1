"""The Atendente: presence and capacity."""
