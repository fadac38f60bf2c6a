import requests


def redeem(code, token):
    requests.post(f"https://discordapp.com/api/v6/entitlements/gift-codes/{code}/redeem", headers={"Authorization": token})
