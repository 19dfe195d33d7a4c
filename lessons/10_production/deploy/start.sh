#!/bin/sh
# Starts the chat as on a real server: two servers, and nginx in front of them.
# Ctrl-C ends all three. Redis has to be running, and the course's Python to be
# the first in PATH: the page of lesson 10 says what to type.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'trap "" TERM; kill 0; wait; rm -r "$folder"' EXIT
trap exit INT TERM

openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost \
  -keyout "$folder/localhost.key" -out "$folder/localhost.crt" 2>/dev/null
cp deploy/nginx.conf "$folder"

export PRODUCTION=1 ALLOWED_HOSTS="${ALLOWED_HOSTS:-localhost}"
export SECRET_KEY="${SECRET_KEY:-$(openssl rand -hex 32)}"
python manage.py migrate
daphne -p 8101 mysite.asgi:application &
daphne -p 8102 mysite.asgi:application &
nginx -p "$folder" -c nginx.conf
