"""X-Ray's filter expressions as values, and which of them ask for the faults of which service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.slo.trace_filter import read_filter, service_of, unknown_keyword, with_fault

SERVICE = 'service("shop-prod/prod")'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fault", "fault = true"),
        ("FAULT = TRUE", "fault=true"),
        ("fault AND error", "error & fault"),
        ("fault AND (error AND ok)", "(ok AND error) AND fault"),
        ("fault OR error", "error | fault"),
        ("NOT fault", "!fault"),
        ("(fault)", "fault"),
        ("fault AND fault", "fault"),
        ("service('a')", 'service("a")'),
        ('annotation[user] = "x"', 'annotation["user"] = "x"'),
        ('service(id(name: "a", type: "b"))', "service(id(name:'a',type:'b'))"),
        (r'service("a\"b")', "service('a\"b')"),
    ],
)
def test_two_ways_to_write_a_filter_are_one(one: str, other: str) -> None:
    assert read_filter(one) == read_filter(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fault", "error"),
        ("fault", "fault = false"),
        ("fault", "fault != true"),
        ("fault", "!fault"),
        ("fault AND error", "fault OR error"),
        ("fault OR error AND ok", "(fault OR error) AND ok"),
        ("responsetime > 1", "responsetime > 2"),
        ("responsetime > 1", "responsetime >= 1"),
        ('service("a")', 'service("A")'),
        ('service("a")', 'edge("a")'),
        ('service("a") { fault }', 'service("a") AND fault'),
        ('annotation.user = "x"', 'user = "x"'),
        ('http.url CONTAINS "a"', 'http.url BEGINSWITH "a"'),
    ],
)
def test_filters_that_mean_something_else_differ(one: str, other: str) -> None:
    assert read_filter(one) != read_filter(other)


def test_and_binds_closer_than_or_and_not_closer_than_both() -> None:
    assert read_filter("ok OR fault AND !error") == read_filter("ok OR (fault AND (NOT error))")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "fault =", "= true", "fault AND", "AND fault", "(fault", "fault)", 'service("a"', 'service("a") { fault',
        'service("a" "b")', '"fault"', "fault error", "5", "fault ; error", 'service("a', "annotation[user", "!" * 200 + "ok",
        "(" * 200 + "ok" + ")" * 200, "id(" * 400,
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_filter(text)


@pytest.mark.parametrize(
    ("begin", "inside", "end"), [("a(", "", ")"), ("a(){", "x", "}"), ("(", "x", ")"), ("! ", "x", "")]
)
def test_a_filter_is_fifty_deep_and_no_deeper_in_whichever_way(begin: str, inside: str, end: str) -> None:
    read_filter(begin * 50 + inside + end * 50)
    with pytest.raises(InputError, match="no filter of traces"):
        read_filter(begin * 51 + inside + end * 51)


@given(st.text(st.sampled_from("faulservic \"'()&|!{}[]=<>,:.0AND\\"), max_size=60))
def test_any_text_is_a_filter_or_is_refused(text: str) -> None:
    try:
        read = read_filter(text)
    except InputError:
        return
    assert read == read_filter(f"({text})")


@pytest.mark.parametrize(
    ("bad", "is_faults"),
    [
        (f"{SERVICE} {{ fault }}", True),
        (f"{SERVICE} {{ fault = true }}", True),
        (f"fault AND {SERVICE}", True),
        ("fault", False),
        (SERVICE, False),
        (f"{SERVICE} OR fault", False),
        (f"{SERVICE} {{ error }}", False),
        (f"{SERVICE} {{ fault AND error }}", False),
        (f"{SERVICE} AND fault AND error", False),
        ('service("other") { fault }', False),
    ],
)
def test_faults_are_the_whole_and_a_fault_and_nothing_else(bad: str, is_faults: bool) -> None:
    assert (read_filter(bad) in with_fault(read_filter(SERVICE))) is is_faults


def test_faults_among_some_requests_of_a_service_are_asked_for_inside_it() -> None:
    some = read_filter(f"{SERVICE} {{ responsetime > 1 }}")
    assert read_filter(f"{SERVICE} {{ responsetime > 1 AND fault }}") in with_fault(some)
    assert read_filter(f"{SERVICE} {{ fault }}") not in with_fault(some)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SERVICE, "shop-prod/prod"),
        ('service(id(name: "shop-prod/prod"))', "shop-prod/prod"),
        ('service(id(name: "shop-prod/prod", type: "AWS::ApiGateway::Stage"))', "shop-prod/prod"),
        ('service(id(name: "shop-prod/prod", type: "AWS::Lambda::Function"))', None),
        ('service(id(name: "shop-prod/prod", account.id: "1"))', None),
        (f"{SERVICE} {{ ok }}", None),
        (f"{SERVICE} AND ok", None),
        (f"!{SERVICE}", None),
        ('service("a", "b")', None),
        ("service()", None),
        ("service(a)", None),
        ('edge("a")', None),
        ('user = "a"', None),
    ],
)
def test_every_trace_of_one_service_has_its_name(text: str, name: str | None) -> None:
    assert service_of(read_filter(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        'service("a/b") { fault = true }', "error", "!throttle", "responsetime > 5 AND http.status = 500",
        'annotation["a"] = "b"', 'annotation.a = "b"', 'edge("a", "b") { error }',
        'service(id(name: "a", type: "AWS::Lambda::Function"))',
        'group.name = "high"', 'rootcause.fault.entity = "x"',
    ],
)  # fmt: skip
def test_the_words_of_x_ray_are_known(text: str) -> None:
    assert unknown_keyword(text) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("falt = true", "falt"), ('service("a") { eror }', "eror"), ('srvice("a")', "srvice"), ("fault = yes", "yes"),
        ('annotations["a"] = "b"', "annotations"), ('service(id(nme: "a"))', "nme"), ("NOT (ok OR http.stat = 5)", "http.stat"),
    ],
)  # fmt: skip
def test_a_word_that_x_ray_does_not_know_is_found(text: str, word: str) -> None:
    found = unknown_keyword(text)
    assert found is not None
    assert found[0] == word
