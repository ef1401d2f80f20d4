"""A stranger's notebook: each way out of its folder that was thought of is refused, by the language's walls alone and with
the system's around them; and what the command line writes is what it was told to write."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import time

import pytest
from support import kernel, wait_until
from test_command import notebook

# The language's walls alone, and those of the system around them.
WALLS = [pytest.param({"NABLA_SANDBOX": "off"}, id="language"), pytest.param({}, id="system")]

SECRET = "1,2\n"


def nabla(*arguments, environment=None):
    return subprocess.run(
        ["nabla", *map(str, arguments)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})})


@pytest.fixture
def place(tmp_path):
    """A notebook's folder with a home above it, and all kinds of things that are no data."""
    home = tmp_path / "home"
    folder = home / "work"
    for name in ("work/sub", "work/.config", "work/folder.csv", ".jupyter", ".local/share/jupyter/kernels/k", "other"):
        (home / name).mkdir(parents=True, exist_ok=True)
    for name in ("secret.csv", "other/secret.csv", "work/.a.csv", "work/.config/a.csv", ".jupyter/a.json",
                 ".local/share/jupyter/kernels/k/kernel.json"):
        (home / name).write_text(SECRET)
    for name in ("work/package.json", "work/data.json", "work/jupyter_server_config.json"):
        (home / name).write_text('{"argv": ["sh"]}\n')
    (folder / "script.csv").write_text("#!/bin/sh\nrm -r x\n")
    (folder / "page.svg").write_text("<html></html>\n")
    (folder / "kept.csv").write_text(SECRET)
    (folder / "kept.csv").chmod(0o444)
    os.mkfifo(folder / "pipe.csv")
    for name, target in (("link.csv", "../secret.csv"), ("up", ".."), ("dead.csv", "../new.csv"), ("null.csv", "/dev/null"),
                         ("out.csv", "/proc/self/fd/1"), ("dot.csv", ".a.csv"), ("loop.csv", "loop.csv"),
                         ("root", "/"), ("conf", ".config")):
        (folder / name).symlink_to(target)
    os.link(home / "secret.csv", folder / "hard.csv")
    return folder


def tree(home):
    """All that stands below a folder, with what it holds."""
    found = {}
    for path in sorted(home.rglob("*")):
        kind = path.lstat().st_mode & 0o170000
        found[str(path.relative_to(home))] = (
            os.readlink(path) if path.is_symlink() else path.read_bytes() if kind == 0o100000 else kind)
    return found


WAYS = [
    # Settings of programs
    'save("../.local/share/jupyter/kernels/k/kernel.json", (argv = ("sh",)))',
    'save("kernel.json", (argv = ("sh",)))', 'save("KERNEL.JSON", 1)', 'save("package.json", (scripts = (install = "sh")))',
    'save("jupyter_server_config.json", 1)', 'save("jupyter_config.json", 1)', 'save("sub/settings.json", 1)',
    'save("data.json", 1)', 'save("package.json.gz", 1)',
    # Hidden
    'save(".a.csv", [1])', 'save(".bashrc.csv", [1])', 'save(".config/a.csv", [1])', 'save(".config/b.csv", [1])',
    'save("sub/.b.csv", [1])', 'save("conf/b.csv", [1])', 'save("dot.csv", [1])', 'save("../.jupyter/a.json", 1)',
    'load(".a.csv")', 'load(".config/a.csv")', 'load("conf/a.csv")', 'load("dot.csv")',
    # Out of the folder
    'load("../secret.csv")', 'save("../secret.csv", [1])', 'save("../new.csv", [1])', 'load("sub/../../secret.csv")',
    'load("PLACE/../secret.csv")', 'load("link.csv")', 'save("link.csv", [1])', 'load("up/secret.csv")',
    'save("up/new.csv", [1])', 'save("dead.csv", [1])', 'load("loop.csv")', 'load("root/etc/passwd.csv")',
    'load("/etc/passwd")', 'load("../../../../../../../../etc/passwd")', 'load("/proc/self/cwd/../secret.csv")',
    'load("/proc/self/environ")', 'save("/tmp/nabla-sandbox.csv", [1])', 'save("~/a.csv", [1])', r'load("\$HOME/secret.csv")',
    # What is no file
    'load("pipe.csv")', 'save("pipe.csv", [1])', 'save("null.csv", [1])', 'load("null.csv")', 'save("out.csv", [1])',
    'save("folder.csv", [1])', 'load("folder.csv")', 'save("/dev/null.csv", [1])', 'load("/dev/zero")',
    # Of another format, or protected
    'save("script.csv", [1])', 'save("page.svg", plot([1, 2]))', 'save("kept.csv", [1])',
    # Names
    r'save("a\0.csv", [1])', r'load("link.csv\0.csv")', 'save("$(long("n", 300)).csv", [1])',
    'load("$(long("../", 3000))a.csv")',
    'save("‥/new.csv", [1])', 'save("．．/new.csv", [1])', 'save("run.sh", [1])', 'save("a.ipynb", 1)', 'save("a.nabla", 1)',
    'save("a.desktop", 1)', 'save("Makefile", 1)', 'save("", 1)', 'save("sub/", 1)', 'save("nowhere/a.csv", [1])',
]

LONG = 'long(s, n) = begin\n  t = ""\n  for i in 1:n\n    t = "$t$s"\n  end\n  t\nend\n'


@pytest.mark.parametrize("walls", WALLS)
def test_every_way_out_is_refused(walls, place):
    assert len(WAYS) >= 40
    before = tree(place.parent)
    program = LONG
    for number, way in enumerate(WAYS):
        way = way.replace("PLACE", str(place))
        program += f'try\n  {way}\n  println("{number} done")\ncatch e\n  println("{number} $(e.kind)")\nend\n'
    (place / "ways.nabla").write_text(program, encoding="utf-8")
    result = nabla("run", place / "ways.nabla", environment=walls)
    assert result.stderr == ""
    (place / "ways.nabla").unlink()
    found = result.stdout.splitlines()
    assert [line.split(" ", 1)[1] for line in found] == ["FileError"] * len(WAYS), [
        WAYS[int(line.split()[0])] for line in found if not line.endswith("FileError")]
    assert tree(place.parent) == before


@pytest.mark.parametrize("walls", WALLS)
def test_a_hard_link_is_replaced_not_written_through(walls, place):
    (place / "a.nabla").write_text('save("hard.csv", [7])\n')
    assert nabla("run", place / "a.nabla", environment=walls).stderr == ""
    assert (place.parent / "secret.csv").read_text() == SECRET
    assert (place / "hard.csv").read_text() == "7\n"


@pytest.mark.parametrize("walls", WALLS)
def test_links_that_are_made_meanwhile_lead_nowhere(walls, place):
    """Another program turns a folder into a link while the notebook writes and reads in it."""
    program = """
    n, i = 0, 0
    # On a busy machine the folder may be a link each time for long.
    while i < 3000 || n == 0 && i < 1000000
      i += 1
      try
        save("sub/a.csv", [i])
        load("sub/a.csv")
        n += 1
      catch e
        @assert e.kind == "FileError"
      end
    end
    println(n)
    """
    (place / "a.nabla").write_text(program)
    victim = place.parent / "other" / "a.csv"
    process = subprocess.Popen(
        ["nabla", "run", place / "a.nabla"], stdout=subprocess.PIPE, env={**os.environ, **walls}, text=True)
    while process.poll() is None:
        (place / "sub").rename(place / "aside")
        (place / "sub").symlink_to("../other")
        assert not victim.exists()
        (place / "sub").unlink()
        (place / "aside").rename(place / "sub")
    assert process.returncode == 0 and int(process.stdout.read()) > 0
    assert not victim.exists() and (place.parent / "other" / "secret.csv").read_text() == SECRET
    assert [path.name for path in (place / "sub").iterdir()] == ["a.csv"]


@pytest.mark.parametrize("walls", WALLS)
def test_what_the_command_line_sets_is_a_program_too(walls, place):
    path = notebook(place / "a.ipynb", "println(x)")
    result = nabla("run", path, "--set", 'x=load("../secret.csv")', environment=walls)
    assert result.returncode == 1 and "FileError" in result.stderr


@pytest.mark.parametrize("walls", WALLS)
def test_a_page_takes_in_no_files_of_others(walls, place):
    for name in ("link.png", "pipe.png", "zero.png"):
        (place / name).unlink(missing_ok=True)
    (place / "link.png").symlink_to("../secret.csv")
    (place / "zero.png").symlink_to("/dev/zero")
    os.mkfifo(place / "pipe.png")
    with open(place / "large.png", "wb") as file:
        file.truncate(1 << 30)
    path = notebook(place / "a.ipynb", "1")
    document = json.loads(path.read_text(encoding="utf-8"))
    names = ["link.png", "zero.png", "pipe.png", "large.png", "../secret.csv", ".a.png", "/etc/passwd"]
    source = "".join(f"![a]({name})\n<div><img src=\"{name}\"></div>\n\n" for name in names)
    document["cells"].insert(0, {"cell_type": "markdown", "id": "m", "metadata": {}, "source": source})
    path.write_text(json.dumps(document), encoding="utf-8")
    result = nabla("run", path, "--html", place / "a.html", environment=walls)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("is not on the page") == len(names)
    assert "base64" not in (place / "a.html").read_text(encoding="utf-8")


def walls_of(pid):
    """What the system says of every thread of a process: its filter, and whether it may gain rights."""
    found = set()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        lines = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
        found.add((lines["Seccomp"].strip(), lines["NoNewPrivs"].strip()))
    return found


def has_walls(tmp_path):
    (tmp_path / "empty.nabla").write_text("1\n")
    return nabla("run", "--strict", tmp_path / "empty.nabla").returncode == 0


def test_strict_refuses_where_there_are_no_walls(tmp_path):
    path = notebook(tmp_path / "a.ipynb", 'save("a.csv", [1])')
    for command in ("run", "check"):
        result = nabla(command, "--strict", path, environment={"NABLA_SANDBOX": "off"})
        assert result.returncode == 1 and "--strict" in result.stderr
    assert nabla("run", "--strict", path, path, "--jobs", "2", environment={"NABLA_SANDBOX": "off"}).returncode == 1
    assert not (tmp_path / "a.csv").exists()
    assert nabla("run", path, environment={"NABLA_SANDBOX": "on"}).returncode == 2
    if has_walls(tmp_path):
        assert nabla("check", "--strict", path).returncode == 0
        assert nabla("run", "--strict", path, path, "--jobs", "2").returncode == 0


@pytest.mark.parametrize("command", ["run", "check", "kernel"])
def test_the_walls_stand_around_every_thread(command, tmp_path):
    if not has_walls(tmp_path):
        pytest.skip("this system has no walls")
    busy = 'while true\n  sum(randn(400, 400) * randn(400, 400))\nend'
    if command == "kernel":
        with kernel() as client:
            client.run("sum(randn(400, 400) * randn(400, 400))")
            assert walls_of(client.pid) == {("2", "1")}
            assert client.value('try load("/etc/passwd.csv") catch e; e.kind end') == "FileError"
        return
    path = notebook(tmp_path / "a.ipynb", busy)
    process = subprocess.Popen(["nabla", command, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        wait_until(lambda: len(list(pathlib.Path(f"/proc/{process.pid}/task").iterdir())) > 1)
        assert walls_of(process.pid) == {("2", "1")}
    finally:
        process.kill()
        process.communicate()


def test_pictures_of_figures_are_drawn_behind_the_walls(tmp_path):
    """librsvg is opened late, and looks for its fonts."""
    (tmp_path / "a.nabla").write_text('save("a.png", plot(sin, 0..6, title = "words"))\nprintln(shape(load("a.png")))\n')
    first = nabla("run", tmp_path / "a.nabla")
    if "needs librsvg" in first.stderr:
        pytest.skip("there is no librsvg")
    assert first.returncode == 0, first.stderr
    picture = (tmp_path / "a.png").read_bytes()
    assert nabla("run", tmp_path / "a.nabla", environment={"NABLA_SANDBOX": "off"}).stdout == first.stdout
    assert (tmp_path / "a.png").read_bytes() == picture


# What the command line writes


@pytest.mark.parametrize("option", ["--output", "--html", "--junit"])
def test_only_regular_files_are_written(option, tmp_path):
    # It is said before anything runs.
    path = notebook(tmp_path / "a.ipynb", 'save("ran.csv", [1])')
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dead").symlink_to("nowhere")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "kept").chmod(0o444)
    targets = ["/dev/stdout", "/dev/null", "/proc/self/fd/1", tmp_path / "pipe", tmp_path / "dead", tmp_path / "null",
               tmp_path / "kept", tmp_path / "nowhere" / "a"]
    before = os.readlink("/dev/stdout")
    names = sorted(os.listdir(tmp_path))
    for target in targets:
        result = nabla("run", path, option, target)
        assert result.returncode == 1 and "cannot write" in result.stderr, (target, result.stderr)
    assert os.readlink("/dev/stdout") == before
    assert pathlib.Path("/dev/null").is_char_device()
    assert sorted(os.listdir(tmp_path)) == names and (tmp_path / "kept").read_text() == "kept"
    if option == "--output":
        path.chmod(0o444)
        result = nabla("run", path, "--inplace")
        assert result.returncode == 1 and "write-protected" in result.stderr and sorted(os.listdir(tmp_path)) == names
        result = nabla("reference", "--output", tmp_path / "missing" / "a.ipynb")
        assert result.returncode == 1 and "cannot write" in result.stderr


@pytest.mark.parametrize("option", ["--output", "--html", "--junit"])
def test_nothing_is_written_over_what_is_run(option, tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1")
    other = notebook(tmp_path / "b.ipynb", "2")
    (tmp_path / "link.ipynb").symlink_to("a.ipynb")
    os.link(path, tmp_path / "hard.ipynb")
    before = path.read_bytes(), other.read_bytes()
    for target in (path, tmp_path / "link.ipynb", tmp_path / "hard.ipynb", tmp_path / "." / "a.ipynb"):
        result = nabla("run", path, option, target)
        assert result.returncode == 2 and "--inplace" in result.stderr, (target, result.stderr)
    if option == "--junit":
        assert nabla("run", path, other, option, other, "--jobs", "2").returncode == 2
    assert (path.read_bytes(), other.read_bytes()) == before


def test_two_outputs_are_two_files(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1")
    (tmp_path / "old").write_text("old")
    (tmp_path / "link").symlink_to("old")
    for first, second in (("new", "new"), ("old", "old"), ("old", "link")):
        result = nabla("run", path, "--html", tmp_path / first, "--junit", tmp_path / second)
        assert result.returncode == 2, result.stderr
    assert (tmp_path / "old").read_text() == "old" and not (tmp_path / "new").exists()


@pytest.mark.parametrize("size", [0, 1, 512, 4096])
def test_a_full_disk_leaves_the_old_file_whole(size, tmp_path):
    """Where not even one more byte may be written, and where some may."""
    path = notebook(tmp_path / "a.ipynb", "plot(sin, 0..6)", 'save("a.csv", 1:5000)')
    (tmp_path / "a.csv").write_text("1\n")
    before = path.read_bytes()
    # The cell's file fails first; then the notebook with that error in it.
    result = subprocess.run(
        ["nabla", "run", path, "--inplace"], capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert result.returncode == 1 and "larger than files may be" in result.stderr, result.stderr
    assert path.read_bytes() == before and (tmp_path / "a.csv").read_text() == "1\n"
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.ipynb"]


def test_a_full_file_system_leaves_the_old_file_whole(tmp_path):
    """The same on a disk of a few pages, where there is one to be had."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
    mount -t tmpfs -o size=64k none {disk} || exit 77
    cp {tmp_path}/a.ipynb {disk} && dd if=/dev/zero of={disk}/filler bs=4096 2>/dev/null
    cp {disk}/a.ipynb {tmp_path}/before
    nabla run {disk}/a.ipynb --inplace && exit 1
    cmp {disk}/a.ipynb {tmp_path}/before || exit 2
    test "$(ls -A {disk} | tr '\\n' ' ')" = "a.ipynb filler " || exit 3
    """
    notebook(tmp_path / "a.ipynb", "plot(sin, 0..6)")
    result = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "bash", "-c", script], capture_output=True, text=True, timeout=60)
    if result.returncode == 77 or "unshare" in result.stderr:
        pytest.skip("no disk may be made here")
    assert result.returncode == 0 and "the disk is full" in result.stderr, (result.returncode, result.stderr)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_of_others_may_hold_anything(jobs, tmp_path):
    """What is no regular file is said and not waited for."""
    for name in ("a.ipynb", "z.ipynb"):
        assert nabla("run", notebook(tmp_path / name, "1 + 1"), "--inplace").returncode == 0
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "zero.ipynb").symlink_to("/dev/zero")
    (tmp_path / "dead.ipynb").symlink_to("nowhere")
    (tmp_path / "folder.ipynb").mkdir()
    with open(tmp_path / "large.ipynb", "wb") as file:
        file.truncate(1 << 34)
    (tmp_path / "passwd.ipynb").symlink_to("/etc/passwd")
    result = nabla("check", tmp_path, "--jobs", jobs)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [f"{tmp_path}/{name}: agrees" for name in ("a.ipynb", "z.ipynb")]
    assert len(result.stderr.splitlines()) == 6 and "root:" not in result.stderr


# Several at once end together


def children(pid):
    return [int(word) for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
            for word in path.read_text().split()]


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGABRT])
@pytest.mark.parametrize("command", ["run", "check"])
def test_jobs_end_with_their_parent(command, number, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    files = [notebook(work / f"{name}.ipynb", f'println("{name}")\nwhile true\nend') for name in "abc"]
    before = [path.read_bytes() for path in files]
    options = ["--inplace", "--junit", work / "report.xml", "--timeout", "120"] if command == "run" else ["--timeout", "120"]
    parent = subprocess.Popen(
        ["nabla", command, *files, *options, "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(temporary)}, start_new_session=True)
    wait_until(lambda: len(children(parent.pid)) == 2)
    jobs = children(parent.pid)
    # They are at their work, the temporary files are made.
    wait_until(lambda: all(len(os.listdir(f"/proc/{job}/task")) > 1 for job in jobs))
    os.kill(parent.pid, number)
    parent.wait(timeout=10)
    wait_until(lambda: not any(map(is_running, jobs)), seconds=10)
    time.sleep(0.1)
    assert [path.read_bytes() for path in files] == before
    assert sorted(os.listdir(work)) == ["a.ipynb", "b.ipynb", "c.ipynb"]
    assert os.listdir(temporary) == []


def test_a_job_whose_parent_has_gone_does_not_begin(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1")
    before = path.read_bytes()
    # No process has this number.
    result = nabla("run", path, "--inplace", environment={"NABLA_PARENT": "4194999"})
    assert result.returncode == 1 and path.read_bytes() == before
