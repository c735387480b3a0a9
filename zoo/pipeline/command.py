"""The command `zoo tag-corpus`; loads Beam only when it runs."""

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser."""
    parser.add_argument("name", help="name of a bundled model, or path:DIR")
    parser.add_argument("inputs", nargs="+", help="files, or patterns such as 'data/*.jsonl.gz'")
    parser.add_argument(
        "--output", required=True, help="output folder; an interrupted run resumes in it"
    )
    parser.add_argument(
        "--kind",
        choices=("lines", "files", "jsonl", "parquet"),
        help="unit of a document (default: by the file extensions, else a line)",
    )
    parser.add_argument(
        "--text", default="text", help="field or column of the text (default %(default)s)"
    )
    parser.add_argument("--id", help="field or column of the id (default: file and offset)")
    parser.add_argument(
        "--to",
        choices=("jsonl", "parquet"),
        default="jsonl",
        help="output format (default %(default)s)",
    )
    parser.add_argument(
        "--beam",
        nargs=argparse.REMAINDER,
        default=[],
        help="options of Apache Beam: all remaining arguments",
    )


def run(options: argparse.Namespace) -> None:
    """Run the command on parsed arguments and print the totals."""
    from zoo.pipeline.run import tag_corpus

    totals = tag_corpus(
        options.name,
        options.inputs,
        options.output,
        kind=options.kind,
        text=options.text,
        id=options.id,
        to=options.to,
        beam_args=options.beam,
    )
    if options.json:
        print(json.dumps(totals._asdict()))
        return
    print(
        f"{options.output}: {totals.documents:,} answered, {totals.refused:,} refused, "
        f"in {totals.parts:,} parts"
    )
