load("@io_bazel_rules_docker//container:container.bzl", "container_image")

def image(binary, base = "@static//image"):
    container_image(
        name = "image",
        base = base,
        cmd = ["/" + binary[1:]],
        files = [binary],
    )
