"""The tables of peers, of training speed and of growth, for `readme.py`.

They take long on a machine that does nothing else; a table whose command has not run says so.
"""

import csv
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_MEASURED = "Not measured yet: `{command}` measures it."
ONE = {"threads": "thread", "processes": "process"}


def peers():
    """Return the peers of the entity tagger, a row each, and their picture."""
    picture = _picture("peers", "F1 against words a second") if _measured("peers.csv") else ""
    return _peers("entities", "F1") + picture


def peers_sentiment():
    return _peers("sentiment", "accuracy")


def _peers(task, score):
    rows = [row for row in _measured("peers.csv") if row["task"] == task]
    if not rows:
        return NOT_MEASURED.format(command="make bench-peers")
    for row in rows:
        workers, unit = row.pop("workers"), row.pop("unit")
        row["in parallel"] = f"{workers} {ONE[unit] if workers == '1' else unit}"
        row[score] = row.pop("score")
        del row["task"]
    first = ["peer", "in parallel", score]
    head = [*first, *(name for name in rows[0] if name not in first)]
    lines = [head, ["---", "---", *["---:"] * (len(head) - 2)]]
    lines += [[row[name] for name in head] for row in rows]
    return _markdown(lines)


def peers_short():
    """Return the three numbers of the README: the entity tagger beside spaCy and PyTorch."""
    rows = _measured("peers.csv")
    two = {row["peer"]: row for row in rows if (row["task"], row["workers"]) == ("entities", "2")}
    one = {row["peer"]: row for row in rows if (row["task"], row["workers"]) == ("entities", "1")}
    if not two:
        return NOT_MEASURED.format(command="make bench-peers")
    head = ["", "F1", "words a second on two cores", "one sentence, ms", "start to first answer, s"]
    lines = [head, ["---", *["---:"] * 4]]
    for peer in one:
        if peer in two:
            speed = f"{int(two[peer]['words a second']):,}"
            lines.append([peer, one[peer]["score"], speed, one[peer]["p50 ms"]])
            lines[-1].append(one[peer]["cold start s"])
    return _markdown(lines)


def peers_machine():
    return _table_of("peers_machine.csv", 2, "make bench-peers")


def training_speed():
    return _table_of("training_speed.csv", 2, "python benchmarks/training_speed.py")


def growth():
    """Return the rows of the corpus, and the picture of all measurements."""
    rows = [row for row in _measured("growth.csv") if row["by"] == "corpus"]
    if not rows:
        return NOT_MEASURED.format(command="python benchmarks/growth.py")
    lines = [["words", "seconds", "MB"], ["---:"] * 3]
    lines += [[f"{int(row['size']):,}", row["seconds"], row["MB"]] for row in rows]
    return _markdown(lines) + _picture("growth", "Time and memory")


def _measured(name):
    """Return the rows of a CSV file; none if the command that writes it has not run."""
    if not (HERE / name).is_file():
        return []
    with open(HERE / name, newline="") as file:
        return list(csv.DictReader(file))


def _table_of(name, words, command):
    """Return all rows of a CSV file, whose first `words` columns are not numbers."""
    rows = _measured(name)
    if not rows:
        return NOT_MEASURED.format(command=command)
    rules = ["---"] * words + ["---:"] * (len(rows[0]) - words)
    return _markdown([[*rows[0]], rules, *([*row.values()] for row in rows)])


def _picture(name, text):
    return f"\n![{text}]({name}.png)\n"


def _markdown(lines):
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


TABLES = (peers, peers_sentiment, peers_short, peers_machine, training_speed, growth)
