"""What TensorBoard shows of a training: scalars, figures, projector, profiler."""
