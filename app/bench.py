"""The benchmarks: placeholder of the entry point, filled by app/ops/bench."""
