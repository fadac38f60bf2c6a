export function leave(url) { window.location.href = url; }
export const home = 'https://www.example.com/';
