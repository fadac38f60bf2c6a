import builtins

text_type = getattr(builtins, "unicode", str)
