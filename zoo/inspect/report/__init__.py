"""The report on one text: its measures, their figures, and the HTML page that shows them."""

from zoo.inspect.report.inspection import Inspection, inspect_text, inspection_figures
from zoo.inspect.report.page import write_page
from zoo.inspect.report.reading import Mark, Reading, read_text

__all__ = [
    "Inspection",
    "Mark",
    "Reading",
    "inspect_text",
    "inspection_figures",
    "read_text",
    "write_page",
]
