import requests


def send(channel, token):
    requests.post(f"https://discord.com/api/v10/channels/{channel}/messages", headers={"Authorization": f"Bot {token}"})
