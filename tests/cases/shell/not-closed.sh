echo "it starts
ls -l
make \
  all
