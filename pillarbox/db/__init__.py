"""The pool, the embedded server and the migrations: the only room that imports the database driver."""
