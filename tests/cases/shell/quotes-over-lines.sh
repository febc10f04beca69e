psql -c '
  select 1;
'
curl -d "{
  \"name\": \"$NAME\"
}" http://localhost/
echo $'a\'b' `uname -r`
