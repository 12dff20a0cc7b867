"""Deposits what messages of the form 'ID AMOUNT' say. With --inbox, each of them once."""

import os
import sys

import pika
import psycopg2

connection = psycopg2.connect(os.environ["DATABASE_URL"])


def is_new(cursor, message):
    cursor.execute("INSERT INTO inbox VALUES (%s) ON CONFLICT DO NOTHING", (message,))
    return cursor.rowcount == 1


def received(channel, method, properties, body):
    message, amount = body.decode().split()
    with connection, connection.cursor() as cursor:
        if "--inbox" not in sys.argv or is_new(cursor, message):
            cursor.execute("UPDATE account SET balance = balance + %s WHERE id = 1", (int(amount),))
    channel.basic_ack(method.delivery_tag)


channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.basic_qos(prefetch_count=1)
channel.basic_consume("example.deposits", received)
channel.start_consuming()
