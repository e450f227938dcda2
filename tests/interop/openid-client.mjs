// openid-client against the authorization server: node openid-client.mjs ISSUER ADMINISTRATION_TOKEN USER PASSWORD
import * as client from 'openid-client';
import { allow, check } from './browser.mjs';

const [issuer, administration, user, password] = process.argv.slice(2);
const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
const redirect = 'http://127.0.0.1/callback';

const config = await client.dynamicClientRegistration(
  new URL(issuer), { redirect_uris: [redirect], scope: '*', grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_post' }, undefined, { ...options, initialAccessToken: administration });
check(config.serverMetadata().issuer === issuer, 'registered');
const scope = config.serverMetadata().scopes_supported[0];

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: redirect, scope, state,
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
const back = await allow(url, user, password);
const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state });
check(tokens.access_token && tokens.refresh_token, 'code with PKCE');
const again = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state }).catch((error) => error);
check(again.error === 'invalid_grant', 'a code is good once');

const own = await client.clientCredentialsGrant(config, { scope });
check((await client.tokenIntrospection(config, own.access_token)).active, 'introspection');
await client.tokenRevocation(config, own.access_token);
check(!(await client.tokenIntrospection(config, own.access_token)).active, 'revocation');
console.log('all good');
