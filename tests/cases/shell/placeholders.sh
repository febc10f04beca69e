hydra token introspect <your-token> --endpoint http://<host>/
git commit -m "(draft)" && git push <remote> > log 2>&1
