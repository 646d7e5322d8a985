// Sends webhooks as GitHub does: signed, with its headers, once; a redelivery repeats the identifier.
import { createHmac, randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from './http.ts';

export interface Delivery {
  readonly id: number;
  /** `X-GitHub-Delivery`. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly payload: JsonValue;
  /** Ids out of the payload; null where it names none. */
  readonly installation: number | null;
  readonly repository: number | null;
  readonly redelivery: boolean;
  /** When it was sent. */
  readonly deliveredAt: string;
  /** What the App answered; 0 where it could not be reached or took more than ten seconds. */
  readonly status: number;
  readonly tookMs: number;
}

export interface Webhook {
  readonly url: string;
  readonly secret: string;
}

/** GitHub cuts a delivery after ten seconds and never repeats it by itself. */
const TIMEOUT_MS = 10_000;
/** A larger payload is never sent, and nobody is told. */
const PAYLOAD_BYTES = 25 * 1024 * 1024;

/** Sends deliveries and keeps what became of them. */
export class Deliveries {
  /** Null: nobody listens, nothing is sent. */
  webhook: Webhook | null = null;
  readonly #appId: number;
  readonly #now: () => string;
  readonly #all: Delivery[] = [];
  readonly #seen = new Set<string>();
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(appId: number, now: () => string) {
    this.#appId = appId;
    this.#now = now;
  }

  /** Whether anybody listens. */
  get wanted(): boolean {
    return this.webhook !== null;
  }

  get all(): readonly Delivery[] {
    return this.#all;
  }

  /** Sends a payload to the App and waits for its answer. Never throws for a world that fails. */
  async send(event: string, payload: JsonValue, guid: string = randomUUID()): Promise<Delivery> {
    const redelivery = this.#seen.has(guid);
    this.#seen.add(guid);
    const deliveredAt = this.#now();
    const began = performance.now();
    const sent = this.#post(event, payload, guid);
    this.during(sent);
    const status = await sent;
    const delivery: Delivery = {
      id: this.#all.length + 1,
      guid,
      event,
      action: textOf(payload, 'action'),
      payload,
      installation: idOf(payload, 'installation'),
      repository: idOf(payload, 'repository'),
      redelivery,
      deliveredAt,
      status,
      tookMs: performance.now() - began,
    };
    this.#all.push(delivery);
    return delivery;
  }

  /** Sends a delivery again, under the same identifier. */
  redeliver(delivery: Pick<Delivery, 'event' | 'payload' | 'guid'>): Promise<Delivery> {
    return this.send(delivery.event, delivery.payload, delivery.guid);
  }

  /** Counts work that leads to deliveries as one that is under way. */
  during(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Cuts what is under way and sends nothing any more. */
  async close(): Promise<void> {
    this.webhook = null;
    this.#closing.abort();
    await this.settled();
  }

  /** Settles when no delivery is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #post(event: string, payload: JsonValue, guid: string): Promise<number> {
    if (this.webhook === null) return 0;
    const body = JSON.stringify(payload);
    if (Buffer.byteLength(body) > PAYLOAD_BYTES) return 0;
    try {
      const response = await fetch(this.webhook.url, {
        method: 'POST',
        headers: { ...this.#headers(event, guid), ...signatures(this.webhook.secret, body) },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closing.signal]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  #headers(event: string, guid: string): Record<string, string> {
    return {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/stand-in',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-github-hook-id': '1',
      'x-github-hook-installation-target-id': String(this.#appId),
      'x-github-hook-installation-target-type': 'integration',
    };
  }
}

/** The two signature headers of a body. */
export function signatures(secret: string, body: string): Record<string, string> {
  const sign = (algorithm: string): string => createHmac(algorithm, secret).update(body).digest('hex');
  return {
    'x-hub-signature': `sha1=${sign('sha1')}`,
    'x-hub-signature-256': `sha256=${sign('sha256')}`,
  };
}

function textOf(payload: JsonValue, name: string): string | null {
  const value = isObject(payload) ? payload[name] : null;
  return typeof value === 'string' ? value : null;
}

function idOf(payload: JsonValue, name: string): number | null {
  const value = isObject(payload) ? (payload[name] ?? null) : null;
  return isObject(value) && typeof value.id === 'number' ? value.id : null;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
