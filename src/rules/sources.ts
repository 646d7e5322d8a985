// What several rules rest on. Each source is an address, or a file of this repository by its path.

/** The founding document of the policy. */
export const KEP_1729 =
  'https://github.com/kubernetes/enhancements/tree/master/keps/sig-release/1729-rebase-images-to-distroless';
/** Since when the Kubernetes components have no log flags of their own. */
export const KEP_2845 =
  'https://github.com/kubernetes/enhancements/tree/master/keps/sig-instrumentation/2845-deprecate-klog-specific-flags-in-k8s-components';
/** The images of the Kubernetes project that may stay on another base. */
export const EXCEPTION_LIST =
  'https://github.com/kubernetes/sig-release/blob/master/release-engineering/reference/baseimage-exception-list.md';
/** What distroless images are, and what they bring. */
export const DISTROLESS = 'https://github.com/GoogleContainerTools/distroless';
/** What bases bring, by family. */
export const BASE_TABLE = 'policies/bases.yaml';
