from PIL import ImageGrab


def shot():
    return ImageGrab.grab()
