from PIL import ImageGrab

ImageGrab.grab().save("/tmp/a.png")
