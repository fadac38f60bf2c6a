const m = await import('https://example.com/m.mjs'); m.default();
