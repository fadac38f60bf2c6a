import sys

exec(compile(open(sys.argv[0]).read(), "x", "exec"))
