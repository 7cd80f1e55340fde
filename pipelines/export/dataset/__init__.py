"""A data set folder as those who work on texts expect it: Parquet shards by split, and what says of them all there is to say."""
