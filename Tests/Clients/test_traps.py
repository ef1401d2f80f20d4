"""The last line of defence: a trap of the evaluator is told as an error of the cell that ran, and the kernel and the
runner go on. What cannot happen by itself is made to happen by a signal to the thread that evaluates."""

import ctypes
import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from support import KERNEL, PATIENCE, contents, kernel, text, wait_until

BUSY = 'println("go")\nwhile true; 1 end'
# Without the system's walls.
FREE = {"NABLA_SANDBOX": "off"}
TRAPS = [signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGABRT]


def trap(pid, number):
    """Sends a signal to the thread that has worked most."""
    threads = psutil.Process(pid).threads()
    busiest = max(threads, key=lambda thread: thread.user_time + thread.system_time)
    assert ctypes.CDLL(None).tgkill(pid, busiest.id, int(number)) == 0


def worker(pid):
    """The process that serves clients, of those that a kernel is: itself, or what has begun anew in its place."""
    known = psutil.Process(pid)
    return next(
        process.pid for process in [known] + known.children(recursive=True)
        if any(connection.status == psutil.CONN_LISTEN for connection in process.net_connections()))


def has_worked(pid):
    return lambda: sum(psutil.Process(pid).cpu_times()[:2]) > 0.5


@pytest.mark.parametrize("number", TRAPS)
def test_the_client_hears_which_cell_it_was(number):
    with kernel() as client:
        pid = client.pid
        client.restarts = True
        client.run("x = 1")
        running = client.client.execute(BUSY)
        waiting = client.client.execute("x")
        wait_until(has_worked(pid))
        trap(pid, number)
        reply, messages = client.result(running)
        assert reply["status"] == "error" and reply["ename"] == "InternalError"
        assert number.name in reply["evalue"] and reply["execution_count"] == 2
        assert [error["ename"] for error in contents(messages, "error")] == ["InternalError"]
        reply, _ = client.result(waiting)
        assert reply["ename"] == "ExecutionAborted"
        # The same process on the same ports, without the variables.
        # What was sent in the meantime is not lost. A client subscribes again when it next looks at the channel.
        meanwhile = client.client.execute("println(1 + 1)")
        assert text(client.published(meanwhile)) == "2\n"
        assert client.reply(meanwhile)["status"] == "ok"
        assert client.pid == pid
        reply, _ = client.run("x")
        assert reply["ename"] == "NameError"


@pytest.mark.parametrize("environment", [{}, FREE])
def test_a_kernel_that_has_begun_anew_is_whole(environment):
    with kernel(environment=environment, arguments=["--max-memory", "400M"]) as client:
        client.restarts = True
        for _ in range(3):
            running = client.client.execute(BUSY)
            process = psutil.Process(worker(client.pid))
            before = sum(process.cpu_times()[:2])
            wait_until(lambda: sum(process.cpu_times()[:2]) > before + 0.3)
            trap(process.pid, signal.SIGILL)
            client.result(running)
            client.published(client.client.execute("1"))
            client.client.get_shell_msg(timeout=PATIENCE)
        reply, messages = client.run('print("a")\neprintln("b")\n[1, 2]')
        assert text(messages) == "a" and text(messages, "stderr") == "b\n"
        assert contents(messages, "execute_result")[0]["data"]["text/plain"] == "2 f64\n 1  2"
        # What texts and figures hold is counted of the process that evaluates now.
        reply, _ = client.run('t = "x"\nwhile true\n  t = "$t$t"\nend')
        assert reply["ename"] == "LimitError"
        running = client.client.execute(BUSY)
        client.wait_for_text(running, "go")
        client.manager.interrupt_kernel()
        assert client.reply(running)["ename"] == "Interrupted"
        # Signals go to the process that clients know.
        running = client.client.execute(BUSY)
        client.wait_for_text(running, "go")
        os.kill(client.pid, signal.SIGINT)
        assert client.reply(running)["ename"] == "Interrupted"
        # All of it ends together.
        processes = [psutil.Process(client.pid)] + psutil.Process(client.pid).children(recursive=True)
        assert len(processes) > 1
    wait_until(lambda: not any(process.is_running() and process.status() != "zombie" for process in processes))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_has_begun_anew_ends_with_the_process_that_clients_know(number):
    with kernel() as client:
        client.restarts = True
        running = client.client.execute(BUSY)
        wait_until(has_worked(client.pid))
        trap(client.pid, signal.SIGSEGV)
        client.result(running)
        wait_until(lambda: any(
            len(process.threads()) > 1 for process in psutil.Process(client.pid).children(recursive=True)))
        processes = [psutil.Process(client.pid)] + psutil.Process(client.pid).children(recursive=True)
        os.kill(client.pid, number)
        wait_until(lambda: not any(process.is_running() and process.status() != "zombie" for process in processes))


def test_what_has_begun_anew_leaves_no_orphans():
    """Who started the kernel is killed; all that it is goes, too."""
    script = (
        "import sys, time; from jupyter_client.manager import KernelManager\n"
        "m = KernelManager(kernel_name=sys.argv[1]); m.start_kernel(); c = m.client(); c.start_channels()\n"
        "c.wait_for_ready(timeout=60); c.execute('while true; 1 end')\n"
        "print(m.provisioner.pid, flush=True); time.sleep(1000)\n")
    parent = subprocess.Popen([sys.executable, "-c", script, KERNEL], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    wait_until(has_worked(pid))
    trap(pid, signal.SIGILL)
    wait_until(lambda: any(len(process.threads()) > 1 for process in psutil.Process(pid).children(recursive=True)))
    processes = [psutil.Process(pid)] + psutil.Process(pid).children(recursive=True)
    parent.kill()
    wait_until(lambda: not any(process.is_running() and process.status() != "zombie" for process in processes))
    parent.communicate()


def notebook(path, *sources):
    cells = [{"cell_type": "code", "id": f"c{index}", "metadata": {}, "source": source, "execution_count": None,
              "outputs": []} for index, source in enumerate(sources)]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def shown(cell):
    return "".join(cell["outputs"][0]["data"]["text/plain"])


def test_the_runner_counts_it_as_the_cells_error(tmp_path):
    first = notebook(tmp_path / "first.ipynb", "x = 1\nx", BUSY, "x")
    second = notebook(tmp_path / "second.ipynb", "2")
    report = tmp_path / "report.xml"
    process = subprocess.Popen(
        ["nabla", "run", "--inplace", "--junit", report, first, second], stderr=subprocess.PIPE, text=True)
    wait_until(has_worked(process.pid))
    trap(process.pid, signal.SIGILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "first.ipynb: cell [2]" in errors and "InternalError" in errors
    cells = json.loads(first.read_text())["cells"]
    assert shown(cells[0]) == "1"
    assert [output["output_type"] for output in cells[1]["outputs"]] == ["stream", "error"]
    assert cells[2]["outputs"] == [] and cells[2]["execution_count"] is None
    # The next file runs, in a process that nothing happened to.
    assert shown(json.loads(second.read_text())["cells"][0]) == "2"
    assert report.read_text().count("<testsuite ") == 2


def test_a_check_goes_on_with_the_next_file(tmp_path):
    first, second = notebook(tmp_path / "a.ipynb", BUSY), notebook(tmp_path / "b.ipynb", "x = 2")
    process = subprocess.Popen(
        ["nabla", "check", first, second], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(has_worked(process.pid))
    trap(process.pid, signal.SIGSEGV)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "InternalError" in errors and "b.ipynb: agrees" in output


def test_recursion_meets_its_limit_on_any_stack(tmp_path):
    program = tmp_path / "deep.nabla"
    program.write_text(
        "f(n) = 1 + f(n + 1)\nprintln(try f(0) catch e; e.kind end)\n"
        "function nested(n)\n  t = (1,)\n  for i in 1:n\n    t = (t,)\n  end\n  t\nend\n"
        "println(try length(string(nested(20000))) catch e; e.kind end)\n")
    for space in ["unlimited", 600_000, 300_000, 200_000]:
        done = subprocess.run(
            ["bash", "-c", f"ulimit -v {space}; exec nabla run {program}"], capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout == "LimitError\nLimitError\n", (space, done)
    done = subprocess.run(
        ["bash", "-c", f"ulimit -s 128; exec nabla run {program}"], capture_output=True, text=True)
    assert done.stdout == "LimitError\nLimitError\n"
