"""The pair of editions that is shipped."""

from __future__ import annotations

import pytest

from smartrules import catalog
from smartrules.ruleset import Ruleset


@pytest.fixture(scope="session")
def shandong_and_city() -> tuple[Ruleset, Ruleset]:
    """Return a province's standard and a city's supplement to it."""
    return catalog.load("shandong-smart-community@2022"), catalog.load("example-city-smart-community@2023")
