"""`python -m benchmarks`: how fast the engine is; see `benchmarks.speed`."""

from benchmarks.speed import main

main()
