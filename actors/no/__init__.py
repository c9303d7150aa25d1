"""The node: which empresas live here, and the one door through which commands reach their actors."""
