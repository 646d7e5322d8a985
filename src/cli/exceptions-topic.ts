/** What `plinth explain exceptions` prints, and the guide's page on exceptions is made from: Markdown. */
export const EXCEPTIONS_TOPIC = `# Exceptions

An exception lets an image keep what the policy would hold up. In this version a
maintainer gives one by editing the policy, \`.github/plinth.yml\` on the default
branch. There is no exceptions file and no command for it yet: nothing reads
\`.github/plinth-exceptions.yml\`.

A pull request cannot let itself pass: it is judged by the policy of the branch
it goes to. So the policy is changed first, in a change of its own that an owner
of the policy reviews. Once that is merged, open pull requests are judged again.
Write beside the setting, as a comment, why, who answers for it and until when;
nothing ends by itself. \`plinth policy validate FILE\` says whether the edit does
what it seems to, \`plinth policy show\` what is in force.

Use the narrowest of these that fits. Lists replace those of the policy that is
extended, so what they held and should stay is written again.

## One image

What stands below these paths is reported as notes, which hold up nothing. For
its base and needs, for a base that cannot be resolved, and for a file that
cannot be read.

\`\`\`yaml
extends: kep-1729
paths:
  vendored:
    - "**/vendor/**"
    - "**/third_party/**"
    - "**/Godeps/**"
    - "**/node_modules/**"
    # needs iptables, issue 123; owner: network team; until 2027-06-30
    - "importer/**"
\`\`\`

## The manifests of one image

Taken out of \`images\`, it is no longer one of ours, unless the tree builds it:
what its manifests need becomes a note.

\`\`\`yaml
extends: kep-1729
images:
  - "registry.example.com/**"
  # its maker's script starts it; owner: database team; until 2027-06-30
  - "!registry.example.com/mirror/postgres"
\`\`\`

## One base, for every image

A family of \`policies/bases.yaml\`, or a name with or without a tag. What the
base brings is then a warning at most; what it lacks still blocks. A base that
is on \`bases.exception\` as well stays there, since the stricter list wins: write
that list without it.

\`\`\`yaml
extends: kep-1729
bases:
  allow:
    - distroless-static
    # our Java services; owner: the platform team; until 2027-06-30
    - distroless-java
\`\`\`

## Every base that needs an exception

\`warn\` keeps the findings in sight, and nothing is held up by them. Bases that
are not allowed still block.

\`\`\`yaml
extends: kep-1729
rules:
  # until exceptions can be granted one by one; owner: the release team
  base-needs-exception: warn
\`\`\`

## One rule

\`\`\`yaml
extends: kep-1729
rules:
  # probes are rewritten step by step, issue 124; owner: the platform team
  manifest-shell-probe: warn
\`\`\`

\`unresolved-base\` and \`unread-file\` cannot be set: what could not be decided is
never made green by a level. Give the build argument a default, or declare the
value that comes from outside (\`declare:\`); mend the file; or use the setting for
one image.
`;
