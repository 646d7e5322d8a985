import type { Dice } from './dice.ts';

const FINAL_BASES = [
  'gcr.io/distroless/static:nonroot',
  'gcr.io/distroless/static-debian12',
  'registry.k8s.io/build-image/debian-base:bookworm-v1.0.4',
  'alpine:3.20',
];

/** A Dockerfile of two stages, a kilobyte or so; one in ten takes its base from an argument. */
export function dockerfileText(index: number, dice: Dice): string {
  const base = dice.pick(FINAL_BASES);
  const fromArgument = index % 10 === 0;
  const lines = [
    '# syntax=docker/dockerfile:1',
    `# ${dice.words(12)}`,
    ...(fromArgument ? [`ARG BASE=${base}`] : []),
    'FROM --platform=$BUILDPLATFORM golang:1.23 AS build',
    'ARG TARGETOS TARGETARCH',
    'WORKDIR /src',
    'COPY go.mod go.sum ./',
    'RUN --mount=type=cache,target=/root/.cache/go-build go mod download',
    'COPY . .',
    `RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build \\\n      -ldflags "-s -w -X main.version=v1.${index}" \\\n      -o /out/service-${index} ./cmd/service-${index}`,
    '',
    fromArgument ? `FROM $${'{BASE}'}` : `FROM ${base}`,
    ...Array.from({ length: 4 }, () => `# ${dice.words(10)}`),
    `LABEL org.opencontainers.image.title="service-${index}" \\\n      org.opencontainers.image.description="${dice.words(8)}"`,
    ...(base.startsWith('alpine') ? ['RUN apk add --no-cache ca-certificates tzdata'] : []),
    `COPY --from=build /out/service-${index} /usr/local/bin/service-${index}`,
    'USER 65532:65532',
    'EXPOSE 8080',
    `ENTRYPOINT ["/usr/local/bin/service-${index}"]`,
    'CMD ["--config=/etc/service/config.yaml"]',
  ];
  return `${lines.join('\n')}\n`;
}
