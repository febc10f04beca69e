# Sends its input to port $1 of this machine and prints the answer. It must hold no single quotes.
# Drivers keep the connection open whatever they are told, so the length counts, not the end.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit
cat >&3
length=
while IFS= read -r line <&3; do
    printf "%s\n" "$line"
    line=${line%[[:cntrl:]]}
    case ${line,,} in
    content-length:*) length=${line//[!0-9]/} ;;
    "") break ;;
    esac
done
if [ -n "$length" ]; then head -c "$length" <&3; else cat <&3; fi
