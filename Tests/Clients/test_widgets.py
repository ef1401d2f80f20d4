"""Controls of explorables in a running kernel, as a front end with a manager of widgets sees them."""

import re
import time

import pytest
from support import contents, kernel, kinds

VIEW = "application/vnd.jupyter.widget-view+json"
DESCENT = (
    "f(x, y) = (1 - x)² + 8(y - x²)²\n"
    "explore(β -> descent(f, descend(f, [-1.2, 1]; method = momentum(rate = 0.002, β = β), steps = 80)); β = 0..0.9)")


class Manager:
    """Keeps the models that a kernel opens, as the manager of ipywidgets does."""

    def __init__(self, client):
        self.client, self.models = client, {}
        self.take(client.published(client.ask(
            "comm_open", {"comm_id": "manager", "target_name": "jupyter.widget.control", "data": {}})))

    def take(self, messages):
        for message in messages:
            content, kind = message["content"], message["msg_type"]
            if kind == "comm_open":
                assert content["target_name"] == "jupyter.widget" and message["metadata"]["version"] == "2.1.0"
                self.models[content["comm_id"]] = dict(content["data"]["state"])
            elif kind == "comm_msg" and content["data"]["method"] in ("update", "echo_update"):
                self.models[content["comm_id"]].update(content["data"]["state"])
            elif kind == "comm_close":
                self.models.pop(content["comm_id"], None)
        return messages

    def run(self, code):
        result = self.client.run(code)
        assert result.reply["status"] == "ok", result.reply
        return self.take(result.messages)

    def named(self, name):
        return next(key for key, state in self.models.items() if state["_model_name"] == name)

    def update(self, name, **state):
        """Sends what a hand that moves a control sends; returns the message's id."""
        return self.client.ask(
            "comm_msg", {"comm_id": self.named(name), "data": {"method": "update", "state": state, "buffer_paths": []}})

    def moved(self, name, **state):
        self.take(self.client.published(self.update(name, **state)))
        return self.models[self.named("HTMLModel")]["value"]


@pytest.fixture
def manager():
    with kernel() as client:
        yield Manager(client)


def test_nothing_without_a_manager():
    with kernel() as client:
        result = client.run("explore(x -> x²; x = 0..1)")
        assert kinds(result.messages) == ["execute_input", "execute_result"]
        assert client.result(client.client.comm_info()).reply == {"status": "ok", "comms": {}}


def test_a_descent(manager):
    messages = manager.run(DESCENT)
    # The value is as it is without a manager, and the view an output of its own behind it.
    shown = [message for message in messages if message["msg_type"] in ("execute_result", "display_data")]
    assert [sorted(message["content"]["data"]) for message in shown] == [
        ["image/svg+xml", "text/html", "text/plain"], [VIEW, "text/plain"]]
    box = shown[1]["content"]["data"][VIEW]["model_id"]
    assert manager.models[box]["children"] == [
        f"IPY_MODEL_{manager.named(name)}" for name in ("FloatSliderModel", "HTMLModel")]
    assert manager.models[manager.named("FloatSliderModel")]["max"] == 0.9
    # What a hand asks for is what a cell gives.
    picture = manager.moved("FloatSliderModel", value=0.337)
    sentence = manager.run(
        "descent(f, descend(f, [-1.2, 1]; method = momentum(rate = 0.002, β = 0.337), steps = 80))")
    text = contents(sentence, "execute_result")[0]["data"]["text/plain"]
    assert "β = 0.337)" in text and re.search('alt="([^"]*)"', picture)[1] == text
    # A page that is opened later finds it all.
    states = contents(manager.client.published(manager.client.ask(
        "comm_msg", {"comm_id": "manager", "data": {"method": "request_states"}})), "comm_msg")[0]["data"]
    assert states["method"] == "update_states"
    assert {key: one["state"] for key, one in states["states"].items()} == manager.models


def test_menus_boxes_texts_and_errors(manager):
    manager.run(
        'explore((x, name, on) -> on ? (name == "twice" ? 2x : x) : error("<off>"); '
        'x = 0..1, name = ("once", "twice"), on = true, steps = 4)')
    assert manager.moved("FloatSliderModel", value=0.30000000000000004) == "<pre>0.3</pre>"
    assert manager.moved("DropdownModel", index=1) == "<pre>0.6</pre>"
    assert manager.moved("CheckboxModel", value=False) == "<pre>ValueError: &lt;off&gt;</pre>"
    assert manager.moved("CheckboxModel", value=True) == "<pre>0.6</pre>"
    # Nothing of the notebook has changed.
    assert manager.client.value("1 + 1") == "2"


def test_the_latest_of_many_wins(manager):
    manager.run("slow(x) = begin k = 0; while k < 3000000; k += 1 + 0 * x; end; x end\nexplore(slow; x = 0..1, steps = 2)")
    asked = [manager.update("FloatSliderModel", value=number / 1000) for number in range(200)]
    computed = 0
    for request in asked:
        messages = manager.take(manager.client.published(request))
        computed += sum(message["content"]["data"]["method"] == "update" for message in messages
                        if message["msg_type"] == "comm_msg")
    assert manager.models[manager.named("HTMLModel")]["value"] == "<pre>0.199</pre>"
    assert 1 <= computed < 100


def test_interrupted(manager):
    manager.run(
        "endless(x) = begin k = 0; while x == 0.5; k += 1; end; x end\nexplore(endless; x = 0..1, steps = 1)")
    request = manager.update("FloatSliderModel", value=0.5)
    time.sleep(0.3)
    assert manager.client.reply(manager.client.ask("interrupt_request", channel="control"), "control")["status"] == "ok"
    manager.take(manager.client.published(request))
    assert manager.models[manager.named("HTMLModel")]["value"].startswith("<pre>Interrupted")
    assert manager.moved("FloatSliderModel", value=0.25) == "<pre>0.25</pre>"


def test_memory_is_bounded(manager):
    for _ in range(40):
        manager.run("explore(x -> x; x = 0..1, steps = 1)")
    open_now = manager.client.result(manager.client.ask("comm_info_request", {"target_name": "jupyter.widget"})).reply
    assert open_now["comms"].keys() == manager.models.keys() and len(manager.models) <= 100
    # The last is alive, and one that was closed says nothing.
    manager.take(manager.client.published(manager.client.ask("comm_close", {"comm_id": list(manager.models)[-1]})))
    assert len(manager.models) <= 96
