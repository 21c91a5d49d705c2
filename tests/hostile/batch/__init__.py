"""Hostile tables: what exports, accidents and attackers make of CSV, JSON Lines and workbooks."""
