"""The Jupyter project's own tests of a kernel, with samples in TypeScript."""

import unittest

import jupyter_kernel_test


class TaglineKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tagline"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world');"
    code_stderr = "console.error('oops');"
    code_page_something = "Math.max?"
    code_generate_error = "throw new RangeError('too far');"

    completion_samples = [
        {"text": "Mat", "matches": {"Math"}},
        {"text": "const word = 'x'; word.toUpp", "matches": {"toUpperCase"}},
    ]
    complete_code_samples = ["const a = 1;", "function twice(x: number) { return 2 * x; }", "[1, 2].map((x) => x + 1)"]
    incomplete_code_samples = ["function twice(x: number) {", "const text = `begins", "[1, 2].map("]
    invalid_code_samples = ["const = 3", "let 1a = 2;", "class { }}"]

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "const { length } = 'seven'; length", "result": "5"},
        {"code": "await Promise.resolve({ a: [1, 'b'] })", "result": "{ a: [ 1, 'b' ] }"},
    ]
    code_display_data = [
        {"code": "import { display } from 'tagline'; display.html('<b>bold</b>');", "mime": "text/html"},
        {"code": "display.markdown('**bold**');", "mime": "text/markdown"},
    ]
    code_clear_output = "import { clearOutput } from 'tagline'; clearOutput();"
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ? 7"
    code_inspect_sample = "Math.max"


if __name__ == "__main__":
    unittest.main()
