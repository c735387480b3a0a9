"""The picture of the peers: F1 against words a second."""

import csv

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

OURS = "bilstm-ner"


def draw(table, path):
    """Draw the rows of entity taggers in the CSV file `peers.csv`.

    Args:
        table: path of the file.
        path: of the picture.
    """
    with open(table, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == "entities"]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for peer in dict.fromkeys(row["peer"] for row in rows):
        mine = sorted((row for row in rows if row["peer"] == peer), key=lambda row: row["workers"])
        speeds = [float(row["words a second"]) for row in mine]
        scores = [float(row["score"]) for row in mine]
        color = "tab:red" if peer == OURS else "tab:blue"
        axes.plot(speeds, scores, color=color, linewidth=1)
        for speed, score, row in zip(speeds, scores, mine, strict=True):
            two = row["workers"] != "1"
            face = color if two else "white"
            axes.scatter(speed, score, s=36, color=color, facecolor=face, zorder=3)
        place = {"xytext": (2, 7), "textcoords": "offset points", "rotation": 30}
        axes.annotate(peer, (speeds[-1], scores[-1]), size=9, **place)
    axes.set_xscale("log")
    axes.margins(x=0.15, y=0.4)  # room for the names
    axes.set_xlabel("words a second in bulk (hollow: one thread or process, filled: two)")
    axes.set_ylabel("F1 on the test set from raw text, %")
    axes.grid(alpha=0.3, which="both")
    figure.savefig(path, dpi=150)
    plt.close(figure)
