"""The command line as `python -m designopt`."""

from designopt.cli.app import main

if __name__ == "__main__":
    main()
