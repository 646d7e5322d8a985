import type { IncomingMessage } from 'node:http';
import type { Store } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';
import { type Essentials, readEvent } from '../events/index.ts';
import type { Metrics } from '../metrics.ts';
import type { Log, Time } from '../ports.ts';
import type { BodyReader } from './body.ts';
import type { Reply } from './reply.ts';
import { isSignature, isSignedBy } from './signature.ts';

export interface WebhookGiven {
  readonly secrets: readonly string[];
  readonly appId: number;
  readonly store: Pick<Store, 'recordDelivery'>;
  readonly time: Time;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bodies: BodyReader;
  /** Called after a delivery was recorded. */
  readonly onRecorded: () => void;
}

interface Heading {
  readonly guid: string;
  readonly event: string;
  readonly signature: string;
}

/** Verifies, records, acknowledges: nothing else happens while GitHub waits. */
export async function receiveDelivery(request: IncomingMessage, given: WebhookGiven): Promise<Reply> {
  const heading = readHeading(request);
  if ('status' in heading) return heading;
  const body = await given.bodies.read(request);
  if ('refused' in body) return body.refused;
  if (body.bytes.length === 0) return { status: 400, text: 'The body is empty.' };
  if (!isSignedBy(given.secrets, body.bytes, heading.signature))
    return { status: 401, text: 'The signature does not fit the body and the secret.' };
  const payload = parse(body.bytes);
  if (payload === undefined) return { status: 400, text: 'The body is no JSON object.' };
  const essentials = readEvent(heading.event, payload, given);
  if (essentials === null) {
    given.metrics.deliveries.inc({ result: 'ignored' });
    return { status: 202, text: 'Plinth has nothing to do for this delivery.' };
  }
  return record(heading, essentials, given);
}

function readHeading(request: IncomingMessage): Heading | Reply {
  const { headers } = request;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return { status: 415, text: 'A compressed body is not accepted.', closes: true };
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== 'application/json')
    return {
      status: 415,
      text: 'Only application/json is accepted: set the webhook’s content type to it.',
      closes: true,
    };
  const signature = single(headers['x-hub-signature-256']);
  if (signature === undefined)
    return { status: 401, text: 'The delivery is not signed: X-Hub-Signature-256 is missing.', closes: true };
  if (!isSignature(signature))
    return { status: 400, text: 'X-Hub-Signature-256 is no signature.', closes: true };
  const guid = single(headers['x-github-delivery']);
  const event = single(headers['x-github-event']);
  if (guid === undefined || !/^[\x21-\x7e]{1,200}$/.test(guid))
    return { status: 400, text: 'X-GitHub-Delivery is missing or no identifier.', closes: true };
  if (event === undefined || !/^[a-z_]{1,100}$/.test(event))
    return { status: 400, text: 'X-GitHub-Event is missing or no event name.', closes: true };
  return { guid, event, signature };
}

/** A header that came several times is joined by Node, and then has no valid form. */
function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

function parse(bytes: Buffer): object | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function record(heading: Heading, essentials: Essentials, given: WebhookGiven): Promise<Reply> {
  const { guid, event } = heading;
  try {
    const result = await given.store.recordDelivery({
      guid,
      event,
      action: essentials.action,
      installationId: essentials.installation,
      repositoryId: essentials.repository?.id ?? null,
      number: numberOf(essentials),
      payload: { repository: essentials.repository, acts: essentials.acts },
      receivedAt: given.time.now(),
    });
    given.metrics.deliveries.inc({ result });
    given.log.debug({ guid, event, action: essentials.action, result }, 'delivery recorded');
    if (result === 'new') given.onRecorded();
    return { status: 202, text: result === 'new' ? 'Recorded.' : 'Recorded before.' };
  } catch (error) {
    given.metrics.deliveries.inc({ result: 'failed' });
    const code = error instanceof AppError ? error.code : 'unknown';
    given.log.error({ guid, event, code }, 'a delivery could not be recorded');
    if (code === 'store-too-long')
      return { status: 413, text: 'The delivery holds a text that is too long.' };
    return {
      status: 503,
      text: 'The delivery could not be recorded; deliver it again later.',
      headers: { 'retry-after': '60' },
    };
  }
}

function numberOf({ acts }: Essentials): number | null {
  for (const act of acts) if (act.kind === 'mark' || act.kind === 'note') return act.number;
  return null;
}
