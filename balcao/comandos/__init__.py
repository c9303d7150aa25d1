"""The subcommands, one module each. A module's ``comando`` is what ``balcao.cli`` adds."""
