"""SavedModels that answer without this package, from ids and from raw texts."""
