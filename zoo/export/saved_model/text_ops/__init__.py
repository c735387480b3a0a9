"""Text processing inside of a graph: tokens, sentences, markup and word features."""
