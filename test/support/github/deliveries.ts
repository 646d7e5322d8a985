// Sends webhooks as GitHub does: signed, with its headers, once; a redelivery repeats the identifier.
import { createHmac, randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from './http.ts';

export interface Delivery {
  /** `X-GitHub-Delivery`. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly payload: JsonValue;
  readonly redelivery: boolean;
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

/** Sends deliveries and keeps what became of them. */
export class Deliveries {
  /** Null: nobody listens, nothing is sent. */
  webhook: Webhook | null;
  readonly #appId: number;
  readonly #all: Delivery[] = [];
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(appId: number, webhook: Webhook | null) {
    this.#appId = appId;
    this.webhook = webhook;
  }

  get all(): readonly Delivery[] {
    return this.#all;
  }

  /** Sends a payload to the App and waits for its answer. Never throws for a world that fails. */
  async send(event: string, payload: JsonValue, guid: string = randomUUID()): Promise<Delivery> {
    const redelivery = this.#all.some((each) => each.guid === guid);
    const began = performance.now();
    const sent = this.#post(event, payload, guid);
    this.#underWay.add(sent);
    const status = await sent;
    this.#underWay.delete(sent);
    const tookMs = performance.now() - began;
    const delivery = { guid, event, action: actionOf(payload), payload, redelivery, status, tookMs };
    this.#all.push(delivery);
    return delivery;
  }

  /** Sends a delivery again, under the same identifier. */
  redeliver(delivery: Pick<Delivery, 'event' | 'payload' | 'guid'>): Promise<Delivery> {
    return this.send(delivery.event, delivery.payload, delivery.guid);
  }

  /** Settles when no delivery is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #post(event: string, payload: JsonValue, guid: string): Promise<number> {
    if (this.webhook === null) return 0;
    const body = JSON.stringify(payload);
    try {
      const response = await fetch(this.webhook.url, {
        method: 'POST',
        headers: { ...this.#headers(event, guid), ...signatures(this.webhook.secret, body) },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
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

function actionOf(payload: JsonValue): string | null {
  const action = isObject(payload) ? payload.action : null;
  return typeof action === 'string' ? action : null;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
