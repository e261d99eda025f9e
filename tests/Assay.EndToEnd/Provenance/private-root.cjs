// Points npm's own Sigstore client at another TUF repository, for which npm has no setting: NODE_OPTIONS=--require=PATH/private-root.cjs with the
// repository's URL (no slash at its end) in ASSAY_TUF_URL and the root.json to begin with in ASSAY_TUF_ROOT. npm's files stay as they are.
const Module = require('node:module')

const { ASSAY_TUF_URL: mirror, ASSAY_TUF_ROOT: rootPath } = process.env
const load = Module._load
const pointed = new WeakSet()

const point = (tuf) => {
  const { initTUF, getTrustedRoot } = tuf
  tuf.DEFAULT_MIRROR_URL = mirror
  tuf.initTUF = (options) => initTUF({ ...options, rootPath })
  tuf.getTrustedRoot = (options) => getTrustedRoot({ ...options, rootPath })
  pointed.add(tuf)
}

Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest)
  if (request === '@sigstore/tuf' && !pointed.has(loaded)) {
    point(loaded)
  }
  return loaded
}
