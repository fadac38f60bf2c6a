ill = 67
for _ in range(ill):
    print("Illinois")
