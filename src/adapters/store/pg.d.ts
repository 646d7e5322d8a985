// The part of `pg` that the store uses; the package ships no types.
declare module 'pg' {
  interface Client {
    readonly processID?: number;
    query(text: string, parameters: readonly unknown[]): Promise<QueryResult>;
    release(destroy?: boolean): void;
    on(event: 'error', listener: (error: unknown) => void): void;
  }
  interface QueryResult {
    readonly command: string;
    readonly rowCount: number;
    readonly rows: Record<string, unknown>[];
  }
  type ParseColumn = (text: string) => unknown;
  class Pool {
    constructor(options: {
      readonly connectionString: string;
      readonly max?: number;
      readonly connectionTimeoutMillis?: number;
      readonly idleTimeoutMillis?: number;
      readonly keepAlive?: boolean;
      readonly application_name?: string;
      readonly types?: { getTypeParser(oid: number, format?: string): ParseColumn };
    });
    readonly options: object;
    connect(): Promise<Client>;
    end(): Promise<void>;
    on(event: 'error', listener: (error: unknown) => void): void;
    on(event: 'connect', listener: (client: Client) => void): void;
  }
  const types: { getTypeParser(oid: number, format?: string): ParseColumn };
  const pg: { readonly Pool: typeof Pool; readonly types: typeof types };
  export default pg;
  export type { Client, QueryResult };
}
