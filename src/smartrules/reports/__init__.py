"""Assessments as people read them."""
