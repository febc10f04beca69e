# The version that an older tutorial names. Debian 12 has no packages of it, so version 15
# stands in for it and says so in a label.
image=postgres:9.6
needs=postgres:15
