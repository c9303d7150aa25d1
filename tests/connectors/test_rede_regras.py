"""Which addresses are on the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.redes import permitido, publico, regras

DENTRO = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::8.8.8.8",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::a9fe:a9fe",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
FORA = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "223.255.255.1",
]
FORA_IPV6 = ["2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2003::1"]


@pytest.mark.parametrize("endereco", DENTRO)
def test_the_inside_is_not_public(endereco: str) -> None:
    assert not publico(endereco)


@pytest.mark.parametrize("endereco", FORA + FORA_IPV6)
def test_the_outside_is(endereco: str) -> None:
    assert publico(endereco)


@given(st.ip_addresses(v=4))
def test_what_python_takes_for_private_is_never_public(endereco: IPv4Address) -> None:
    if endereco.is_private or endereco.is_multicast or endereco.is_loopback or endereco.is_link_local:
        assert not publico(str(endereco))


@given(st.ip_addresses(v=6))
def test_the_same_for_the_sixth_version(endereco: IPv6Address) -> None:
    if (
        endereco.is_private
        or endereco.is_multicast
        or endereco.is_site_local
        or endereco.ipv4_mapped
        or endereco.teredo
    ):
        assert not publico(str(endereco))


@given(st.text(max_size=60))
def test_what_is_no_address_is_not_public(texto: str) -> None:
    assert publico(texto) in {True, False}
    assert not publico(f"{texto}x.example")


def test_an_installation_may_allow_its_own_network() -> None:
    proprias = regras(["10.1.0.0/16", "::1", "127.0.0.1"])
    assert permitido("10.1.2.3", proprias)
    assert permitido("::1", proprias)
    assert permitido("8.8.8.8", proprias)
    assert not permitido("10.2.0.1", proprias)
    assert not permitido("::ffff:127.0.0.1", proprias)
    assert not permitido("nada", proprias)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="nada"):
        regras(["nada"])
