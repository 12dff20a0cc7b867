"""Reads the balance from the cache, and fills the cache from the database if it is not there."""

import os

import psycopg2
import redis

cache = redis.Redis.from_url(os.environ["REDIS_URL"])
if cache.get("account:1") is None:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT balance FROM account WHERE id = 1")
        (balance,) = cursor.fetchone()
    cache.set("account:1", balance)
