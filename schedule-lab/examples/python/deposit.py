"""Deposits an amount: reads the balance, adds to it, writes it. With --lock, nobody comes between."""

import os
import sys

import psycopg2

amount = int(sys.argv[1])
lock = "FOR UPDATE" if "--lock" in sys.argv else ""

connection = psycopg2.connect(os.environ["DATABASE_URL"])
with connection, connection.cursor() as cursor:
    cursor.execute(f"SELECT balance FROM account WHERE id = 1 {lock}")
    (balance,) = cursor.fetchone()
    cursor.execute("UPDATE account SET balance = %s WHERE id = 1", (balance + amount,))
