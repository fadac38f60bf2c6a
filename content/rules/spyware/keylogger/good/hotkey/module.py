import keyboard


def bind(action):
    keyboard.on_press(action)
