"""A service's files as a whole: held against what there is, against one another, and against what they were before."""
