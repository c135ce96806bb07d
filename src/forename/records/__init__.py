"""What every room shares: kinds of records, lists, pages, exports, imports, files, the API."""
