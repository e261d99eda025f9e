#!/usr/bin/env node
// Stands in for a command that prints an identity token: the file's name says which. How it must be called is judged to the letter.
const { basename, join } = require('node:path');

const [, self, ...args] = process.argv;
const name = basename(self);
const line = args.join(' ');
const simulator = require(join(__dirname, 'simulator.json'));
const calls = {
  aws: /^sts get-web-identity-token --audience (\S+) --signing-algorithm RS256 --query WebIdentityToken --output text$/,
  'buildkite-agent': /^oidc request-token --audience (\S+)((?: --claim \w+)*)$/,
  circleci: /^run oidc get --claims \{"aud":"(\S+)"\}$/,
  vault: /^read -field=token identity\/oidc\/token\/npm()$/,
};
const call = calls[name].exec(line);
if (!call) {
  console.error(`${name} is not called so: ${line}`);
  process.exit(2);
}

const claims = { ...simulator.claims };
if (name === 'buildkite-agent') {
  // The agent puts ids into the token only when it is asked to.
  for (const id of ['organization_id', 'pipeline_id', 'cluster_id', 'queue_id']) {
    if (!call[2].includes(` --claim ${id}`)) delete claims[id];
  }
}

(async () => {
  const answer = await fetch(simulator.url, { method: 'POST', body: JSON.stringify({ claims, aud: call[1] || simulator.audience }) });
  const { token, env } = await answer.json();
  console.log(token ?? env.NPM_ID_TOKEN);
})();
