// http.mjs METHOD URL [JSON]: sends a request and prints the answer; fails on anything but 2xx.
// A bearer token comes by the variable HTTP_TOKEN, so that it never stands in a list of processes.
const [method, url, body] = process.argv.slice(2);
const headers = { accept: 'application/json' };
if (body !== undefined) headers['content-type'] = 'application/json';
if (process.env.HTTP_TOKEN) headers.authorization = `Bearer ${process.env.HTTP_TOKEN}`;

try {
  const answer = await fetch(url, { method, headers, body });
  const text = await answer.text();
  (answer.ok ? process.stdout : process.stderr).write(`${text}\n`);
  if (!answer.ok) {
    console.error(`${method} ${url} answered ${answer.status} ${answer.headers.get('npm-notice') ?? ''}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`${method} ${url}: ${error.cause?.code ?? error.message}`);
  process.exitCode = 1;
}
