import ensurepip
