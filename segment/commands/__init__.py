"""The commands, by what they do; each parses, calls one function and has the result printed."""
