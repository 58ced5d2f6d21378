"""What goes past the plain API, without I/O: streams that add up, structured outputs, tools."""
