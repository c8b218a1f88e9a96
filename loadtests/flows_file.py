"""Reads a file of flows: what the arrivals of a service's load do."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Line, Number
from foundation.steps.drawing import Source, names_of
from foundation.steps.form import MOST_STEPS, AnyAuthorisation, Name, StepForm, ValueForm
from foundation.steps.reader import read_authorisation, read_steps
from foundation.steps.sources import read_sources
from loadtests.flows import LOADS, AgentTurn, Conversation, Flow, FlowKind, Flows, PythonFlow, Uses, WebSocketProgress

_MOST_FLOWS = 100
FlowLabel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
_Amount = Annotated[Number, Field(ge=0, le=1_000_000)]


class _Uses(Form):
    requests: _Amount = Decimal(0)
    lambda_seconds: _Amount = Decimal(0)
    state_transitions: _Amount = Decimal(0)
    table_reads: _Amount = Decimal(0)
    table_writes: _Amount = Decimal(0)

    def made(self) -> Uses:
        return Uses(
            request_count=self.requests,
            lambda_seconds=self.lambda_seconds,
            state_transition_count=self.state_transitions,
            table_read_count=self.table_reads,
            table_write_count=self.table_writes,
        )


class _AgentTurn(Form):
    prompt: Annotated[Line, Field(min_length=1, max_length=2_000)]


class _Flow(Form):
    about: Annotated[Line, Field(min_length=1, max_length=300)]
    load: Literal["api", "agents", "none"] = "api"
    authorisation: AnyAuthorisation | None = None
    values: dict[Name, ValueForm] = Field(default_factory=dict[str, ValueForm], max_length=50)
    steps: list[StepForm] | None = Field(default=None, min_length=1, max_length=MOST_STEPS)
    websocket_progress_of: FlowLabel | None = None
    agent_turn: _AgentTurn | None = None
    python: Name | None = None
    work: Name | None = None
    uses: _Uses | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = ("agent_turn", "python", "steps", "websocket_progress_of")
        if sum(getattr(self, kind) is not None for kind in kinds) != 1:
            raise ValueError(f"needs one of {', '.join(kinds)}")
        if self.steps is None and (self.values or self.authorisation is not None or self.work is not None):
            raise ValueError("values, authorisation and work are of flows with steps")
        return self


class _File(Form):
    authorisation: AnyAuthorisation = "none"
    values: dict[Name, ValueForm] = Field(default_factory=dict[str, ValueForm], max_length=50)
    python: Annotated[Line, Field(min_length=4, max_length=300)] | None = None
    flows: dict[FlowLabel, _Flow] = Field(min_length=1, max_length=_MOST_FLOWS)


def read_flows(file: Path) -> Flows:
    """Read every flow of a file.

    Raises InputError with all problems and their lines.
    """
    flows: dict[str, Flow] = {}
    with yaml_documents(file) as found:
        document = found.only("the flows of a load")
        form = document.read(_File)
        if form is not None:
            python = _python_file(form, document)
            kept = {name for flow in form.flows.values() for step in flow.steps or () for name in step.keep}
            shared = read_sources(form.values, document, ("values",), kept=kept)
            flows = {
                name: _flow(each, name, form, document, shared=shared, kept=kept, python=python)
                for name, each in form.flows.items()
            }
    return Flows(file=file, flows=flows)


def _flow(
    form: _Flow, name: str, file: _File, document: Document, *, shared: Mapping[str, Source], kept: set[str],
    python: Path,
) -> Flow:  # fmt: skip
    at: KeyPath = ("flows", name)
    kind: FlowKind
    if form.steps is not None:
        own = read_sources(form.values, document, (*at, "values"), kept=kept)
        values = {**shared, **own}
        known = [each for key, source in values.items() for each in names_of(key, source)]
        authorisation = read_authorisation(form.authorisation or file.authorisation)
        steps = read_steps(form.steps, document, (*at, "steps"), known=known, authorisation=authorisation)
        used = {each for step in steps for each in step.placeholders}
        kind = Conversation(
            steps=steps,
            values={key: each for key, each in values.items() if used.intersection(names_of(key, each))},
        )
        if form.work is not None and form.work not in kind.keeps:
            document.problem((*at, "work"), with_hint("no step keeps a value of this name", form.work, kind.keeps))
    elif form.websocket_progress_of is not None:
        of = form.websocket_progress_of
        kind = WebSocketProgress(of=of)
        if of not in file.flows or file.flows[of].steps is None:
            with_steps = [each for each, flow in file.flows.items() if flow.steps is not None]
            document.problem((*at, "websocket_progress_of"), with_hint("is no flow with steps", of, with_steps))
    elif form.python is not None:
        kind = PythonFlow(file=python, function=form.python)
        if file.python is None:
            document.problem((*at, "python"), "is a function of which file? name it under python, beside flows")
    elif form.agent_turn is not None:
        kind = AgentTurn(prompt=form.agent_turn.prompt)
    else:
        raise AssertionError("a form has one kind")
    return Flow(
        name=name,
        about=form.about,
        load=LOADS[form.load],
        kind=kind,
        work=form.work,
        uses=None if form.uses is None else form.uses.made(),
    )


def _python_file(form: _File, document: Document) -> Path:
    if form.python is None:
        return document.file
    relative = PurePosixPath(form.python)
    path = document.file.parent / relative
    if relative.is_absolute() or ".." in relative.parts:
        document.problem(("python",), "must be a file beside this one or below it")
    elif not path.is_file():
        document.problem(("python",), f"there is no {path}; write it, or take this line away")
    return path
