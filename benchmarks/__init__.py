"""Measurements run by hand: ``python -m benchmarks`` shows which of the speed goals hold."""
