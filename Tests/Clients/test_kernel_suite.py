"""Jupyter's own test-suite for kernels, all of it."""

import jupyter_kernel_test

from support import KERNEL


class NablaKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "nabla"
    file_extension = ".nabla"
    code_hello_world = 'println("hello, world")'
    code_stderr = 'eprintln("to stderr")'
    completion_samples = [
        {"text": "logsum", "matches": {"logsumexp"}},
        {"text": "logsoft", "matches": {"logsoftmax"}},
    ]
    complete_code_samples = ["1 + 1", "f(x) = x^2", "for i in 1:3\n  println(i)\nend", ""]
    incomplete_code_samples = ["function f(x)", "sum([1, 2,", "if true\n  1", "1 +"]
    invalid_code_samples = ["1 + )", "end", "x = = 2"]
    code_generate_error = "[1, 2] * [3, 4]"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": '"nabla"', "result": "nabla"},
        {"code": "∇(x -> x^2)(3)", "result": "6"},
    ]
    code_display_data = [
        {"code": "display(plot([1, 4, 9]))", "mime": "image/svg+xml"},
        {"code": "display([1, 2])", "mime": "text/plain"},
    ]
    code_history_pattern = "1?+*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "softmax"
    code_clear_output = "clear_output(wait = true)"


class NablaWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True
