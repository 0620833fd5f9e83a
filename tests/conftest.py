"""Settings of the tests: Hypothesis draws the same examples on every run, unless the profile `search` is asked for."""

import importlib
import os
import pkgutil

from hypothesis import HealthCheck, settings

import smartrules

pytest_plugins = ["pytester"]

# Hypothesis draws the constants of the modules under test that happen to be loaded, so that a test would draw other
# examples after other tests, or in another worker: all of them are loaded before the first is asked.
for _module in pkgutil.walk_packages(smartrules.__path__, "smartrules."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

# How long an example takes depends on the machine, so nothing here is a matter of time.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    # A test that expects a failure says which: a second one beside it would hide the first in a group.
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search", deadline=None, max_examples=3000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
