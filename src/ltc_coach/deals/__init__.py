"""Deals on disk: files people can read and keep in git, and the journal of an interview under way."""
