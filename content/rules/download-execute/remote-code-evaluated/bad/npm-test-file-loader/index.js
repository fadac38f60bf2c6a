require('./lib/init');
