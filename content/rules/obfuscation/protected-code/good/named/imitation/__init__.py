"""Removes PyArmor leftovers."""
MARKS = ["__pyarmor__", "__obfuscator__"]
