"""Cells that wait behind one that fails or is interrupted."""

import os
import signal
import statistics
import time

import pytest

from support import PATIENCE, REPETITIONS, TIMING, kinds, wait_until

QUEUED = 50


def drain(client, requests):
    """The replies to all requests and what they made the kernel publish, by request."""
    replies, messages = {}, {request: [] for request in requests}
    while len(replies) < len(requests):
        message = client.check(client.client.get_shell_msg(timeout=PATIENCE))
        replies[message["parent_header"]["msg_id"]] = message["content"]
    idle = set()
    while len(idle) < len(requests):
        message = client.check(client.client.get_iopub_msg(timeout=PATIENCE))
        request = message["parent_header"].get("msg_id")
        if request in messages:
            assert request not in idle, "idle comes last"
            messages[request].append(message)
            if message["content"].get("execution_state") == "idle":
                idle.add(request)
    return replies, messages


def check_aborted(client, first, queued, completion):
    replies, messages = drain(client, [first, *queued, completion])
    assert replies[first]["status"] == "error"
    count = replies[first]["execution_count"]
    for request in queued:
        assert replies[request]["status"] == "error"
        assert replies[request]["ename"] == "ExecutionAborted"
        assert replies[request]["traceback"] == []
        assert replies[request]["execution_count"] == count
        assert kinds(messages[request]) == []
    assert replies[completion]["status"] == "ok" and "logsumexp" in replies[completion]["matches"]
    # What comes after the replies is a new beginning.
    result = client.run("ran")
    assert result.reply["status"] == "ok" and result.reply["execution_count"] == count + 1
    assert result.messages[-2]["content"]["data"]["text/plain"] == "0"


def enqueue(client, stop_on_error=True):
    queued = [client.client.execute("ran = ran + 1", stop_on_error=stop_on_error) for _ in range(QUEUED)]
    return queued, client.ask("complete_request", {"code": "logsum", "cursor_pos": 6})


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_nothing_runs_behind_an_error(client, repetition):
    client.run("ran = 0")
    # The first cell waits for an answer while the others queue up: no timing involved.
    first = client.client.execute('input("go?")\nerror("stop")', allow_stdin=True)
    client.client.get_stdin_msg(timeout=PATIENCE)
    queued, completion = enqueue(client)
    client.client.input("")
    check_aborted(client, first, queued, completion)


@pytest.mark.parametrize("repetition", range(REPETITIONS))
def test_nothing_runs_behind_an_error_that_comes_at_once(client, repetition):
    client.run("ran = 0")
    session, socket = client.client.session, client.client.shell_channel.socket
    codes = ['error("stop")'] + QUEUED * ["ran = ran + 1"]
    cells = [session.msg("execute_request", {"code": code, "stop_on_error": True}) for code in codes]
    completion = session.msg("complete_request", {"code": "logsum", "cursor_pos": 6})
    packed = [session.serialize(message) for message in [*cells, completion]]
    for frames in packed:
        socket.send_multipart(frames)
    first, *queued = [cell["header"]["msg_id"] for cell in cells]
    check_aborted(client, first, queued, completion["header"]["msg_id"])


def test_everything_runs_where_errors_do_not_stop(client):
    client.run("ran = 0")
    first = client.client.execute('input("go?")\nerror("stop")', allow_stdin=True, stop_on_error=False)
    client.client.get_stdin_msg(timeout=PATIENCE)
    queued, completion = enqueue(client)
    client.client.input("")
    replies, _ = drain(client, [first, *queued, completion])
    assert replies[first]["status"] == "error"
    assert all(replies[request]["status"] == "ok" for request in queued)
    assert client.value("ran") == str(QUEUED)


def test_a_thousand_cells_are_answered_in_order(client):
    client.run("ran = 0")
    requests = [client.client.execute("ran = ran + 1") for _ in range(1000)]
    order = []
    while len(order) < len(requests):
        message = client.client.get_shell_msg(timeout=PATIENCE)
        assert message["content"]["status"] == "ok"
        order.append(message["parent_header"]["msg_id"])
    assert order == requests
    while client.client.get_iopub_msg(timeout=PATIENCE)["parent_header"]["msg_id"] != requests[-1]:
        pass
    assert client.value("ran") == "1000"


LOOPS = {
    "tight loop": "while true; 1 end",
    "products": "A = randn(2000, 2000)\nwhile true; A * A end",
    "prints": 'while true; println("line") end',
    "updates": 'd = display("0")\nfor i in 1:1000000000; update(d, i) end',
    "displays": "for i in 1:1000000000; display(i); sum(randn(100, 100)) end",
    "input": 'input("never answered")',
}


@pytest.mark.parametrize("way", ["message", "signal"])
@pytest.mark.parametrize("name", LOOPS)
def test_interrupt(client, name, way):
    times = []
    for _ in range(REPETITIONS):
        client.run("kept = 42")
        request = client.client.execute(f'println("go")\n{LOOPS[name]}', allow_stdin=True)
        client.wait_for_text(request, "go")
        queued = client.client.execute("kept = 0")
        start = time.perf_counter()
        if way == "message":
            assert client.reply(client.ask("interrupt_request", channel="control"), "control") == {"status": "ok"}
        else:
            os.kill(client.pid, signal.SIGINT)
        reply = client.reply(request)
        times.append(time.perf_counter() - start)
        assert reply["status"] == "error" and reply["ename"] == "Interrupted"
        assert client.reply(queued)["ename"] == "ExecutionAborted"
        client.published(queued)
        while name == "input" and client.client.stdin_channel.msg_ready():
            client.client.get_stdin_msg(timeout=PATIENCE)
        assert client.value("kept") == "42"
    print(f"{name}, {way}: {1000 * statistics.median(times):.1f} ms, at most {1000 * max(times):.1f}")
    assert not TIMING or max(times) < 0.2


@pytest.mark.parametrize("way", ["message", "signal"])
def test_one_large_product_is_interrupted(client, way):
    """A single product of a trillion operations: no loop of the program's own to stop in."""
    times = []
    client.run("B = fill(0.5, 8000, 8000)\nkept = 42")
    for _ in range(REPETITIONS):
        request = client.client.execute('println("go")\nC = B * B\nkept = 0')
        client.wait_for_text(request, "go")
        time.sleep(0.05)
        start = time.perf_counter()
        if way == "message":
            assert client.reply(client.ask("interrupt_request", channel="control"), "control") == {"status": "ok"}
        else:
            os.kill(client.pid, signal.SIGINT)
        reply = client.reply(request)
        times.append(time.perf_counter() - start)
        assert reply["status"] == "error" and reply["ename"] == "Interrupted"
        assert client.value("kept") == "42" and client.value("B[8000, 1]") == "0.5"
    print(f"one product, {way}: {1000 * statistics.median(times):.1f} ms, at most {1000 * max(times):.1f}")
    assert not TIMING or max(times) < 1


@pytest.mark.parametrize("way", ["message", "signal"])
def test_an_idle_kernel_is_not_interrupted(client, way):
    for _ in range(REPETITIONS):
        if way == "message":
            assert client.reply(client.ask("interrupt_request", channel="control"), "control") == {"status": "ok"}
        else:
            os.kill(client.pid, signal.SIGINT)
            # A signal has no reply; the kernel has taken it when it is no longer pending and it has answered.
            client.run("", silent=True)
        assert client.value("1 + 1") == "2"


def test_an_interrupt_reaches_a_cell_that_has_just_been_sent(client):
    """Whether it waits, begins or runs: the loop must end."""
    for _ in range(REPETITIONS):
        request = client.client.execute("while true; 1 end")
        wait_until(lambda: client.client.iopub_channel.msg_ready())
        client.ask("interrupt_request", channel="control")
        assert client.reply(request)["ename"] == "Interrupted"
        client.published(request)
        client.client.get_control_msg(timeout=PATIENCE)
        assert client.value("1 + 1") == "2"
