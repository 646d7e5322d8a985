// What a route is, and which one a request is for.
import { type Answer, HttpProblem } from './http.ts';
import type { Installation, Level, Repository, Token, World } from './state.ts';

/** Who asks: the App itself by its JWT, or one of its installations by a token. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: Token; readonly installation: Installation };

export interface Call {
  readonly world: World;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  /** The address asked for, with its query. */
  readonly address: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Valid against GitHub's description of the operation where that has a body. */
  readonly body: unknown;
  /** Notes what is wrong with the request in the ledger, although it is answered. */
  readonly object: (problem: string) => void;
}

export interface RepositoryCall extends Call {
  readonly repository: Repository;
}

export type Needs = Readonly<Record<string, Level>>;

interface RouteBase {
  readonly method: string;
  /** GitHub's own template, which names the operation in the description and in the ledger. */
  readonly template: string;
}

/** A route is the App's, an installation's, or about one repository and open to those who may. */
export type Route =
  | (RouteBase & {
      readonly as: 'app' | 'installation';
      readonly handle: (call: Call) => Answer | Promise<Answer>;
    })
  | (RouteBase & {
      readonly as: 'repository';
      /** Any one of these sets of permissions will do. */
      readonly needs: readonly Needs[];
      readonly handle: (call: RepositoryCall) => Answer | Promise<Answer>;
    });

const REPOSITORY = '/repos/{owner}/{repo}';

/** A route about one repository; the template continues `/repos/{owner}/{repo}`. */
export function repositoryRoute(
  method: string,
  rest: string,
  needs: Needs | readonly Needs[],
  handle: (call: RepositoryCall) => Answer | Promise<Answer>,
): Route {
  const any = Array.isArray(needs) ? (needs as readonly Needs[]) : [needs as Needs];
  return { as: 'repository', method, template: `${REPOSITORY}${rest}`, needs: any, handle };
}

interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Names that stand for more than one segment of the address. */
const SPANNING = new Set(['path', 'ref', 'basehead', 'branch']);

/** Looks a request up among routes; the first that fits wins. */
export class Router {
  readonly #routes: readonly {
    readonly route: Route;
    readonly pattern: RegExp;
    readonly names: readonly string[];
  }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, ...compile(route.template) }));
  }

  find(method: string, path: string): Match | undefined {
    for (const { route, pattern, names } of this.#routes) {
      if (route.method !== method) continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      return {
        route,
        params: Object.fromEntries(names.map((name, at) => [name, decoded(found[at + 1] ?? '')])),
      };
    }
    return undefined;
  }
}

function compile(template: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names = [...template.matchAll(/\{([a-z_]+)\}/g)].map((found) => found[1] ?? '');
  const pattern = template.replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    SPANNING.has(name) ? '(.+)' : '([^/]+)',
  );
  return { pattern: new RegExp(`^${pattern}$`), names };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpProblem(400, 'Problems parsing the address');
  }
}

/** A number out of the address; GitHub has nothing under a name that is none. */
export function numberOf(call: Call, name: string): number {
  const value = Number(call.params[name]);
  if (!Number.isSafeInteger(value)) throw new HttpProblem(404, 'Not Found');
  return value;
}

/** A piece of the address by its name in the template. */
export function paramOf(call: Call, name: string): string {
  return call.params[name] ?? '';
}
