from pynput import keyboard


def bind(action):
    keyboard.Listener(on_press=action).start()
