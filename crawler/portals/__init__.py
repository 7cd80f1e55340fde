"""One file per portal: data, no behaviour."""
