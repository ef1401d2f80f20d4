"""What a cell may ask for, on every transport."""

import pytest

from support import contents, kinds, text


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("store_history", [False, True])
@pytest.mark.parametrize("silent", [False, True])
def test_silence_counting_and_history(any_client, silent, store_history, fails):
    client = any_client
    before = client.run("", silent=True).reply["execution_count"]
    code = 'error("because")' if fails else "6 * 7"
    result = client.run(code, silent=silent, store_history=store_history)
    counts = store_history and not silent
    assert result.reply["execution_count"] == before + counts
    assert result.reply["status"] == ("error" if fails else "ok")
    assert kinds(result.messages) == (
        ([] if silent else ["execute_input"]) + (["error"] if fails else [] if silent else ["execute_result"]))
    if fails:
        error = contents(result.messages, "error")[0]
        assert {key: result.reply[key] for key in error} == error
        assert error["ename"] == "ValueError" and error["evalue"] == "because" and error["traceback"]
    if not silent:
        assert contents(result.messages, "execute_input") == [{"code": code, "execution_count": before + counts}]
    tail = client.result(client.client.history(hist_access_type="tail", n=1)).reply["history"]
    assert not counts or tail[0][1:] == [before + 1, code]


def test_user_expressions(any_client):
    result = any_client.run(
        "x = 3", user_expressions={"good": "x + 1", "wrong": "nowhere", "broken": "1 +"}, silent=True)
    expressions = result.reply["user_expressions"]
    assert result.reply["status"] == "ok"
    assert expressions["good"]["status"] == "ok" and expressions["good"]["data"]["text/plain"] == "4"
    assert expressions["wrong"]["status"] == "error" and expressions["wrong"]["ename"] == "NameError"
    assert expressions["broken"]["ename"] == "SyntaxError" and expressions["broken"]["traceback"]


def test_output_stands_between_input_and_idle_in_order(any_client):
    result = any_client.run('println("a")\neprintln("b")\ndisplay("c")\nprintln("d")\n7')
    assert kinds(result.messages) == [
        "execute_input", "stream", "stream", "display_data", "stream", "execute_result"]
    assert text(result.messages) == "a\nd\n"
    assert text(result.messages, "stderr") == "b\n"


def test_displays_are_replaced(any_client):
    messages = any_client.run('d = display("first")\nupdate(d, "last")\nclear_output(wait = true)').messages
    shown, = contents(messages, "display_data")
    replaced, = contents(messages, "update_display_data")
    assert shown["transient"]["display_id"] == replaced["transient"]["display_id"]
    assert "last" in replaced["data"]["text/plain"]
    assert contents(messages, "clear_output") == [{"wait": True}]


def test_input(any_client):
    client = any_client
    for name in ["Ada", "", "Émilie ∇"]:
        request = client.client.execute('name = input("Who? ")', allow_stdin=True)
        question = client.client.get_stdin_msg(timeout=10)
        assert question["msg_type"] == "input_request"
        assert question["content"] == {"prompt": "Who? ", "password": False}
        assert question["parent_header"]["msg_id"] == request
        client.client.input(name)
        assert client.result(request).reply["status"] == "ok"
        assert text(client.run('println("[", name, "]")').messages) == f"[{name}]\n"


def test_stale_answers_are_not_taken(any_client):
    client = any_client
    client.client.input("stale")
    client.client.input("staler")
    request = client.client.execute('input("Who? ")', allow_stdin=True)
    client.client.get_stdin_msg(timeout=10)
    client.client.input("fresh")
    result = client.result(request)
    assert contents(result.messages, "execute_result")[0]["data"]["text/plain"] == "fresh"


def test_no_question_where_nobody_can_answer(any_client):
    result = any_client.run('input("Who? ")', allow_stdin=False)
    assert result.reply["status"] == "error"
    assert any_client.is_quiet()


def test_comms_are_refused(any_client):
    client = any_client
    messages = client.published(client.ask("comm_open", {"comm_id": "c", "target_name": "jupyter.widget", "data": {}}))
    assert kinds(messages) == ["comm_close"]
    assert contents(messages, "comm_close")[0]["comm_id"] == "c"
    assert kinds(client.published(client.ask("comm_msg", {"comm_id": "c", "data": {}}))) == []
    assert kinds(client.published(client.ask("comm_close", {"comm_id": "c", "data": {}}))) == []
    assert client.result(client.client.comm_info()).reply == {"status": "ok", "comms": {}}


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_unknown_messages_are_harmless(any_client, channel):
    for kind in ["usage_request", "debug_request", "nonsense", "connect_request"]:
        messages = any_client.published(any_client.ask(kind, {"a": 1}, channel))
        assert kinds(messages) == []
    assert any_client.is_quiet()


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_kernel_info(any_client, channel):
    info = any_client.result(any_client.ask("kernel_info_request", channel=channel), channel).reply
    assert info["status"] == "ok" and info["protocol_version"] == "5.5" and info["banner"]
    language = info["language_info"]
    assert language["name"] == "nabla" and language["file_extension"] == ".nabla"
    assert language["codemirror_mode"] == language["pygments_lexer"] == "julia"


def test_control_is_answered_while_a_cell_runs(any_client):
    client = any_client
    request = client.client.execute('println("go")\nwhile true; 1 end')
    client.wait_for_text(request, "go")
    assert client.reply(client.ask("kernel_info_request", channel="control"), "control")["status"] == "ok"
    assert client.reply(client.ask("interrupt_request", channel="control"), "control") == {"status": "ok"}
    assert client.reply(request)["ename"] == "Interrupted"


CURSORS = [  # code, cursor, the match, where it begins and ends: code points, whatever stands before
    ("logsum", 6, 0, 6),
    ("logsumexp([1])", 6, 0, 9),
    ("e\u0301 = 1; logsum", 14, 8, 14),
    ("损失 = 2; logsum", 14, 8, 14),
    ('"👩‍👩‍👧"; logsum', 15, 9, 15),
    ('"𝛁"; logsum', 11, 5, 11),
    ("logsum", 99, 0, 6),
]


@pytest.mark.parametrize("code, cursor, start, end", CURSORS)
def test_completion_counts_code_points(client, code, cursor, start, end):
    reply = client.result(client.ask("complete_request", {"code": code, "cursor_pos": cursor})).reply
    assert reply["status"] == "ok" and "logsumexp" in reply["matches"]
    assert (reply["cursor_start"], reply["cursor_end"]) in [(start, end), (start, min(cursor, end))]
    kinds = reply["metadata"]["_jupyter_types_experimental"]
    assert [kind["text"] for kind in kinds] == reply["matches"]
    inspection = client.result(
        client.ask("inspect_request", {"code": code.replace("logsumexp", "logsum").replace("logsum", "logsumexp"),
                                       "cursor_pos": cursor})).reply
    assert inspection["found"] and "logsumexp" in inspection["data"]["text/plain"]


@pytest.mark.parametrize("name", ["softmax", "adam", "plot", "∇", "for", "@time", "ShapeError"])
def test_help_is_readable_as_text_and_as_markdown(client, name):
    shown = contents(client.run(f"?{name}").messages, "execute_result")[0]["data"]
    beside = client.result(client.ask("inspect_request", {"code": name, "cursor_pos": len(name) - 1})).reply
    assert set(shown) == {"text/plain", "text/markdown"}
    assert "```julia" in shown["text/markdown"] and "```" not in shown["text/plain"]
    assert beside["found"] and beside["data"] == shown


@pytest.mark.parametrize("code, cursor", [("", 0), ("", 7), ("logsum", 0), ("👩‍👩‍👧", 3), ("∇", -5)])
def test_no_cursor_does_harm(client, code, cursor):
    assert client.result(client.ask("complete_request", {"code": code, "cursor_pos": cursor})).reply["status"] == "ok"
    reply = client.result(client.ask("inspect_request", {"code": code, "cursor_pos": cursor})).reply
    assert reply["found"] in (True, False) and isinstance(reply["data"], dict)
