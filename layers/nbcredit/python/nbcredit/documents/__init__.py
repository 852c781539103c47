"""Files made for people: workbooks to fill in and, later, what is printed."""
