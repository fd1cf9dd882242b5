"""Free ports."""

from __future__ import annotations

import socket

import pytest

from feedback.ops import ports


@pytest.fixture(params=["127.0.0.1", "::1"])
def taken(request):
    """A port of this machine on which somebody listens, on either family of `localhost`."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.socket(family) as somebody:
        try:
            somebody.bind((request.param, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        somebody.listen()
        yield somebody.getsockname()[1]


def test_the_next_free_port_is_taken_where_the_wanted_one_is_not_free(taken):
    assert not ports.is_free(taken)
    assert ports.free(taken) > taken


def test_the_wanted_port_is_taken_where_it_is_free():
    wanted = ports.free(0)
    assert ports.free(wanted) == wanted


def test_a_port_that_is_meant_for_another_part_is_left_to_it():
    wanted = ports.free(0)
    assert ports.free(wanted, but=frozenset({wanted})) > wanted


def test_that_all_ports_are_taken_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(ports.NoPort, match="Choose another with --port"):
        ports.free(8000)
