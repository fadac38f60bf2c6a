sh -c 'echo aW5lcnQ= | base64 --decode'
