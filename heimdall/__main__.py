"""``python -m heimdall`` is the command line."""

from heimdall.cli import main

if __name__ == "__main__":
    main()
