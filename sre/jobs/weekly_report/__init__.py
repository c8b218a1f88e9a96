"""The weekly report: what it is asked, the sources that answer, and its files; and the function that writes it on AWS."""
