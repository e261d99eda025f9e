// An OpenID provider on loopback: node openid-provider.mjs LIBRARY PORT REDIRECT SECRET. Any name signs in, with any password.
import { pathToFileURL } from 'node:url';

const [, , library, port, redirect, secret] = process.argv;
const { default: Provider } = await import(pathToFileURL(library));
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: 'assay', client_secret: secret, redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'] }],
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@acme.example`, email_verified: true, preferred_username: id }) }),
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ['of a test'] },
});
provider.listen(Number(port), 'localhost', () => console.log('ready'));
