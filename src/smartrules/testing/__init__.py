"""Pinning a ruleset from outside: its case files."""
