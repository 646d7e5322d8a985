// The example repository of the demo: a small project whose pull request has several problems of different kinds, and one old
// problem that has to stay silent. Written for this demo.

/** Files of main, before the pull request. */
export const BEFORE: Readonly<Record<string, string>> = {
  '.github/plinth.yml': 'extends: kep-1729\nenforcement: enforce\nimages: ["registry.example.com/shop/**"]\n',
  'README.md': '# Shop\n\nA front end, a worker and an importer.\n',
  'frontend/Dockerfile': `FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /frontend ./frontend

FROM gcr.io/distroless/static-debian13:nonroot
COPY --from=build /frontend /frontend
ENTRYPOINT ["/frontend"]
`,
  'importer/Dockerfile': `# Needs iptables; the exception is being discussed.
FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.6
RUN clean-install iptables
COPY importer /importer
ENTRYPOINT ["/importer"]
`,
  'deploy/worker.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels: { app: worker }
  template:
    metadata:
      labels: { app: worker }
    spec:
      containers:
      - name: worker
        image: registry.example.com/shop/worker:1.4
        command: ["/worker", "--queue=orders"]
        livenessProbe:
          httpGet: { path: /healthz, port: 8080 }
`,
};

/** What the pull request writes. */
export const AFTER: Readonly<Record<string, string>> = {
  'frontend/Dockerfile': `FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /frontend ./frontend

FROM alpine:3.22
RUN apk add --no-cache ca-certificates \\
    curl
COPY --from=build /frontend /frontend
CMD /frontend --port=8080
`,
  'importer/Dockerfile': `# Needs iptables; the exception is being discussed.
FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.8
RUN clean-install iptables
COPY importer /importer
ENTRYPOINT ["/importer"]
`,
  'metrics/Dockerfile': `FROM scratch
COPY metrics /metrics
USER 65534
ENTRYPOINT ["/metrics"]
`,
  'exporter/Dockerfile': `ARG BASEIMAGE
FROM \${BASEIMAGE}
COPY exporter /exporter
ENTRYPOINT ["/exporter"]
`,
  'deploy/worker.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels: { app: worker }
  template:
    metadata:
      labels: { app: worker }
    spec:
      containers:
      - name: worker
        image: registry.example.com/shop/worker:1.4
        command:
        - /bin/sh
        - -c
        - exec /worker --queue=orders >>/var/log/worker.log 2>&1
        livenessProbe:
          exec:
            command: ["sh", "-c", "test -f /tmp/alive"]
`,
};

/** What another pull request writes: an image that needs a base with iptables. */
export const EXCEPTION_AFTER: Readonly<Record<string, string>> = {
  'router/Dockerfile': `FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.8
COPY router /router
ENTRYPOINT ["/router"]
`,
};

/** What is written in its comments. */
export const EXCEPTION = {
  title: 'A router image, which writes NAT rules',
  request: '/plinth exception request #1 reason=needs-iptables "it writes NAT rules"',
  grant: '/plinth exception grant #1',
} as const;

/** The pull request's title. */
export const TITLE = 'Frontend on alpine, log file for the worker, metrics and exporter images';
