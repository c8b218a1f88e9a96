"""What deciding files declare, stated a second time: a table a room."""
