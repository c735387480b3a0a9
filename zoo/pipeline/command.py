"""The command `zoo tag-corpus`; loads Beam only when it runs."""

import argparse
import json


def add_arguments(parser):
    """Add the command's arguments to a parser."""
    parser.add_argument("name", help="a model's name, or path:DIR")
    parser.add_argument("inputs", nargs="+", help="files, or patterns such as 'data/*.jsonl.gz'")
    parser.add_argument("--output", required=True, help="folder of the run, which goes on in it")
    parser.add_argument(
        "--kind",
        choices=("lines", "files", "jsonl", "parquet"),
        help="what is a document (default: by the files' endings, else a line)",
    )
    parser.add_argument("--text", default="text", help="field or column of the text (default text)")
    parser.add_argument("--id", help="that of the id (default: file and place are the id)")
    parser.add_argument(
        "--to", choices=("jsonl", "parquet"), default="jsonl", help="of the answers"
    )
    parser.add_argument(
        "--beam", nargs=argparse.REMAINDER, default=[], help="Beam's own arguments, to the end"
    )


def run(options):
    """Run the command on parsed arguments; with `json`, print the totals for machines."""
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
