"""One file a revision, `r0001_…`, forward only; released ones are never edited."""
