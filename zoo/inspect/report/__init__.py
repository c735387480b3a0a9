"""The report on one text: what is measured of it, and the HTML page that shows it."""
