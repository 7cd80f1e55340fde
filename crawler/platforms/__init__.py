"""CMS families: how their pages are laid out and walked."""
