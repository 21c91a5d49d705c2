"""Text on disk to a playbook, and whether it is any good: loading, lint, scenarios, simulation."""
