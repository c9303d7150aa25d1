"""The benchmarks. ``python -m bench`` runs them all; names or families choose: ``python -m bench engine recovery``.

Each figure is measured beside its baseline in the same run, as the median of several rounds, and written to
``bench/results/latest.json`` as ``[{"name", "value", "unit", "baseline", "ratio", "interpreter"}]``; a run of some
figures leaves the others in that file as they were.

To add figures, write a module in this package with functions marked by :func:`bench.registry.bench`: it is found by
itself. A function may be ``async``: it then runs on uvloop, as the server does. A figure that needs what is not a
dependency (Node) says so, and is skipped where that is missing.
"""
