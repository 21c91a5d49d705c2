"""Columns of words and money as arrays: for whatever reads or adds up many rows at once.

Needs the extra `batch` (numpy and pyarrow).
"""
