"""What the Treasury says beside our books: posting, matching, reconciling, printing."""
