"""A client that checks what must hold for every request, whatever it is."""

import collections
import contextlib
import os
import queue
import sys
import tempfile
import time

from jupyter_client.manager import KernelManager

KERNEL = os.environ.get("NABLA_KERNEL", "nabla")
# How often the tests that look for races repeat themselves.
REPETITIONS = int(os.environ.get("NABLA_REPETITIONS", "10"))
# Whether the times that the project promises are asserted, which wants a quiet machine.
TIMING = os.environ.get("NABLA_TIMING") == "1"
# Seconds after which a test gives up.
PATIENCE = 60
# What a kernel says whose port was taken between Jupyter's finding it free and the kernel's binding it, which is
# Jupyter's race and not ours, and how often a start is tried then.
PORT_TAKEN = "Address already in use"
ATTEMPTS = 3

Result = collections.namedtuple("Result", "reply messages")


def kinds(messages):
    """The types between busy and idle."""
    return [message["msg_type"] for message in messages if message["msg_type"] != "status"]


def contents(messages, kind):
    return [message["content"] for message in messages if message["msg_type"] == kind]


def text(messages, stream="stdout"):
    return "".join(c["text"] for c in contents(messages, "stream") if c["name"] == stream)


class Client:
    def __init__(self, manager):
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.session = None
        # Whether the kernel is expected to begin anew.
        self.restarts = False
        self.seen = set()

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def check(self, message):
        """What holds for every message the kernel sends."""
        header = message["header"]
        assert header["version"] == "5.5"
        if self.restarts or self.session is None:
            self.session = header["session"]
        assert header["session"] == self.session
        assert header["session"] != self.client.session.session
        assert header["msg_id"] not in self.seen
        self.seen.add(header["msg_id"])
        assert header["username"]
        assert header["date"].tzinfo is not None
        assert isinstance(message["parent_header"], dict)
        return message

    def published(self, request):
        """All that a request made the kernel publish, from busy to idle; messages of other requests are skipped."""
        messages = []
        while not messages or messages[-1]["content"].get("execution_state") != "idle":
            message = self.check(self.client.get_iopub_msg(timeout=PATIENCE))
            if message["parent_header"].get("msg_id") == request:
                messages.append(message)
        states = [m["content"]["execution_state"] for m in messages if m["msg_type"] == "status"]
        assert states == ["busy", "idle"]
        assert messages[0]["msg_type"] == "status"
        return messages

    def reply(self, request, channel="shell"):
        while True:
            message = self.check(getattr(self.client, f"get_{channel}_msg")(timeout=PATIENCE))
            if message["parent_header"]["msg_id"] == request:
                return message["content"]
            # `wait_for_ready` asks again where a busy machine is slow to answer; the answers to both come.
            assert message["msg_type"] == "kernel_info_reply"

    def result(self, request, channel="shell"):
        return Result(self.reply(request, channel), self.published(request))

    def ask(self, kind, content=None, channel="shell"):
        """Sends any message; returns its id."""
        message = self.client.session.msg(kind, content or {})
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def run(self, code, **options):
        result = self.result(self.client.execute(code, **options))
        assert result.reply["status"] in ("ok", "error")
        assert isinstance(result.reply["execution_count"], int)
        return result

    def value(self, code):
        """The text of a cell's value."""
        result = self.run(code)
        assert result.reply["status"] == "ok", result.reply
        return contents(result.messages, "execute_result")[0]["data"]["text/plain"]

    def wait_for_idle(self, request, text=None):
        """Skips what a request publishes until it is done, or has written a text; whether it has."""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["content"].get("execution_state") == "idle":
                return False
            if text and text in message["content"].get("text", ""):
                return True

    def wait_for_text(self, request, expected):
        """Waits until a running cell has printed something."""
        seen = ""
        while expected not in seen:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == request:
                seen += message["content"].get("text", "")

    def is_quiet(self):
        """Whether nothing more comes on any channel."""
        for channel in ("iopub", "shell", "stdin", "control"):
            with contextlib.suppress(queue.Empty):
                getattr(self.client, f"get_{channel}_msg")(timeout=0.05)
                return False
        return True

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@contextlib.contextmanager
def kernel(*, key=None, environment=None, folder=None, arguments=(), **options):
    """A kernel of its own, ended whatever happens; `arguments` are added to its command line."""
    with tempfile.TemporaryFile("w+") as stderr:
        client = connected(key, environment, folder, arguments, options, stderr)
        try:
            yield client
        finally:
            client.close()
            stderr.seek(0)
            sys.stderr.write(stderr.read())


def connected(key, environment, folder, arguments, options, stderr):
    """A client of a new kernel. The ports that Jupyter found free may be another's before the kernel binds them: then
    it is started again, on others."""
    for attempt in range(ATTEMPTS):
        manager = KernelManager(kernel_name=KERNEL, **options)
        if key is not None:
            manager.session.key = key
        if options.get("transport") == "ipc":
            manager.ip = str(folder / "channel")
        manager.start_kernel(
            extra_arguments=list(arguments), env={**os.environ, **(environment or {})},
            cwd=str(folder) if folder else None, stderr=stderr)
        try:
            return Client(manager)
        except Exception:
            manager.shutdown_kernel(now=True)
            stderr.seek(0)
            said = stderr.read()
            sys.stderr.write(said)
            if PORT_TAKEN not in said or attempt == ATTEMPTS - 1:
                raise
            stderr.seek(0)
            stderr.truncate()


def wait_until(condition, seconds=PATIENCE):
    """Seconds until the condition holds."""
    start = time.perf_counter()
    while not condition():
        assert time.perf_counter() - start < seconds, "waited in vain"
        time.sleep(0.001)
    return time.perf_counter() - start
