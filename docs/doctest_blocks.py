"""A Griffe extension: examples in docstrings (`>>> ...`) become code blocks of the site."""

import re

from griffe import Extension

# An example begins with a prompt and ends at a blank line that no other prompt follows.
EXAMPLE = re.compile(r"^([ ]*)>>> .*\n?(?:(?!\1?```)[ ]*\S.*\n?|[ ]*\n(?=[ ]*>>> ))*", re.MULTILINE)


def fence(text):
    """Return a docstring with a fence around each example outside of fences.

    >>> fence("Example:\\n\\n>>> 1 + 1\\n2\\n").splitlines()
    ['Example:', '', '```pycon', '>>> 1 + 1', '2', '```']
    """
    parts = re.split(r"(^[ ]*```.*?^[ ]*```[ ]*$)", text, flags=re.MULTILINE | re.DOTALL)

    def block(match):
        indent, example = match[1], match[0].rstrip("\n")
        return f"{indent}```pycon\n{example}\n{indent}```\n"

    parts[::2] = [EXAMPLE.sub(block, part) for part in parts[::2]]
    return "".join(parts)


class DoctestBlocks(Extension):
    """Fence the examples of every docstring that has any."""

    def on_object(self, *, obj, **kwargs):
        """Rewrite the docstring of an object that Griffe has read."""
        if obj.docstring and ">>> " in obj.docstring.value:
            # Griffe's parser makes a section of the heading "Example:", which needs indented text.
            value = re.sub(
                r"^Examples?:\n", "**Example**\n", obj.docstring.value, flags=re.MULTILINE
            )
            obj.docstring.value = fence(value)
