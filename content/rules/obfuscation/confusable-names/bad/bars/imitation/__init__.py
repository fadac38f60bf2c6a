lIlIIlllIIIlIlIl = 67
lIIlIlIlIllIIlII = 211
print(lIlIIlllIIIlIlIl + lIIlIlIlIllIIlII)
