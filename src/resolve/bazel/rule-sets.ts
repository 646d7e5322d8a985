// What the well-known rule sets for images declare, by the names that files load. Sources: rules_docker (container/, docker/, LANG/image.bzl),
// rules_oci (oci/), rules_img, rules_distroless; DOMAIN 3.

/** How a rule says what its image is built on. */
export interface ImageRule {
  /** Attributes that may name the base, the first that is given. */
  readonly base: readonly string[];
  /** Repository of the image that it is built on where no attribute names one; absent for an empty image. */
  readonly without?: string;
  /** The language's rule starts the program that it packs. */
  readonly program?: true;
}

const CONTAINER: ImageRule = { base: ['base'] };
const language = (without: string): ImageRule => ({ base: ['base'], without, program: true });

export const IMAGE_RULES: ReadonlyMap<string, ImageRule> = new Map<string, ImageRule>([
  ['container_image', CONTAINER],
  ['docker_build', CONTAINER],
  ['docker_image', CONTAINER],
  ['oci_image', CONTAINER],
  ['image_manifest', CONTAINER],
  ['container_flatten', { base: ['image'] }],
  ['docker_flatten', { base: ['image'] }],
  ['container_run_and_commit', { base: ['image'] }],
  ['install_pkgs', { base: ['image_tar'] }],
  ['go_image', language('go_image_base')],
  ['py_image', language('py_image_base')],
  ['py3_image', language('py3_image_base')],
  ['java_image', language('java_image_base')],
  ['kt_jvm_image', language('java_image_base')],
  ['scala_image', language('java_image_base')],
  ['groovy_image', language('java_image_base')],
  ['war_image', language('jetty_image_base')],
  ['cc_image', language('cc_image_base')],
  ['rust_image', language('cc_image_base')],
  ['d_image', language('cc_image_base')],
  ['nodejs_image', language('nodejs_image_base')],
]);

/** Images that rules_docker pulls itself where no file of the tree gives one of that name. */
export const RULE_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['go_image_base', 'gcr.io/distroless/base'],
  ['go_image_static', 'gcr.io/distroless/static'],
  ['go_debug_image_base', 'gcr.io/distroless/base:debug'],
  ['go_debug_image_static', 'gcr.io/distroless/static:debug'],
  ['py_image_base', 'gcr.io/distroless/python2.7'],
  ['py3_image_base', 'gcr.io/distroless/python3'],
  ['java_image_base', 'gcr.io/distroless/java'],
  ['jetty_image_base', 'gcr.io/distroless/java/jetty'],
  ['cc_image_base', 'gcr.io/distroless/cc'],
  ['nodejs_image_base', 'gcr.io/google-appengine/debian9'],
]);

/** Since this version of rules_docker, go_image with `pure = "on"` is built on distroless/static. */
export const PURE_IS_STATIC_SINCE: readonly [number, number] = [0, 9];

/** Rules whose image comes out of a file, of which nothing says what it holds. */
export const LOADED_IMAGES: ReadonlySet<string> = new Set([
  'container_load',
  'docker_load',
  'container_import',
  'docker_import',
  'dockerfile_image',
  'dockerfile_build',
]);

/** Rules that pull an image and give its repository a name. */
export const PULLS: ReadonlySet<string> = new Set(['container_pull', 'docker_pull', 'oci_pull']);

/** Names of tags of module extensions that do so (`oci.pull`, `images.pull`). */
export const PULL_TAG = 'pull';

/** Rules whose dictionary `images` names images by where they are published. */
export const BUNDLES: ReadonlySet<string> = new Set([
  'container_bundle',
  'docker_bundle',
  'k8s_object',
  'k8s_objects',
  'k8s_deploy',
]);

export const PUSHES: ReadonlySet<string> = new Set([
  'container_push',
  'docker_push',
  'oci_push',
  'image_push',
]);

/** Rules that make a loadable archive under names. */
export const TARBALLS: ReadonlySet<string> = new Set(['oci_tarball', 'oci_load', 'image_load']);

/** Other names for one target, or for one of each platform. */
export const ALIASES: ReadonlyMap<string, readonly string[]> = new Map([
  ['alias', ['actual']],
  ['oci_image_index', ['images']],
  ['image_index', ['manifests']],
  ['container_layer_stamp', ['image']],
]);

/** A macro of elsewhere whose name says that it makes an image. */
export const NAMED_AS_IMAGE = /(?:^|_)(?:image|container|docker_build)$/;

/** Rules that fetch something of elsewhere under a name. */
export const ARCHIVES: ReadonlySet<string> = new Set([
  'http_file',
  'http_archive',
  'new_http_archive',
  'git_repository',
  'new_git_repository',
]);

/** Attributes that make an archive's targets the tree's own saying. */
export const OWN_BUILD_FILE: readonly string[] = ['build_file_content', 'build_file'];
