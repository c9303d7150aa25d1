"""How the interpreter was built, as it says itself."""

from __future__ import annotations

import sysconfig

import pytest

from balcao.exames import interpretador, maquina

DO_DEBIAN = ("'--prefix=/usr' '--with-computed-gotos'", "")
COM_A_OPCAO = ("'--enable-optimizations' '--with-lto'", "-fprofile-use -fprofile-correction")
SEM = ("'--prefix=/opt/python'", "-fprofile-use -fprofile-correction")
NAO_DIZ = (None, None)


@pytest.mark.parametrize(
    ("ditas", "esperado"),
    [(DO_DEBIAN, True), (COM_A_OPCAO, True), (SEM, False), (NAO_DIZ, False)],
    ids=["Debian", "option", "neither", "silent"],
)
def test_an_interpreter_built_without_pgo_is_named_and_is_no_problem(
    monkeypatch: pytest.MonkeyPatch, ditas: tuple[str | None, str | None], *, esperado: bool
) -> None:
    monkeypatch.setattr(sysconfig, "get_config_vars", lambda *_: list(ditas))
    assert interpretador.com_pgo() is esperado
    assert interpretador.nome().endswith("with PGO" if esperado else "without PGO")
    exame = maquina.python()
    assert exame.remedio is None
    assert exame.aviso is not esperado
