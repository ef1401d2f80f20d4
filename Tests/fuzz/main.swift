runFuzzers()
