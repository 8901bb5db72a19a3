"""The report's sections: tables and figures in the order they are read."""
