import type { Dice } from './dice.ts';

/** Deployments, one document after another, up to a size. */
export function workloadManifest(index: number, bytes: number, startsShell: boolean, dice: Dice): string {
  let text = '';
  for (let part = 0; text.length < bytes; part++)
    text += deployment(`part-${index}-${part}`, startsShell && part === 0, dice);
  return text;
}

/** What else lies in such trees: schemas, settings, services, text in ConfigMaps; none of it starts a container. */
export function otherManifest(index: number, bytes: number, dice: Dice): string {
  const kinds = [schema, settings, configMap, services] as const;
  const make = kinds[index % kinds.length] ?? settings;
  return make(`part-${index}`, bytes, dice);
}

function deployment(name: string, startsShell: boolean, dice: Dice): string {
  const command = startsShell
    ? `["sh", "-c", "exec /usr/local/bin/${name} 1>>/var/log/${name}.log 2>&1"]`
    : `["/usr/local/bin/${name}"]`;
  const environment = Array.from(
    { length: 8 },
    (_, at) => `            - name: SETTING_${at}\n              value: "${dice.words(3)}"\n`,
  ).join('');
  return `---
# ${dice.words(10)}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: {app.kubernetes.io/name: ${name}, app.kubernetes.io/part-of: ${dice.pick(['edge', 'core', 'data'])}}
  annotations:
    description: ${dice.words(12)}
spec:
  replicas: ${1 + dice.roll(5)}
  selector:
    matchLabels: {app.kubernetes.io/name: ${name}}
  template:
    metadata:
      labels: {app.kubernetes.io/name: ${name}}
    spec:
      serviceAccountName: ${name}
      securityContext: {runAsNonRoot: true, runAsUser: 65532}
      containers:
        - name: main
          image: registry.example.org/team/${name}:v1.${dice.roll(40)}.${dice.roll(10)}
          command: ${command}
          args:
            - --listen=:8080
            - --log-level=${dice.pick(['info', 'debug', 'warn'])}
            - --feature=${dice.pick(['alpha', 'beta', 'stable'])}
          env:
${environment}          ports: [{name: http, containerPort: 8080}]
          livenessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: ${5 + dice.roll(20)}}
          readinessProbe: {httpGet: {path: /readyz, port: http}}
          resources:
            requests: {cpu: ${10 + dice.roll(90)}m, memory: ${32 + dice.roll(400)}Mi}
            limits: {memory: 512Mi}
          volumeMounts: [{name: config, mountPath: /etc/service, readOnly: true}]
      volumes: [{name: config, configMap: {name: ${name}}}]
`;
}

function schema(name: string, bytes: number, dice: Dice): string {
  let text = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${name}.example.org}
spec:
  group: example.org
  names: {kind: Part, plural: parts}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            containers:
              description: ${dice.words(8)}
              type: array
`;
  for (let field = 0; text.length < bytes; field++) {
    text += `            field${field}:\n              description: |\n                ${dice.words(14)}\n                ${dice.words(14)}\n              type: string\n`;
  }
  return text;
}

function settings(name: string, bytes: number, dice: Dice): string {
  let text = `# ${name}\n`;
  for (let section = 0; text.length < bytes; section++) {
    text += `section${section}:\n  enabled: ${dice.roll(2) === 0}\n  # ${dice.words(9)}\n  limits: {requests: ${dice.roll(900)}, window: ${dice.roll(60)}s}\n  names:\n    - ${dice.words(2)}\n    - ${dice.words(2)}\n`;
  }
  return text;
}

function configMap(name: string, bytes: number, dice: Dice): string {
  let text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  settings.conf: |\n`;
  while (text.length < bytes) text += `    ${dice.pick(['set', 'add', 'use'])} ${dice.words(9)}\n`;
  return text;
}

function services(name: string, bytes: number, dice: Dice): string {
  let text = '';
  for (let part = 0; text.length < bytes; part++) {
    text += `---\napiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}-${part}\n  annotations:\n    note: ${dice.words(10)}\nspec:\n  selector: {app.kubernetes.io/name: ${name}-${part}}\n  ports:\n    - {name: http, port: ${80 + dice.roll(900)}, targetPort: http}\n`;
  }
  return text;
}
