"""What the deciding files of the types of resources and their alarms declare, stated a second time."""

import foundation.service.resource_type_alarms_form as type_alarms
from tests.foundation.declared.table import SOME, Declared, nothing

TYPE_ALARMS = "foundation.service.resource_type_alarms_form"
DECLARED = Declared(
    forms=(type_alarms,),
    bounds={
        f"{TYPE_ALARMS}.FixedTextForm.text": {"min_length": 1, "max_length": 200},
        f"{TYPE_ALARMS}.FactShareForm.times": {"gt": 0},
        f"{TYPE_ALARMS}.MetricForm.dimensions": SOME,
        f"{TYPE_ALARMS}.ProofForm.says": {"min_length": 5, "max_length": 200},
        f"{TYPE_ALARMS}.ProofForm.expect": SOME,
        # A sentence, and one that leaves room for the rest of an alarm's description.
        f"{TYPE_ALARMS}.AlarmForm.impact": {"min_length": 10, "max_length": 400},
        f"{TYPE_ALARMS}.OverlayForm.impact": {"min_length": 10, "max_length": 400},
    },
    defaults={
        **nothing("""\
foundation.service.resource_type_alarms_form.BreachForm: above below
foundation.service.resource_type_alarms_form.OverlayForm: when metric breach missing severity impact runbook source proofs
foundation.service.resource_type_alarms_form.ProofsForm: scale
"""),
        f"{TYPE_ALARMS}.OverlayForm.disabled": False,
        f"{TYPE_ALARMS}.AlarmForm.when": {},
        f"{TYPE_ALARMS}.AlarmForm.runs": None,
    },
)
