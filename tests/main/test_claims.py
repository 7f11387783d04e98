from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pillarbox.main.claims import AlreadyUp, PortBusy, PortNotAllowed, claim, port_free

HOLD = """
import sys, time
from pathlib import Path
from pillarbox.main.claims import claim
lock = claim(Path(sys.argv[1]), "http://127.0.0.1:8000")
print("held", flush=True)
time.sleep(600)
"""


def test_a_busy_port_is_named() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        with pytest.raises(PortBusy, match=rf"Port {port} on 127\.0\.0\.1 is already in use"):
            port_free("127.0.0.1", port)
        with pytest.raises(PortBusy):
            port_free("0.0.0.0", port)
    port_free("127.0.0.1", port)


def test_a_port_whose_connections_have_just_closed_is_free() -> None:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every web server does
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            served, _ = listening.accept()
            served.close()  # the side that closes first keeps the port in TIME_WAIT
            assert client.recv(1) == b""
    port_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_not_ours() -> None:
    with pytest.raises(PortNotAllowed, match=r"cannot listen on 192\.0\.2\.1, port 8000"):
        port_free("192.0.2.1", 8000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may listen anywhere")
def test_a_low_port_needs_rights() -> None:
    with pytest.raises(PortNotAllowed, match="needs rights"):
        port_free("127.0.0.1", 80)


def test_a_second_one_is_told_who_and_where_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyUp, match=rf"process {holder.pid}, at http://127\.0\.0\.1:8000\."):
        claim(path, "http://127.0.0.1:9000")
    holder.kill()
    holder.communicate()
    mine = claim(path, "http://127.0.0.1:9000")
    assert mine.note() == f"{os.getpid()} http://127.0.0.1:9000"
    mine.release()
