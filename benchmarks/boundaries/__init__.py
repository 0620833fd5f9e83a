"""The boundary corpus through other rule engines: where they say something else than exact arithmetic does."""
