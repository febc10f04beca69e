((count++)); echo $((count * 2)) $(( $(nproc) + 1 ))
list=(one "two three" $four)
list+=(five)
export PATH="$PATH:/opt/bin" LANG=C.UTF-8
