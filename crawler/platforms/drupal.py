"""Drupal 8 and later."""

from crawler.platforms.base import Platform


class Drupal(Platform):
    """Drupal 8 and later."""

    name = "drupal"
