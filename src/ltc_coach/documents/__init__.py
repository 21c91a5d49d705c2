"""Results as text or bytes: every renderer returns what it made, the edges print or write it."""
