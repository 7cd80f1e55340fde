"""The record on disk: WARC captures, their index, the article lines and the database over them."""
