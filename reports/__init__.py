"""What people read: pages as self-contained HTML, with the same numbers as JSON."""
