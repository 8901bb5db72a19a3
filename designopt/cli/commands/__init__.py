"""Commands of the command line, a file each, registered in `designopt.cli.app`."""
