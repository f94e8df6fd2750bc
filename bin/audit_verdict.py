"""Judges the answer of pip-audit; silence, or a package it left out, is never "no weakness"."""

import json
import sys
from pathlib import Path

CLEAN, WEAK, NOT_ASKED = 0, 1, 2


def judge(answer: str) -> tuple[int, list[str]]:
    """(exit code, lines to print)."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    if not packages:
        return NOT_ASKED, [
            "KHÔNG HỎI ĐƯỢC: dịch vụ lỗ hổng không trả lời; chưa biết có lỗ hổng không."
        ]
    skipped = [f"  {p['name']}: {p['skip_reason']}" for p in packages if "skip_reason" in p]
    weak = [
        f"  {p['name']} {p['version']}: {v['id']}, đã vá ở {', '.join(v['fix_versions']) or '?'}"
        for p in packages
        for v in p.get("vulns", [])
    ]
    if weak:
        return WEAK, [f"{len(weak)} lỗ hổng đã công bố:", *weak]
    if skipped:
        return NOT_ASKED, ["KHÔNG HỎI ĐƯỢC hết, các gói bị bỏ qua:", *skipped]
    return CLEAN, [f"{len(packages)} gói, không có lỗ hổng đã công bố."]


def main() -> int:
    answer, complaints = (Path(name) for name in sys.argv[1:3])
    code, lines = judge(answer.read_text(encoding="utf-8") if answer.exists() else "")
    print("\n".join(lines))
    if code == NOT_ASKED and complaints.exists():
        said = complaints.read_text(encoding="utf-8").splitlines()
        # Of packages nobody could ask about it says this too.
        said = [line for line in said if not line.startswith("No known vulnerabilities")]
        print("\n".join(said[-3:]), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
