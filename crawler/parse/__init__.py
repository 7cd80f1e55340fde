"""One page to one article; pure: no network, no clock, no Scrapy."""
