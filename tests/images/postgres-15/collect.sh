#!/bin/bash
# Copies PostgreSQL and what it runs on into the folder $1: the server and its
# clients, the shell tools of the entry point, and every library these load.
# The just-in-time compiler is left out: LLVM is larger than all the rest.
set -euo pipefail
root=$1
version=15

copy() { cp -a --parents "$@" "$root"; }

# The top folders are links into /usr, as in Debian.
mkdir -p "$root"/{etc,run/postgresql,tmp,var/lib/postgresql,usr/{bin,sbin,lib,lib64}}
for link in bin sbin lib lib64; do
    ln -s "usr/$link" "$root/$link"
done
ln -s ../run "$root/var/run"
chmod 1777 "$root/tmp"
chown -R postgres:postgres "$root/run/postgresql" "$root/var/lib/postgresql"

copy "/usr/lib/postgresql/$version" "/usr/share/postgresql/$version" /usr/share/zoneinfo
copy /usr/lib/locale/C.utf8 /etc/passwd /etc/group /etc/nsswitch.conf /etc/debian_version
rm -rf "$root/usr/lib/postgresql/$version/lib"/{bitcode,llvmjit.so,llvmjit_types.bc} \
    "$root/usr/share/postgresql/$version/man"

copy /usr/bin/{bash,setpriv,sed,grep,sleep}
ln -s bash "$root/usr/bin/sh"
dpkg -L coreutils | grep -E '^(/usr)?/s?bin/' | while read -r tool; do
    copy "/usr/${tool#/usr/}"
done

# Names that only a plug-in of the C library or of OpenSSL would load are not
# needed: Debian's C library reads /etc/passwd and asks DNS by itself.
find "$root" -type f \( -perm -u+x -o -name '*.so*' \) | while read -r file; do
    ldd "$file" 2>/dev/null || true # a script has no libraries
done | grep -oE '/[^ :]+' | grep -v "^$root" | sort -u |
    while read -r library; do
        folder=$(realpath "$(dirname "$library")")
        mkdir -p "$root$folder"
        cp -L "$library" "$root$folder/"
    done
