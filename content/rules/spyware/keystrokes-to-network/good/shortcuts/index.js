document.addEventListener('keydown', event => { if (event.key === 'Escape') close(); });
function close() { document.body.classList.remove('open'); }
export function ping() { return fetch('https://example.com/ping'); }
