import subprocess

with open("probe.c", "w") as out:
    out.write("int main(void) { return 0; }")
subprocess.run(["cc", "-c", "probe.c"])
