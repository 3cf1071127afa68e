"""`segment backfill`: the history and the months of dates on which nothing was run.

Each date is built beside the tables of today and scored with the model of its time. Only when all
dates are there, the kept tables take them over, on DuckDB in one transaction. Nothing is imported
here, because the command line only needs `dates` when it starts.
"""
