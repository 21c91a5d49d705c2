"""Inputs made to crash, hang or fool the reader, each with what must come of it."""
