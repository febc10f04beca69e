docker run -d \
  --name web \
  -p 127.0.0.1:8080:80 \
  -e "TITLE=My site" \
  nginx:1.29
docker logs web | grep -c 'GET /' # requests so far
