"""Looks at one stage: its files, and then the account or the local platform, of which nothing is asked that cannot be answered.

What nobody can be asked, or did not answer in time, is not known, each line with its reason; the rest is told all the same.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from alarms.model import Plan
from dashboards.all_dashboards import all_dashboards
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import ACCOUNT, PARTITION, REGION
from foundation.errors import SreError
from foundation.pages.numbers import counted
from foundation.service.stage import Stage
from foundation.slo.burn_rate import Severity
from infra.dashboards import deployment_of
from infra.outputs import deployed_parameters
from sre.jobs.doctor.at_once import at_once
from sre.jobs.doctor.aws import Account, Nobody, identity_of
from sre.jobs.doctor.findings import Diagnosis, Finding, Identity, MetricFinding, PermissionFinding, Section, State
from sre.jobs.doctor.lines import NamedLines
from sre.jobs.doctor.listing_source import Lister
from sre.jobs.doctor.metrics import Listed, Listing, NotListed, Where, judged, key_of, lookups
from sre.jobs.doctor.permissions import ACTIONS, PAID_SERVICE, Answer, Unanswered
from sre.jobs.doctor.permissions import judged as judged_permission
from sre.jobs.doctor.permissions_source import Names, probes, services, simulated
from sre.jobs.doctor.service_files import ReadFiles
from sre.jobs.doctor.watched import Watched, watched_metrics

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# From the first question on. A call that is under way then ends within its own time-outs, so that half a minute is the most.
_PATIENCE_SECONDS = 17
_LATE = Unanswered(reason="no answer in time", to_do="ask again later", is_reached=False)
_NO_STAGE = Finding(
    name="metrics of alarms and panels",
    state=State.NOT_KNOWN,
    said="which they are is not known, since the files cannot be read",
    to_do="correct the files first",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is looked at: the files of a stage as they were read, what is known of its deployment, and lines of its file.

    `service_file` is how a person sees the service.yaml; `say` tells of progress.
    """

    stage_name: str
    read: ReadFiles
    lines: NamedLines | None
    service_file: str
    parameters: Mapping[str, str]
    now: datetime
    say: Callable[[str], None]

    @property
    def scope(self) -> Scope | None:
        """Whose names calls have; None where no file says it."""
        if self.read.stage is not None:
            return self.read.stage.scope
        known = self.read.service
        return None if known is None else Scope(service=known.name, stage=self.stage_name)


@dataclass(slots=True, kw_only=True)
class Examination:
    """What was found so far of a subject, in a place with a name that people know."""

    subject: Subject
    place: str
    region: str | None
    is_local: bool
    lines: list[tuple[Section, Finding]] = field(default_factory=list[tuple[Section, Finding]])
    identity: Identity | None = None
    metrics: tuple[MetricFinding, ...] = ()
    permissions: tuple[PermissionFinding, ...] = ()
    until: float = field(default_factory=lambda: time.monotonic() + _PATIENCE_SECONDS)

    def tell(self, section: Section, *findings: Finding) -> None:
        """Add lines."""
        self.lines += [(section, each) for each in findings]

    def nobody(self, reason: str, to_do: str) -> None:
        """Nobody can be asked: nothing is known of metrics and permissions, for this reason."""
        why = NotListed(reason=reason, to_do=to_do)
        self.judge(self.subject.parameters, lambda groups: [why] * len(groups), unasked=why)
        if not self.is_local:
            answer = Unanswered(reason=reason, to_do=to_do, is_reached=False)
            self.permissions = tuple(judged_permission(each, answer, arn=None) for each in ACTIONS)

    def ask(self, account: Account) -> None:
        """Ask who we are, for the permissions, and for the metrics."""
        if self._identified(account):
            known = self._known(account)
            if not self.is_local:
                self._ask_permissions(account)
            self.judge(known, partial(self._listings, account), unasked=Listed(series=frozenset(), is_whole=True))

    def judge(
        self,
        known: Mapping[str, str],
        listings: Callable[[Sequence[tuple[Watched, ...]]], Sequence[Listing]],
        *,
        unasked: Listing,
    ) -> None:
        """What is to be said of each metric, by the listings of them; `known` are parameters.

        `unasked` stands for the listing of a metric that cannot be asked for, since a parameter of it is open.
        """
        subject, read = self.subject, self.subject.read
        if read.stage is None or read.plan is None:
            self.tell(Section.METRICS, _NO_STAGE)
            return
        watched = _watched(read.stage, read.plan, known)
        if not watched:
            said = "no alarm and no panel of this stage looks at a metric"
            self.tell(Section.METRICS, Finding(name=_NO_STAGE.name, state=State.NORMAL, said=said))
        groups = lookups(watched, self.region)
        by_key = dict(zip(groups, listings(tuple(groups.values())), strict=True))
        where = Where(region=self.region, is_local=self.is_local, service_file=subject.service_file)
        self.metrics = tuple(
            judged(
                each,
                unasked if each.open_names else by_key[key_of(each, self.region)],
                own=read.stage.own,
                where=where,
                line=None if subject.lines is None else subject.lines.of(each.written),
            )
            for each in watched
        )

    def diagnosis(self) -> Diagnosis:
        """All that was found."""
        scope = self.subject.scope
        return Diagnosis(
            service=None if scope is None else scope.service,
            stage=self.subject.stage_name,
            place=self.place,
            region=self.region,
            is_local=self.is_local,
            asked_at=self.subject.now,
            identity=self.identity,
            lines=tuple(self.lines),
            metrics=self.metrics,
            permissions=self.permissions,
        )

    def _identified(self, account: Account) -> bool:
        """Whether there is somebody to ask as; who it is, is told where STS says it."""
        self.subject.say(f"asking {self.place} who asks")
        # Made here, since sessions are for one thread; a client is for several.
        account.client("sts")
        (found,) = at_once([partial(identity_of, account)], until=self.until)
        match found or _LATE:
            case Identity() as identity:
                self.identity = identity
                said = f"account {identity.account}, {identity.arn}"
                self.tell(Section.ACCOUNT, Finding(name="identity", state=State.OK, said=said))
            case Unanswered(reason=reason, to_do=to_do):
                self.tell(
                    Section.ACCOUNT, Finding(name="identity", state=State.NOT_KNOWN, said=reason, to_do=to_do)
                )  # fmt: skip
            case Nobody(reason=reason, to_do=to_do):
                self.tell(
                    Section.ACCOUNT, Finding(name="identity", state=State.NOT_KNOWN, said=reason, to_do=to_do)
                )  # fmt: skip
                self.nobody(reason, to_do)
                return False
        return True

    def _known(self, account: Account) -> Mapping[str, str]:
        """The parameters that are known: of the Region and the account, the outputs of the stage's stack, and those given."""
        known: dict[str, str] = {REGION.name: account.region}
        if self.identity is not None:
            known |= {ACCOUNT.name: self.identity.account, PARTITION.name: self.identity.arn.split(":")[1]}
        scope = self.subject.scope
        if scope is not None and not self.is_local:
            client = account.client("cloudformation")
            (outputs,) = at_once([partial(_outputs, client, _stack(scope))], until=self.until)
            known |= outputs or {}
        return {**known, **self.subject.parameters}

    def _ask_permissions(self, account: Account) -> None:
        questions = probes(account, self._names(account), now=self.subject.now)
        self.subject.say(f"asking {self.place} for the permissions of {counted(len(ACTIONS), 'action')}")
        answers = at_once([each.ask for each in questions], until=self.until)
        found: dict[str, Answer] = {
            each.action.name: answer or _LATE for each, answer in zip(questions, answers, strict=True)
        }
        paid = [each for each in ACTIONS if each.service == PAID_SERVICE]
        found |= dict(zip((each.name for each in paid), self._simulated(account), strict=True))
        arn = None if self.identity is None else self.identity.arn
        self.permissions = tuple(judged_permission(each, found[each.name], arn=arn) for each in ACTIONS)
        for service, words in services():
            asked = [found[each.name] for each in ACTIONS if each.service == service]
            self.tell(Section.ACCOUNT, reached(words, str(account.client(service).meta.endpoint_url), asked))

    def _simulated(self, account: Account) -> tuple[Answer, ...]:
        paid = [each for each in ACTIONS if each.service == PAID_SERVICE]
        if self.identity is None:
            said = "not asked, since each request costs $0.01, and whose policies decide is not known"
            return (Unanswered(reason=said, to_do="let STS be reached", is_reached=False),) * len(paid)
        account.client("iam")
        (answers,) = at_once([partial(simulated, account, self.identity, paid)], until=self.until)
        return answers or (_LATE,) * len(paid)

    def _names(self, account: Account) -> Names | None:
        scope, identity = self.subject.scope, self.identity
        if scope is None:
            return None
        topic = scope.topic(Severity.PAGE.value, is_of_billing=False)
        arn = None
        if identity is not None:
            arn = f"arn:{identity.arn.split(':')[1]}:sns:{account.region}:{identity.account}:{topic}"
        return Names(stack=_stack(scope), dashboard=scope.dashboard("overview"), topic_arn=arn)

    def _listings(self, account: Account, groups: Sequence[tuple[Watched, ...]]) -> Sequence[Listing]:
        whose = "these credentials" if self.identity is None else self.identity.arn
        count = sum(map(len, groups))
        self.subject.say(f"asking {self.place} for {counted(count, 'metric')} by {counted(len(groups), 'name')}")
        questions: list[Callable[[], Listing]] = []
        for wanted in groups:
            client = account.client("cloudwatch", wanted[0].region(self.region))
            questions.append(partial(Lister(client=client, name="CloudWatch", whose=whose).look, wanted))
        late = NotListed(reason=_LATE.reason, to_do=_LATE.to_do)
        return [answer or late for answer in at_once(questions, until=self.until)]


def parameters_of(read: ReadFiles) -> frozenset[str] | None:
    """The names of what only a deployment knows of the metrics; None of files that make no stage."""
    if read.stage is None or read.plan is None:
        return None
    return frozenset(name for each in _watched(read.stage, read.plan, {}) for name in each.open_names)


def reached(name: str, endpoint: str, answers: Sequence[Answer]) -> Finding:
    """Whether a service can be reached, by what it answered to all that it was asked; a refusal is an answer."""
    silent = [each for each in answers if isinstance(each, Unanswered) and not each.is_reached]
    if len(silent) < len(answers):
        return Finding(name=name, state=State.OK, said=f"answers at {endpoint}")
    first = silent[0]
    return Finding(name=name, state=State.MISSING, said=f"{first.reason} ({endpoint})", to_do=first.to_do)


def _watched(stage: Stage, plan: Plan, known: Mapping[str, str]) -> tuple[Watched, ...]:
    return watched_metrics(plan, all_dashboards(deployment_of(stage, plan)), known)


def _stack(scope: Scope) -> str:
    """The stack whose outputs are what only a deployment knows."""
    return f"{scope.prefix}-platform"


def _outputs(client: "CloudFormationClient", stack: str) -> dict[str, str]:
    """The outputs of a stack; none where it is not there, or not said: what they fill in is then told as open."""
    try:
        return deployed_parameters(client, stack=stack)
    except SreError:
        return {}
