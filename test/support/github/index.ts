// In: a bare git repository and what people do with it. Out: GitHub's APIs and signed webhooks, on loopback.
// State lives in memory, content in git, which is only read. What the App asks is recorded and checked.
// Nothing about Plinth belongs here, and nothing about a test runner: the demo runs on it, too.
import { randomBytes } from 'node:crypto';
import { startChatter } from './chatter.ts';
import type { Deliveries, Delivery, Webhook } from './deliveries.ts';
import { DownloadServer } from './downloads.ts';
import type { Fault, Faults } from './faults.ts';
import type { JsonValue } from './http.ts';
import type { Ledger } from './ledger.ts';
import { People } from './people.ts';
import { APP_ROUTES } from './routes/app.ts';
import { CHECK_ROUTES } from './routes/checks.ts';
import { COMMENT_ROUTES } from './routes/comments.ts';
import { CONTENT_ROUTES } from './routes/content.ts';
import { DELIVERY_ROUTES } from './routes/deliveries.ts';
import { GRAPHQL_ROUTES } from './routes/graphql.ts';
import { PULL_ROUTES } from './routes/pulls.ts';
import { REVIEW_ROUTES } from './routes/reviews.ts';
import { ApiServer, type RequestListener } from './server.ts';
import { GITHUB_LIMITS, type GitHubApp, type Limits, World } from './state.ts';
import { type AppKey, generateAppKey } from './tokens.ts';

export type { Delivery, Webhook } from './deliveries.ts';
export { signatures } from './deliveries.ts';
export type { Fault } from './faults.ts';
export { graphqlLimit, primaryLimit, secondaryLimit } from './faults.ts';
export type { JsonObject, JsonValue } from './http.ts';
export type { LedgerEntry, Violation } from './ledger.ts';
export type { NewPullRequest, NewRepository } from './people.ts';
export type * from './state.ts';

/** The permissions and events of the App as it is registered. */
const APP: Omit<GitHubApp, 'id'> = {
  slug: 'plinth',
  name: 'Plinth',
  permissions: {
    checks: 'write',
    contents: 'read',
    issues: 'read',
    members: 'read',
    merge_queues: 'read',
    metadata: 'read',
    pull_requests: 'write',
  },
  events: [
    'check_run',
    'check_suite',
    'issue_comment',
    'merge_group',
    'pull_request',
    'pull_request_review',
    'pull_request_review_comment',
    'push',
    'repository',
  ],
};

export interface GitHubOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly app?: Partial<Omit<GitHubApp, 'id'>>;
  readonly limits?: Partial<Limits>;
  readonly webhook?: Webhook;
  /** Also deliver what GitHub sends besides people's acts (the App's own writes, requested suites): true by default. */
  readonly chatter?: boolean;
  /** A key pair made elsewhere, where many are started. */
  readonly key?: AppKey;
}

/** A running stand-in. `people` acts, `ledger` tells what the App did, `world` holds the state. */
export interface GitHub {
  /** The API's address; below `/api/v3` it answers like a GitHub Enterprise Server. */
  readonly url: string;
  readonly world: World;
  readonly people: People;
  readonly ledger: Ledger;
  readonly deliveries: Deliveries;
  readonly faults: Faults;
  readonly appId: number;
  /** PEM; the App signs its JWTs with it. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** Where deliveries go; until it is set, none is sent. */
  setWebhook(url: string): void;
  /** Signs and sends any payload; the acts of `people` send theirs by themselves. */
  deliver(event: string, payload: JsonValue, guid?: string): Promise<Delivery>;
  /** Plays trouble on the requests it names. */
  fault(fault: Fault): void;
  /** Called with every request before it is looked at; the returned function ends that. */
  onRequest(listener: RequestListener): () => void;
  /** Called after a request took effect and before its answer leaves. */
  onPerformed(listener: RequestListener): () => void;
  close(): Promise<void>;
}

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const limits = { ...GITHUB_LIMITS, ...options.limits };
  const world = new World(options.clock ?? Date.now, { ...APP, ...options.app }, limits);
  const key = options.key ?? generateAppKey();
  const webhookSecret = options.webhook?.secret ?? randomBytes(24).toString('hex');
  const server = new ApiServer({
    world,
    publicKey: key.publicKey,
    port: options.port ?? 0,
    // A commit's checks come before the commit, whose name may span segments.
    routes: [
      ...CHECK_ROUTES,
      ...APP_ROUTES,
      ...DELIVERY_ROUTES,
      ...PULL_ROUTES,
      ...REVIEW_ROUTES,
      ...COMMENT_ROUTES,
      ...CONTENT_ROUTES,
      ...GRAPHQL_ROUTES,
    ],
  });
  const downloads = new DownloadServer(world, server);
  const chatter = options.chatter ?? true;
  if (chatter) startChatter(world);
  world.deliveries.webhook = options.webhook ?? null;
  world.url = await server.listen();
  world.downloadsUrl = await downloads.listen();
  const listen = (to: Set<RequestListener>, listener: RequestListener): (() => void) => {
    to.add(listener);
    return () => to.delete(listener);
  };
  return {
    url: world.url,
    world,
    people: new People(world, chatter),
    ledger: server.ledger,
    deliveries: world.deliveries,
    faults: server.faults,
    appId: world.app.id,
    privateKey: key.privateKey,
    webhookSecret,
    setWebhook: (url) => {
      world.deliveries.webhook = { url, secret: webhookSecret };
    },
    deliver: (event, payload, guid) => world.deliveries.send(event, payload, guid),
    fault: (fault) => server.faults.add(fault),
    onRequest: (listener) => listen(server.listeners.received, listener),
    onPerformed: (listener) => listen(server.listeners.performed, listener),
    close: async () => {
      await world.deliveries.close();
      await Promise.all([server.close(), downloads.close()]);
      world.close();
    },
  };
}
