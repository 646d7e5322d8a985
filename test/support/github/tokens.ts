// The App's key, the tokens of its installations, and who a request comes from.
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { HttpProblem } from './http.ts';
import type { Caller } from './route.ts';
import type { Installation, Permissions, Token, World } from './state.ts';

const HOUR_MS = 3_600_000;
/** GitHub allows a JWT ten minutes, and some drift for `iat`. */
const JWT_SECONDS = 600;
const DRIFT_SECONDS = 60;

export interface AppKey {
  /** PEM, as GitHub hands it out (PKCS #1). */
  readonly privateKey: string;
  readonly publicKey: string;
}

export function generateAppKey(): AppKey {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** Makes a token of the form that GitHub gives since 2026: `ghs_<App id>_<JWT>`, about 520 characters. */
export function mintToken(
  world: World,
  installation: Installation,
  permissions: Permissions,
  repositories: readonly number[] | null,
): Token {
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url');
  const value = `ghs_${world.app.id}_eyJ${part(24)}.${part(150)}.${part(192)}`;
  const token: Token = {
    value,
    installation,
    permissions,
    repositories,
    expiresAt: world.clock() + HOUR_MS,
  };
  world.tokens.set(value, token);
  return token;
}

/** Who a request comes from; throws GitHub's 401 where nobody can be told. */
export function callerOf(world: World, publicKey: string, authorization: string | undefined): Caller {
  const value = /^(?:bearer|token) +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (value === undefined) throw new HttpProblem(401, 'Requires authentication');
  const token = world.tokens.get(value);
  if (token !== undefined) return callerByToken(world, token);
  if (value.startsWith('ghs_')) throw new HttpProblem(401, 'Bad credentials');
  verifyJwt(world, publicKey, value);
  return { kind: 'app' };
}

function callerByToken(world: World, token: Token): Caller {
  const { installation } = token;
  if (token.expiresAt <= world.clock() || installation.deleted) throw new HttpProblem(401, 'Bad credentials');
  if (installation.suspended) throw new HttpProblem(403, 'This installation has been suspended');
  return { kind: 'installation', token, installation };
}

function verifyJwt(world: World, publicKey: string, jwt: string): void {
  const [head = '', claims = '', signature = '', ...rest] = jwt.split('.');
  const undecodable = new HttpProblem(401, 'A JSON web token could not be decoded');
  if (rest.length > 0 || signature === '') throw undecodable;
  if (json(head)?.alg !== 'RS256') throw undecodable;
  const key = createPublicKey(publicKey);
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')))
    throw undecodable;
  const { iss, iat, exp } = json(claims) ?? {};
  if (String(iss) !== String(world.app.id)) throw new HttpProblem(404, 'Integration not found');
  const now = Math.floor(world.clock() / 1000);
  if (typeof exp !== 'number' || exp <= now)
    throw new HttpProblem(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + JWT_SECONDS + DRIFT_SECONDS)
    throw new HttpProblem(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + DRIFT_SECONDS)
    throw new HttpProblem(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

function json(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
