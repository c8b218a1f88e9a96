"""Trees whose tests lie or break out: what is seen of each, and that the next run is a clean one.

What runs beside a test can change what is said of it. Here stands which lies are seen, and which are not.
"""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.sandbox.model import Limits
from foundation.sandbox.probing import Holds
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.testing.claims import Outcome
from tdeveloper.gates.testing.endings import Completed, LimitReached, Unclear
from tdeveloper.gates.testing.events import Limit
from tdeveloper.gates.testing.layers import Layers
from tdeveloper.gates.testing.scan import SuiteScan, scan
from tests.tdeveloper.gates.testing.making import a_tree

LIMITS = Limits(
    wall_seconds=20, cpu_seconds=20, memory_bytes=192 << 20, process_count=24, output_bytes=1 << 20, disk_bytes=48 << 20
)  # fmt: skip
SHORT = Limits(
    wall_seconds=4, cpu_seconds=20, memory_bytes=192 << 20, process_count=24, output_bytes=1 << 20, disk_bytes=48 << 20
)  # fmt: skip
Scanning = Callable[..., SuiteScan]
GOOD_AND_BAD = "def test_good():\n    pass\n\ndef test_bad():\n    assert 1 == 2\n"


@pytest.fixture(name="scanned")
def fixture_scanned(tmp_path: Path, sandbox: Holds, layers: Layers) -> Scanning:
    """Scans a tree of files, and after what does harm a good one, which nothing of it may have touched."""

    def scanned(files: dict[str, str], limits: Limits = LIMITS, *, is_harmful: bool = False) -> SuiteScan:
        dedented = {name: textwrap.dedent(text) for name, text in files.items()}
        found = scan(a_tree(tmp_path / "tree", dedented), sandbox=sandbox, layers=layers, limits=limits)
        if not is_harmful:
            return found
        good = a_tree(tmp_path / "good", {"test_good.py": "def test_good():\n    pass\n"})
        after = scan(good, sandbox=sandbox, layers=layers, limits=LIMITS)
        assert after.ended == Completed()
        assert names(after) == ["test_good::test_good"]
        return found

    return scanned


def names(found: SuiteScan) -> list[str]:
    return [] if found.claimed is None else [each.name for each in found.claimed.tests]


def bad_tests(found: SuiteScan) -> list[str]:
    return [each.message.split(": ")[0] for each in found.findings]


def test_a_printed_result_is_not_read(scanned: Scanning) -> None:
    found = scanned(
        {
            "conftest.py": """
                import sys
                def pytest_sessionfinish():
                    print("==== 2 passed in 0.01s ====")
                    sys.__stdout__.write("2 passed\\n")
            """,
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), ["test_a::test_bad"])
    assert found.outcome is GateOutcome.REJECTED


def test_an_exit_from_within_is_no_result(scanned: Scanning) -> None:
    found = scanned({"conftest.py": "import os\nos._exit(0)\n", "test_a.py": GOOD_AND_BAD})
    assert found.ended == Unclear(reason="JUnit's file is missing; its last line: No data to report.")
    assert found.outcome is GateOutcome.INCONCLUSIVE


def test_an_exit_in_the_middle_keeps_what_failed_before(scanned: Scanning) -> None:
    found = scanned(
        {
            "test_a.py": GOOD_AND_BAD
            + "\ndef test_exit():\n    import os\n    os._exit(0)\n\ndef test_last():\n    pass\n"
        }
    )
    assert isinstance(found.ended, Unclear)
    assert (bad_tests(found), found.outcome) == (["test_a::test_bad"], GateOutcome.REJECTED)


def test_a_rewritten_junit_file_contradicts_what_was_told_as_it_happened(scanned: Scanning) -> None:
    found = scanned(
        {
            "conftest.py": """
                import atexit, glob, os, re, sys
                def rewrite():
                    for path in glob.glob("/box/tmp/*/junit.xml"):
                        text = open(path).read()
                        text = re.sub(r"<failure.*?</failure>", "", text, flags=re.S)
                        open(path, "w").write(text.replace('failures="1"', 'failures="0"'))
                    os._exit(0)
                def pytest_unconfigure(config):
                    atexit.register(rewrite)
            """,
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert isinstance(found.ended, Unclear)
    assert "1 tests failed while they ran, and JUnit has 0 failures and errors" in found.ended.reason
    assert found.outcome is GateOutcome.REJECTED


def test_a_good_exit_status_beside_failures_contradicts_them(scanned: Scanning) -> None:
    found = scanned(
        {
            "conftest.py": "import pytest\n@pytest.hookimpl(trylast=True)\ndef pytest_sessionfinish(session):\n"
            "    session.exitstatus = 0\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert isinstance(found.ended, Unclear)
    assert "exit status 0, and its JUnit has 1 failures and errors" in found.ended.reason


def test_a_session_that_is_ended_early_with_a_good_status_is_not_whole(scanned: Scanning) -> None:
    found = scanned(
        {
            "conftest.py": "import pytest\ndef pytest_runtest_teardown(item):\n    if item.name == 'test_good':\n"
            "        pytest.exit('enough', returncode=0)\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert isinstance(found.ended, Unclear)
    assert found.outcome is GateOutcome.INCONCLUSIVE


def test_what_a_conftest_changes_before_it_is_told_is_a_claim_like_any_other(scanned: Scanning) -> None:
    """Nobody sees it in this run alone: that is why results are called claims, and are held beside those of the base."""
    found = scanned(
        {
            "conftest.py": "def pytest_pyfunc_call(pyfuncitem):\n    return True\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), [])
    assert found.claimed is not None
    assert found.claimed.count(Outcome.PASSED) == 2


def test_a_sitecustomize_and_a_pth_file_are_not_run(scanned: Scanning) -> None:
    found = scanned(
        {
            "sitecustomize.py": "import os\nos._exit(0)\n",
            "usercustomize.py": "import os\nos._exit(0)\n",
            "evil.pth": "import os; os._exit(0)\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), ["test_a::test_bad"])


def test_a_plugin_by_entry_point_is_not_loaded_without_a_lock(scanned: Scanning) -> None:
    found = scanned(
        {
            "evil.py": "import os\nos._exit(0)\n",
            "evil-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n",
            "evil-1.0.dist-info/entry_points.txt": "[pytest11]\nevil = evil\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), ["test_a::test_bad"])


def test_modules_that_are_called_as_our_tools_are_not_taken_for_them(scanned: Scanning) -> None:
    fake = "import os\nos._exit(0)\n"
    found = scanned(
        {
            **{
                f"{name}.py": fake for name in ("pytest", "coverage", "_pytest", "t_developer_events", "json", "pluggy")
            },
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), ["test_a::test_bad"])


def test_the_trees_configuration_of_coverage_and_its_options_of_pytest_are_not_read(scanned: Scanning) -> None:
    plugin = "import os\ndef coverage_init(reg, options):\n    os._exit(0)\n"
    found = scanned(
        {
            ".coveragerc": "[run]\nplugins = evil\nomit = *\n",
            "evil.py": plugin,
            "setup.cfg": "[coverage:run]\nplugins = evil\n",
            "pytest.ini": "[pytest]\naddopts = --collect-only -k nothing --no-such-option\n",
            "doubling.py": "def double(number):\n    return 2 * number\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), ["test_a::test_bad"])
    # Three lines of the plugin and two of the code, of which none ran.
    assert found.claimed is not None
    assert found.claimed.coverage is not None
    assert (found.claimed.coverage.covered_line_count, found.claimed.coverage.line_count) == (0, 5)


def test_the_trees_other_configuration_of_pytest_is_honoured(scanned: Scanning) -> None:
    found = scanned(
        {
            "pytest.ini": "[pytest]\npython_files = check_*.py\npython_functions = check_*\n",
            "check_a.py": "def check_bad():\n    assert 1 == 2\n",
            "test_b.py": "def test_not_meant():\n    assert 1 == 2\n",
        }
    )
    assert (found.ended, bad_tests(found)) == (Completed(), ["check_a::check_bad"])


def test_a_file_of_claims_that_the_tree_brings_is_not_what_its_tests_left(scanned: Scanning) -> None:
    junit = (
        '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite errors="0" failures="0">'
        '<testcase classname="test_a" name="test_good"/></testsuite></testsuites>'
    )
    found = scanned(
        {
            "t-developer-claims/junit.xml": junit,
            "conftest.py": "import os\nos._exit(0)\n",
            "test_a.py": GOOD_AND_BAD,
        }
    )
    assert found.ended == Unclear(reason="JUnit's file is missing; its last line: No data to report.")


def test_more_output_than_is_read_ends_the_run_and_keeps_what_failed_before(scanned: Scanning) -> None:
    found = scanned(
        {
            "test_a.py": GOOD_AND_BAD
            + """
def test_print(capfd):
    import os
    with capfd.disabled():
        for _ in range(1024):
            os.write(1, b"x" * (1 << 20))
"""
        }
    )
    assert found.ended == LimitReached(limit=Limit.OUTPUT, given="1 MiB")
    assert bad_tests(found) == ["test_a::test_bad"]
    assert found.unread[0].why == "the tests need more than they are given: output (1 MiB)"


def test_captured_output_fills_no_disk_of_ours(scanned: Scanning) -> None:
    found = scanned(
        {
            "test_a.py": "import os\ndef test_print():\n    for _ in range(1024):\n        os.write(1, b'x' * (1 << 20))\n"
        }
    )
    assert found.ended == LimitReached(limit=Limit.DISK, given="48 MiB")
    assert (found.findings, found.outcome) == ((), GateOutcome.INCONCLUSIVE)


def test_an_endless_loop_ends_with_its_time(scanned: Scanning) -> None:
    found = scanned(
        {"test_a.py": GOOD_AND_BAD + "\ndef test_loop():\n    while True:\n        pass\n"}, SHORT, is_harmful=True
    )
    assert found.ended == LimitReached(limit=Limit.TIME, given="4 s")
    assert (bad_tests(found), found.outcome) == (["test_a::test_bad"], GateOutcome.REJECTED)


def test_what_was_looked_at_in_time_without_a_failure_does_not_pass(scanned: Scanning) -> None:
    found = scanned({"test_a.py": "import time\ndef test_a():\n    pass\ndef test_b():\n    time.sleep(60)\n"}, SHORT)
    assert found.ended == LimitReached(limit=Limit.TIME, given="4 s")
    assert names(found) == ["test_a::test_a"]
    assert found.outcome is GateOutcome.INCONCLUSIVE


def test_a_test_that_kills_its_parent_is_no_result(scanned: Scanning) -> None:
    found = scanned(
        {"test_a.py": GOOD_AND_BAD + "\ndef test_kill():\n    import os\n    os.kill(os.getppid(), 9)\n    input()\n"},
        is_harmful=True,
    )
    assert found.ended == Unclear(reason="pytest was killed by SIGKILL, from within")
    assert bad_tests(found) == ["test_a::test_bad"]


def test_a_test_that_kills_all_it_can_is_no_result(scanned: Scanning) -> None:
    found = scanned({"test_a.py": "import os\ndef test_kill():\n    os.kill(-1, 9)\n"}, is_harmful=True)
    assert isinstance(found.ended, Unclear)
    assert found.outcome is GateOutcome.INCONCLUSIVE


def test_a_bomb_of_processes_meets_its_limit(scanned: Scanning) -> None:
    found = scanned(
        {
            "test_a.py": """
                import os, time
                def test_bomb():
                    for _ in range(200):
                        if os.fork() == 0:
                            time.sleep(60)
                            os._exit(0)
            """
        },
        is_harmful=True,
    )
    assert found.ended == LimitReached(limit=Limit.PROCESSES, given="24")
    assert (found.findings, found.outcome) == ((), GateOutcome.INCONCLUSIVE)


def test_a_bomb_of_memory_meets_its_limit(scanned: Scanning, sandbox: Holds) -> None:
    found = scanned(
        {"test_a.py": "def test_bomb():\n    assert len(bytearray(1 << 30).replace(b'0', b'11'))\n"}, is_harmful=True
    )
    assert isinstance(found.ended, LimitReached)
    assert found.ended.limit is Limit.MEMORY
    assert found.outcome is GateOutcome.INCONCLUSIVE
    if sandbox.has_total_memory:
        assert found.measured is not None
        assert found.measured.peak_memory_bytes is not None
        assert found.measured.peak_memory_bytes <= LIMITS.memory_bytes


def test_lines_among_those_of_our_plugin_make_a_run_unclear(scanned: Scanning) -> None:
    found = scanned(
        {
            "test_a.py": """
                import os
                def test_forge():
                    for descriptor in range(3, 30):
                        try:
                            os.write(descriptor, b"forged\\n")
                        except OSError:
                            pass
            """
        }
    )
    assert isinstance(found.ended, Unclear)
