import os

TEXT = "x󠅠󠅢󠅙󠅞󠅤󠄘󠄒󠅤󠅘󠅙󠅣󠄐󠅤󠅕󠅨󠅤󠄐󠅘󠅙󠅔󠅕󠅣󠄐󠅙󠅞󠄐󠅦󠅑󠅢󠅙󠅑󠅤󠅙󠅟󠅞󠄐󠅣󠅕󠅜󠅕󠅓󠅤󠅟󠅢󠅣󠄒󠄙"
os.system("whoami")
