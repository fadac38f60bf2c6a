import webbrowser


def docs():
    webbrowser.open("https://docs.example.com/")
