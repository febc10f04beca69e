# The plain Debian 12 that guides start from, made by Debian's own tool.
image=debian:12
needs=

prepare() {
    # On Ubuntu the keys of Debian's archive are a package of their own.
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] && command -v mmdebstrap >/dev/null ||
        install_packages mmdebstrap debian-archive-keyring
}

# As small as the published image: no recommended packages, and /usr is merged from
# the start, so that no converter (and no Perl modules for it) has to be installed.
build() {
    local archive=$context/root.tar hooks=/usr/share/mmdebstrap/hooks/merged-usr
    mmdebstrap --variant=minbase --hook-dir="$hooks" --include=usr-is-merged \
        --customize-hook='rm -f "$1/etc/hostname"; : >"$1/etc/resolv.conf"' \
        bookworm "$archive"
    docker import --change 'CMD ["bash"]' --change "LABEL $label" "$archive" "$image"
    rm -f "$archive"
}
