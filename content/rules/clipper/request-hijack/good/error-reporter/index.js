const original = window.fetch;
window.fetch = function (...args) {
  const started = Date.now();
  return original.apply(this, args).then(response => { report(args[0], Date.now() - started); return response; });
};
const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url) { this.url = url; return open.apply(this, arguments); };
function report(url, time) { console.debug(url, time); }
