"""Runs every workload in Nabla and in each peer, one process at a time, and prints times and ratios.

Every process gets the same inputs, and what it computes is compared with what the others did: a difference beyond
rounding is a failure. With one thread, a process is pinned to one core.
"""

import argparse
import contextlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from workloads import WORKLOADS, write_inputs

HERE = Path(__file__).parent
PEERS = ("numpy", "jax", "torch", "torch-compile", "torch-nn")
UNITS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
# Greatest difference, relative to the greatest entry, between two ways to round.
TOLERANCES = {"f32": 5e-3, "f64": 1e-8}


class Failure(Exception):
    """A process that did not do its work, and why."""


def environment(threads):
    # OPENBLAS_CORETYPE would choose other matrix kernels than those that each finds best by itself.
    variables = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        variables[name] = str(threads)
    if threads == 1:
        variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return variables | {"JAX_PLATFORMS": "cpu", "SWIFT_BACKTRACE": "enable=no"}


def run(command, cores, timeout):
    """What the command printed."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=out,
            stderr=errors,
            env=environment(len(cores)),
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        try:
            process.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failure(f"took over {timeout:g} s") from None
        out.seek(0), errors.seek(0)
        if process.returncode != 0:
            lines = errors.read().strip().splitlines() or ["no message"]
            raise Failure(next((line for line in lines if "Error" in line), lines[-1]))
        return out.read()


def seconds(text):
    """The seconds of a line that `@time` printed: "1.23 ms", "2 min 5 s"."""
    parts = re.findall(r"([\d.e+-]+) (ns|µs|ms|s|min|h)\b", text)
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def time_nabla(nabla, program, folder, cores, options):
    """A short run tells how many rounds of a second one there is time for."""
    source = folder / f"{program}.nabla"
    source.write_text((HERE / source.name).read_text())

    def times(rounds):
        np.save(folder / "rounds.npy", float(rounds))
        printed = run([nabla, "run", source], cores, options.timeout)
        return [seconds(line) for line in printed.splitlines() if line]

    found = times(3)
    if min(found) < options.seconds:
        found = times(1 + int(min(400, max(3, options.seconds / min(found)))))
    return {"first": found[0], "times": found[1:]}


def time_peer(peer, work, folder, cores, options):
    command = [sys.executable, HERE / "peer.py", peer, work, folder, options.seconds]
    return json.loads(run(command, cores, options.timeout).splitlines()[-1])


def has(peer, work):
    module, _, variant = peer.partition("-")
    text = (HERE / f"peer_{module}.py").read_text()
    registered = re.search(rf'@program\("{work}"(.*)\)', text)
    return registered is not None and (not variant or f'"{variant}"' in registered[1])


def differs(result, reference, tolerance):
    if result.shape != reference.shape:
        return f"has {result.size} numbers instead of {reference.size}"
    error = np.max(np.abs(result - reference)) / np.max(np.abs(reference))
    return "" if error <= tolerance else f"differs by {error:.1e}"


def measure(work, element, cores, options):
    """A row for each party, Nabla first."""
    workload, rows, reference = WORKLOADS[work], [], None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder, work, element)
        for party in ["nabla"] + [peer for peer in options.peers if has(peer, work)]:
            row = {"work": work, "title": workload.title, "type": element, "threads": len(cores), "party": party}
            rows.append(row)
            with contextlib.suppress(FileNotFoundError):
                (folder / "result.npy").unlink()
            try:
                if party == "nabla":
                    found = time_nabla(options.nabla, workload.program, folder, cores, options)
                else:
                    found = time_peer(party, work, folder, cores, options)
                result = np.load(folder / "result.npy").astype("f8").ravel()
            except Failure as failure:
                row["failure"] = str(failure)
                continue
            row["first"] = found["first"]
            row["steady"] = statistics.median(found["times"]) / workload.count
            row["least"] = min(found["times"]) / workload.count
            reference = result if reference is None else reference
            if difference := differs(result, reference, TOLERANCES[element]):
                row["failure"] = difference
    return rows


def human(time):
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if time * scale >= 1 or unit == "µs":
            return f"{time * scale:.3g} {unit}"


def show(rows, peers):
    """One line: Nabla's times, those of each peer, and the ratio to the best of them."""
    best = min((row["steady"] for row in rows[1:] if "failure" not in row), default=None)
    nabla = rows[0]
    ratio = f"{nabla['steady'] / best:.2f}" if best and "steady" in nabla else ""
    line = f"{nabla['work']:>3} {nabla['title']:<46} {nabla['type']} {nabla['threads']:>2}  {ratio:>7}"
    for party in ["nabla", *peers]:
        row = next((row for row in rows if row["party"] == party), {})
        times = f"{human(row['steady'])} ({human(row['first'])})" if "steady" in row else "–" if not row else "failed"
        line += f"  {times:>21}"
    print(line)
    for row in rows:
        if "failure" in row:
            print(f"    FAILED: {row['party']} {row['failure']}")
    sys.stdout.flush()


def parse():
    split = lambda text: text.split(",")
    parser = argparse.ArgumentParser(prog="Tests/bench/run", description=__doc__)
    parser.add_argument("--work", type=split, default=list(WORKLOADS), help="such as 1,4,8h")
    parser.add_argument("--peers", type=split, default=list(PEERS), help="of " + ",".join(PEERS))
    parser.add_argument("--threads", type=split, default=["1", "all"], help="1, all or both")
    parser.add_argument("--types", type=split, help="f32 or f64 for every workload, instead of its own")
    parser.add_argument("--seconds", type=float, default=2, help="spent on measuring each, after its first call")
    parser.add_argument("--timeout", type=float, default=300, help="seconds after which one is given up")
    parser.add_argument("--json", type=Path, help="a file for all the times")
    parser.add_argument("--nabla", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse()
    available = sorted(os.sched_getaffinity(0))
    print("Median time of one unit, that of the first call in parentheses; the ratio is Nabla to the best peer.")
    print(f"{'':3} {'workload':<46} type thr  {'ratio':>6}" + "".join(f"  {p:>21}" for p in ["nabla", *options.peers]))
    rows = []
    for threads in options.threads:
        cores = {available[-1]} if threads == "1" else set(available)
        for work in options.work:
            for element in options.types or WORKLOADS[work].types:
                found = measure(work, element, cores, options)
                show(found, options.peers)
                rows += found
    if options.json:
        machine = {"cores": len(available), "machine": platform.machine(), "load": os.getloadavg()}
        options.json.write_text(json.dumps({**machine, "rows": rows}, indent=1))
    failures = sum("failure" in row for row in rows)
    print(f"{len(rows) - failures} runs agreed, {failures} failed")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
