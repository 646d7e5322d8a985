import { describe, expect, it } from '@jest/globals';
import { installedPackages, isRedundantOnDistroless } from '../../src/domain/package-managers.ts';

function use(line: string) {
  return installedPackages(line.split(' '));
}

describe('a package manager that installs names', () => {
  const cases: readonly [line: string, manager: string, packages: readonly string[]][] = [
    [
      'apt-get install -y --no-install-recommends ca-certificates curl',
      'apt-get',
      ['ca-certificates', 'curl'],
    ],
    [
      'apt-get -y -o Dpkg::Use-Pty=0 install -t stretch-backports git=1:2.1 libc6:amd64',
      'apt-get',
      ['git', 'libc6'],
    ],
    ['apt-get $OPTIONS install vim', 'apt-get', ['vim']],
    ['apt-get install -y vim emacs-', 'apt-get', ['vim']],
    ['apt install tzdata', 'apt', ['tzdata']],
    ['aptitude install tzdata', 'aptitude', ['tzdata']],
    ['sudo -E DEBIAN_FRONTEND=noninteractive apt-get install bash', 'apt-get', ['bash']],
    ['env DEBIAN_FRONTEND=noninteractive apt-get install bash', 'apt-get', ['bash']],
    ['/sbin/apk --no-cache add bash~5 git@edge', 'apk', ['bash', 'git']],
    ['apk add --no-cache --virtual .build-deps gcc', 'apk', ['gcc']],
    [
      'apk add -X http://example.org/alpine/edge/main --repository http://example.org/x -U tini',
      'apk',
      ['tini'],
    ],
    ['dnf -y --enablerepo epel install iptables', 'dnf', ['iptables']],
    ['yum install -y --setopt=tsflags=nodocs e2fsprogs', 'yum', ['e2fsprogs']],
    ['microdnf install shadow-utils', 'microdnf', ['shadow-utils']],
    ['tdnf install -y tar', 'tdnf', ['tar']],
    ['zypper -n in --repo oss curl', 'zypper', ['curl']],
    ['rpm -ivh http://example.org/libseccomp-2.3.1.rpm', 'rpm', ['libseccomp']],
    ['rpm --root /rootfs -U /tmp/bash.rpm', 'rpm', ['bash']],
    ['dpkg -i /tmp/tini_0.18_amd64.deb', 'dpkg', ['tini']],
    ['pacman -S --noconfirm bash', 'pacman', ['bash']],
    ['clean-install iptables ebtables', 'clean-install', ['iptables', 'ebtables']],
    ['apk-install ca-certificates', 'apk-install', ['ca-certificates']],
    [
      'pip install --index-url https://example.org/simple -U requests==2.1 six[x]>=1',
      'pip',
      ['requests', 'six'],
    ],
    ['pip3 install --user -t /x pyyaml', 'pip3', ['pyyaml']],
    ['python3.6 -u -m pip install wheel', 'pip', ['wheel']],
    ['npm install -g --prefix /usr @scope/tool@1.2 yarn@1', 'npm', ['@scope/tool', 'yarn']],
    ['yarn add left-pad', 'yarn', ['left-pad']],
    ['yarn global add left-pad', 'yarn', ['left-pad']],
    ['pnpm add -g left-pad', 'pnpm', ['left-pad']],
    ['gem install fluentd -v 1.2 --no-document', 'gem', ['fluentd']],
    ['gcloud --quiet components install kubectl', 'gcloud components', ['kubectl']],
    ['gcloud beta components install kubectl', 'gcloud components', ['kubectl']],
  ];
  it.each(cases)('%s', (line, manager, packages) => {
    expect(use(line)).toEqual({ manager, packages });
  });
});

describe('a package manager that adds nothing is still one', () => {
  it.each([
    'apt-get update',
    'apt-get -qq -o Acquire::Retries=3 update',
    'apt-get clean',
    'apt-get purge -y --auto-remove gcc',
    'apk update',
    'apk del .build-deps',
    'yum clean all',
    'dnf makecache',
    'zypper refresh',
    'dpkg --purge perl',
    'rpm -e --nodeps gcc',
    'pacman -Sy',
    'pip uninstall -y wheel',
    'npm prune',
  ])('%s', (line) => {
    expect(use(line)?.packages).toEqual([]);
  });
});

describe('packages that the words do not name', () => {
  it.each([
    'apt-get install -y $PACKAGES',
    'apt-get install -y ca-certificates ${EXTRA}',
    'apt-get install -y $(cat',
    'apt-get install {{packages}}',
    'apt-get install lib*',
    'xargs apt-get install ca-certificates',
    'apt-get dist-upgrade',
    'apt-get upgrade -y',
    'apt-get build-dep curl',
    'apk upgrade --no-cache',
    'yum update -y',
    'pip install -r requirements.txt',
    'pip install wheel --requirement=requirements.txt',
    'pip install -rrequirements.txt',
    'npm ci',
    'npm install --omit dev',
    'yarn',
    'yarn install --frozen-lockfile',
    'bundle install',
    'dpkg -i /tmp/*.deb',
    'pacman -Syu',
  ])('%s', (line) => {
    expect(use(line)).toEqual({ manager: expect.any(String), packages: null });
  });
});

describe('commands that install no package', () => {
  it.each([
    'apt-cache search vim',
    'apt-get',
    'apt-get --version',
    'apk --version',
    'echo apt-get install vim',
    'dpkg --add-architecture arm64',
    'dpkg-query -W',
    'rpm -qa',
    'rpm -qi bash',
    'rpm --import /key',
    'pacman -Ss bash',
    'pip freeze',
    'python -m http.server',
    'python setup.py install',
    'python script.py -m pip install wheel',
    'npm run install',
    'npm test',
    'yarn build',
    'gcloud container clusters list',
    // Builds, not packages of an operating system or a language's registry.
    'go install ./...',
    'cargo install ripgrep',
    'make install',
    'install -m 755 a /usr/bin/a',
    '$APT install vim',
    'toString install',
    'apt-get constructor',
  ])('%s', (line) => {
    expect(use(line)).toBeNull();
  });

  it('of no words', () => {
    expect(installedPackages([])).toBeNull();
  });
});

describe('redundant on distroless', () => {
  it.each<[readonly string[] | null, boolean]>([
    [['ca-certificates'], true],
    [['ca-certificates', 'tzdata'], true],
    [['ca-certificates-bundle', 'netbase', 'base-files', 'mailcap', 'media-types'], true],
    [['ca-certificates', 'curl'], false],
    [['openssl'], false],
    [[], false],
    [null, false],
  ])('%j: %s', (packages, expected) => {
    expect(isRedundantOnDistroless(packages)).toBe(expected);
  });
});

it('reads hostile words in linear time', () => {
  expect(use(`pip install ${'a['.repeat(200_000)}`)?.packages).toEqual(['a']);
  expect(
    installedPackages(['apt-get', 'install', ...Array<string>(100_000).fill('x')])?.packages,
  ).toHaveLength(100_000);
});
