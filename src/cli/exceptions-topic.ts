/** What `plinth explain exceptions` prints, and the guide's page on the exceptions file is made from: Markdown. */
export const EXCEPTIONS_TOPIC = `# Exceptions

An exception lets one image keep what the policy would hold up: a base, and what
the image needs of it. It is an entry of the exceptions file,
\`.github/plinth-exceptions.yml\` (the policy's key \`exceptions\` names another).
\`plinth check\` and the App's review print the entry for a base that needs one;
\`plinth check\` also prints one for what else is held up and may be excepted.

\`\`\`yaml
exceptions:
  - image: registry.example.com/importer # the published name, without tag
    rule: base-needs-exception
    base: debian-base # the family; where the policy knows none, the repository name
    reason: needs-iptables
    text: "it writes NAT rules"
    owner: "@acme/network"
    issue: "https://tracker.example.com/issues/123"
    expires: 2027-06-30 # the last day on which it holds, in UTC
\`\`\`

An image without a published name is named by the \`path\` of its definition, and
by \`target\` where another stage than the last is built. Reasons are needs-shell,
needs-iptables, needs-debugging, non-static-binary, third-party and other. Every
entry has an end, unless the policy says \`permanent-exceptions: true\`.

An entry to a rule about the base (base-needs-exception, base-not-allowed,
base-scratch, unresolved-base) names the base and covers every finding of that
image on it, the manifests that run it included. A base that nothing decides is
named as its finding has it: \`base: "\${BASEIMAGE}"\`. An entry to another rule
covers that rule alone, on the base that it names, else on any.
What is covered stays in the report, with the entry, its end and its owner.
docs/exceptions.schema.json gives an editor completion. \`unread-file\` is excepted
by \`path\` and \`blob\`, the id of what the file holds.

A pull request cannot let itself pass: the file counts as the base branch has it.
Where the App is installed, somebody whom the policy lets grant allows the entry
for one pull request by a comment, \`/plinth exception grant\`, and it is merged with
the change. Elsewhere it is merged first, in a change of its own that an owner of
the file reviews; open pull requests are then judged again.

An entry of the base branch covers the definition that carries the name there,
renamed ones too, and no other that takes the name on. A file that cannot be used
leaves every judgement undecided, and the check says in which line and column.
\`plinth policy init\` writes the entries for all that a tree has when its policy begins.
\`plinth exceptions list\` names each entry with what it covers, those that have
ended or cover nothing any more (since which day, from the history), and those
whose reason is gone. \`plinth check
--exceptions FILE\` judges with another file than the repository's.

\`plinth exceptions import LIST.md --registry registry.k8s.io --expires 2027-06-30\`
makes an exceptions file of a Markdown list such as the Kubernetes project's.
Owners, issues and ends that the list does not name are left to be filled in and
told on standard error; a row without a base becomes a comment. \`plinth exceptions
export --format yaml|csv|json|markdown\` prints the file in another form, and with
\`--format markdown --into LIST.md\` that list again, where only the lines of changed
entries differ. \`plinth docs exceptions\` writes a list of its own to commit.

What holds for many images is a matter of the policy, \`.github/plinth.yml\`,
which the base branch decides as well. Write beside the setting, as a comment,
why, who answers for it and until when; nothing ends by itself there. \`plinth
policy validate FILE\` says whether the edit does what it seems to, \`plinth policy
show\` what is in force. Use the narrowest of these that fits. Lists replace those
of the policy that is extended, so what they held and should stay is written
again.

## What is not ours

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
  # until the list of exceptions is complete; owner: the release team
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
