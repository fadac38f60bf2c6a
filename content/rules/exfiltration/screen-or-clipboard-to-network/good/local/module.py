from PIL import ImageGrab


def shot(path):
    ImageGrab.grab().save(path)
