((count++)); echo $((count * 2)) $(( $(nproc) + 1 ))
list=(one "two three" $four)
list+=(five)
export PATH="$PATH:/opt/bin" LANG=C.UTF-8
for ((i = 0; i < 3; i++)); do echo $i; done
for (( ; ; )) { break; }
for ((i = (1 + 2); i; i--))
do
  echo $i
done
((echo a); echo b)
