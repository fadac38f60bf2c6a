def work(parts):
    exec("".join(parts))
