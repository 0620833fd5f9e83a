"""Answers beyond an assessment: what is doubtful in a ruleset."""
