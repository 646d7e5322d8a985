import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { type Files, judgeChange, judgeTree } from '../support/mini-repository.ts';

function basesOf(report: Report, path = 'Dockerfile'): readonly string[] {
  return report.images
    .filter((image) => image.path === path)
    .flatMap((image) => image.bases.map(({ reference, chain }) => `${reference} ${last(chain)}`));
}

function last(chain: Report['images'][number]['bases'][number]['chain']): string {
  const link = chain.at(-1);
  return `${link?.path}:${link?.line}`;
}

const BASEIMAGE = 'FROM BASEIMAGE\nCOPY server /server\n';
const ARGUMENT = 'ARG BASE=alpine:3\nFROM ${BASE}\nCOPY server /server\n';

describe('a definition under the rule that builds it', () => {
  it.each<[lesson: string, files: Files, expected: readonly string[]]>([
    [
      'a build argument beats the default',
      {
        Dockerfile: ARGUMENT,
        Makefile: 'BASE = debian:9\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t x .\n',
      },
      ['debian:9 Makefile:1'],
    ],
    [
      'a literal in the recipe decides on its own line',
      {
        Dockerfile: ARGUMENT,
        Makefile: 'image:\n\tdocker build \\\n\t  --build-arg BASE=debian:9 \\\n\t  -t x .\n',
      },
      ['debian:9 Makefile:3'],
    ],
    [
      'a default without a rule that sets it counts',
      { Dockerfile: ARGUMENT, Makefile: 'image:\n\tdocker build -t x .\n' },
      ['alpine:3 Dockerfile:1'],
    ],
    [
      'sed replaces a word on its way to another file',
      {
        'Dockerfile.in': 'FROM {ARG_FROM}\n',
        Makefile:
          'BASE ?= debian:9\n.dockerfile-%: Dockerfile.in\n\tsed -e "s|{ARG_FROM}|$(BASE)|g" $< > $@\nimage: .dockerfile-amd64\n\tdocker build -f .dockerfile-amd64 .\n',
      },
      [],
    ],
    [
      'sed edits a copy in a temporary folder',
      {
        Dockerfile: BASEIMAGE,
        Makefile:
          "TMP := $(shell mktemp -d)\nBASE = debian:9\nimage:\n\tcp -r ./* $(TMP)\n\tcd $(TMP) && sed -i.bak 's|BASEIMAGE|$(BASE)|g' Dockerfile\n\tdocker build -t x $(TMP)\n",
      },
      ['debian:9 Makefile:2'],
    ],
    [
      'sed does not look into the name of what stays open',
      {
        Dockerfile: BASEIMAGE,
        Makefile:
          'ARCH ?= $(shell go env GOARCH)\nTMP := $(shell mktemp -d)\nBASE = registry.example/base-$(ARCH):1\nifeq ($(ARCH),arm)\nQEMU=arm\nendif\nimage:\n\tcp ./* $(TMP)\n\tcd $(TMP) && sed -i "s|BASEIMAGE|$(BASE)|g" Dockerfile\n\tcd $(TMP) && sed -i "s|ARCH|$(QEMU)|g" Dockerfile\n\tdocker build -t x $(TMP)\n',
      },
      ['registry.example/base-$(ARCH):1 Makefile:3'],
    ],
    [
      'a tag that a command of the shell prints leaves the name, and the line that has it, as they are',
      {
        Dockerfile: 'ARG GO=1.24\nFROM golang:$GO\nCOPY server /server\n',
        Makefile:
          'ROOT = $(shell git rev-parse --show-toplevel)\nimage:\n\tdocker build --build-arg GO=$(shell cat $(ROOT)/a/version) -t x .\n',
      },
      ['golang:$(shell cat a/version) Dockerfile:2'],
    ],
    [
      'files that find gives to cp, and instructions that are added behind',
      {
        Dockerfile: BASEIMAGE,
        Makefile:
          'TMP := $(shell mktemp -d)\nBASE = debian:9\nimage:\n\tfind ./ -maxdepth 1 -type f | xargs -I {} cp {} $(TMP)\n\tcd $(TMP) && echo "ENV PORT=$(PORT)" >> Dockerfile\n\tcd $(TMP) && sed -i.bak \'s|BASEIMAGE|$(BASE)|g\' Dockerfile\n\tdocker build -t x $(TMP)\n',
      },
      ['debian:9 Makefile:2'],
    ],
    [
      'sed reads what cat prints and the engine reads what sed prints',
      {
        Dockerfile: BASEIMAGE,
        Makefile: 'image:\n\tcat Dockerfile | sed s/BASEIMAGE/debian:9/ | docker build -t x -f - .\n',
      },
      ['debian:9 Makefile:2'],
    ],
    [
      'one base for each architecture that the makefile names, and none for others',
      {
        Dockerfile: BASEIMAGE,
        Makefile:
          'ifeq ($(ARCH),amd64)\nBASE ?= alpine:3 # not debian\nendif\nifeq ($(ARCH),arm)\n\tBASE?=arm32v6/alpine:3\nendif\nimage:\n\tsed "s@BASEIMAGE@$(BASE)@" Dockerfile > D\n\tdocker build -f D .\n',
      },
      ['alpine:3 Makefile:2', 'arm32v6/alpine:3 Makefile:5'],
    ],
    [
      'an open architecture stays as it is written',
      {
        Dockerfile: BASEIMAGE,
        Makefile:
          'ARCH ?= amd64\nBASE = k8s.gcr.io/debian-base-$(ARCH):v1\nimage:\n\tsed s,BASEIMAGE,$(BASE), Dockerfile | docker build -\n',
      },
      ['k8s.gcr.io/debian-base-$(ARCH):v1 Makefile:2'],
    ],
    [
      'a variable of an included file decides there',
      {
        Dockerfile: ARGUMENT,
        'rules.mk': 'BASE := debian:9\n',
        Makefile: 'include rules.mk\nimage:\n\tdocker build --build-arg BASE=$(BASE) .\n',
      },
      ['debian:9 rules.mk:1'],
    ],
    [
      'a makefile that another one includes still builds in its own folder',
      {
        Dockerfile: ARGUMENT,
        Makefile: 'BASE ?= debian:9\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t example.io/a .\n',
        'e2e/Makefile': 'include ../Makefile\ntest: image\n\t./run\n',
      },
      ['debian:9 Makefile:1'],
    ],
    [
      'the folder of the makefile, a change of folder and the context count',
      {
        'a/Makefile': 'image:\n\tcd ../b && docker build --build-arg=BASE=debian:9 ../Dockerfile-less/..\n',
        Dockerfile: ARGUMENT,
      },
      ['debian:9 a/Makefile:2'],
    ],
    [
      'a wrapper, an open engine and options from nowhere do not hide a build',
      {
        Dockerfile: ARGUMENT,
        Makefile: 'image:\n\t@sudo $(CONTAINER_ENGINE) build $(FLAGS) --build-arg BASE=debian:9 .\n',
      },
      ['debian:9 Makefile:2'],
    ],
    [
      'two rules give two bases',
      {
        Dockerfile: ARGUMENT,
        Makefile:
          'a:\n\tdocker build --build-arg BASE=debian:9 .\nb:\n\tdocker build --build-arg BASE=debian:10 .\n',
      },
      ['debian:9 Makefile:2', 'debian:10 Makefile:4'],
    ],
    [
      'what is only echoed or commented builds nothing',
      {
        Dockerfile: ARGUMENT,
        Makefile:
          '# docker build --build-arg BASE=debian:9 .\nimage:\n\techo docker build --build-arg BASE=debian:9 .\n',
      },
      ['alpine:3 Dockerfile:1'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(basesOf(await judgeTree(files))).toEqual(expected);
  });

  it.each<[lesson: string, makefile: string, expected: readonly string[]]>([
    [
      'has a base for each architecture that the makefile names',
      'ifeq ($(ARCH),amd64)\nBASE = alpine:3\nelse ifeq ($(ARCH),arm64)\nBASE = debian:12\nendif\n',
      ['alpine:3 amd64', 'debian:12 arm64'],
    ],
    [
      'has one that is written once for all',
      'BASE = debian:12\nifeq ($(ARCH),amd64)\nOTHER = x\nendif\n',
      ['debian:12 null'],
    ],
    [
      'has one for the others, whichever they are',
      'BASE = alpine:3\nifeq ($(ARCH),arm64)\nBASE = debian:12\nendif\n',
      ['alpine:3 null', 'debian:12 arm64'],
    ],
  ])('%s', async (_, makefile, expected) => {
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      Makefile: `${makefile}image:\n\tdocker build --build-arg BASE=$(BASE) -t example.io/a-$(ARCH) .\n`,
    });
    expect(
      report.images.flatMap(({ bases }) => bases.map((base) => `${base.reference} ${base.platform}`)),
    ).toEqual(expected);
  });

  it('is known by the name that the rule gives it', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM gcr.io/distroless/static\n',
      Makefile:
        'REGISTRY ?= example.io\nIMAGE := $(REGISTRY)/server-$(ARCH):$(VERSION)\nimage:\n\tdocker build -t $(IMAGE) .\n',
    });
    expect(report.images.map(({ name, workflow }) => [name, workflow])).toEqual([
      ['example.io/server-$(ARCH)', 'make'],
    ]);
  });

  it('is not one more where a makefile of another folder includes the rule', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM gcr.io/distroless/static\n',
      Makefile: 'TAG ?= $(NAME)\nimage:\n\tdocker build -t example.io/server:1 .\n',
      'e2e/Makefile': 'include ../Makefile\ntest: image\n\t./run\n',
    });
    expect(report.images.map(({ path, name }) => [path, name])).toEqual([
      ['Dockerfile', 'example.io/server'],
    ]);
  });

  it('is one by the variables of the makefile that includes the rule, where that finds the file', async () => {
    const report = await judgeTree({
      'a/Makefile': 'BASE = debian:9\ninclude ../common/Makefile\n',
      'common/Dockerfile': ARGUMENT,
      'common/Makefile': 'image:\n\tdocker build --build-arg BASE=$(BASE) -f ../common/Dockerfile .\n',
    });
    expect(basesOf(report, 'common/Dockerfile')).toEqual(['debian:9 a/Makefile:1']);
  });

  it('says that its file is missing where no makefile that reads the rule has one', async () => {
    const report = await judgeTree({
      Makefile: 'image:\n\tdocker build -t example.io/server:1 .\n',
      'e2e/Makefile': 'include ../Makefile\ntest: image\n\t./run\n',
    });
    expect(report.images.map(({ bases }) => bases.map(({ standing }) => standing))).toEqual([['unresolved']]);
    expect(report.findings[0]?.message).toContain(
      'Makefile:2 builds e2e/Dockerfile, which is not in the tree',
    );
  });

  it('is known by the name that is whole, where another one stays open', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM gcr.io/distroless/static\n',
      Makefile: 'image:\n\tdocker build -t $(REGISTRY)/server -t example.io/server-$(ARCH) .\n',
    });
    expect(report.images.map(({ name }) => name)).toEqual(['example.io/server-$(ARCH)']);
  });

  it('is named and built as its open path means it', async () => {
    const report = await judgeTree({
      'Dockerfile.one': ARGUMENT,
      'Dockerfile.two': ARGUMENT,
      Makefile:
        'image: image-$(KIND)\nimage-%:\n\tdocker build --build-arg BASE=example.io/base-$*:1 -t example.io/a-$*:1 -f Dockerfile.$* .\n',
    });
    expect(report.images.map(({ name, bases }) => [name, bases[0]?.reference])).toEqual([
      ['example.io/a-one', 'example.io/base-one:1'],
      ['example.io/a-two', 'example.io/base-two:1'],
    ]);
  });

  it.each([
    ['the machine', 'ARCH ?= $(shell go env GOARCH)\nimage: image-$(ARCH)\n'],
    ['the machine or a list', 'image: image-$(ARCH) image-arm64\nARCH ?= $(shell go env GOARCH)\n'],
  ])('is built for the architecture of %s where a pattern rule is asked for it', async (_, asked) => {
    const report = await judgeTree({
      Dockerfile: 'ARG GOARCH\nFROM gcr.io/distroless/static:latest-${GOARCH}\n',
      Makefile: `${asked}image-%:\n\tdocker build -t example.io/a-$* --build-arg GOARCH=$* .\n`,
    });
    expect(report.images.map(({ name, bases }) => [name, bases.map(({ reference }) => reference)])).toEqual([
      ['example.io/a-$(ARCH)', ['gcr.io/distroless/static:latest-$(ARCH)']],
    ]);
  });

  it('is known by the name that a prefix which nothing sets leaves of it', async () => {
    const report = await judgeTree({
      'tools/Dockerfile': 'FROM debian:12\n',
      'dev/Dockerfile': 'FROM tools:latest\n',
      Makefile:
        'SPACE ?=\nifdef SPACE\nPREFIX = $(SPACE)/\nendif\ntools:\n\tdocker build -t $(PREFIX)tools tools\n',
    });
    expect(basesOf(report, 'dev/Dockerfile')).toEqual(['debian:12 dev/Dockerfile:1']);
  });

  it('makes a manifest that runs it judged by its base', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM gcr.io/distroless/static\n',
      Makefile: 'image:\n\tdocker build -t example.io/server:1 .\n',
      'pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: "example.io/server:2", command: [sh, -c, run]}\n',
    });
    expect(report.findings.map(({ rule, level }) => [rule, level])).toContainEqual([
      'manifest-shell-command',
      'block',
    ]);
  });

  it('is built on what another image of the tree is built on', async () => {
    const report = await judgeTree({
      'a/Dockerfile': 'FROM alpine:3\n',
      'b/Dockerfile': 'FROM example.io/a:1\n',
      Makefile: 'image:\n\tdocker build -t example.io/a:1 a\n\tdocker build -t example.io/b:1 b\n',
    });
    expect(basesOf(report, 'b/Dockerfile')).toEqual(['alpine:3 b/Dockerfile:1']);
  });

  it('has one base where several tags mean the same image of the tree', async () => {
    const report = await judgeTree({
      'a/Dockerfile': 'FROM alpine:3\n',
      'b/Dockerfile': 'ARG TAG\nFROM example.io/a:${TAG}\n',
      Makefile:
        'image:\n\tdocker build -t example.io/a:1 a\n\tdocker build --build-arg TAG=1 b\n\tdocker build --build-arg TAG=2 b\n',
    });
    expect(basesOf(report, 'b/Dockerfile')).toEqual(['alpine:3 b/Dockerfile:2']);
  });
});

const BUILDER = {
  'builder/Dockerfile': 'FROM golang:1.20\nRUN go get x\n',
  Makefile:
    'image:\n\tdocker build -t builder builder\n\tdocker run --rm -it -v `pwd`:/src builder:latest make\n',
};

describe('commands that are off by default', () => {
  const Makefile =
    'DEV ?= false\nifeq ($(DEV), true)\nimage:\n\tdocker build -t base --target base .\n\tcp Dockerfile.dev out\n\tdocker build --build-arg BASE=debian:13 -t example.io/a -f out/Dockerfile.dev out\n\tdocker build --build-arg BASE=debian:13 -t example.io/a .\nelse\nimage:\n\tdocker build -t example.io/a .\nendif\n';
  const DOCKERFILES = {
    Dockerfile: 'ARG BASE=alpine:3\nFROM ${BASE} AS base\nFROM base\n',
    'Dockerfile.dev': 'FROM base\n',
  };

  it('say how what nothing else builds is built', async () => {
    const report = await judgeTree({ ...DOCKERFILES, Makefile });
    expect(report.images.map(({ path, name, bases }) => [path, name, bases[0]?.reference])).toEqual([
      ['Dockerfile', 'base', 'alpine:3'],
      ['Dockerfile', 'example.io/a', 'alpine:3'],
      ['Dockerfile.dev', 'example.io/a', 'alpine:3'],
    ]);
  });

  it('give no other base to what the default builds', async () => {
    const report = await judgeTree({ ...DOCKERFILES, Makefile });
    expect(basesOf(report).filter((base) => base.includes('debian'))).toEqual([]);
  });
});

describe('a pattern rule', () => {
  it('makes no target that has a recipe of its own', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM gcr.io/distroless/static\n',
      Makefile:
        'all: build-one build-dirs\nbuild-%:\n\t$(MAKE) KIND=$* image\nbuild-dirs:\n\tmkdir -p bin\nimage:\n\tdocker build -t example.io/a-$(KIND) .\n',
      'cloudbuild.yaml': 'steps:\n- {name: golang, entrypoint: make, args: [all]}\n',
    });
    expect(report.images.map(({ name }) => name)).toEqual(['example.io/a-one']);
  });
});

describe('builder images', () => {
  it('are told by what the build rules do with them', async () => {
    const report = await judgeTree(BUILDER);
    expect(report.images[0]?.scope).toBe('builder');
    expect(report.findings.map(({ level }) => level).filter((level) => level !== 'note')).toEqual([]);
  });

  it.each<[lesson: string, files: Files]>([
    ['are not pushed', { ...BUILDER, Makefile: `${BUILDER.Makefile}push:\n\tdocker push builder\n` }],
    [
      'are not tagged for a registry',
      { ...BUILDER, Makefile: `${BUILDER.Makefile}\tdocker tag builder example.io/b\n` },
    ],
    [
      'have no registry in their name',
      {
        ...BUILDER,
        Makefile: BUILDER.Makefile.replaceAll('builder:', 'example.io/builder:').replace(
          '-t builder',
          '-t example.io/builder',
        ),
      },
    ],
    ['are run', { ...BUILDER, Makefile: 'image:\n\tdocker build -t builder builder\n' }],
    [
      'are not run by a manifest',
      {
        ...BUILDER,
        'pod.yaml': 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, image: builder}\n',
      },
    ],
  ])('%s', async (_, files) => {
    const report = await judgeTree(files);
    expect(report.images[0]?.scope).toBe('release');
  });
});

describe('builder images whose file the tree does not have', () => {
  const { Makefile } = BUILDER;
  const touched = { Makefile: Makefile.replace('build -t', 'build --pull -t') };

  it('are told as well', async () => {
    const report = await judgeTree({ Makefile });
    expect(report.images.map(({ scope, bases }) => [scope, bases[0]?.standing])).toEqual([
      ['builder', 'unresolved'],
    ]);
  });

  it('SEM-2.2: are none where they were shipped before', async () => {
    const shipped = Makefile.replace(/\tdocker run.*\n/, '');
    const report = await judgeChange({ Makefile: shipped }, touched);
    expect(report.images.map(({ scope }) => scope)).toEqual(['release']);
  });

  it('stay some where they were some before', async () => {
    const report = await judgeChange({ Makefile }, touched);
    expect(report.images.map(({ scope }) => scope)).toEqual(['builder']);
  });
});

describe('SEM-2.2: rules that exist only at head make nothing milder', () => {
  it('a new rule does not hide the default of a definition that was there', async () => {
    const base = { Dockerfile: 'ARG BASE=gcr.io/distroless/static\nFROM ${BASE}\n' };
    const head = {
      Dockerfile: 'ARG BASE=alpine:3\nFROM ${BASE}\n',
      Makefile: 'image:\n\tdocker build --build-arg BASE=gcr.io/distroless/static .\n',
    };
    const report = await judgeChange(base, head);
    expect(report.verdict.outcome).toBe('block');
    expect(basesOf(report)).toContain('alpine:3 Dockerfile:1');
  });

  it('a rule that was there may be edited', async () => {
    const made = (image: string) => `image:\n\tdocker build --build-arg BASE=${image} .\n`;
    const report = await judgeChange(
      { Dockerfile: ARGUMENT, Makefile: made('debian:9') },
      { Dockerfile: ARGUMENT, Makefile: made('gcr.io/distroless/static') },
    );
    expect(report.verdict.outcome).toBe('pass');
  });

  it('counts every rule of a new definition, and its default only without one', async () => {
    const report = await judgeChange(
      {},
      {
        Dockerfile: ARGUMENT,
        Makefile: 'image:\n\tdocker build --build-arg BASE=gcr.io/distroless/static .\n',
      },
    );
    expect(report.verdict.outcome).toBe('pass');
  });

  it('a new rule adds what it builds', async () => {
    const base = { Dockerfile: 'ARG BASE=gcr.io/distroless/static\nFROM ${BASE}\n' };
    const report = await judgeChange(base, {
      ...base,
      Makefile: 'i:\n\tdocker build --build-arg BASE=alpine:3 .\n',
    });
    expect(report.verdict.outcome).toBe('block');
  });

  it('a rule that runs an image does not turn it into a builder', async () => {
    const report = await judgeChange(
      { Dockerfile: 'FROM gcr.io/distroless/static\n', Makefile: 'image:\n\tdocker build -t server .\n' },
      {
        Dockerfile: 'FROM alpine:3\n',
        Makefile: 'image:\n\tdocker build -t server .\ntest:\n\tdocker run server make\n',
      },
    );
    expect(report.verdict.outcome).toBe('block');
  });

  it('a name that an image gets does not answer for one that the policy governs', async () => {
    const base = {
      Dockerfile: 'FROM k8s.gcr.io/debian-base:v1\n',
      Makefile: 'image:\n\tdocker build -t example.io/a .\n',
    };
    const pod = (command: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: "k8s.gcr.io/server:2", command: [${command}]}\n`;
    const report = await judgeChange(
      { ...base, 'pod.yaml': pod('/server') },
      {
        ...base,
        Makefile: 'image:\n\tdocker build -t example.io/a -t k8s.gcr.io/server .\n',
        'pod.yaml': pod('sh, -c, run'),
      },
    );
    expect(report.verdict.outcome).toBe('block');
  });
});

describe('SEM-2.2: images of the tree as bases', () => {
  it('a new image does not answer for a base that was another one before', async () => {
    const base = { 'a/Dockerfile': 'FROM example.io/base:1\n' };
    const head = {
      'a/Dockerfile': 'FROM example.io/base:1\nCMD x\n',
      'base/Dockerfile': 'FROM gcr.io/distroless/static\n',
      Makefile: 'base:\n\tdocker build -t example.io/base:1 base\n',
    };
    expect(basesOf(await judgeChange(base, head), 'a/Dockerfile')).toContain(
      'example.io/base:1 a/Dockerfile:1',
    );
  });

  const moved = (registry: string, more: Readonly<Record<string, string>> = {}) => ({
    'a/Dockerfile': 'ARG REGISTRY\nFROM ${REGISTRY}/base:1\n',
    'base/Dockerfile': 'FROM gcr.io/distroless/static\n',
    Makefile: `REGISTRY ?= ${registry}\nbase:\n\tdocker build -t $(REGISTRY)/base:1 base\nimage: base\n\tdocker build --build-arg REGISTRY=$(REGISTRY) -t $(REGISTRY)/a a\n`,
    ...more,
  });

  it('one that it stood on before is the same under another name of both', async () => {
    const report = await judgeChange(moved('old.example'), moved('new.example'));
    expect(basesOf(report, 'a/Dockerfile')).toEqual(['gcr.io/distroless/static a/Dockerfile:2']);
    expect(report.verdict.outcome).toBe('pass');
  });

  it('one that it did not stand on answers for none under a new name', async () => {
    const apart = { 'a/Dockerfile': 'FROM new.example/base:1\n' };
    const report = await judgeChange(moved('old.example', apart), moved('new.example', apart));
    expect(basesOf(report, 'a/Dockerfile')).toContain('new.example/base:1 a/Dockerfile:1');
  });
});

describe('what a change of a makefile touches (SEM-5.1)', () => {
  const files = {
    'a/Dockerfile': 'ARG BASE\nFROM ${BASE}\n',
    'b/Dockerfile': 'ARG BASE\nFROM ${BASE}\n',
    Makefile:
      'A = alpine:3\nB = alpine:3\nimage:\n\tdocker build --build-arg BASE=$(A) a\n\tdocker build --build-arg BASE=$(B) b\n',
  };
  const touched = async (makefile: string): Promise<readonly string[]> => {
    const report = await judgeChange(files, { ...files, Makefile: makefile });
    return report.images.map(({ path }) => path);
  };

  it('is the image whose line changed', async () => {
    expect(await touched(files.Makefile.replace('A = alpine:3', 'A = alpine:4'))).toEqual(['a/Dockerfile']);
  });

  it('is none where other lines changed', async () => {
    expect(await touched(`${files.Makefile}clean:\n\trm -rf out\n`)).toEqual([]);
  });

  it('is what comes out otherwise, though its lines are old', async () => {
    const conditional = (value: string) =>
      `ON ?= ${value}\nA = alpine:3\nB = alpine:3\nifeq ($(ON),1)\nA = debian:9\nendif\n${files.Makefile.split('\n').slice(2).join('\n')}`;
    const report = await judgeChange(
      { ...files, Makefile: conditional('1') },
      { ...files, Makefile: conditional('0') },
    );
    expect(report.images.map(({ path }) => path)).toEqual(['a/Dockerfile']);
  });
});

describe('a build that stands in another file', () => {
  const BUILD = 'docker build --build-arg BASE=alpine:4 -t example.io/a .\n';

  it.each<[lesson: string, files: Readonly<Record<string, string>>]>([
    ['that a makefile of one line includes', { Makefile: 'include rules\n', rules: `image:\n\t${BUILD}` }],
    [
      'that a shell is told to run',
      { Makefile: 'image:\n\tsh hack/image\n', 'hack/image': `#!/bin/sh\n${BUILD}` },
    ],
  ])('%s is found', async (_, files) => {
    const report = await judgeTree({ Dockerfile: ARGUMENT, ...files });
    expect(basesOf(report, 'Dockerfile').join()).toContain('alpine:4');
  });
});

describe('lines of a define', () => {
  it.each([
    ['@', 'define build\n@echo building $(1)\n@docker build --build-arg BASE=$(2) -t $(1) .\nendef\n'],
    ['-', 'define build\n-docker rmi $(1)\n-docker build --build-arg BASE=$(2) -t $(1) .\nendef\n'],
  ])('lose the %s in front of each', async (_, define) => {
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      Makefile: `${define}image:\n\t$(call build,example.io/a,alpine:4)\n`,
    });
    expect(basesOf(report, 'Dockerfile').join()).toContain('alpine:4');
  });
});

describe('a make that a recipe starts', () => {
  const DOCKERFILE = { 'images/a/Dockerfile': ARGUMENT };
  const CHILD = 'BASE ?= debian:9\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t $(REGISTRY)/a .\n';

  it('sees what the one above exports, where it only has a default', async () => {
    const report = await judgeTree({
      ...DOCKERFILE,
      'images/a/Makefile': CHILD,
      'images/Makefile': 'image-%:\n\t$(MAKE) -C $* image\n',
      Makefile: 'export REGISTRY ?= example.io\nexport BASE = debian:10\nimages:\n\t$(MAKE) -C images\n',
    });
    expect(basesOf(report, 'images/a/Dockerfile')).toEqual([
      'debian:9 images/a/Makefile:1',
      'debian:10 Makefile:2',
    ]);
    expect(report.images[0]?.name).toBe('example.io/a');
  });

  it('is given variables for its goals', async () => {
    const report = await judgeTree({
      ...DOCKERFILE,
      'images/a/Makefile': `${CHILD}all:\n\t$(MAKE) image BASE=alpine:4\n`,
    });
    expect(basesOf(report, 'images/a/Dockerfile')).toEqual([
      'debian:9 images/a/Makefile:1',
      'alpine:4 images/a/Makefile:5',
    ]);
  });

  it.each<[lesson: string, more: string]>([
    ['by default, its first target alone', 'default:\n\t$(MAKE) -C images/a BASE=alpine:4\n'],
    ['what its goal needs, without a recipe of its own', 'all:\n\t$(MAKE) -C images/a whole BASE=alpine:4\n'],
  ])('makes %s', async (_, more) => {
    const report = await judgeTree({
      ...DOCKERFILE,
      'images/b/Dockerfile': ARGUMENT,
      'images/a/Makefile': `${CHILD}whole: image\nother:\n\tdocker build --build-arg BASE=$(BASE) ../b\n`,
      Makefile: more,
    });
    expect(basesOf(report, 'images/a/Dockerfile')).toContain('alpine:4 Makefile:2');
    expect(basesOf(report, 'images/b/Dockerfile')).toEqual(['debian:9 images/a/Makefile:1']);
  });

  it('makes each of its targets where its goals are not known', async () => {
    const report = await judgeTree({
      ...DOCKERFILE,
      'images/a/Makefile': `first:\n\techo\n${CHILD}`,
      Makefile: 'all:\n\t$(MAKE) -C images/a $(GOALS) BASE=alpine:4\n',
    });
    expect(basesOf(report, 'images/a/Dockerfile')).toContain('alpine:4 Makefile:2');
  });

  it.each(['-j 4', '-l 2.5', '-o old -I include', '--jobs 4', '-j $(CORES)', '-C images/a -W new'])(
    'takes the value of %s for no goal',
    async (options) => {
      const report = await judgeTree({
        ...DOCKERFILE,
        'images/a/Makefile': CHILD,
        Makefile: `all:\n\t$(MAKE) ${options} -C ${options.includes('-C') ? '.' : 'images/a'} BASE=alpine:4\n`,
      });
      expect(basesOf(report, 'images/a/Dockerfile')).toContain('alpine:4 Makefile:2');
    },
  );

  it('has another goal by default where it says so', async () => {
    const report = await judgeTree({
      ...DOCKERFILE,
      'images/a/Makefile': `.DEFAULT_GOAL := image\nfirst:\n\techo\n${CHILD}`,
      Makefile: 'all:\n\t$(MAKE) -C images/a BASE=alpine:4\n',
    });
    expect(basesOf(report, 'images/a/Dockerfile')).toContain('alpine:4 Makefile:2');
  });

  it('may start itself without end', async () => {
    const report = await judgeTree({
      ...DOCKERFILE,
      'images/a/Makefile': `${CHILD}all:\n\t$(MAKE) all X=$(X)x\n`,
    });
    expect(basesOf(report, 'images/a/Dockerfile')).toEqual(['debian:9 images/a/Makefile:1']);
  });
});

describe('a make that a recipe starts', () => {
  const SUB = 'image:\n\tdocker build --build-arg BASE=$(BASE) .\n';

  it.each<[lesson: string, above: string, below: string, wanted: readonly string[]]>([
    [
      'keeps what it overrides',
      'all:\n\t$(MAKE) -C a BASE=alpine:3\n',
      'override BASE = debian:9\n',
      ['debian:9'],
    ],
    [
      'does not see what is not exported after all',
      'BASE = alpine:3\nexport\nunexport BASE\nall:\n\t$(MAKE) -C a\n',
      'BASE ?= debian:9\n',
      ['debian:9'],
    ],
  ])('%s', async (_, above, below, wanted) => {
    const report = await judgeTree({
      Makefile: above,
      'a/Makefile': `${below}${SUB}`,
      'a/Dockerfile': 'ARG BASE\nFROM $BASE\n',
    });
    expect(basesOf(report, 'a/Dockerfile').map((line) => line.split(' ')[0])).toEqual(wanted);
  });
});

describe('a BASEIMAGE file beside a definition', () => {
  const DATA = { 'a/BASEIMAGE': '# comment\namd64=alpine:3.6\narm=arm32v6/alpine:3.6\n' };

  it.each<[lesson: string, dockerfile: string]>([
    ['gives the word its value', BASEIMAGE],
    ['gives the argument its value', 'ARG BASEIMAGE\nFROM $BASEIMAGE\n'],
  ])('%s for each architecture', async (_, dockerfile) => {
    const report = await judgeTree({ ...DATA, 'a/Dockerfile': dockerfile });
    expect(basesOf(report, 'a/Dockerfile')).toEqual([
      'alpine:3.6 a/BASEIMAGE:2',
      'arm32v6/alpine:3.6 a/BASEIMAGE:3',
    ]);
  });

  it('stands beside what a rule puts in from somewhere', async () => {
    const report = await judgeTree({
      ...DATA,
      'a/Dockerfile': BASEIMAGE,
      'a/Makefile': 'image:\n\tsed "s|BASEIMAGE|$$(look-up)|" Dockerfile | docker build -\n',
    });
    expect(basesOf(report, 'a/Dockerfile')).toEqual([
      '${look-up} a/Makefile:2',
      'alpine:3.6 a/BASEIMAGE:2',
      'arm32v6/alpine:3.6 a/BASEIMAGE:3',
    ]);
  });

  it('loses to a rule', async () => {
    const report = await judgeTree({
      ...DATA,
      'a/Dockerfile': BASEIMAGE,
      'a/Makefile': 'image:\n\tsed s/BASEIMAGE/debian:9/ Dockerfile | docker build -\n',
    });
    expect(basesOf(report, 'a/Dockerfile')).toEqual(['debian:9 a/Makefile:2']);
  });
});

describe('a script that builds', () => {
  it.each<[lesson: string, script: string]>([
    ['from the root', 'BASE=debian:9\ndocker build -f img/Dockerfile --build-arg BASE=$BASE img\n'],
    ['from its own folder', 'BASE=debian:9\ncd ../img\ndocker build --build-arg "BASE=${BASE}" .\n'],
    [
      'from where it finds itself',
      'BASE=debian:9\ncd "$(dirname "${BASH_SOURCE[0]}")/.."\ndocker build img --build-arg BASE=${BASE:-x}\n',
    ],
    [
      'from the root of the repository, by a path below it',
      'ROOT="$(git rev-parse --show-toplevel)"; BASE=debian:9\ncd "${ROOT}/img"\ndocker build --build-arg BASE=$BASE .\n',
    ],
    [
      'from a path below where it stands',
      'HERE=$(pwd)\ncd "${HERE}/img" && docker build --build-arg BASE=debian:9 "${HERE}/img"\n',
    ],
    ['with a default', '\ndocker build img --build-arg BASE="${BASE:-debian:9}"\n'],
  ])('%s decides the base', async (_, script) => {
    const report = await judgeTree({ 'img/Dockerfile': ARGUMENT, 'hack/build.sh': `#!/bin/bash\n${script}` });
    expect(
      report.images.flatMap(({ workflow, bases }) => [workflow, ...bases.map(({ reference }) => reference)]),
    ).toEqual(['script', 'debian:9']);
  });

  it('builds the definition that lies beside it, where the root has one too', async () => {
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      'img/Dockerfile': ARGUMENT,
      'img/build.sh': '#!/bin/sh\ndocker build --build-arg BASE=debian:9 -t example.io/img .\n',
    });
    expect(report.images.map(({ path, name, bases }) => [path, name, bases[0]?.reference])).toEqual([
      ['Dockerfile', null, 'alpine:3'],
      ['img/Dockerfile', 'example.io/img', 'debian:9'],
    ]);
  });

  const UNNAMED = '#!/usr/bin/env bash\ndocker build --build-arg BASE=debian:9 -t example.io/img .\n';

  it.each<[lesson: string, files: Files, expected: readonly string[]]>([
    [
      'may be known by its mode and first line alone',
      { 'hack/image': { mode: '100755', content: UNNAMED } },
      ['debian:9 hack/image:2'],
    ],
    ['is none without that mode', { 'hack/image': UNNAMED }, ['alpine:3 Dockerfile:1']],
    [
      'is none without a first line that says so',
      { 'hack/image': { mode: '100755', content: UNNAMED.replace('#!', '# ') } },
      ['alpine:3 Dockerfile:1'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(basesOf(await judgeTree({ Dockerfile: ARGUMENT, ...files }))).toEqual(expected);
  });

  it('builds the definition of the root with the path that leads there', async () => {
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      'hack/build.sh': '#!/bin/sh\ndocker build --build-arg BASE=debian:9 -t example.io/img .\n',
    });
    expect(basesOf(report)).toEqual(['debian:9 hack/build.sh:2']);
  });

  it('keeps both values of what it sets under a condition', async () => {
    const script = 'BASE=debian:9\nif x; then BASE=alpine:3; fi\ndocker build img --build-arg BASE=$BASE\n';
    const report = await judgeTree({ 'img/Dockerfile': ARGUMENT, 'build.sh': script });
    expect(basesOf(report, 'img/Dockerfile')).toEqual(['debian:9 build.sh:1', 'alpine:3 build.sh:2']);
  });
});

describe('a definition that the tree does not have', () => {
  it('is one finding, however often the makefile is started', async () => {
    const report = await judgeTree({
      Makefile:
        'ALL = amd64 arm64 s390x\nARCH ?= amd64\nNAME ?= a\nimage:\n\tdocker build -t registry.example/x-$(ARCH):1 -f out.$(ARCH) .\nall: $(addprefix image-,$(ALL))\nimage-%:\n\t$(MAKE) ARCH=$* NAME=b image\ntwice:\n\t$(MAKE) NAME=c image\n',
    });
    expect(report.findings.map(({ rule, line }) => `${rule} ${line}`)).toEqual(['unresolved-base 5']);
  });
});

/** Promise 3: what an `else` sets to something open is a base that may be built. */
describe('a base for the architectures that no condition names', () => {
  const Dockerfile = 'ARG BASE\nFROM $BASE\nCOPY server /server\n';
  const image = 'image:\n\tdocker build --build-arg BASE=$(BASE) -t registry.example/x:1 .\n';
  const amd64 = 'ifeq ($(ARCH),amd64)\nBASE=gcr.io/distroless/static\n';

  it.each([
    ['a variable that nothing sets', 'else\nBASE=$(OTHER)\nendif\n'],
    ['what a command prints', 'else\nBASE=$(shell look-up)\nendif\n'],
  ])('is undecided where it is %s', async (_, otherwise) => {
    const report = await judgeTree({ Dockerfile, Makefile: amd64 + otherwise + image });
    expect(report.verdict.outcome).toBe('inconclusive');
  });

  it('is not built where nothing sets one', async () => {
    const report = await judgeTree({ Dockerfile, Makefile: `${amd64}endif\n${image}` });
    expect(report.verdict.outcome).toBe('pass');
  });
});
