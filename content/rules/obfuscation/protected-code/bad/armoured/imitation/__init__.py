from pyarmor_runtime import __pyarmor__
__pyarmor__(__name__, __file__, b'PY000000\x00inert')
