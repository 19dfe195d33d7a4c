#!/bin/sh
# Starts the chat as on a real server: two servers, and nginx in front of them.
# Ctrl-C ends all three. Redis has to be running, and `python` and `daphne` have
# to be those of the course: the page of lesson 10 says what to type.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin"  # Where Debian has nginx.
folder=$(mktemp -d)
trap 'trap "" TERM; kill 0; wait; rm -r "$folder"' EXIT
trap exit INT TERM

openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost \
  -keyout "$folder/localhost.key" -out "$folder/localhost.crt" 2>/dev/null
cp deploy/*.conf /etc/nginx/mime.types "$folder"
cp -r chat/static "$folder"

export PRODUCTION=1 ALLOWED_HOSTS="${ALLOWED_HOSTS:-localhost}"
export SECRET_KEY="${SECRET_KEY:-$(openssl rand -hex 32)}"
python manage.py migrate --verbosity 0
daphne -p 8101 mysite.asgi:application &
daphne -p 8102 mysite.asgi:application &
echo "The chat is at https://localhost:8443/"
nginx -p "$folder" -c nginx.conf
