"""Training of classifiers: language model, distillation, warm start, baseline."""
