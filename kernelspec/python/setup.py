"""Packs what kernelspec/wheel has laid beside this file."""

import os
import pathlib

from setuptools import setup
from setuptools.dist import Distribution
from wheel.bdist_wheel import bdist_wheel


class Platform(Distribution):
    def has_ext_modules(self):
        """The program inside is for one kind of processor."""
        return True


class Wheel(bdist_wheel):
    def get_tag(self):
        """Of no version of Python: none of them runs in the kernel."""
        return "py3", "none", os.environ["NABLA_PLATFORM"]


def data_files():
    """Each folder below `data` with its files, as pip lays them below the environment."""
    for folder, _, files in sorted(os.walk("data")):
        if files:
            yield str(pathlib.Path(folder).relative_to("data")), [f"{folder}/{file}" for file in sorted(files)]


setup(
    name="nabla-kernel",
    version=os.environ["NABLA_VERSION"],
    description="A small language for tensors and gradients, and its Jupyter kernel",
    license="MIT",
    packages=["nabla_kernel"],
    data_files=list(data_files()),
    scripts=["scripts/nabla"],
    python_requires=">=3.8",
    entry_points={
        "papermill.engine": ["nabla = nabla_kernel.papermill:Engine"],
        "pygments.lexers": ["nabla = nabla_kernel.pygments:NablaLexer"],
    },
    classifiers=["Framework :: Jupyter", "Operating System :: POSIX :: Linux", "Topic :: Education"],
    distclass=Platform,
    cmdclass={"bdist_wheel": Wheel},
)
