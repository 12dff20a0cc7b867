"""Sets the balance, and deletes the cached one when that is committed."""

import os
import sys

import psycopg2
import redis

connection = psycopg2.connect(os.environ["DATABASE_URL"])
with connection, connection.cursor() as cursor:
    cursor.execute("UPDATE account SET balance = %s WHERE id = 1", (int(sys.argv[1]),))
redis.Redis.from_url(os.environ["REDIS_URL"]).delete("account:1")
