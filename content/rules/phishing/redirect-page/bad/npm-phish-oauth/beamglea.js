window.location.href="https://login.example.com/#user@example.org";
