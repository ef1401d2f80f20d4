"""Programs of a stranger: whatever they ask for, they end with an error of their own, and nothing else does."""

import json
import os
import pathlib
import resource
import struct
import subprocess
import zipfile
import zlib

import pytest

from support import kernel

MEGABYTE = 1 << 20
# Of the process, far above the limit on tensors: what passes it was not bounded by Nabla.
ADDRESS_SPACE = 4 << 30


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def run(folder, program, *options, timeout=60):
    path = pathlib.Path(folder) / "program.nabla"
    path.write_text(program + "\n")
    result = subprocess.run(
        ["nabla", "run", *options, str(path)], capture_output=True, text=True, timeout=timeout,
        stdin=subprocess.DEVNULL, preexec_fn=bounded)
    assert result.returncode in (0, 1), f"ended by a signal or misused: {result.returncode}\n{result.stderr[-2000:]}"
    return result


def kind(result):
    """The kind of the error that ended the program."""
    for line in result.stderr.splitlines():
        if ": " in line and line.split(":")[0].endswith(("Error", "Interrupted")):
            return line.split(":")[0]
    return None


LIMITED = {
    # Tensors
    "zeros": "zeros(1e6, 1e6)",
    "ones": "ones(100_000, 100_000)",
    "fill": "fill(3, 1e5, 1e5)",
    "eye": "eye(1e5)",
    "rand": "rand(1e9)",
    "randn": "randn(30_000, 30_000)",
    "randint": "randint(6, 1e9)",
    "permutation": "permutation(1e9)",
    "shuffle": "shuffle(1:1e10)",
    "half": "zeros(1e5, 1e5; dtype = f16)",
    "range": "x = 1:1e12",
    "shorter range": "x = 1:1e10",
    "range by steps": "x = 0:1e-10:1",
    "range in a literal": "x = [1:1e10 1:1e10]",
    "traced range": "∇(a -> sum(a:1e10))(1.0)",
    "linspace": "linspace(0, 1, 1e10)",
    "logspace": "logspace(0, 1, 1e10)",
    "onehot": "onehot(1:1000, 1e9)",
    "repeat": "repeat(1:1000, 1e9)",
    "tile": "tile(1:1000, 1e9)",
    "outer": "(1:1e5) ⊗ (1:1e5)",
    "outer thrice": "x = 1:5000\nx ⊗ x ⊗ x",
    "kron": "kron(eye(300), eye(300))",
    "expand": "ones(1, 1e5) + ones(1e5, 1)'  + zeros(1e5, 1e5)",
    "broadcast": "expand(1:1e5, 1) + zeros(1e5, 1e5)",
    "pad": "pad([1, 2], 1e12)",
    "meshgrid": "meshgrid(1:1e5, 1:1e5)",
    "index grid": "A = ones(10, 10)\nA[repeat(1:10, 1e4), repeat(1:10, 1e4)]",
    "gather": "x = ones(1000)\nx[onehot(1:1e4, 1e4)]",
    "concat": "x = ones(1e6)\nwhile true\n  x = concat(x, x)\nend",
    "push": "x = ones(1000)\nfor i in 1:60\n  x = stack(x, x)\nend",
    "literal": "x = ones(1000)\nfor i in 1:60\n  x = [x, x]\nend",
    "blocks": "x = ones(100, 100)\nfor i in 1:60\n  x = [x x; x x]\nend",
    "product": "ones(1e5, 1) * ones(1, 1e5)",
    "diag": "diag(1:1e5)",
    "einsum": 'einsum("i,j->ij", ones(1e5), ones(1e5))',
    "upsample": "upsample(ones(1, 1, 1000, 1000), 1000)",
    "convolution": "conv2d(ones(1, 1, 2000, 2000), ones(1000, 1, 9, 9); pad = 4)",
    "jacobian": "jacobian(x -> x ⊙ x)(ones(1e5))",
    "hessian": "hessian(x -> sum(x ⊙ x ⊙ x))(ones(1e5))",
    "vmap": "vmap(x -> x * ones(1e5))(ones(1e5))",
    "reshape": "reshape(zeros(0), 0, 1e12, 1e12)\nzeros(1e12, 1e12)",
    "long tape": "function f(x)\n  while true\n    x = sin(x)\n  end\nend\n∇f(1.0)",
    "tape of tensors": "function f(x)\n  while true\n    x = sin(x)\n  end\nend\n∇f(ones(1000))",
    # Strings
    "string": 's = "ab"\nwhile true\n  s = "$s$s"\nend',
    "string of strings": 's = "ab"\nwhile true\n  s = string(s, s, s)\nend',
    "join": 's = "ab"\nwhile true\n  s = join((s, s), s)\nend',
    "strings in a tuple": 't = ()\ni = 0\nwhile true\n  i += 1\n  t = (t..., "a string of some length $i")\n  '
                          't = (t..., t...)\nend',
    "format": 's = ""\nwhile true\n  s = "$s$(format(1; digits = 200))"\nend',
    # Tuples, records, functions
    "spread": "t = (1, 2)\nwhile true\n  t = (t..., t...)\nend",
    "spread of a tensor": "x = zeros(2e7)\nt = (x..., x...)",
    "spread into a call": "x = zeros(2e7)\nmax(x...)",
    "tuples in tuples": "t = (1, 2)\nfor i in 1:200\n  t = (t, t)\nend\nprintln(t)",
    "records in records": "t = (a = 1, b = 2)\nfor i in 1:200\n  t = (a = t, b = t)\nend\nprintln(t)",
    "field of itself": "t = (a = 1, b = 2)\nwhile true\n  t.a = t\n  t.b = t\nend",
    "list of lists": "t = (1, \"a\")\nfor i in 1:200\n  t = [t, t]\nend\nleaves(t)",
    "zip": "t = (1, 2)\nwhile true\n  t = zip(t, t, t)\nend",
    "tuple in a tuple": "t = ()\nwhile true\n  t = (t,)\nend",
    "list in a list": "t = ()\nwhile true\n  t = (1, t)\nend",
    "record in a record": "t = (a = 1)\nwhile true\n  t = (a = t)\nend",
    "sum of trees": "t = (ones(1e5), ones(1e5))\nwhile true\n  t = (t..., (t + t)...)\nend",
    "comprehension": "[(i, i) for i in 1:1e9]",
    "filtered comprehension": "[i for i in 1:1e9 if i > 0]",
    "comprehension of strings": '["$i" for i in 1:1e9]',
    "grid": "[x + y for x in 1:1e5, y in 1:1e5]",
    "enumerate": "enumerate(zeros(2e7))",
    "iterate": "iterate(x -> x + 1, 0, 1e12)",
    "iterate strings": 'iterate(s -> "$(s)a", "", 1e12)',
    "closures": "wrap(g) = x -> g(x)\nf = x -> x\nwhile true\n  f = wrap(f)\nend",
    "functions composed": "f = sin\nwhile true\n  f = f ∘ sin\nend",
    "functions in a tuple": "fs = ()\nwhile true\n  fs = (fs..., x -> x, fs...)\nend",
    "figures": "p = plot([1, 2])\nwhile true\n  p = p + p\nend",
    "grids": "p = plot([1, 2])\nwhile true\n  p = [p p; p p]\nend",
    # Recursion
    "recursion": "f(x) = f(x) + 1\nf(1)",
    "recursion in a gradient": "f(x) = f(x) * x\n∇f(1.0)",
    "recursion through map": "f(x) = map(f, (x, x))\nf(1)",
    "recursion through vmap": "f(x) = vmap(f)([x, x])\nf([1.0])",
    "recursion through iterate": "f(x) = iterate(f, x, 1)\nf(1)",
    "recursion through a comprehension": "f(x) = [f(i) for i in 1:2]\nf(1)",
    "recursion through withgrad": "f(x) = withgrad(f, (u, y, x) -> u)(x)\n∇f(1.0)",
    "recursion through checkpoint": "f(x) = checkpoint(f)(x)\n∇f(1.0)",
    "recursion through gradients": "f(x) = ∇f(x)\nf(1.0)",
    "recursion through jvp": "f(x) = jvp(f, x, x)\nf(1.0)",
    "recursion through hessians": "f(x) = sum(hessian(f)(x))\nf([1.0])",
    "recursion through descend": "f(x) = descend(f, x).final\nf(1.0)",
    "recursion through a default": "f(; a = f()) = a\nf()",
    "recursion through blocks": "f(x) = begin\n  if x > 0\n    for i in 1:2\n      try\n        f(x)\n      catch e\n"
                                "        error(\"again\")\n      end\n    end\n  end\nend\n"
                                "f(x) = if x > 0; f(x + 1) else 0 end\nf(1)",
    "recursion through a pipe": "f(x) = x |> f\nf(1)",
    "recursion through a composition": "f(x) = (f ∘ f)(x)\nf(1)",
    "recursion in nested loops": "f(x) = begin\n" + "for i in 1:1\n" * 490 + "f(x)" + "\nend" * 490 + "\nend\nf(1)",
    "recursion in nested comprehensions": "f(x) = " + "sum([" * 240 + "f(x)" + " for i in 1:1])" * 240 + "\nf(1)",
    "recursion in nested calls": "f(x) = " + "abs(" * 490 + "f(x)" + ")" * 490 + "\nf(1)",
    "gradients in gradients": "function f(g, n)\n  f(∇g, n)\nend\nf(x -> x^2, 1)",
    "many gradients": "g(f, n) = n == 0 ? f : g(x -> ∇f(x), n - 1)\ng(x -> x^3, 300)(1.0)",
    # Time and output
    "loop": "while true\nend",
    "loop that catches": "while true\n  try\n    error(\"a\")\n  catch e\n  end\nend",
    "product of matrices": "A = ones(1500, 1500)\nwhile true\n  A = A * A / 1e3\nend",
    "sort": "while true\n  sort(rand(1e6))\nend",
    "descent": "descend(x -> x², 1.0; steps = 1e12, tol = 0)",
    "lines": "for i in 1:1e6\n  println(i)\nend",
    "one long line": "while true\n  print(\"x\")\nend",
    "errors": "while true\n  eprintln()\nend",
}


@pytest.mark.parametrize("name", LIMITED)
def test_a_limit_ends_the_program(name, tmp_path):
    result = run(tmp_path, LIMITED[name], "--max-memory", "100M", "--max-time", "10", "--max-output", "1M")
    assert kind(result) == "LimitError", result.stderr[-2000:]
    assert len(result.stdout) < 2 * MEGABYTE


# As hostile, but there is an answer or another error.
OTHER = {
    "huge power": ("println(2^1e308, \" \", 10^-1e308)", None),
    "numbers of many digits": (f"println({'9' * 5000})", None),
    "no power of zero": ("println(0^0, \" \", 0^-1)", None),
    "negative length": ("zeros(-1)", "ValueError"),
    "length that is no number": ("zeros(NaN)", "ValueError"),
    "infinite length": ("zeros(Inf)", "ValueError"),
    "range to nowhere": ("1:Inf", "ValueError"),
    "many axes": ("zeros(ones(1000)...)", None),
    "negative pad": ("pad([1, 2], -5)", "ValueError"),
    "negative repeat": ("repeat([1, 2], -1)", "ValueError"),
    "negative tile": ("tile([1, 2], -1)", "ValueError"),
    "digits": ("format(π; digits = 1e12)", "ValueError"),
    "negative digits": ("format(π; digits = -1)", "ValueError"),
    "tile to no number": ("tile(ones(1e4), 1e15)", "LimitError"),
    "rounding to digits": ("println(round(π; digits = 1e9))", None),
    "seed": ("seed(1e300)", "ValueError"),
    "empty": ("maximum([])", "ValueError"),
    "convolution larger than its image": ("conv2d(ones(2, 2), ones(1, 1, 5, 5))", "ValueError"),
    "stride 0": ("maxpool(ones(1, 1, 4, 4), 2; stride = 0)", "ValueError"),
    "nested source": ("(" * 100_000, "SyntaxError"),
    "nested source that closes": ("x = " + "(" * 3000 + "1" + ")" * 3000, "SyntaxError"),
    "nested negation": ("x = " + "-" * 100_000 + "1", "SyntaxError"),
    "nested powers": ("x = " + "2^" * 100_000 + "1", "SyntaxError"),
    "nested conditions": ("if true\n" * 3000 + "end\n" * 3000, "SyntaxError"),
    "long sum": ("x = " + "1 + " * 400 + "1\nprintln(x)", None),
    "endless sum": ("x = " + "1 + " * 20_000 + "1", "SyntaxError"),
    "long literal": ("x = [" + "1, " * 100_000 + "1]\nprintln(sum(x))", None),
    "many statements": ("x = 1\n" * 50_000, None),
    "shared tree": ("t = (1, 2)\nfor i in 1:12\n  t = (t, t)\nend\nprintln(sum(flatten(t)))", None),
}


@pytest.mark.parametrize("name", OTHER)
def test_an_odd_program_is_answered(name, tmp_path):
    program, expected = OTHER[name]
    result = run(tmp_path, program, "--max-memory", "100M", "--max-time", "20", "--max-output", "1M")
    assert kind(result) == expected, result.stderr[-2000:]


# Files that lie about themselves


def npy(shape, data=b"", kind="<f8"):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def bomb(path, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", npy(f"({size // 8},)", bytes(size)))


LYING = {
    "elements.npy": npy("(1000000000000000,)"),
    "overflow.npy": npy("(4294967296, 4294967296, 4294967296)"),
    "negative.npy": npy("(-1,)"),
    "axes.npy": npy("(" + "1, " * 2000 + ")", bytes(8)),
    "no end.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr': '",
    "pixels.png": png(1_000_000, 1_000_000),
    "more pixels.png": png(0x7FFFFFFF, 0x7FFFFFFF),
    "nothing.png": png(0, 0),
    "lengths.idx": struct.pack(">BBBBIII", 0, 0, 8, 3, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
    "axes.idx": bytes([0, 0, 8, 255]) + b"\xff" * 40,
    "deep.json": b"[" * 1_000_000,
    "objects.json": b'{"a":' * 100_000,
    "quote.csv": b'"' + b"x" * 5_000_000,
    "archive.npz": b"PK\x05\x06" + b"\xff" * 18,
}


@pytest.mark.parametrize("name", LYING)
def test_a_file_that_lies_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(LYING[name])
    result = run(tmp_path, f'x = load("{name}")', "--max-memory", "100M", "--max-time", "20")
    assert kind(result) == "FileError", result.stderr[-2000:]
    assert name in result.stderr


def test_a_small_file_that_holds_much_meets_the_limit(tmp_path):
    bomb(tmp_path / "bomb.npz", 300 * MEGABYTE)
    (tmp_path / "line.csv").write_bytes(b"1," * 30_000_000 + b"1\n")
    (tmp_path / "list.json").write_bytes(b"[" + b"1," * 20_000_000 + b"1]")
    for name in ("bomb.npz", "line.csv", "list.json"):
        result = run(tmp_path, f'x = load("{name}")', "--max-memory", "100M", "--max-time", "30")
        assert kind(result) == "LimitError", (name, result.stderr[-2000:])


def test_no_spelling_of_a_path_leads_out(tmp_path):
    inside = tmp_path / "notebook"
    inside.mkdir()
    secret = tmp_path / "secret.json"
    secret.write_text('"secret"')
    os.symlink(secret, inside / "link.json")
    os.symlink("/", inside / "root")
    os.symlink("/dev/zero", inside / "zero.csv")
    os.mkfifo(inside / "pipe.csv")
    (inside / "folder.csv").mkdir()
    spellings = [
        secret, "../secret.json", "link.json", f"root{secret}", "/proc/self/cwd/../secret.json", f"/proc/self/root{secret}",
        "./././../secret.json", "..//secret.json", "folder.csv/../../secret.json", "root/dev/zero.csv", "zero.csv",
        "/dev/stdin.csv", "/dev/fd/0.json", "\uff0e\uff0e/secret.json", "..\u2215secret.json", "%2e%2e/secret.json",
        "~/secret.json", "$HOME/secret.json", "file:///etc/passwd.csv", "pipe.csv", "folder.csv", "x" * 5000 + ".csv",
        "x/" * 3000 + "a.csv", " ../secret.json",
    ]
    for spelling in spellings:
        quoted = json.dumps(str(spelling).replace("$", "\\$"), ensure_ascii=False).replace("\\\\$", "\\$")
        for program in (f"x = load({quoted})", f"save({quoted}, 1)"):
            result = run(inside, program, "--max-time", "20")
            if program.startswith("save") and result.returncode == 0:
                # An odd name, but of a file here.
                assert secret.read_text() == '"secret"'
                continue
            assert kind(result) == "FileError", (program, result.stderr[-500:])
            assert "secret\"" not in result.stdout
    assert secret.read_text() == '"secret"'
    assert {path.name for path in tmp_path.iterdir()} == {"notebook", "secret.json"}


def test_a_link_made_later_leads_nowhere(tmp_path):
    """What stands at the place of a file when it is opened may be another thing than when its path was judged."""
    inside = tmp_path / "notebook"
    inside.mkdir()
    (tmp_path / "secret.json").write_text('"secret"')
    (inside / "a.json").write_text('"mine"')
    program = inside / "program.nabla"
    program.write_text('for i in 1:20_000\n  try\n    if load("a.json") != "mine"; println("led out") end\n'
                       "  catch e\n  end\nend\nprintln(\"over\")\n")
    process = subprocess.Popen(["nabla", "run", str(program)], stdout=subprocess.PIPE, text=True)
    while process.poll() is None:
        os.symlink("../secret.json", inside / "new")
        os.replace(inside / "new", inside / "a.json")
        (inside / "new").write_text('"mine"')
        os.replace(inside / "new", inside / "a.json")
    assert process.stdout.read() == "over\n"


def test_folders_are_allowed_one_by_one(tmp_path):
    for name in ("notebook", "data", "results", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text("1\n")
    for program, option, expected in (
            ('load("../data/a.csv")', "--allow-read=data", None),
            ('load("../other/a.csv")', "--allow-read=data", "FileError"),
            ('save("../data/a.csv", [2])', "--allow-read=data", "FileError"),
            ('save("../results/a.csv", [2])', "--allow-write=results", None),
            ('load("../results/a.csv")', "--allow-write=results", "FileError"),
            ('save("../other/a.csv", [2])', "--allow-write=results", "FileError")):
        option = option.split("=")
        result = run(tmp_path / "notebook", program, option[0], str(tmp_path / option[1]))
        assert kind(result) == expected, (program, result.stderr)


# Recursion and long loops where there is less stack than memory


def test_recursion_has_its_stack_in_every_way_to_run(tmp_path):
    """The limit is met before the end of the stack, whatever the shell allows."""
    program = ("down(n) = n == 0 ? 0.0 : down(n - 1) + n\nprintln(down(9990))\n"
               "power(x, n) = n == 0 ? 1.0 : x * power(x, n - 1)\n"
               "println(∇(x -> power(x, 5000))(1.0), \" \", ∇∇(x -> power(x, 5000))(1.0))\nf(x) = f(x) * x\n∇f(1.0)")
    (tmp_path / "program.nabla").write_text(program)
    result = subprocess.run(
        ["bash", "-c", "ulimit -s 256; exec nabla run program.nabla"], cwd=tmp_path, text=True, capture_output=True,
        timeout=60)
    assert kind(result) == "LimitError", result.stderr[-2000:]
    assert result.stdout == "49905045\n5000 24995000\n"


CHECKPOINTED = """
step(x) = sin(x) + 0.01x
inner(x) = begin
  for j in 1:100
    x = step(x)
  end
  x
end
outer(x) = begin
  for i in 1:100
    x = block(x)
  end
  sum(x)
end
block = NAME(inner)
same(f) = f
g = ∇outer(linspace(0, 1, 2000))
println(length(g))
"""


def test_checkpoints_make_room(tmp_path):
    """10,000 steps on 2,000 numbers are 480 MB remembered, and with a checkpoint every 100 steps under 32 MB."""
    remembered = run(tmp_path, CHECKPOINTED.replace("NAME(inner)", "inner"), "--max-memory", "32M")
    assert kind(remembered) == "LimitError"
    repeated = run(tmp_path, CHECKPOINTED.replace("NAME", "checkpoint"), "--max-memory", "32M")
    assert repeated.stdout == "2000\n", repeated.stderr[-1000:]


# In a kernel: the cell ends, nothing else


def resident(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def test_a_kernel_survives_its_limits_and_gives_memory_back():
    with kernel(arguments=["--max-memory", "600M", "--max-time", "5", "--max-output", "100K"]) as client:
        survive(client)


def survive(client):
    client.run("kept = 7")
    before = resident(client.pid)
    for code in ("xs = [ones(5_000_000) for i in 1:100]", "x = ones(1e9)", "while true\nend",
                 "while true\n  println(1)\nend", "f(x) = f(x) + 1\n∇f(1.0)", 's = "ab"\nwhile true\n  s = "$s$s"\nend',
                 "t = (1, 2)\nwhile true\n  t = (t..., t...)\nend"):
        reply = client.run(code).reply
        assert reply["status"] == "error" and reply["ename"] == "LimitError", code
        client.run("s = 0; t = 0")
    assert client.run("kept + 1").reply["status"] == "ok"
    assert resident(client.pid) < before + 150 * MEGABYTE


# The same digits whatever works on them

DETERMINISTIC = """
show(x) = println(join(flatten(x), " "))
seed(3)
A = randn(300, 300)
B = randn(300, 300)
println(sum(A * B), " ", trace(A * B * A), " ", norm(A), " ", prod(rand(1000) + 0.5), " ", mean(A), " ", std(B))
show((A * B)[7, 1:20])
big = rand(1_000_000)
println(sum(big), " ", sum(exp(big)), " ", norm(sin(big)), " ", sum(tanh(big) / 3), " ", logsumexp(big), " ", var(big))
show(cumsum(big)[[10, 1000, 999_999]])
show(sort(big)[[1, 500_000, 1_000_000]])
println(sum(argsort(big)[1:1000]), " ", median(big), " ", quantile(big, 0.3))
show(sum(reshape(big, 1000, 1000); axis = 1)[1:10])
show(sum(reshape(big, 1000, 1000); axis = 2)[1:10])
x = randn(4, 3, 40, 40)
K = randn(8, 3, 5, 5)
y = conv2d(x, K; stride = 2, pad = 1)
println(sum(y), " ", norm(y))
show(∇(K -> sum(conv2d(x, K; stride = 2, pad = 1) ⊙ y))(K)[2, 1, :, :])
show(∇(x -> sum(conv2d(x, K) ⊙ conv2d(x, K)))(x)[1, 2, 3, 1:8])
show(f32(A)[1:200, :] * f32(B)[:, 1:3])
X = randn(2000, 64)
labels = randint(10, 2000)
net(θ; X) = tanh(X * θ.W + θ.b) * θ.V
L(θ; X, y) = crossentropy(net(θ; X), y)
θ = (W = glorot(64, 128), b = zeros(128), V = glorot(128, 10))
for i in 1:20
  θ = θ - 0.1 * ∇L(θ; X, y = labels)
end
println(L(θ; X, y = labels))
show(θ.W[1, 1:10])
show(A \\ B[:, 1])
println(det(A[1:20, 1:20]), " ", logdet(A * A'))
show(randn(5) + rand(5))
"""


def test_results_do_not_depend_on_threads_or_processors(tmp_path):
    processors = sorted(os.sched_getaffinity(0))
    (tmp_path / "program.nabla").write_text(DETERMINISTIC)
    outputs = set()
    for threads, allowed in (("", processors), ("1", processors), ("4", processors), ("7", processors),
                             ("", processors[:1]), ("4", processors[-1:]), ("", processors[:2])):
        result = subprocess.run(
            ["nabla", "run", "program.nabla"], cwd=tmp_path, capture_output=True, text=True, timeout=300,
            env={**os.environ, "NABLA_THREADS": threads},
            preexec_fn=lambda allowed=allowed: os.sched_setaffinity(0, allowed))
        assert result.returncode == 0, result.stderr[-2000:]
        outputs.add(result.stdout)
    assert len(outputs) == 1
