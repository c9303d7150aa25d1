"""Pictures of reports, by matplotlib: ``paineis`` says what is drawn of which report, ``figura`` draws it. matplotlib
is loaded where something is drawn, and nowhere else; the server has it done in a process of its own (``python -m``).
"""
