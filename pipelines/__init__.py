"""The record side: articles, captures and the archive they make; usable without Scrapy."""
