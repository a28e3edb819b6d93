"""The city and its law: tables, places, workdays, regulations, past cases and the index over them."""
