"""The connectors: what talks to the outside services of channels, in a process of its own, on trio.

They know the engine by its connector protocol alone (:mod:`engine.conector`), as any stranger's connector does.
"""
