"""`sre synth`: its JSON."""

from sre.cli.outputs.model import Output, Part


class Template(Part):
    """The template of one stack."""

    stack: str
    file: str


class SynthesizedTemplates(Output):
    """What was written, and for which Region; the local stage is for none."""

    stage: str
    region: str | None
    directory: str
    templates: tuple[Template, ...]
    what_ifs: tuple[str, ...]
