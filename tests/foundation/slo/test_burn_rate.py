"""Burn-rate policy: the workbook's factors come out, and what cannot hold is refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.slo.burn_rate import BurnRatePolicy, Severity, WindowPair, alerts_for
from foundation.slo.burn_rate_file import read_policy, read_policy_with_subscriptions
from foundation.slo.model import BudgetedObjective
from foundation.slo.reader import read_objectives
from foundation.slo.subscription import Channel, Subscription
from infra.service import T_DEVELOPER


def objective(target: str = "0.999", days: int = 30) -> BudgetedObjective:
    given = read_objectives(T_DEVELOPER.objectives, stage="production")["api-errors"]
    assert isinstance(given, BudgetedObjective)
    return replace(given, target_ratio=Decimal(target), window=timedelta(days=days))


def test_the_workbooks_factors_come_out_at_30_days() -> None:
    """SRE workbook, chapter 5, table 5-8: 14.4, 6 and 1, and 3 of its rule sample. https://sre.google/workbook/alerting-on-slos/"""
    alerts = alerts_for(objective(), read_policy(T_DEVELOPER.burn_rate))
    assert [alert.burn_rate for alert in alerts] == [Decimal("14.4"), 6, 3, 1]
    assert [alert.severity for alert in alerts] == [Severity.PAGE, Severity.PAGE, Severity.TICKET, Severity.TICKET]
    assert [alert.threshold_ratio for alert in alerts] == [
        Decimal(text) for text in ("0.0144", "0.006", "0.003", "0.001")
    ]


def test_windows_scale_with_the_objectives_and_the_factors_stay() -> None:
    alerts = alerts_for(objective(days=28), read_policy(T_DEVELOPER.burn_rate))
    assert [alert.burn_rate for alert in alerts] == [Decimal("14.4"), 6, 3, 1]
    assert alerts[0].long_window == timedelta(minutes=56)
    assert [alert.short_window for alert in alerts][:2] == [timedelta(minutes=5), timedelta(minutes=28)]


@pytest.mark.parametrize(("place", "count"), [(0, 70), (1, 167), (2, 334), (3, 1_001)])
def test_so_many_requests_and_one_failure_is_no_alarm(place: int, count: int) -> None:
    """N > 1 / (burn x budget) at 99.9 %: one failure more often than that breaches by itself."""
    assert alerts_for(objective(), read_policy(T_DEVELOPER.burn_rate))[place].minimum_event_count == count


@pytest.mark.parametrize(("place", "seconds"), [(0, 51.84), (1, 129.6), (2, 259.2), (3, 259.2)])
def test_a_total_outage_is_detected_after_budget_times_burn_times_window(place: int, seconds: float) -> None:
    """52 s for the 14.4-fold pair: (1 - SLO) / error ratio x window x burn rate, SRE workbook, chapter 5."""
    assert alerts_for(objective(), read_policy(T_DEVELOPER.burn_rate))[place].detection_time(Decimal(1)) == timedelta(
        seconds=seconds
    )


def test_a_detection_that_falls_between_two_microseconds_is_at_the_later_one() -> None:
    """0.0144 / 0.7 of an hour is 74,057,142.86 microseconds."""
    found = alerts_for(objective(), read_policy(T_DEVELOPER.burn_rate))[0].detection_time(Decimal("0.7"))
    assert found == timedelta(microseconds=74_057_143)


def test_a_burn_below_the_threshold_is_never_detected() -> None:
    assert alerts_for(objective(), read_policy(T_DEVELOPER.burn_rate))[0].detection_time(Decimal("0.0144")) is None


@pytest.mark.parametrize(("target", "pair"), [("0.93", "fast"), ("0.5", "fast")])
def test_a_factor_that_can_never_fire_is_refused(target: str, pair: str) -> None:
    with pytest.raises(
        InputError, match=f"objective api-errors, pair {pair}: a burn rate of 14.4 .* can never be reached"
    ):
        alerts_for(objective(target), read_policy(T_DEVELOPER.burn_rate))


def one_pair(long_window: timedelta, short_window: timedelta) -> BurnRatePolicy:
    """A tenth of the budget, over 30 days."""
    pair = WindowPair(
        name="only",
        severity=Severity.PAGE,
        budget_share_ratio=Decimal("0.1"),
        long_window=long_window,
        short_window=short_window,
    )
    return BurnRatePolicy(
        name="p",
        pairs=(pair,),
        reference_window=timedelta(days=30),
        tolerated_failure_count=1,
        low_traffic_failure_count=3,
        suppression_wait=timedelta(minutes=2),
        excluded={},
    )


def test_a_threshold_of_all_events_can_never_be_passed() -> None:
    """A tenth of 30 days' budget in 432 minutes is a burn of 10, and ten times 10 % is everything, which nothing is above."""
    policy = one_pair(timedelta(minutes=432), timedelta(minutes=36))
    with pytest.raises(InputError, match=r"a burn rate of 10\.0 with .* can never be reached, since it is 100% of all"):
        alerts_for(objective("0.9"), policy)
    (alert,) = alerts_for(objective("0.901"), policy)
    assert alert.threshold_ratio == Decimal("0.99")


def test_a_window_is_never_scaled_to_less_than_a_minute() -> None:
    """Five minutes of 30 days are ten seconds of one day."""
    (alert,) = alerts_for(objective(days=1), one_pair(timedelta(hours=5), timedelta(minutes=5)))
    assert (alert.long_window, alert.short_window) == (timedelta(minutes=10), timedelta(minutes=1))


def test_a_window_that_falls_between_two_minutes_is_scaled_to_the_even_one() -> None:
    """2,505 minutes of 30 days are 83.5 of one day, which a scale that was rounded before would make a little less."""
    (alert,) = alerts_for(objective(days=1), one_pair(timedelta(minutes=2_505), timedelta(minutes=5)))
    assert alert.long_window == timedelta(minutes=84)


def test_the_fewest_events_do_not_hang_on_how_a_ratio_is_rounded() -> None:
    """0.2 % of the budget of a day in 27 minutes is a rate of 1 of 9,375; that is no decimal fraction."""
    pair = one_pair(timedelta(minutes=796), timedelta(minutes=5))
    policy = replace(pair, pairs=(replace(pair.pairs[0], budget_share_ratio=Decimal("0.002")),))
    (alert,) = alerts_for(objective(days=1), policy)
    assert (alert.long_window, alert.minimum_event_count) == (timedelta(minutes=27), 9_376)


def test_an_excluded_pair_is_left_out(tmp_path: Path) -> None:
    policy = read_policy(
        changed(tmp_path, "exclude: {}", "exclude: {api-errors: [fast]}"),
        objectives=read_objectives(T_DEVELOPER.objectives, stage="production"),
    )
    assert [alert.name for alert in alerts_for(objective("0.93"), policy)] == ["medium", "slow", "slowest"]


def test_a_window_that_no_alarm_looks_back_over_is_refused_with_what_to_write() -> None:
    """90 days make nine days of the slowest pair's three, and an alarm looks back seven."""
    policy = read_policy(T_DEVELOPER.burn_rate)
    with pytest.raises(InputError) as caught:
        alerts_for(objective(days=90), policy)
    assert str(caught.value) == (
        "objective api-errors, pair slowest: over 90d its long window is 9d, and an alarm looks back 7d at most; write "
        "exclude: {api-errors: [slowest]} in the policy, or give the objective a shorter window"
    )
    advised = replace(policy, excluded={"api-errors": frozenset({"slowest"})})
    assert [alert.name for alert in alerts_for(objective(days=90), advised)] == ["fast", "medium", "slow"]
    assert len(alerts_for(objective(days=70), policy)) == 4
    with pytest.raises(InputError, match="its long window is 7d2h24m"):
        alerts_for(objective(days=71), policy)


def test_without_objectives_whatever_a_policy_excludes_may_be_one(tmp_path: Path) -> None:
    policy = read_policy(changed(tmp_path, "exclude: {}", "exclude: {elsewhere: [fast]}"))
    assert policy.excluded == {"elsewhere": frozenset({"fast"})}


def changed(directory: Path, old: str, new: str) -> Path:
    text = T_DEVELOPER.burn_rate.read_text()
    assert old in text
    file = directory / "policy.yaml"
    file.write_text(text.replace(old, new))
    return file


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "toleratedFailures: 1",
            "toleratedFailures: 0",
            "13: workbook: spec.toleratedFailures: must be at least 1, not '0'",
        ),
        (
            "budgetPercent: 2,",
            "budgetPercent: two,",
            "19: workbook: fast: budgetPercent: must be a number, such as 99.9, not 'two'",
        ),
        ("toleratedFailures: 1\n", "toleratedFailures: 1001\n", "toleratedFailures: must be at most 1000, not '1001'"),
        ("lowTrafficFailures: 3", "lowTrafficFailures: 1", "lowTrafficFailures: must be at least 2, not '1'"),
        ("lowTrafficFailures: 3", "lowTrafficFailures: 1001", "lowTrafficFailures: must be at most 1000, not '1001'"),
        ("budgetPercent: 2,", "budgetPercent: 0,", "fast: budgetPercent: must be at least 0.1, not '0'"),
        ("budgetPercent: 2,", "budgetPercent: 100,", "fast: budgetPercent: must be less than 100, not '100'"),
        ("name: medium", "name: fast", "workbook: fast: name: 'fast' is taken by a pair before it"),
        ("shortWindow: 5m", "shortWindow: 1h", "workbook: fast: shortWindow: must be shorter than longWindow"),
        (
            "longWindow: 6h",
            "longWindow: 1h",
            "workbook: medium: longWindow: must be longer than that of the pair before",
        ),
        ("exclude: {}", "exclude: {api-errors: []}", "spec.exclude.api-errors: write each pair once, and at least one"),
        (
            "exclude: {}",
            "exclude: {api-errors: [fast, fast]}",
            "spec.exclude.api-errors: write each pair once, and at least one",
        ),
        ("exclude: {}", "exclude: {nothing: [fast]}", "spec.exclude.nothing: there is no objective 'nothing'"),
        (
            "exclude: {}",
            "exclude: {api-errors: [quick]}",
            "there is no pair 'quick'; there are fast, low-traffic, medium, no-data, slow, slowest",
        ),
        (
            "exclude: {}",
            "exclude: {availability: [fast]}",
            "has no pairs: CloudWatch counts none of its events; remove it",
        ),
        (
            "name: slow",
            "name: no-data",
            "no-data: name: 'no-data' is what an objective has beside its pairs; take another",
        ),
        ("severity: ticket", "severity: email", "workbook: slow: severity: must be page or ticket, not 'email'"),
        (
            "suppressionWait: 2m",
            "suppresionWait: 2m",
            "spec.suppresionWait: unknown key; did you mean suppressionWait?",
        ),
    ],
)
def test_a_problem_of_the_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        read_policy(changed(tmp_path, old, new), objectives=read_objectives(T_DEVELOPER.objectives, stage="production"))
    assert any(problem in line for line in raised.value.problems), raised.value.problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("toleratedFailures: 1\n", "toleratedFailures: 1000\n"),
        ("lowTrafficFailures: 3", "lowTrafficFailures: 2"),
        ("lowTrafficFailures: 3", "lowTrafficFailures: 1000"),
        ("budgetPercent: 2,", "budgetPercent: 0.5,"),
        ("budgetPercent: 2,", "budgetPercent: 99.5,"),
    ],
)
def test_what_is_at_a_bound_of_the_file_is_read(tmp_path: Path, old: str, new: str) -> None:
    assert read_policy(changed(tmp_path, old, new)).name == "workbook"


def test_two_documents_are_no_policy(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(T_DEVELOPER.burn_rate.read_text() + "---\n{}\n")
    with pytest.raises(InputError, match="one document is needed, a BurnRatePolicy; it has 2"):
        read_policy(file)


def read_subscriptions(file: Path, *, stage: str) -> tuple[Subscription, ...]:
    _, heard = read_policy_with_subscriptions(file, objectives=read_objectives(T_DEVELOPER.objectives, stage=stage))
    return heard


def notifying(tmp_path: Path, *entries: str) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(
        T_DEVELOPER.burn_rate.read_text() + "  notify:\n" + "".join(f"  - {{{each}}}\n" for each in entries)
    )
    return file


def test_who_hears_of_a_severity_stands_in_the_file_by_stage(tmp_path: Path) -> None:
    file = notifying(
        tmp_path,
        "severity: page, email: on-call@example.com, stages: [production]",
        "severity: page, https: 'https://events.example.com/sns?key=1'",
        "severity: ticket, chat: T0123/C0123",
        "severity: page, email: nobody@example.com, stages: [staging, development]",
    )
    heard = {
        stage: [(each.severity.value, each.endpoint) for each in read_subscriptions(file, stage=stage)]
        for stage in ("production", "staging", "local")
    }
    everywhere = [("page", "https://events.example.com/sns?key=1"), ("ticket", "T0123/C0123")]
    assert heard == {
        "production": [("page", "on-call@example.com"), *everywhere],
        "staging": [*everywhere, ("page", "nobody@example.com")],
        "local": everywhere,
    }
    assert read_policy(file) == read_policy(T_DEVELOPER.burn_rate)
    assert read_subscriptions(T_DEVELOPER.burn_rate, stage="production") == ()


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("severity: page", "write one of email, https and chat"),
        ("severity: page, email: a@example.com, chat: T1/C1", "write one of email, https and chat"),
        ("severity: urgent, email: a@example.com", "severity: "),
        ("severity: page, email: on-call", "email: must be an e-mail address such as on-call@example.com"),
        ("severity: page, email: größe@example.com", "email: must be an e-mail address"),
        ("severity: page, https: 'http://example.com'", "https: must be an https address such as"),
        ("severity: page, https: 'https://a b'", "https: must be an https address"),
        (f"severity: page, https: 'https://example.com/{'x' * 2_000}'", "https: must be an https address"),
        ("severity: page, chat: '#on-call'", "chat: must be the ids of a Slack workspace and of its channel"),
        ("severity: page, email: b@example.com", "another hears of a page by this channel"),
        (
            "severity: page, email: b@example.com, stages: [staging, production]",
            "another hears of a page by this channel",
        ),
        ("severity: page, sms: '123'", "sms: "),
        ("severity: page, chat: T1/C1, stages: []", "stages: "),
    ],
)
def test_who_cannot_hear_of_it_is_refused_with_the_line(tmp_path: Path, entry: str, problem: str) -> None:
    file = notifying(tmp_path, "severity: page, email: a@example.com, stages: [production]", entry)
    line = len(file.read_text().splitlines())
    for read in (read_policy, lambda at: read_subscriptions(at, stage="production")):
        with pytest.raises(InputError) as refused:
            read(file)
        assert f"{file}:{line}: " in str(refused.value)
        assert problem in str(refused.value)


def test_what_may_be_the_password_in_an_address_is_not_said() -> None:
    def said(channel: Channel, endpoint: str) -> str:
        return Subscription(severity=Severity.PAGE, channel=channel, endpoint=endpoint).sentence

    assert (
        said(Channel.HTTPS, "https://user:secret@events.example.com/key")
        == "A page is sent to https://events.example.com/…."
    )
    assert said(Channel.HTTPS, "https://events.example.com") == "A page is sent to https://events.example.com."
    assert said(Channel.EMAIL, "on-call@example.com") == "A page is sent to on-call@example.com."
