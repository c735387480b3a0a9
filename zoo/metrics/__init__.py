"""Metrics and reports of taggers and classifiers; importing them loads no tensor library."""

from zoo.metrics.calibration import (
    expected_calibration_error,
    fit_tag_temperature,
    fit_temperature,
    scored_spans,
    scored_tags,
)
from zoo.metrics.classification import (
    accuracy,
    best_temperature,
    measure_accuracy_over_seeds,
    measure_classifier,
    negative_log_likelihood,
    predict_logits,
    probabilities,
)
from zoo.metrics.entities import measure_calibration, measure_over_seeds, measure_tagger
from zoo.metrics.examples import TaskMetric, read_task_metric
from zoo.metrics.reports import frequent_errors, span_report
from zoo.metrics.scores import AverageScore, Score, SpanScores, span_scores
from zoo.metrics.seed_tables import ceiling_table, seeds_table
from zoo.metrics.span_errors import (
    SpanConfusion,
    SpanError,
    describe_error,
    span_confusion,
    span_errors,
)
from zoo.metrics.tags import TagCounts, tag_counts, tag_scores
from zoo.metrics.temperature import search_temperature
from zoo.metrics.tokens import predict_tags, token_accuracy
from zoo.metrics.warnings import classifier_warnings, training_warnings

__all__ = [
    "AverageScore",
    "Score",
    "SpanConfusion",
    "SpanError",
    "SpanScores",
    "TagCounts",
    "TaskMetric",
    "accuracy",
    "best_temperature",
    "ceiling_table",
    "classifier_warnings",
    "describe_error",
    "expected_calibration_error",
    "fit_tag_temperature",
    "fit_temperature",
    "frequent_errors",
    "measure_accuracy_over_seeds",
    "measure_calibration",
    "measure_classifier",
    "measure_over_seeds",
    "measure_tagger",
    "negative_log_likelihood",
    "predict_logits",
    "predict_tags",
    "probabilities",
    "read_task_metric",
    "scored_spans",
    "scored_tags",
    "search_temperature",
    "seeds_table",
    "span_confusion",
    "span_errors",
    "span_report",
    "span_scores",
    "tag_counts",
    "tag_scores",
    "token_accuracy",
    "training_warnings",
]
