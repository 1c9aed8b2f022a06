"""The families of evidence, in the order of the table's columns; importing this fills the catalogue."""

