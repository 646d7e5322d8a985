load("@io_bazel_rules_docker//container:container.bzl", "container_pull")

ARCHITECTURES = ["amd64", "arm64"]

def images():
    for arch in ARCHITECTURES:
        container_pull(
            name = "debian-base-" + arch,
            architecture = arch,
            registry = "k8s.gcr.io",
            repository = "debian-base",
            tag = "v1.0.0",
        )

def for_platforms(value):
    return {"@io_bazel_rules_go//go/platform:linux_" + arch: value.format(ARCH = arch) for arch in ARCHITECTURES}
