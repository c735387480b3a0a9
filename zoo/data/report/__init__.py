"""What is in files to train on: a report on each, on a corpus, and a page with examples."""
