"""What syncmon costs, beside a floor measured in the same run: `python -m tests.bench`, one script a claim."""
