def work(parts):
    eval("exec(''.join(parts), globals())")
