"""The columns engine: a frame of communities, decided row by row by one query; the reference, said in columns."""
