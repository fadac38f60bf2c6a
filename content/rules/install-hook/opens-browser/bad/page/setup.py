import webbrowser

webbrowser.open("https://lure.example.com/")
