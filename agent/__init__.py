"""The job: reading a complaint, choosing, checking, drafting."""
