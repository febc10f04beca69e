# Debian's Chromium, driven over W3C WebDriver on port 4444; see README.md.
image=docgen/chromium:debian12
needs=debian:12
pull=no
