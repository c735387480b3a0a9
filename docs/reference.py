"""A MkDocs hook: the pages of the API reference, one for each subpackage.

A page holds the names in the subpackage's `__all__`, then the other public functions and classes of
each of its modules. The pages are written while the site is built, so no module can be missing.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TITLE = "API reference"  # of the section in `nav` that the pages are added to
ROW = "| [`zoo.{name}`]({name}.md) | {summary} |"


def parse(path):
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def exported(tree):
    """Return the names in a literal `__all__`, or None.

    >>> exported(ast.parse("__all__ = ['a', 'b']"))
    ['a', 'b']
    """
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value) if isinstance(node.value, ast.List) else None
    return None


def public_names(tree):
    """Return the public functions and classes that a module defines, in their order.

    >>> public_names(ast.parse("def f(): ...\\ndef _g(): ...\\nclass A: ..."))
    ['f', 'A']
    """
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names = [node.name for node in tree.body if isinstance(node, kinds)]
    listed = exported(tree)
    return [name for name in names if (name in listed if listed else name[0] != "_")]


def reexported(tree):
    """Return pairs of a module and a name: what a package's `__all__` takes from its modules.

    >>> reexported(ast.parse("from zoo.text.tags import Span\\n__all__ = ['Span']"))
    {('zoo.text.tags', 'Span')}
    """
    listed = exported(tree) or []
    return {
        (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (alias.asname or alias.name) in listed
    }


def subpackages(package=ROOT / "zoo"):
    """Return the paths of the subpackages and top-level modules by name."""
    files = {path.stem: path for path in package.glob("*.py") if path.stem != "__init__"}
    folders = {path.parent.name: path for path in package.glob("*/__init__.py")}
    return dict(sorted((files | folders).items()))


def modules(path, package=ROOT / "zoo"):
    """Return the paths of the modules in a subpackage, at any depth, by dotted name."""
    if path.stem != "__init__":
        return {}
    paths = [p for p in sorted(path.parent.rglob("*.py")) if (p.parent / "__init__.py").is_file()]
    dotted = {".".join(p.relative_to(package.parent).with_suffix("").parts): p for p in paths}
    return {name: path for name, path in dotted.items() if path.stem != "__init__"}


def page(name, path, package=ROOT / "zoo"):
    """Return the Markdown of the page of a subpackage."""
    parts = [f"# {package.name}.{name}", f"::: {package.name}.{name}"]
    shown = reexported(parse(path))
    for module, file in modules(path, package).items():
        names = [each for each in public_names(parse(file)) if (module, each) not in shown]
        if names:
            options = f"    options:\n      heading_level: 3\n      members: [{', '.join(names)}]"
            parts += [f"## {module}", f"::: {module}\n{options}"]
    return "\n\n".join(parts) + "\n"


def pages(package=ROOT / "zoo"):
    """Return the Markdown of all pages, by their path on the site."""
    found = subpackages(package)
    return {f"api/{name}.md": page(name, path, package) for name, path in found.items()}


def overview():
    """Return a table of the subpackages with the first line of each docstring."""
    rows = ["| subpackage | contents |", "| --- | --- |"]
    for name, path in subpackages().items():
        summary = ast.get_docstring(parse(path)).partition("\n")[0]
        rows.append(ROW.format(name=name, summary=summary))
    return "\n".join(rows)


def on_config(config):
    """Add the pages to the navigation."""
    (section,) = (item[TITLE] for item in config.nav if TITLE in item)
    section += [{f"zoo.{name}": f"api/{name}.md"} for name in subpackages()]


def on_files(files, config):
    """Add the pages to the site."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))


def on_page_markdown(markdown, page, **kwargs):
    """Write the table of subpackages into the section's first page."""
    return markdown.replace("<!-- subpackages -->", overview())
