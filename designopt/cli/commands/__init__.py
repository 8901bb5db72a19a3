"""Commands of the command line, a file each; `app` registers them."""
