"""Computes references.json with libraries that share no code with Nabla: values and derivatives by JAX in float64 and
NumPy, special functions by mpmath with 50 digits, a few factorisations by SciPy.

    pip install jax scipy mpmath
    python make.py > references.json

A case is a program whose variable `answer` must come out as the numbers beside it.
"""

import json

import jax
import mpmath
import numpy
import scipy

import tools
import linear_algebra, arrays, elementwise, models  # each adds its cases

libraries = {"JAX": jax, "NumPy": numpy, "SciPy": scipy, "mpmath": mpmath}
header = {
    "source": ", ".join(f"{name} {library.__version__}" for name, library in libraries.items()),
    "made by": "References/make.py: JAX in float64 with its own derivatives; special functions by mpmath with 50 digits",
}
lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in tools.cases)
print(json.dumps(header, ensure_ascii=False)[:-1] + ', "cases": [\n' + lines + "\n]}")
