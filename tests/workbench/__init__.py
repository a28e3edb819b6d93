"""Pages without a browser; a package so that its tests share `pages`."""
