import { expect, it } from '@jest/globals';
import { onBothDatabases } from './databases.ts';

const FILE = { kind: 'present', owner: 'acme', commit: 'a'.repeat(40), text: 'extends: minimal\n' } as const;

onBothDatabases('policy files of organisations', ({ open }) => {
  it('are kept by installation, as they were read', async () => {
    const store = await open();
    expect(await store.organisationFile(1)).toBeNull();
    await store.saveOrganisationFile(1, FILE, 100);
    await store.saveOrganisationFile(2, { kind: 'absent' }, 100);
    expect(await store.organisationFile(1)).toEqual({ file: FILE, seen: true, readAt: 100, trustedFrom: 0 });
    expect(await store.organisationFile(2)).toMatchObject({ file: { kind: 'absent' }, seen: false });
  });

  it('were seen until the repository is read without one (SEM-1.4)', async () => {
    const store = await open();
    await store.saveOrganisationFile(1, { kind: 'unreachable' }, 1);
    expect(await store.organisationFile(1)).toMatchObject({ file: { kind: 'unreachable' }, seen: false });
    await store.saveOrganisationFile(1, FILE, 2);
    await store.saveOrganisationFile(1, { kind: 'unreachable' }, 3);
    expect(await store.organisationFile(1)).toMatchObject({ file: { kind: 'unreachable' }, seen: true });
    await store.saveOrganisationFile(1, { kind: 'absent' }, 4);
    expect(await store.organisationFile(1)).toMatchObject({ file: { kind: 'absent' }, seen: false });
  });

  it('never go back to what was read earlier', async () => {
    const store = await open();
    await store.saveOrganisationFile(1, FILE, 20);
    await store.saveOrganisationFile(1, { kind: 'absent' }, 10);
    expect(await store.organisationFile(1)).toMatchObject({ file: FILE, readAt: 20 });
  });

  it('are distrusted up to a time, which never moves back', async () => {
    const store = await open();
    await store.distrustOrganisationFile(1, 5);
    expect(await store.organisationFile(1)).toMatchObject({ readAt: 0, seen: false, trustedFrom: 5 });
    await store.saveOrganisationFile(1, FILE, 10);
    await store.distrustOrganisationFile(1, 60);
    await store.distrustOrganisationFile(1, 30);
    await store.saveOrganisationFile(1, FILE, 20);
    expect(await store.organisationFile(1)).toMatchObject({ readAt: 20, trustedFrom: 60 });
  });

  it('go with the repository that is gone, and with the installation', async () => {
    const store = await open();
    await store.saveOrganisationFile(1, FILE, 10);
    await store.saveOrganisationFile(2, FILE, 10);
    await store.forgetOrganisationFile(1);
    await store.removeInstallation(2);
    expect([await store.organisationFile(1), await store.organisationFile(2)]).toEqual([null, null]);
  });

  it('that are too long are refused', async () => {
    const store = await open();
    const long = { ...FILE, text: 'x'.repeat(100_001) };
    await expect(store.saveOrganisationFile(1, long, 10)).rejects.toMatchObject({ code: 'store-too-long' });
  });
});
