"""What the package's documentation shows is what happens."""

from __future__ import annotations

import textwrap

import engine.runtime


def test_the_program_in_the_docstring_runs() -> None:
    text = engine.runtime.__doc__ or ""
    program = text.split("::\n", 1)[1].split("\nOn a server", 1)[0]
    program = textwrap.dedent(program)
    assert "loop.run_until_idle()" in program
    exec(compile(program, "engine.runtime", "exec"), {"__name__": "example"})  # it asserts its own result


def test_the_docstrings_table_names_only_what_is_exported() -> None:
    text = engine.runtime.__doc__ or ""
    named = {line.split("``")[1] for line in text.splitlines() if line.startswith("``")}
    assert named
    assert named <= set(engine.runtime.__all__)


def test_everything_exported_exists() -> None:
    for name in engine.runtime.__all__:
        assert hasattr(engine.runtime, name)
