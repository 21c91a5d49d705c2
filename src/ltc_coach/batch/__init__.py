"""Many deals at once, as columns: the same diagnosis as the engine's, for millions of rows.

Needs the extra `batch` (numpy and pyarrow). What a row cannot have is left to the engine itself: people,
an influence ledger, dates and grades of single answers.
"""
