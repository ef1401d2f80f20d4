"""How a kernel begins, and that nothing is left when it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from support import KERNEL, PATIENCE, TIMING, Client, contents, kernel, wait_until

BUSY = 'println("go")\nwhile true; 1 end'
# One call into a library that nothing can interrupt.
DEAF = 'A = randn(5000, 5000)\nprintln("go")\nA \\ A'


def has_ended(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def command(connection_file):
    folder = KernelSpecManager().get_kernel_spec(KERNEL)
    return [
        part.replace("{connection_file}", str(connection_file)).replace("{resource_dir}", folder.resource_dir)
        for part in folder.argv]


def connection(path, **changes):
    """Writes a connection file with free ports."""
    sockets = [socket.socket() for _ in range(5)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"]
    info = {**dict(zip(names, ports)), "ip": "127.0.0.1", "key": "k", "transport": "tcp",
            "signature_scheme": "hmac-sha256", "kernel_name": "nabla", **changes}
    path.write_text(json.dumps(info))
    return info


# On the shell a request waits until the cell has ended.
@pytest.mark.parametrize("channel, busy", [("control", None), ("control", BUSY), ("control", DEAF), ("shell", None)])
@pytest.mark.parametrize("restart", [False, True])
def test_shutdown(tmp_path, channel, restart, busy):
    with kernel(transport="ipc", folder=tmp_path) as client:
        process = psutil.Process(client.pid)
        assert list(tmp_path.glob("channel*"))
        if busy:
            client.wait_for_text(client.client.execute(busy), "go")
        start = time.perf_counter()
        request = client.ask("shutdown_request", {"restart": restart}, channel)
        assert client.reply(request, channel) == {"status": "ok", "restart": restart}
        wait_until(lambda: has_ended(process))
        took = time.perf_counter() - start
        assert not list(tmp_path.glob("channel*")), "the sockets' files are gone"
        print(f"{1000 * took:.1f} ms")
        assert not TIMING or took < 0.5


def test_restart_keeps_the_connection():
    with kernel() as client:
        client.run("x = 1")
        process, port, session = client.pid, client.manager.shell_port, client.session
        client.manager.restart_kernel()
        client.client.wait_for_ready(timeout=PATIENCE)
        assert client.pid != process and client.manager.shell_port == port
        client.session = None
        result = client.run("x")
        assert result.reply["ename"] == "NameError" and result.reply["execution_count"] == 1
        assert client.session != session, "a new process is a new session"


@pytest.mark.parametrize("busy", [False, True])
def test_no_orphans(tmp_path, busy):
    """The parent is killed; the kernel goes, too."""
    script = (
        "import sys, time; from jupyter_client.manager import KernelManager\n"
        "m = KernelManager(kernel_name=sys.argv[1]); m.start_kernel(); c = m.client(); c.start_channels()\n"
        "c.wait_for_ready(timeout=60); c.execute('while true; 1 end' if sys.argv[2] == 'True' else '1')\n"
        "print(m.provisioner.pid, flush=True); time.sleep(1000)\n")
    parent = subprocess.Popen(
        [sys.executable, "-c", script, KERNEL, str(busy)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    took = wait_until(lambda: has_ended(process))
    parent.communicate()
    print(f"{took:.2f} s")
    assert not TIMING or took < 3


def test_terminated_politely(tmp_path):
    with kernel(transport="ipc", folder=tmp_path) as client:
        process = psutil.Process(client.pid)
        client.wait_for_text(client.client.execute(BUSY), "go")
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: has_ended(process))
        assert not list(tmp_path.glob("channel*"))


def test_a_taken_port_ends_the_kernel_at_once(tmp_path):
    for name in ["shell", "iopub", "stdin", "control", "heartbeat"]:
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            file = tmp_path / "connection.json"
            connection(file, **{f"{'hb' if name == 'heartbeat' else name}_port": port})
            result = subprocess.run(command(file), capture_output=True, text=True, timeout=PATIENCE)
        assert result.returncode != 0
        line, = result.stderr.splitlines()
        assert name in line and f"127.0.0.1:{port}" in line and "in use" in line


@pytest.mark.parametrize("changes, complaint", [
    ({"signature_scheme": "hmac-md5"}, "hmac-md5"),
    ({"transport": "udp"}, "udp"),
    ({"shell_port": "x"}, "shell_port"),
    ({"curve_publickey": 40 * "k"}, "curve_secretkey"),
])
def test_an_impossible_connection_is_refused_loudly(tmp_path, changes, complaint):
    file = tmp_path / "connection.json"
    connection(file, **changes)
    result = subprocess.run(command(file), capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode != 0 and complaint in result.stderr


def test_no_connection_file(tmp_path):
    result = subprocess.run(command(tmp_path / "none.json"), capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode != 0 and "none.json" in result.stderr


def test_no_chatter_while_idle(client):
    client.run("1")
    before = psutil.Process(client.pid).num_ctx_switches()
    time.sleep(3)
    after = psutil.Process(client.pid).num_ctx_switches()
    assert after.voluntary - before.voluntary < 60, "a wake-up a second, for the parent"
    assert client.is_quiet()


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_encrypted(tmp_path, transport):
    """CURVE where the connection file has keys; who comes in the clear gets nothing."""
    public, secret = (key.decode() for key in zmq.curve_keypair())
    file = tmp_path / "connection.json"
    keys = {"curve_publickey": public, "curve_secretkey": secret}
    info = connection(file, transport=transport, **keys)
    if transport == "ipc":
        info = connection(file, transport=transport, ip=str(tmp_path / "channel"), **keys)
    process = subprocess.Popen(command(file))
    try:
        client = BlockingKernelClient()
        client.load_connection_file(str(file))
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        assert client.execute_interactive("1 + 1", timeout=PATIENCE, output_hook=lambda message: None)["content"]["status"] == "ok"
        with zmq.Context() as context, context.socket(zmq.SUB) as socket:
            socket.linger = 0
            socket.subscribe(b"")
            separator = ":" if transport == "tcp" else "-"
            socket.connect(f"{transport}://{info['ip']}{separator}{info['iopub_port']}")
            assert not socket.poll(300), "not even a welcome"
        client.shutdown()
        assert process.wait(timeout=PATIENCE) == 0
        client.stop_channels()
    finally:
        process.kill()
        process.wait()


# MARK: History


def tail(client, n=10):
    return [row[2] for row in client.result(client.client.history(hist_access_type="tail", n=n)).reply["history"]]


def test_history_outlives_the_kernel_and_is_private(tmp_path):
    environment = {"XDG_STATE_HOME": str(tmp_path), "NABLA_HISTORY": "on"}
    with kernel(environment=environment) as client:
        client.run("first = 1")
        with kernel(environment=environment) as other:
            other.run("second = 2")
            assert tail(other) == ["first = 1", "second = 2"]
        assert tail(client) == ["second = 2", "first = 1"]
        search = client.client.history(hist_access_type="search", pattern="sec*", unique=True)
        assert [row[2] for row in client.result(search).reply["history"]] == ["second = 2"]
    file, = (tmp_path / "nabla").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"\xff\nnot json\n" + file.read_bytes())
    with kernel(environment=environment) as client:
        assert tail(client) == ["first = 1", "second = 2"]


def test_history_can_be_switched_off(tmp_path):
    with kernel(environment={"XDG_STATE_HOME": str(tmp_path), "NABLA_HISTORY": "off"}) as client:
        client.run("secret = 1")
        assert tail(client) == ["secret = 1"]
    assert not list(tmp_path.iterdir())


# MARK: Output that does not come from the interpreter


@pytest.mark.parametrize("descriptor, stream", [(1, "stdout"), (2, "stderr")])
def test_what_libraries_write_is_shown(client, descriptor, stream):
    request = client.client.execute('println("go")\ninput("?")', allow_stdin=True)
    client.client.get_stdin_msg(timeout=PATIENCE)
    with open(f"/proc/{client.pid}/fd/{descriptor}", "w", encoding="utf8") as pipe:
        pipe.write("from outside ∇\n" * 20_000)
    client.client.input("")
    messages = client.published(request)
    client.reply(request)
    seen = "".join(c["text"] for c in contents(messages, "stream") if c["name"] == stream)
    assert seen.endswith("from outside ∇\n" * 20_000)


def test_a_crash_keeps_its_last_words(tmp_path):
    log = tmp_path / "log"
    with open(log, "w") as file:
        manager = KernelManager(kernel_name=KERNEL)
        manager.start_kernel(stdout=file, stderr=file)
        client = Client(manager)
        pid = client.pid
        with open(f"/proc/{pid}/fd/2", "w") as pipe:
            os.kill(pid, signal.SIGSTOP)
            pipe.write("assertion failed\n")
            pipe.flush()
            os.kill(pid, signal.SIGABRT)
            os.kill(pid, signal.SIGCONT)
        wait_until(lambda: has_ended(psutil.Process(pid)) if psutil.pid_exists(pid) else True)
        client.client.stop_channels()
        manager.shutdown_kernel(now=True)
    # What copies the kernel's last words to the log outlives it by a moment.
    wait_until(lambda: "assertion failed" in log.read_text())
