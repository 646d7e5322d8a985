// A process that is going to be killed: records deliveries and marks, and acknowledges each on standard output.
import { openStore, type StoreAddress } from '../../../src/adapters/store/index.ts';

const [address = '{}', run = ''] = process.argv.slice(2);
const store = await openStore(JSON.parse(address) as StoreAddress, () => 0);
for (let index = 0; ; index++) {
  const number = 1 + (index % 3);
  await store.recordDelivery({
    guid: `${run}-${index}`,
    event: 'pull_request',
    action: 'synchronize',
    installationId: 1,
    repositoryId: 100,
    number,
    payload: { text: 'x'.repeat(index % 7 === 0 ? 20_000 : 50) },
    receivedAt: index,
  });
  await store.markDue(
    { installationId: 1, repositoryId: 100, number },
    { owner: 'acme', name: 'shop', headSha: `${run}-${index}` },
    index,
    'push',
  );
  process.stdout.write(`${run}-${index} ${number}\n`);
  if (index % 5 === 0) await store.claimDue({ owner: run, now: index, leaseMs: 1_000_000 });
}
