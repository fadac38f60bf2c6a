exec_ = eval("exec")


def run(code, names):
    exec_(code, names)
