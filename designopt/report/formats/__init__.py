"""The report in other forms than a page: Markdown, JSON, CSV, LaTeX, PDF."""
