export async function pay(to, value) {
  const [from] = await window.ethereum.request({ method: 'eth_requestAccounts' });
  return window.ethereum.request({ method: 'eth_sendTransaction', params: [{ from, to, value }] });
}
