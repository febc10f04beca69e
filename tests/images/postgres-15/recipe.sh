# PostgreSQL 15 with Debian's packages and the POSTGRES_* variables of the
# published image. Only the server's own files: the image is copied into the
# engines of machines, where every megabyte costs time.
image=postgres:15
needs=debian:12
