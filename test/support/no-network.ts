// Tests run without network: anything that is not loopback fails at once, with this sentence.
import net from 'node:net';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const connect = net.Socket.prototype.connect;

function hostOf(options: unknown): string | undefined {
  const first: unknown = Array.isArray(options) ? options[0] : options;
  if (typeof first !== 'object' || first === null || 'path' in first) return undefined;
  return 'host' in first && typeof first.host === 'string' ? first.host : undefined;
}

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  const host = hostOf(args[0]) ?? (typeof args[1] === 'string' ? args[1] : undefined);
  if (host !== undefined && !LOOPBACK.has(host)) {
    throw new Error(`a test tried to reach ${host}; tests use loopback only`);
  }
  return Reflect.apply(connect, this, args);
} as typeof connect;
