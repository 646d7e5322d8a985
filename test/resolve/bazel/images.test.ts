import { describe, expect, it } from '@jest/globals';
import type { BuiltImage } from '../../../src/domain/index.ts';
import { modelOf } from '../model.ts';

const RULES =
  'load("@io_bazel_rules_docker//container:container.bzl", "container_image", "container_bundle", "container_push")\n';
const WORKSPACE = `workspace(name = "example")
load("@io_bazel_rules_docker//container:container.bzl", "container_pull")
container_pull(
    name = "static",
    digest = "sha256:${'a'.repeat(64)}",
    registry = "gcr.io",
    repository = "distroless/static",
    # tag = "latest",
)
container_pull(
    name = "busybox",
    registry = "index.docker.io",
    repository = "library/busybox",
    tag = "1.30",
)
[container_pull(
    name = "debian-base-" + arch,
    architecture = arch,
    registry = "k8s.gcr.io/build-image",
    repository = "debian-base-%s" % arch,
    tag = "v1.0.0",
) for arch in ["amd64", "arm64"]]
`;

type Files = Readonly<Record<string, string>>;

function images(files: Files): readonly BuiltImage[] {
  return modelOf({ WORKSPACE, ...files }).images;
}

/** Each image with its bases and the line that decides each. */
function bases(files: Files): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    images(files).map((image) => [
      image.id,
      image.bases.map((base) => {
        const decided = base.chain.at(-1) ?? base.chain[0];
        const name = base.reference.replace(/@sha256:a+/, '@sha256:a');
        return `${name} at ${decided.path}:${decided.start.line}${base.unresolved === undefined ? '' : ' unresolved'}`;
      }),
    ]),
  );
}

function unresolved(files: Files): readonly string[] {
  return images(files).flatMap((image) => image.bases.flatMap((base) => base.unresolved ?? []));
}

describe('a base by its label', () => {
  it.each([
    ['plain', '@static//image'],
    ['with a file', '@static//image:image.tar'],
    ['with the target of the same name', '@static//image:image'],
    ['without a package', '@static'],
    ['in canonical form', '@@static//image'],
  ])('%s', (_, label) => {
    expect(
      bases({ BUILD: `${RULES}container_image(\n    name = "image",\n    base = "${label}",\n)\n` }),
    ).toEqual({
      'BUILD#image': ['gcr.io/distroless/static@sha256:a at BUILD:4'],
    });
  });

  it('keeps the tag beside the digest, and the path of a registry', () => {
    const BUILD = `${RULES}container_image(name = "a", base = "@busybox//image")\ncontainer_image(name = "b", base = "@debian-base-arm64//image")\n`;
    expect(bases({ BUILD })).toEqual({
      'BUILD#a': ['index.docker.io/library/busybox:1.30 at BUILD:2'],
      'BUILD#b': ['k8s.gcr.io/build-image/debian-base-arm64:v1.0.0 at BUILD:3'],
    });
  });

  it('is an empty image without one, at the call', () => {
    expect(
      bases({ BUILD: `${RULES}container_image(\n    name = "image",\n    files = [":x"],\n)\n` }),
    ).toEqual({
      'BUILD#image': ['scratch at BUILD:2'],
    });
  });

  it('is unresolved, and says so, where no rule pulls it', () => {
    const files = { BUILD: `${RULES}container_image(name = "image", base = "@nowhere//image")\n` };
    expect(unresolved(files)).toEqual(['no rule of the tree that was read pulls an image called nowhere']);
  });
});

describe('what is fetched as an archive', () => {
  const fetched = (rule: string, more = '') =>
    `${WORKSPACE}${rule}(\n    name = "ubuntu",\n    url = "https://example.com/ubuntu.tar.gz",\n${more})\n`;
  const files = (workspace: string) => ({
    WORKSPACE: workspace,
    BUILD: `${RULES}container_image(name = "image", base = "@ubuntu//:xenial")\n`,
  });

  it.each([
    ['a file', fetched('http_file')],
    [
      'an archive with a build file of the tree',
      fetched('new_http_archive', '    build_file_content = "",\n'),
    ],
  ])('%s is a base of its own name', (_, workspace) => {
    const [base] = images(files(workspace))[0]?.bases ?? [];
    expect(base).toMatchObject({ reference: '@ubuntu//:xenial', assessment: { standing: 'not-allowed' } });
    expect(base?.unresolved).toBeUndefined();
  });

  it('another repository that declares it is not known', () => {
    expect(unresolved(files(fetched('git_repository')))).toEqual([
      'the repository ubuntu of git_repository declares it, which is not in the tree',
    ]);
  });
});

describe('images of the tree as bases', () => {
  it('end where the last of them names its own; only what ships has a definition', () => {
    const BUILD = `${RULES}container_image(
    name = "with-config",
    base = "@busybox//image",
    files = ["nsswitch.conf"],
)

container_image(
    name = "server",
    base = ":with-config",
)
`;
    expect(bases({ BUILD })).toEqual({ 'BUILD#server': ['index.docker.io/library/busybox:1.30 at BUILD:4'] });
  });

  it('may stand in another package, behind an alias', () => {
    const files = {
      'base/BUILD': `${RULES}container_image(name = "inner", base = "@static//image")\nalias(name = "base", actual = ":inner")\n`,
      'cmd/BUILD': `${RULES}container_image(name = "image", base = "//base")\n`,
    };
    expect(bases(files)).toEqual({
      'cmd/BUILD#image': ['gcr.io/distroless/static@sha256:a at base/BUILD:2'],
    });
  });

  it('keep a definition of their own where they are published', () => {
    const BUILD = `${RULES}container_image(name = "base", base = "@static//image")
container_image(name = "server", base = ":base")
container_bundle(name = "all", images = {"registry.example/base:{TAG}": ":base"})
`;
    expect(Object.keys(bases({ BUILD }))).toEqual(['BUILD#base', 'BUILD#server']);
  });

  it('of packages alone are bases of their own, where they are named', () => {
    const BUILD = `load("@rules//docker:docker.bzl", "docker_build")
docker_build(name = "tools", debs = ["@busybox_deb//file"])
docker_build(
    name = "server",
    base = ":tools",
)
`;
    expect(bases({ BUILD })).toEqual({ 'BUILD#server': ['//:tools at BUILD:5'] });
  });

  it('that are built on each other are unresolved', () => {
    const BUILD = `${RULES}container_image(name = "a", base = ":b")\ncontainer_image(name = "b", base = ":a")\ncontainer_image(name = "c", base = ":a")\n`;
    expect(unresolved({ BUILD })[0]).toContain('built on itself');
  });
});

describe('dictionaries and loops', () => {
  it('take each base from its own line', () => {
    const BUILD = `${RULES}BINARIES = {
    "one": {
        "base": "@static//image",
        "target": "//cmd/one",
    },
    "two": {
        "base": "@busybox//image",
        "target": "//cmd/two",
    },
}

[container_image(
    name = binary + "-internal",
    base = meta["base"],
    cmd = ["/usr/bin/" + binary],
) for binary, meta in BINARIES.items()]

[container_bundle(
    name = binary,
    images = {"registry.example/%s:{STABLE_TAG}" % binary: binary + "-internal"},
) for binary in BINARIES.keys()]
`;
    expect(bases({ BUILD })).toEqual({
      'BUILD#one-internal': ['gcr.io/distroless/static@sha256:a at BUILD:4'],
      'BUILD#two-internal': ['index.docker.io/library/busybox:1.30 at BUILD:8'],
    });
    expect(images({ BUILD }).map(({ name }) => name)).toEqual([
      'registry.example/one',
      'registry.example/two',
    ]);
  });

  it('make one definition of the images of each architecture', () => {
    const BUILD = `${RULES}[container_image(
    name = "image-" + arch,
    base = "@debian-base-{}//image".format(arch),
) for arch in ["amd64", "arm64"]]
`;
    expect(bases({ BUILD })).toEqual({
      'BUILD#image': [
        'k8s.gcr.io/build-image/debian-base-amd64:v1.0.0 at BUILD:4',
        'k8s.gcr.io/build-image/debian-base-arm64:v1.0.0 at BUILD:4',
      ],
    });
  });
});

describe('select', () => {
  it('keeps every alternative, each where it is written', () => {
    const BUILD = `${RULES}container_image(
    name = "image",
    base = select({
        ":small": "@static//image",
        "//conditions:default": "@busybox//image",
    }),
)
`;
    expect(bases({ BUILD })['BUILD#image']).toEqual([
      'gcr.io/distroless/static@sha256:a at BUILD:5',
      'index.docker.io/library/busybox:1.30 at BUILD:6',
    ]);
  });

  it('follows a function of the tree that makes its dictionary', () => {
    const files = {
      'defs/BUILD': '',
      'defs/platforms.bzl': `load("@bazel_skylib//lib:types.bzl", "types")
PLATFORMS = {"linux": ["amd64", "arm64"], "windows": ["amd64"]}

def _update(d, value, only_os = None):
    if not value:
        return
    for os, arches in PLATFORMS.items():
        if only_os and os != only_os:
            continue
        for arch in arches:
            key = "@go//platform:%s_%s" % (os, arch)
            if types.is_list(value):
                d.setdefault(key, []).extend([v.format(ARCH = arch) for v in value])
            elif key in d:
                fail("twice")
            else:
                d[key] = value.format(**{"ARCH": arch, "OS": os})

def for_platforms(for_node = None, default = None, only_os = None):
    d = {}
    if default != None:
        d["//conditions:default"] = default
    _update(d, for_node, only_os)
    return d
`,
      'build/BUILD': `${RULES}load("//defs:platforms.bzl", "for_platforms")
container_image(
    name = "image",
    base = select(for_platforms(
        for_node = "@debian-base-{ARCH}//image",
        only_os = "linux",
    )),
)
`,
    };
    expect(bases(files)['build/BUILD#image']).toEqual([
      'k8s.gcr.io/build-image/debian-base-amd64:v1.0.0 at build/BUILD:6',
      'k8s.gcr.io/build-image/debian-base-arm64:v1.0.0 at build/BUILD:6',
    ]);
  });

  it('with a function that nobody has is unresolved and names it', () => {
    const BUILD = `${RULES}load("@elsewhere//:x.bzl", "per_arch")\ncontainer_image(name = "image", base = select(per_arch("@static//image")))\n`;
    expect(unresolved({ BUILD })[0]).toContain('per_arch');
  });
});

describe('macros', () => {
  const CONTAINER = `${RULES}def image(binary, base = "@static//image", visibility = None, **kwargs):
    if binary[0] != ":":
        fail("a label of the package, please")
    name = binary[1:]
    container_image(
        name = "image",
        cmd = ["/" + name],
        files = [binary],
        base = base,
        **kwargs
    )
    container_push(
        name = "push",
        image = ":image",
        registry = "{STABLE_REGISTRY}",
        repository = "{STABLE_REPO}/" + name,
    )
`;

  it('of the tree decide by their default, at its line; the definition is where they are called', () => {
    const files = {
      'defs/container.bzl': CONTAINER,
      'cmd/x/BUILD': 'load("//defs:container.bzl", "image")\nimage(binary = ":x")\n',
    };
    expect(bases(files)).toEqual({
      'cmd/x/BUILD#image': ['gcr.io/distroless/static@sha256:a at defs/container.bzl:2'],
    });
    expect(images(files)[0]).toMatchObject({ at: { path: 'cmd/x/BUILD', start: { line: 2 } } });
  });

  it('are overridden where they are called', () => {
    const files = {
      'defs/container.bzl': CONTAINER,
      'cmd/x/BUILD':
        'load("//defs:container.bzl", mine = "image")\nmine(\n    binary = ":x",\n    base = "@busybox//image",\n)\n',
    };
    expect(bases(files)).toEqual({
      'cmd/x/BUILD#image': ['index.docker.io/library/busybox:1.30 at cmd/x/BUILD:4'],
    });
  });

  it('pass on what they are given, through other macros, the repository named or not', () => {
    const files = {
      'defs/container.bzl': CONTAINER,
      'defs/outer.bzl':
        'load(":container.bzl", "image")\ndef outer(name, **kwargs):\n    image(binary = ":" + name, user = "65532", **kwargs)\n',
      'cmd/x/BUILD':
        'load("@example//defs:outer.bzl", "outer")\nouter(name = "x", base = "@busybox//image")\n',
    };
    expect(bases(files)).toEqual({
      'cmd/x/BUILD#image': ['index.docker.io/library/busybox:1.30 at cmd/x/BUILD:2'],
    });
    expect(images(files)[0]?.user).toBe('65532');
  });

  it('of elsewhere with a base that is an image make an image', () => {
    const BUILD =
      'load("@elsewhere//:defs.bzl", "service_image")\nservice_image(\n    name = "image",\n    base = "@busybox//image",\n)\n';
    expect(bases({ BUILD })).toEqual({ 'BUILD#image': ['index.docker.io/library/busybox:1.30 at BUILD:4'] });
  });

  it('of elsewhere that say they make an image, without a base, are said', () => {
    const { unread, images: found } = modelOf({
      WORKSPACE,
      BUILD:
        'load("@elsewhere//:defs.bzl", "service_image", "docs")\nservice_image(name = "image")\ndocs(name = "d")\n',
    });
    expect(found).toEqual([]);
    expect(unread.map(({ because }) => because)).toEqual([
      'the image image is made by service_image of @elsewhere//:defs.bzl, which is not in the tree, and it names no base',
    ]);
  });

  it('that choose by what nothing decides keep both', () => {
    const files = {
      'a.bzl': `${RULES}load("@config//:x.bzl", "IS_SMALL")
def image(name):
    base = "@busybox//image"
    if IS_SMALL:
        base = "@static//image"
    container_image(name = name, base = base)
`,
      BUILD: 'load("//:a.bzl", "image")\nimage(name = "i")\n',
    };
    expect(bases(files)['BUILD#i']).toEqual([
      'gcr.io/distroless/static@sha256:a at a.bzl:6',
      'index.docker.io/library/busybox:1.30 at a.bzl:4',
    ]);
  });
});

describe('pulls', () => {
  it('made by a function of an extension, with constants and a dictionary of digests', () => {
    const files = {
      WORKSPACE: 'load("//build:deps.bzl", "image_dependencies")\nimage_dependencies()\n',
      'build/deps.bzl': `load("@io_bazel_rules_docker//container:container.bzl", "container_pull")
_TAG = "v2.0.0"
_DIGESTS = {
    "amd64": "sha256:${'b'.repeat(64)}",
    "arm64": "sha256:${'c'.repeat(64)}",
}

def image_dependencies():
    for arch in _DIGESTS:
        container_pull(
            name = "debian-base-" + arch,
            digest = _digest(_DIGESTS, arch),
            registry = "k8s.gcr.io",
            repository = "debian-base",
            tag = _TAG,
        )

def _digest(d, arch):
    if arch not in d:
        return None
    return d[arch]
`,
      BUILD: `${RULES}container_image(name = "image", base = "@debian-base-arm64//image")\n`,
    };
    expect(bases(files)['BUILD#image']).toEqual([
      `k8s.gcr.io/debian-base:v2.0.0@sha256:${'c'.repeat(64)} at BUILD:2`,
    ]);
  });

  it('of a module, with the platform behind the name or another name', () => {
    const files = {
      'MODULE.bazel': `bazel_dep(name = "rules_oci", version = "1.7.4")
oci = use_extension("@rules_oci//oci:extensions.bzl", "oci")
oci.pull(
    name = "distroless_base",
    image = "gcr.io/distroless/base-debian12",
    platforms = ["linux/amd64"],
    tag = "nonroot",
)
use_repo(oci, "distroless_base", "distroless_base_linux_amd64", mine = "distroless_base")
`,
      BUILD: `load("@rules_oci//oci:defs.bzl", "oci_image", "oci_push")
oci_image(name = "one", base = "@distroless_base", entrypoint = ["/one"], user = "65532", tars = [":layer"])
oci_image(name = "two", base = "@distroless_base_linux_amd64//:distroless_base_linux_amd64")
oci_image(name = "three", base = "@mine")
oci_push(name = "push", image = ":one", repository = "registry.example/one", remote_tags = ["latest"])
`,
    };
    const wanted = 'gcr.io/distroless/base-debian12:nonroot';
    expect(bases(files)).toEqual({
      'BUILD#one': [`${wanted} at BUILD:2`],
      'BUILD#two': [`${wanted} at BUILD:3`],
      'BUILD#three': [`${wanted} at BUILD:4`],
    });
    expect(images(files)[0]).toMatchObject({ name: 'registry.example/one', user: '65532' });
    expect(images(files)[0]?.tags).toEqual(['registry.example/one:latest']);
  });

  it('of an extension of the tree', () => {
    const files = {
      'MODULE.bazel':
        'module(name = "example")\nimages = use_extension("//:ext.bzl", "images")\nuse_repo(images, "alpine")\n',
      'ext.bzl':
        'load("@rules_oci//oci:pull.bzl", "oci_pull")\ndef _impl(ctx):\n    oci_pull(name = "alpine", image = "docker.io/library/alpine", tag = "3.20")\nimages = module_extension(implementation = _impl)\n',
      BUILD: 'load("@rules_oci//oci:defs.bzl", "oci_image")\noci_image(name = "image", base = "@alpine")\n',
    };
    expect(bases(files)['BUILD#image']).toEqual(['docker.io/library/alpine:3.20 at BUILD:2']);
  });

  it('of the nearest workspace count', () => {
    const files = {
      'examples/a/WORKSPACE': WORKSPACE.replace('distroless/static', 'distroless/base'),
      'examples/a/BUILD': `${RULES}container_image(name = "image", base = "@static//image")\n`,
      BUILD: `${RULES}container_image(name = "image", base = "@static//image")\n`,
    };
    expect(bases(files)).toEqual({
      'BUILD#image': ['gcr.io/distroless/static@sha256:a at BUILD:2'],
      'examples/a/BUILD#image': ['gcr.io/distroless/base@sha256:a at examples/a/BUILD:2'],
    });
  });
});

describe('rules of a language', () => {
  const archive = (version: string) =>
    `${WORKSPACE}http_archive(name = "io_bazel_rules_docker", strip_prefix = "rules_docker-${version}", urls = ["https://github.com/bazelbuild/rules_docker/archive/v${version}.tar.gz"])\n`;
  const go = (more: string) =>
    `load("@io_bazel_rules_docker//go:image.bzl", "go_image")\ngo_image(\n    name = "image",\n${more})\n`;

  it.each([
    ['0.7.0', '    pure = "on",\n', 'gcr.io/distroless/base'],
    ['0.9.0', '    pure = "on",\n', 'gcr.io/distroless/static'],
    ['0.14.4', '    pure = "on",\n', 'gcr.io/distroless/static'],
    ['0.14.4', '', 'gcr.io/distroless/base'],
  ])('go_image of %s', (version, more, wanted) => {
    expect(bases({ WORKSPACE: archive(version), BUILD: go(more) })).toEqual({
      'BUILD#image': [`${wanted} at BUILD:2`],
    });
  });

  it('may be either where the version is not known', () => {
    expect(bases({ BUILD: go('    pure = "on",\n') })['BUILD#image']).toEqual([
      'gcr.io/distroless/static at BUILD:2',
      'gcr.io/distroless/base at BUILD:2',
    ]);
  });

  it.each([
    ['py_image', 'gcr.io/distroless/python2.7'],
    ['py3_image', 'gcr.io/distroless/python3'],
    ['java_image', 'gcr.io/distroless/java'],
    ['cc_image', 'gcr.io/distroless/cc'],
    ['nodejs_image', 'gcr.io/google-appengine/debian9'],
  ])('%s', (rule, wanted) => {
    expect(
      bases({ BUILD: `load("@io_bazel_rules_docker//x:image.bzl", "${rule}")\n${rule}(name = "image")\n` })[
        'BUILD#image'
      ],
    ).toEqual([`${wanted} at BUILD:2`]);
  });

  it('take the image that the workspace pulls under the default’s name', () => {
    const own = `${archive('0.14.4')}container_pull(name = "go_image_base", registry = "index.docker.io", repository = "library/alpine")\n`;
    expect(bases({ WORKSPACE: own, BUILD: go('') })['BUILD#image']).toEqual([
      'index.docker.io/library/alpine at BUILD:2',
    ]);
  });

  it('in a macro with no base stand at the rule’s call', () => {
    const files = {
      WORKSPACE: archive('0.7.0'),
      'def.bzl': `load("@io_bazel_rules_docker//go:image.bzl", "go_image")
${RULES}def image(name, base = None, **kwargs):
    go_image(
        name = "app",
        base = base,
        pure = "on",
    )
    container_image(name = name, base = ":app", **kwargs)
`,
      'a/BUILD': 'load("//:def.bzl", "image")\nimage(name = "image")\n',
      'b/BUILD': 'load("//:def.bzl", "image")\nimage(name = "image", base = "@static//image")\n',
    };
    expect(bases(files)).toEqual({
      'a/BUILD#image': ['gcr.io/distroless/base at def.bzl:4'],
      'b/BUILD#image': ['gcr.io/distroless/static@sha256:a at b/BUILD:2'],
    });
  });
});

describe('what the rules do to an image', () => {
  it('starts a program by a list, at its words, through a script of the package', () => {
    const files = {
      'cmd/BUILD': `${RULES}container_image(
    name = "image",
    base = "@static//image",
    cmd = [
        "/bin/sh",
        "-c",
        "/run.sh",
    ],
    files = [":run.sh"],
)
`,
      'cmd/run.sh': '#!/bin/sh\nexec /server\n',
    };
    const [image] = images(files);
    expect(image?.cmd).toMatchObject({
      at: { path: 'cmd/BUILD', start: { line: 6 }, end: { line: 8 } },
      command: { form: 'exec' },
      script: { at: { path: 'cmd/run.sh' } },
    });
  });

  it('takes over what the image below starts', () => {
    const BUILD = `${RULES}container_image(name = "a", base = "@static//image", entrypoint = ["/a"], user = "1000")\ncontainer_image(name = "b", base = ":a", cmd = ["--b"])\n`;
    const [image] = images({ BUILD });
    expect(image).toMatchObject({
      id: 'BUILD#b',
      user: '1000',
      entrypoint: { at: { start: { line: 2 } } },
      cmd: { at: { start: { line: 3 } } },
    });
  });

  it('installs packages of elsewhere, not what the tree packs', () => {
    const BUILD = `${RULES}container_image(name = "image", base = "@busybox//image", debs = ["@curl_deb//file", "//debs:mine.deb"])\n`;
    const [image] = images({ BUILD });
    expect(
      image?.steps.flatMap(({ instruction }) =>
        instruction.kind === 'packages' ? instruction.packages : [],
      ),
    ).toEqual(['curl']);
  });

  it('brings the shell that a symbolic link names', () => {
    const BUILD = `${RULES}container_image(name = "image", base = "@static//image", files = [":busybox"], directory = "/bin", symlinks = {"/bin/sh": "/bin/busybox"})\n`;
    expect(images({ BUILD })[0]?.brings.shell).toBeDefined();
  });
});
