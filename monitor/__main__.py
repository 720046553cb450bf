"""`python -m monitor` is `syncmon`."""

from monitor.cli import main

if __name__ == "__main__":
    main()
