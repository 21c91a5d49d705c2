"""The command line: parse, call, print, exit; no loops over domain data."""
