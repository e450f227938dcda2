// An authorization server made of oidc-provider: node provider.mjs PORT; "rotate" on standard input takes new keys, and the old ones away.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

let kid = 0;
function key() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: `key-${++kid}`, alg: 'RS256', use: 'sig' };
}

let issuer;
let handler;
function start() {
  const resource = {
    scope: 'farms:read', audience: 'sluice', accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'RS256' } } };
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'app', client_secret: 'a secret of the app', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    scopes: ['farms:read'],
    jwks: { keys: [key()] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:sluice',
        getResourceServerInfo: () => resource,
      },
    },
  });
  handler = provider.callback();
}

const server = createServer((request, response) => handler(request, response));
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  start();
  console.log(`issuer ${issuer}`);
});
createInterface({ input: process.stdin }).on('line', () => { start(); console.log('rotated'); }).on('close', () => process.exit(0));
