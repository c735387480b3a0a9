"""Training on several devices or hosts."""
