"""Articles as text to compute with: language, quality, sentences, words, one spelling, personal data masked."""
