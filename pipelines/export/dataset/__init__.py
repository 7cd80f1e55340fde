"""A data set folder as those who work on texts expect it: Parquet shards by split, with all that describes them."""
