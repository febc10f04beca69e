# Makes the machine's own control groups writable; they are a name space of its own.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mount -o remount,bind,rw /sys/fs/cgroup
    # Version 2 wants no process in a group whose children have limits.
    mkdir -p /sys/fs/cgroup/init
    while read -r process; do echo "$process"; done </sys/fs/cgroup/cgroup.procs |
        while read -r process; do echo "$process" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null; done
    sed 's/[^ ]*/+&/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
else
    for group in /sys/fs/cgroup/*; do
        if [ -d "$group" ] && [ ! -L "$group" ]; then mount -o remount,bind,rw "$group"; fi
    done
fi
command -v dockerd || {
    echo 'the image has no dockerd; let `prepare` install docker.io and iptables'
    return 127
}
dockerd @OPTIONS@ >/var/log/dockerd.log 2>&1 &
for attempt in $(seq 600); do
    if docker version >/dev/null 2>&1; then break; fi
    kill -0 $! 2>/dev/null || break
    sleep 0.05
done
docker version >/dev/null || {
    tail -n 20 /var/log/dockerd.log
    return 1
}
