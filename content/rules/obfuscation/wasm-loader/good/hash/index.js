const bytes = Buffer.from('AGFzbQEAAAA=', 'base64');
const ready = WebAssembly.instantiate(bytes, { env: { abort() { throw new Error('abort'); } } });
exports.hash = async data => (await ready).instance.exports.hash(data);
