import base64
import zlib

exec(zlib.decompress(base64.b64decode("eJwrKMrMK9FQz0jNyclXKM8vyklR1wQASmUG8A==")))
