// The App's view of its webhook deliveries, and their repetition.
import type { Delivery } from '../deliveries.ts';
import { type Answer, type JsonObject, notFound, ok } from '../http.ts';
import { type Call, numberOf, type Route } from '../route.ts';

function view(delivery: Delivery): JsonObject {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: Math.round(delivery.tookMs) / 1000,
    status: delivery.status === 0 ? 'failed to connect to host' : String(delivery.status),
    status_code: delivery.status === 0 ? 502 : delivery.status,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installation,
    repository_id: delivery.repository,
    throttled_at: null,
  };
}

/** Newest first; pages are led to by a cursor. */
function list(call: Call): Answer {
  const query = call.address.searchParams;
  const perPage = Math.min(Number(query.get('per_page') ?? 30), 100);
  const before = Number(query.get('cursor') ?? Number.POSITIVE_INFINITY);
  const newest = call.world.deliveries.all.toReversed().filter((each) => each.id < before);
  const items = newest.slice(0, perPage);
  const last = items.at(-1);
  const next = new URL(call.address);
  next.searchParams.set('cursor', String(last?.id ?? 0));
  const headers: Record<string, string> =
    newest.length > items.length ? { link: `<${next.href}>; rel="next"` } : {};
  return { status: 200, headers, body: items.map(view) };
}

function deliveryOf(call: Call): Delivery {
  const id = numberOf(call, 'delivery_id');
  const found = call.world.deliveries.all.find((each) => each.id === id);
  if (found === undefined) throw notFound();
  return found;
}

/** Accepted at once; the delivery follows. */
function redeliver(call: Call): Answer {
  void call.world.deliveries.redeliver(deliveryOf(call));
  return { status: 202, body: {} };
}

export const DELIVERY_ROUTES: readonly Route[] = [
  { as: 'app', method: 'GET', template: '/app/hook/deliveries', handle: list },
  {
    as: 'app',
    method: 'GET',
    template: '/app/hook/deliveries/{delivery_id}',
    handle: (call) => {
      const delivery = deliveryOf(call);
      return ok({ ...view(delivery), request: { headers: {}, payload: delivery.payload } });
    },
  },
  { as: 'app', method: 'POST', template: '/app/hook/deliveries/{delivery_id}/attempts', handle: redeliver },
];
