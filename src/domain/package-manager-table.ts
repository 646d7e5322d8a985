/** What a subcommand does: `install` adds the named packages, `all` adds what the words do not name, `maybe-all` is `all` without names, `keep` adds none. */
export type Effect = 'install' | 'all' | 'maybe-all' | 'keep';

/** One package manager: its programs and how it is told to install. */
export interface Manager {
  readonly subcommands: ReadonlyMap<string, Effect>;
  /** Options that take a value in the next word. */
  readonly valued: ReadonlySet<string>;
  /** Options whose value holds packages that nobody can list from the words: `-r requirements.txt`. */
  readonly lists: ReadonlySet<string>;
  /** What the program does without a subcommand. */
  readonly bare?: Effect;
}

/** A manager's words, each list separated by blanks. */
interface Row extends Partial<Record<Effect | 'valued' | 'lists', string>> {
  readonly bare?: Effect;
}

const EFFECTS: readonly Effect[] = ['install', 'all', 'maybe-all', 'keep'];

function manager(row: Row): Manager {
  const subcommands = new Map<string, Effect>();
  for (const effect of EFFECTS) for (const word of wordsOf(row[effect])) subcommands.set(word, effect);
  const known = { subcommands, valued: new Set(wordsOf(row.valued)), lists: new Set(wordsOf(row.lists)) };
  return row.bare === undefined ? known : { ...known, bare: row.bare };
}

function wordsOf(list = ''): readonly string[] {
  return list.split(' ').filter((word) => word !== '');
}

const NAMES_ONLY = manager({ bare: 'install' });

const APT = manager({
  install: 'install reinstall',
  all: 'build-dep dist-upgrade full-upgrade',
  'maybe-all': 'upgrade safe-upgrade',
  keep: 'update remove purge autoremove autopurge clean autoclean download source',
  valued:
    '-o --option -t --target-release --default-release -c --config-file -a --host-architecture -P --build-profiles',
});

const APK = manager({
  install: 'add fix',
  'maybe-all': 'upgrade',
  keep: 'update del fetch cache',
  valued:
    '-t --virtual -X --repository -p --root --repositories-file --keys-dir --arch --wait --cache-dir --cache-max-age --progress-fd',
});

const DNF = manager({
  install: 'install reinstall localinstall',
  all: 'groupinstall builddep swap group module distro-sync',
  'maybe-all': 'update upgrade update-minimal upgrade-minimal',
  keep: 'makecache check-update remove erase autoremove clean',
  valued:
    '-c --config -x --exclude -d -e --enablerepo --disablerepo --repo --repoid --installroot --releasever --setopt --disableexcludes --forcearch --rpmverbosity',
});

const ZYPPER = manager({
  install: 'install in',
  all: 'patch dup dist-upgrade',
  'maybe-all': 'update up',
  keep: 'refresh ref remove rm clean cc',
  valued: '-r --repo -t --type --from -R --root -C --cache-dir -D --reposd-dir -c --config',
});

const PIP = manager({
  install: 'install',
  keep: 'uninstall',
  valued:
    '-c --constraint -i --index-url --extra-index-url -f --find-links -t --target --prefix --root --src --trusted-host --timeout --retries --proxy --log --cache-dir --platform --python-version --implementation --abi --no-binary --only-binary --progress-bar --upgrade-strategy --global-option --install-option --root-user-action',
  lists: '-r --requirement -e --editable',
});

const NPM: Row = {
  all: 'ci clean-install',
  'maybe-all': 'install i add update upgrade',
  keep: 'uninstall remove prune',
  valued: '--prefix -C --dir --registry --cache --userconfig --omit --include --cwd -w --workspace --filter',
};

/** Programs that install packages into an image, by name; `gcloud components` is a program with its first subcommand. */
export const MANAGERS: ReadonlyMap<string, Manager> = new Map([
  ['apt-get', APT],
  ['apt', APT],
  ['aptitude', APT],
  ['apk', APK],
  ['dnf', DNF],
  ['dnf5', DNF],
  ['yum', DNF],
  ['microdnf', DNF],
  ['tdnf', DNF],
  ['zypper', ZYPPER],
  ['opkg', manager({ install: 'install', all: 'upgrade', keep: 'update remove', valued: '-d -o -f' })],
  ['brew', manager({ install: 'install', keep: 'update' })],
  ['snap', manager({ install: 'install', valued: '--channel' })],
  ['choco', manager({ install: 'install', valued: '--version -s --source' })],
  ['clean-install', NAMES_ONLY],
  ['apk-install', NAMES_ONLY],
  ['install_packages', NAMES_ONLY],
  ['easy_install', NAMES_ONLY],
  ['pip', PIP],
  ['pipx', PIP],
  ['pipenv', manager({ all: 'sync', 'maybe-all': 'install', lists: '-r' })],
  ['poetry', manager({ install: 'add', all: 'install' })],
  [
    'conda',
    manager({ install: 'install', all: 'update', valued: '-n --name -c --channel', lists: '--file' }),
  ],
  ['npm', manager(NPM)],
  ['pnpm', manager(NPM)],
  ['yarn', manager({ ...NPM, bare: 'all' })],
  [
    'gem',
    manager({
      install: 'install',
      'maybe-all': 'update',
      keep: 'uninstall',
      valued: '-v --version -i --install-dir -n --bindir -s --source --platform -P',
      lists: '-g --file',
    }),
  ],
  ['bundle', manager({ all: 'install update' })],
  [
    'gcloud components',
    manager({ install: 'install', all: 'update', keep: 'remove', valued: '--version --project --verbosity' }),
  ],
]);
