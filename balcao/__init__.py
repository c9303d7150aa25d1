"""The command line and the wiring: settings, logging, diagnosis and the demonstration."""
