import telebot

bot = telebot.TeleBot("0:x")


def notify(text):
    bot.send_message(1, text)
