"""One peer's run of one workload, in a process of its own: `peer.py PEER WORK FOLDER SECONDS`.

Prints a line of JSON: the time of the first call, with all tracing and compiling, and of each later one. The
result, all its numbers in one vector, is left in FOLDER/result.npy.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from workloads import read_inputs


def main(peer, work, folder, seconds):
    module, _, variant = peer.partition("-")
    build = importlib.import_module(f"peer_{module}").PROGRAMS[work]
    inputs = read_inputs(Path(folder))
    program = build(inputs, variant) if variant else build(inputs)

    def timed():
        start = time.perf_counter()
        result = program()
        return time.perf_counter() - start, result

    first, result = timed()
    begin, times = time.perf_counter(), []
    while len(times) < 3 or (len(times) < 400 and time.perf_counter() - begin < float(seconds)):
        times.append(timed()[0])
    np.save(Path(folder) / "result.npy", np.concatenate([np.asarray(part, "f8").ravel() for part in result]))
    print(json.dumps({"first": first, "times": times}))


if __name__ == "__main__":
    main(*sys.argv[1:])
