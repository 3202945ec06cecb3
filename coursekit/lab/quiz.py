"""Questions with instant answers, which need no kernel and work in all export formats."""

from collections.abc import Mapping
from html import escape

from coursekit.core import require


class Question:
    """A question with options that unfold, each with its own answer.

    Parameters
    ----------
    text : str, the question
    options : maps each option to the sentence that answers it
    right : the right option
    """

    def __init__(self, text: str, options: Mapping[str, str], right: str) -> None:
        right = require.one_of(right, "right", tuple(options))
        self.text, self.options, self.right = text, dict(options), right

    def __repr__(self) -> str:
        return f"{self.text}  [{' | '.join(self.options)}]"

    def _repr_html_(self) -> str:
        options = "".join(self._option(*item) for item in self.options.items())
        return f"<p><b>{escape(self.text)}</b></p>{options}"

    def _option(self, option, answer):
        verdict = "✓ Right." if option == self.right else "✗ No."
        return (
            f'<details style="margin: 0.3em 1em"><summary>{escape(option)}</summary>'
            f'<p style="margin: 0.3em 1.2em"><b>{verdict}</b> {escape(answer)}</p></details>'
        )
