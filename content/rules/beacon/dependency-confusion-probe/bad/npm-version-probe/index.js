require('http').get('http://x.example.com/ping');
