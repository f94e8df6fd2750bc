"""Reads many workbooks with the child's own code in one process; names what escapes it.

`python reader.py FOLDER`: a crash of this process or an exception that the child would not have
turned into "damaged" is a failure of the test that started it.
"""

import json
import sys
import warnings
from dataclasses import asdict
from pathlib import Path

from core.sheet_child import limit_self, workbook_lines
from core.sheet_guard import REPORT


def read(path):
    try:
        for line in workbook_lines(str(path), asdict(REPORT)):
            json.dumps(line)
    except MemoryError:
        return "memory"
    except Exception:
        return "damaged"
    return "read"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    limit_self(280)
    found = {path.name: read(path) for path in sorted(Path(sys.argv[1]).glob("*.xlsx"))}
    sys.stderr.write(json.dumps(found))
