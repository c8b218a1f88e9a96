"""Verdicts as every command that has some prints them: a table, Markdown, JUnit XML, and a summary for GitHub's pages."""
