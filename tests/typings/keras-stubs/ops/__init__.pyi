# Keras' functions have no annotations: pyright infers their types from the code for all backends.
from typing import Any

def __getattr__(name: str) -> Any: ...
