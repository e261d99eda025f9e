// Reads a TUF repository with the client that is inside npm, and prints what it got.
//
//	node tuf-client.cjs MODULES URL ROOT CACHE TARGET…
const path = require('node:path')

const [modules, mirrorURL, rootPath, cachePath, ...names] = process.argv.slice(2)
const { initTUF, getTrustedRoot } = require(path.join(modules, '@sigstore', 'tuf'))
const options = { mirrorURL, rootPath, cachePath, retry: { retries: 0 } }

const read = async () => {
  const client = await initTUF(options)
  const targets = {}
  for (const name of names) {
    targets[name] = await client.getTarget(name)
  }
  const root = await getTrustedRoot({ ...options, forceCache: true })
  return { targets, logs: root.tlogs.map((log) => log.baseUrl) }
}

read().then(
  (found) => process.stdout.write(JSON.stringify(found)),
  (error) => {
    process.stderr.write(`${error.message} ${error.cause?.message ?? ''}\n`)
    process.exitCode = 1
  })
