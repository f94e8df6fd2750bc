"""What frames the books, over the API."""
