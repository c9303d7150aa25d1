"""What people see in the terminal.

- ``apresentacao``: what is shown when the server is ready. ``ajuda``: help pages, and how a command should be written.
- ``registro_log``: the log.
"""
