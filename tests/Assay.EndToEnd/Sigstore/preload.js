'use strict';

// npm has no setting for Sigstore's addresses. Its modules read them from their own exports at each call, where they can be set.
const Module = require('node:module');

const sigstore = process.env.SIMULATED_SIGSTORE;
const [from, to] = JSON.parse(process.env.SIMULATED_TAMPERING || '["",""]');
const compile = Module._extensions['.js'];

const changes = {
  '/@sigstore/sign/dist/signer/fulcio/index.js': exports => { exports.DEFAULT_FULCIO_URL = sigstore; },
  '/@sigstore/sign/dist/witness/tlog/index.js': exports => { exports.DEFAULT_REKOR_URL = sigstore; },
  // A publisher who signs something else than what is published.
  '/sigstore/dist/sigstore.js': exports => {
    const attest = exports.attest;
    exports.attest = (payload, ...rest) => attest(Buffer.from(payload.toString().replace(from, to)), ...rest);
  },
};

Module._extensions['.js'] = (module, file) => {
  compile(module, file);
  const change = Object.keys(changes).find(path => file.endsWith('/node_modules' + path));
  if (change) changes[change](module.exports);
};
