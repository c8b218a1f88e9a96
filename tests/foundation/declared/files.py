"""What the deciding files of reading and writing files declare, stated a second time."""

from datetime import timedelta

import foundation.files.bounded as bounded
import foundation.files.documents as documents
import foundation.files.durations as durations
import foundation.files.explaining as explaining
import foundation.files.output as output
import foundation.files.plain_json as plain_json
import foundation.files.problem as problem
import foundation.files.tables as tables
import foundation.files.writing as writing
import foundation.files.yaml_edits as yaml_edits
import foundation.files.yaml_tree as yaml_tree
from tests.foundation.declared.table import Declared, nothing

DECLARED = Declared(
    constants={
        # What a person writes, and what AWS writes; five seconds without a byte, and a minute for all of them.
        bounded: {
            "MOST_BYTES": 4 * 1_048_576,
            "MOST_BYTES_OF_DATA": 256 * 1_048_576,
            "_PATIENCE_SECONDS": 5,
            "_LONGEST_SECONDS": 60,
            "_BLOCK_BYTES": 1_048_576,
        },
        documents: {"MOST_ROWS": 100_000},
        # Ten years, two or three of them leap years.
        durations: {"LONGEST": timedelta(days=3_660)},
        explaining: {"_MOST_SHOWN": 60},
        output: {"_INDENT": 2},
        # Two names and a message are a line that can still be read.
        problem: {"_MOST_OF_A_NAME": 120},
        # A tenth of what Python's own reader takes, twice over; no lock file and no advisory has twenty.
        plain_json: {"_MOST_DEPTH": 200},
        # Two GiB.
        tables: {"MOST_BYTES": 2_147_483_648, "MOST_ROWS": 50_000_000},
        # https://man7.org/linux/man-pages/man7/path_resolution.7.html: at most 40 symbolic links
        writing: {"_MOST_LINKS": 40},
        yaml_tree: {"MOST_NODES": 200_000, "MOST_LEVELS": 50, "MOST_PROBLEMS": 100},
    },
    forms=(documents, output, yaml_edits, yaml_tree),
    defaults={
        **nothing("""\
foundation.files.yaml_tree.Node: value tag
foundation.files.yaml_tree._Open: key
"""),
        "foundation.files.documents.Document.warnings": [],
        "foundation.files.documents.Documents.problems": [],
        "foundation.files.documents.Documents.warnings": [],
        "foundation.files.documents._JsonDocument.warnings": [],
        "foundation.files.output.Output.schema_version": 1,
        "foundation.files.yaml_edits.YamlEdits.added": [],
        "foundation.files.yaml_edits.YamlEdits.filled": set(),
        "foundation.files.yaml_tree.Node.key_lines": {},
        "foundation.files.yaml_tree.Node.size_count": 1,
        "foundation.files.yaml_tree.Node.is_plain": False,
        "foundation.files.yaml_tree._Open.key_line": 0,
        "foundation.files.yaml_tree._Builder.twice": [],
        "foundation.files.yaml_tree._Builder.root": yaml_tree.Node(
            line=1, value=None, key_lines={}, size_count=1, tag=None, is_plain=False
        ),
        "foundation.files.yaml_tree._Builder.stack": [],
        "foundation.files.yaml_tree._Builder.anchors": {},
        "foundation.files.yaml_tree._Builder.count": 0,
    },
)
