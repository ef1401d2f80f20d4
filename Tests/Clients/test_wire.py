"""Messages that are forged, repeated, broken or many."""

import contextlib
import itertools
import json
import random

import pytest
import zmq
from jupyter_client.manager import KernelManager

from support import KERNEL, PATIENCE, Client, contents, kinds, text

DELIMITER = b"<IDS|MSG>"


@contextlib.contextmanager
def connected(client, kind, channel, topic=None):
    """A plain socket, without Jupyter's client around it."""
    info = client.client.get_connection_info()
    with zmq.Context() as context, context.socket(kind) as socket:
        socket.linger = 0
        if topic is not None:
            socket.subscribe(topic)
        socket.connect(f"tcp://{info['ip']}:{info[f'{channel}_port']}")
        yield socket


def receive(socket):
    assert socket.poll(1000 * PATIENCE), "waited in vain"
    return socket.recv_multipart()


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A kernel and the file of its stderr."""
    path = tmp_path_factory.mktemp("log") / "stderr"
    with open(path, "w") as file:
        manager = KernelManager(kernel_name=KERNEL)
        manager.start_kernel(stderr=file)
        client = Client(manager)
        client.log = path
        yield client
        client.close()


def packed(client, code="bad = 1"):
    session = client.client.session
    return session.serialize(session.msg("execute_request", {"code": code, "silent": False}))


def signed(client, header=None, parent=b"{}", metadata=b"{}", content=b"{}"):
    """Frames whose signature is right, whatever they are."""
    if header is None:
        header = json.dumps(client.client.session.msg("execute_request")["header"], default=str).encode()
    parts = [header, parent, metadata, content]
    return [DELIMITER, client.client.session.sign(parts), *parts]


def flipped(frames):
    frames = list(frames)
    frames[2] = frames[2].replace(b"execute_request", b"execute_requesu")
    return frames


BROKEN = {
    "unsigned": lambda c: [f if i != 1 else b"" for i, f in enumerate(packed(c))],
    "wrong signature": lambda c: [f if i != 1 else b"0" * 64 for i, f in enumerate(packed(c))],
    "tampered": lambda c: flipped(packed(c)),
    "empty": lambda c: [b""],
    "no delimiter": lambda c: packed(c)[1:],
    "delimiter alone": lambda c: [DELIMITER],
    "truncated": lambda c: packed(c)[:-1],
    "header of 1 MB": lambda c: signed(c, header=b'{"msg_type":"' + b"x" * 1_000_000 + b'"}'),
    "not JSON": lambda c: signed(c, header=b"{msg_type}"),
    "not UTF-8": lambda c: signed(c, content=b'{"code":"\xc3\x28"}'),
    "content null": lambda c: signed(c, content=b"null"),
    "header a list": lambda c: signed(c, header=b"[]"),
    "nested deeply": lambda c: signed(c, content=b'{"code":' + b"[" * 100_000),
}


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_messages_are_dropped_and_logged(logged, name, channel):
    before = len(logged.log.read_text().splitlines())
    getattr(logged.client, f"{channel}_channel").socket.send_multipart(BROKEN[name](logged))
    # The same socket again: what was sent first has been seen when this is answered.
    if channel == "stdin":
        request = logged.client.execute('input("?")', allow_stdin=True)
        logged.client.get_stdin_msg(timeout=PATIENCE)
        logged.client.input("")
        assert kinds(logged.result(request).messages)[0] == "execute_input"
    else:
        assert logged.result(logged.ask("kernel_info_request", channel=channel), channel).reply["status"] == "ok"
    assert logged.is_quiet(), "no answer, no status"
    lines = logged.log.read_text().splitlines()[before:]
    assert len(lines) == 1 and channel in lines[0]


def test_a_repeated_message_runs_once(logged):
    logged.run("n = 0")
    frames = packed(logged, "n = n + 1")
    for _ in range(3):
        logged.client.shell_channel.socket.send_multipart(frames)
    logged.client.get_shell_msg(timeout=PATIENCE)
    assert logged.value("n") == "1"
    assert logged.run("n").reply["status"] == "ok"


def test_random_frames_do_no_harm(logged):
    generator = random.Random(2026)
    for _ in range(500):
        frames = list(packed(logged))
        for _ in range(generator.randint(1, 3)):
            at = generator.randrange(len(frames))
            frame = bytearray(frames[at])
            for _ in range(generator.randint(0, 4)):
                if frame:
                    frame[generator.randrange(len(frame))] = generator.randrange(256)
            frames[at] = bytes(frame) if generator.random() < 0.8 else b""
        generator.choice([logged.client.shell_channel, logged.client.control_channel]).socket.send_multipart(frames)
    # Anything changed has a wrong signature; the few that were not run.
    for channel in ["control", "shell"]:
        request = logged.ask("kernel_info_request", channel=channel)
        getter = getattr(logged.client, f"get_{channel}_msg")
        while getter(timeout=PATIENCE)["parent_header"]["msg_id"] != request:
            pass


def test_identities_are_echoed_and_buffers_tolerated(client):
    header = json.dumps(client.client.session.msg("comm_info_request")["header"], default=str).encode()
    with connected(client, zmq.DEALER, "shell") as socket:
        socket.send_multipart([b"hop", b"\x00\xff", *signed(client, header), b"buffer", b""])
        answer = receive(socket)
    assert answer[:3] == [b"hop", b"\x00\xff", DELIMITER]
    assert json.loads(answer[5]) == json.loads(header), "the client's header is the parent"
    assert json.loads(answer[7])["comms"] == {}


def test_heartbeat_echoes_while_a_cell_runs(client):
    request = client.client.execute('println("go")\nwhile true; 1 end')
    client.wait_for_text(request, "go")
    with connected(client, zmq.REQ, "hb") as socket:
        for beat in [b"ping", b"", b"\x00" * 1000]:
            socket.send(beat)
            assert receive(socket) == [beat]
    client.ask("interrupt_request", channel="control")
    assert client.reply(request)["ename"] == "Interrupted"
    client.client.get_control_msg(timeout=PATIENCE)


def test_each_new_subscriber_is_welcomed(client):
    for topic in [b"", b"", b"kernel."]:
        with connected(client, zmq.SUB, "iopub", topic) as socket:
            frames = receive(socket)
        assert frames[0] == topic
        header, parent, _, content = [json.loads(frame) for frame in frames[3:7]]
        assert header["msg_type"] == "iopub_welcome"
        assert parent == {} and content == {"subscription": topic.decode()}


# MARK: Floods


def test_every_line_arrives_in_order_before_idle(any_client):
    result = any_client.run('for i in 1:100000; println("line $i") end')
    assert result.reply["status"] == "ok"
    assert text(result.messages).splitlines() == [f"line {i}" for i in range(1, 100_001)]
    assert len(contents(result.messages, "stream")) < 1000


def test_ten_megabytes(client):
    line = "0123456789" * 10
    result = client.run(f'for i in 1:100000; println("{line}") end')
    assert text(result.messages) == (line + "\n") * 100_000
    assert len(contents(result.messages, "stream")) < 1000


def test_the_last_of_many_updates_arrives(client):
    result = client.run('d = display("0")\nfor i in 1:10000; update(d, "state $i") end')
    updates = contents(result.messages, "update_display_data")
    assert "state 10000" in updates[-1]["data"]["text/plain"]
    assert len(updates) < 1000


def test_an_animation_by_clearing_ends_with_its_last_frame(client):
    messages = client.run('for i in 1:2000; clear_output(wait = true); display("frame $i") end').messages
    frames = [kind for kind in kinds(messages) if kind != "execute_input"]
    assert [kind for kind, _ in itertools.groupby(frames)] == ["clear_output", "display_data"] * (len(frames) // 2)
    assert "frame 2000" in contents(messages, "display_data")[-1]["data"]["text/plain"]
    assert len(frames) < 1000
