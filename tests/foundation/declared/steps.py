"""What the deciding files of conversations with an HTTP API declare, stated a second time."""

import foundation.steps.form as form
import foundation.steps.judging as judging
import foundation.steps.model as model
import foundation.steps.places as places
import foundation.steps.reader as reader
import foundation.steps.requests as requests
import foundation.steps.running as running
import foundation.steps.sources as sources
from tests.foundation.declared.table import Declared, nothing

FORM, MODEL = "foundation.steps.form", "foundation.steps.model"
PATH = {"min_length": 1, "max_length": 2_000}
TEXT = {"max_length": 2_000}
SEVERAL = {"min_length": 1, "max_length": 100}
# A name that stands in a line of a table.
NAME = {"min_length": 1, "max_length": 100}
# As many as a person writes; what is read is bounded by its bytes too.
LISTED = {"max_length": 50}
DECLARED = Declared(
    constants={
        # A conversation, not a script.
        form: {"MOST_STEPS": 20},
        # As long as a path of a request; what is shown stands in a line.
        judging: {"_MOST_KEPT_CHARACTERS": 2_000, "_MOST_SHOWN": 60},
        # What a person can still read; ten characters a part.
        places: {"_MOST_CHARACTERS": 50 * 10, "_MOST_PARTS": 50},
        # https://www.rfc-editor.org/rfc/rfc8259#section-6: integers up to 2**53 are the same everywhere.
        reader: {"_MOST_LEVELS": 20, "_MOST_WHOLE": 9_007_199_254_740_992},
        # A quarter of a MiB.
        requests: {"MOST_BODY_BYTES": 262_144},
        sources: {"MOST_ROWS": 10_000},
    },
    forms=(form, judging, model, running),
    bounds={
        **{f"{FORM}.{each}.path": PATH for each in ("ConditionForm", "CheckForm", "StepForm")},
        **{
            f"{FORM}.{each}.{key}": SEVERAL
            for each in ("ConditionForm", "CheckForm")
            for key in ("one_of", "not_one_of")
        },
        f"{FORM}.CheckForm.name": NAME,
        # A load test sends no more than ten a second of one conversation, and nobody waits for more than ten minutes.
        f"{FORM}.RepeatForm.every_seconds": {"ge": 0.1, "le": 60},
        f"{FORM}.RepeatForm.for_seconds": {"gt": 0, "le": 10 * 60},
        f"{FORM}.StepForm.name": {"min_length": 1, "max_length": 120},
        f"{FORM}.StepForm.query": LISTED,
        f"{FORM}.StepForm.query[0]": TEXT,
        f"{FORM}.StepForm.query[1]": TEXT,
        f"{FORM}.StepForm.headers": LISTED,
        f"{FORM}.StepForm.headers[1]": TEXT,
        f"{FORM}.StepForm.checks": LISTED,
        f"{FORM}.StepForm.keep": {"max_length": 20},
        f"{FORM}.StepForm.keep[1]": PATH,
        f"{FORM}.StepForm.pause_seconds": {"ge": 0, "le": 10 * 60},
        f"{FORM}.CsvForm.file": {"min_length": 1, "max_length": 300},
        f"{FORM}.CsvForm.texts": LISTED,
        f"{FORM}.CsvForm.numbers": LISTED,
        f"{FORM}.ValueForm.one_of": {"min_length": 1, "max_length": 1_000},
    },
    defaults={
        **nothing("""\
foundation.steps.form.AuthorisationForm: sigv4 bearer header
foundation.steps.form.ConditionForm: equals one_of not_one_of at_least at_most exists
foundation.steps.form.CheckForm: equals one_of not_one_of at_least at_most exists
foundation.steps.form.StepForm: name body authorisation repeat
foundation.steps.form.ValueForm: one_of whole_number uuid csv recent given environment
foundation.steps.judging.Judgement: problem
foundation.steps.model.AnswerCheck: value
foundation.steps.model.Step: body repeat
foundation.steps.running.Ending: step problem
"""),
        f"{FORM}.StepForm.query": {},
        f"{FORM}.StepForm.headers": {},
        # https://www.rfc-editor.org/rfc/rfc9110#section-15.3.1: OK
        f"{FORM}.StepForm.expect": 200,
        f"{FORM}.StepForm.checks": [],
        f"{FORM}.StepForm.keep": {},
        f"{FORM}.StepForm.pause_seconds": 0.0,
        f"{FORM}.CsvForm.texts": [],
        f"{FORM}.CsvForm.numbers": [],
        "foundation.steps.judging.Judgement.kept": {},
        "foundation.steps.judging.Judgement.is_done": True,
        # The service of an API Gateway, as a signature names it.
        f"{MODEL}.SigV4.service": "execute-api",
        f"{MODEL}.HeaderFromEnvironment.prefix": "",
        f"{MODEL}.Step.query": (),
        f"{MODEL}.Step.headers": (),
        f"{MODEL}.Step.has_body": False,
        f"{MODEL}.Step.authorisation": model.Unsigned(),
        f"{MODEL}.Step.expected_statuses": frozenset({200}),
        f"{MODEL}.Step.checks": (),
        f"{MODEL}.Step.keeps": (),
        f"{MODEL}.Step.pause_seconds": 0.0,
    },
)
