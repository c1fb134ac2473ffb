// A real OpenID provider (panva's oidc-provider) for tests/national.py: PKCE, ES256, levels, back-channel logout. Its one page
// asks who comes and how surely. What the test changes on the way goes through /test, which no provider has.
//   node provider.mjs '{"port": 4000, "wasl": "http://localhost:5000", "secret": "…" or absent}'
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const { port, wasl, secret } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const machine = wasl.replace('localhost', '127.0.0.1');  // for what is fetched: names may lead to ::1 first
const accounts = {};
let tamper = '';

function signingKey(name) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: name, use: 'sig', alg: 'ES256' };
}

const client = {
  client_id: 'guichet',
  redirect_uris: ['ar', 'fr', 'en', 'zgh'].map((language) => `${wasl}/${language}/sign-in/national/back`),
  post_logout_redirect_uris: ['ar', 'fr', 'en', 'zgh'].map((language) => `${wasl}/${language}`),
  response_types: ['code'],
  grant_types: ['authorization_code'],
  id_token_signed_response_alg: 'ES256',
  backchannel_logout_uri: `${machine}/oidc/back-channel-logout`,
  backchannel_logout_session_required: true,
  ...(secret ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }
    : { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks_uri: `${machine}/oidc/jwks.json` }),
};

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [signingKey('key-1')] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  acrValues: ['loa:low', 'loa:high'],
  scopes: ['openid', 'identity'],
  claims: { openid: ['sub'], identity: ['cnie', 'given_name', 'family_name', 'given_name#ar', 'family_name#ar', 'birthdate', 'mandates'], acr: null, sid: null, auth_time: null, iss: null },
  pkce: { required: () => true, methods: ['S256'] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(ctx, id) {
    if (!accounts[id]) return undefined;
    return { accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) };
  },
  // Everything that the one client asks for is granted: consent is not what is tested here.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid identity');
    grant.addOIDCClaims(['acr']);
    await grant.save();
    return grant;
  },
});

async function body(ctx) {
  let text = '';
  for await (const chunk of ctx.req) text += chunk;
  return text;
}

async function interaction(ctx) {
  if (ctx.method === 'GET') {
    const details = await provider.interactionDetails(ctx.req, ctx.res);
    ctx.type = 'html';
    ctx.body = `<form method="post" action="${issuer}/interaction/${details.uid}"><input name="account"><input name="acr" value="loa:high"><input name="stop" value=""></form>`;
    return;
  }
  const form = new URLSearchParams(await body(ctx));
  const result = form.get('stop') ? { error: form.get('stop'), error_description: 'stopped by the person' }
    : { login: { accountId: form.get('account'), acr: form.get('acr'), remember: true } };
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  ctx.respond = false;
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/test') {
    const change = JSON.parse(await body(ctx));
    if (change.accounts) Object.assign(accounts, change.accounts);
    if ('tamper' in change) tamper = change.tamper;
    ctx.body = '{}';
    return;
  }
  if (ctx.path.startsWith('/interaction/')) return interaction(ctx);
  // Somebody on the browser's way: another nonce, or a level that need not be reached.
  if (ctx.path === '/auth' && tamper === 'nonce') ctx.query = { ...ctx.query, nonce: 'another' };
  if (ctx.path === '/auth' && tamper === 'claims') ctx.query = Object.fromEntries(Object.entries(ctx.query).filter(([name]) => name !== 'claims'));
  return next();
});
provider.on('backchannel.error', (ctx, error) => process.stderr.write(`logout ${error.message}\n`));
provider.on('server_error', (ctx, error) => process.stderr.write(`error ${error.stack}\n`));
provider.on('grant.error', (ctx, error) => process.stderr.write(`grant ${error.message} ${error.error_detail}\n`));

const server = provider.listen(port, '127.0.0.1', () => process.stdout.write(`ready ${issuer}\n`));
process.on('SIGTERM', () => { server.closeAllConnections?.(); server.close(() => process.exit(0)); });
