"""What a teacher runs: hand out, grade and tell."""

import sys

# jsonschema, which nbformat needs, would spend 1.5 s on a grammar of web addresses.
sys.modules.setdefault("rfc3987_syntax", None)
