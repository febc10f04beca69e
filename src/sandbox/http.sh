if command -v curl >/dev/null; then
    curl -fsS -o /dev/null --max-time 4 "$url"
    return
fi
place=${url#http://}
host=${place%%/*} path=${place#"${place%%/*}"}
case $host in
*:*) port=${host##*:} host=${host%:*} ;;
*) port=80 ;;
esac
exec 3<>"/dev/tcp/$host/$port" || return
printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "${path:-/}" "$host" >&3
read -r _ status _ <&3 && [ "$status" -lt 400 ]
