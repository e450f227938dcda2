// oauth4webapi, a strict client, against the authorization server: node oauth4webapi.mjs ISSUER ADMINISTRATION_TOKEN USER PASSWORD
import * as oauth from 'oauth4webapi';
import { allow, check } from './browser.mjs';

const [issuerText, administration, user, password] = process.argv.slice(2);
const issuer = new URL(issuerText);
const insecure = { [oauth.allowInsecureRequests]: true };
const redirect = 'http://127.0.0.1/callback';

const as = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
check(as.issuer === issuerText, 'metadata is where RFC 8414 says');

async function register(metadata) {
  const response = await oauth.dynamicClientRegistrationRequest(
    as, { redirect_uris: [redirect], scope: '*', ...metadata }, { initialAccessToken: administration, ...insecure });
  return oauth.processDynamicClientRegistrationResponse(response);
}

async function codeFlow(client, auth, options = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id, redirect_uri: redirect, response_type: 'code', scope: options.scope ?? 'openness',
    state, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
  const parameters = oauth.validateAuthResponse(as, client, await allow(url, user, password), state);
  const response = await oauth.authorizationCodeGrantRequest(
    as, client, auth, parameters, redirect, verifier, { ...insecure, DPoP: options.DPoP });
  return oauth.processAuthorizationCodeResponse(as, client, response);
}

async function refresh(client, auth, token, options = {}) {
  const response = await oauth.refreshTokenGrantRequest(as, client, auth, token, { ...insecure, ...options });
  return oauth.processRefreshTokenResponse(as, client, response);
}

async function introspect(client, auth, token) {
  const response = await oauth.introspectionRequest(as, client, auth, token, insecure);
  return oauth.processIntrospectionResponse(as, client, response);
}

const scope = as.scopes_supported[0];

// a public client
const phone = await register({ token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] });
const none = oauth.None();
const first = await codeFlow(phone, none, { scope });
check(first.token_type === 'bearer' && first.scope === scope, 'code with PKCE by a public client');
const bearer = new Request('http://127.0.0.1/', { headers: { authorization: `Bearer ${first.access_token}` } });
const claims = await oauth.validateJwtAccessToken(as, bearer, 'sluice', insecure);
check(claims.sub === user && claims.client_id === phone.client_id, 'the access token follows RFC 9068');
const second = await refresh(phone, none, first.refresh_token);
check(second.refresh_token !== first.refresh_token, 'refresh tokens rotate');
const reused = await refresh(phone, none, first.refresh_token).catch((error) => error);
check(reused.error === 'invalid_grant', 'a used refresh token is refused');
const family = await refresh(phone, none, second.refresh_token).catch((error) => error);
check(family.error === 'invalid_grant', 'and takes its family with it');

// confidential clients, by each method
for (const method of ['client_secret_basic', 'client_secret_post']) {
  const web = await register({ token_endpoint_auth_method: method, grant_types: ['client_credentials'], redirect_uris: undefined });
  const auth = (method === 'client_secret_basic' ? oauth.ClientSecretBasic : oauth.ClientSecretPost)(web.client_secret);
  const response = await oauth.clientCredentialsGrantRequest(as, web, auth, { scope }, insecure);
  const token = await oauth.processClientCredentialsResponse(as, web, response);
  check(token.refresh_token === undefined, `client credentials by ${method}`);
  check((await introspect(web, auth, token.access_token)).active === true, 'introspection of a good token');
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, web, auth, token.access_token, insecure));
  check((await introspect(web, auth, token.access_token)).active === false, 'revocation');
}

const pair = await oauth.generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await crypto.subtle.exportKey('jwk', pair.publicKey)), kid: 'k1' };
const signer = await register({
  token_endpoint_auth_method: 'private_key_jwt', grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  jwks: { keys: [{ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y, kid: 'k1', alg: 'ES256', use: 'sig' }] } });
const signed = oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'k1' });
const bySigner = await codeFlow(signer, signed, { scope });
check(bySigner.refresh_token.length > 20, 'code by private_key_jwt');
const other = await oauth.generateKeyPair('ES256');
const forged = await oauth
  .clientCredentialsGrantRequest(as, signer, oauth.PrivateKeyJwt({ key: other.privateKey, kid: 'k1' }), { scope }, insecure)
  .then((response) => oauth.processClientCredentialsResponse(as, signer, response)).catch((error) => error);
check(forged.error === 'invalid_client' || forged instanceof oauth.WWWAuthenticateChallengeError, 'an assertion of another key is refused');

// DPoP
const DPoP = oauth.DPoP(phone, await oauth.generateKeyPair('ES256'));
const bound = await codeFlow(phone, none, { scope, DPoP });
check(bound.token_type === 'dpop', 'tokens bound to a key');
const stolen = await refresh(phone, none, bound.refresh_token).catch((error) => error);
check(stolen.error === 'invalid_dpop_proof', 'a bound refresh token is nothing without its key');
check((await refresh(phone, none, bound.refresh_token, { DPoP })).token_type === 'dpop', 'and good with it');
console.log('all good');
