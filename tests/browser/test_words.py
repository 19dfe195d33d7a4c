"""What is said of a page that is not as it should be, without a browser."""
