for host in a b; do
  ssh "$host" uptime || {
    echo "$host is down" >&2
  }
done
if [ -f x ] && [[ $y =~ ^z ]]; then rm x; else touch x; fi
case "$1" in
  start|stop) echo "$1" ;;
  *) exit 2 ;;
esac
greet() {
  local name=${1:-world}
  echo "hi ${name^}"
}
greet
