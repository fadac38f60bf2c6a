import codecs

print(codecs.decode("cevag", "rot13"))
