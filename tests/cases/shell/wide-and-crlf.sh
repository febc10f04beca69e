echo 漢字 "שלום $עולם" -é --größe=5 # ünlaut
ls \
  -l
