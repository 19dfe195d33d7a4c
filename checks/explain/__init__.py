"""From evidence to words: findings, mistakes and their cures."""
