import type { Rule } from '../domain/index.ts';
import { KEP_1729 } from './sources.ts';

const GLOG = 'github.com/golang/glog';

/** Imports of glog in Go sources that change. */
export const glogImport: Rule = {
  on: 'tree',
  meta: {
    id: 'glog-import',
    since: '0.1.0',
    level: 'note',
    summary: 'A Go file imports glog.',
    why: 'glog cannot write to a named log file, so its users redirect with a shell. klog can, and is what Kubernetes uses since 1.13.',
    remedy: 'Import `k8s.io/klog/v2` instead.',
    sources: [KEP_1729, 'https://github.com/kubernetes/klog'],
    examples: {
      flagged: [
        {
          title: 'glog',
          files: {
            'main.go':
              'package main\n\nimport "github.com/golang/glog"\n//     ^^^^^^^^^^^^^^^^^^^^^^^^ glog-import\n\nfunc main() { glog.Info("x") }\n',
          },
        },
      ],
      clean: [
        {
          title: 'klog',
          files: { 'main.go': 'package main\n\nimport "k8s.io/klog/v2"\n\nfunc main() { klog.Info("x") }\n' },
        },
      ],
    },
  },
  *check(project) {
    for (const { path, fact } of project.goFiles) {
      for (const one of fact.imports) {
        if (one.path !== GLOG) continue;
        const message =
          'The Go file imports github.com/golang/glog, whose logs reach a file only through a shell: use k8s.io/klog/v2.';
        yield { kind: 'other', path, at: { path, ...one.span }, subject: 'glog', message, rests: [path] };
      }
    }
  },
};
