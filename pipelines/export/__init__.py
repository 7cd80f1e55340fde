"""What leaves the archive in standard forms; it only reads."""
