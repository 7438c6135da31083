"""The benchmarks are scripts, no tests: collecting doctests must not import them."""

collect_ignore_glob = ["*.py"]
